import Store

/// What `wrk` requests: a path, and the Lua function that makes a request. `run` is a text that no other run has, `id`
/// the thread, `next_number()` a new number each time.
struct WrkLoad: Sendable {
    let name: String
    let path: String
    let request: String

    /// NXTele's receipts: form bodies of 250 bytes. They are reported at the time the run begins, in the zone that
    /// workers take for NXTele's by default: keys begin with that time, and with a time that never changes they would
    /// be scattered over the whole index.
    static let receipts = WrkLoad(
        name: "receipts", path: "/v1/nxtele/dr/\(Wrk.token)",
        request: """
            local reported = os.date("!%Y-%m-%d+%H%%3A%M%%3A%S", os.time() + 8 * 3600)
            function request()
                local number = next_number()
                local body = string.format(
                    "result=DELIVRD&size=1&phone=62812%08d&rate=6.4845&price=0.045&messageid=%s%x%022x" ..
                    "&drtime=%s&currency=USD&sendtime=%s&status=2" ..
                    "&ext=00000000-0000-4000-8000-000000000000&pad=",
                    number % 100000000, run, id, number, reported, reported)
                body = body .. string.rep("x", 250 - #body)
                return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
            end
            """)

    /// Messages to send, each with an id of its own, by the keys of this many accounts in turn.
    static func sends(accounts: Int) -> WrkLoad {
        WrkLoad(
            name: "sends-\(accounts)", path: "/api/sms/send",
            request: """
                local headers = {}
                for account = 1, \(accounts) do
                    headers[account] = {
                        ["Content-Type"] = "application/json",
                        ["Authorization"] = "Bearer \(GenerateAccounts.keyPrefix)" .. account,
                    }
                end
                function request()
                    local number = next_number()
                    local body = string.format(
                        '{"recipientPhoneNumber":"+62812%08d","message":"Your code is %d. Never tell it to anybody.",' ..
                        '"senderId":"POSTROOM","messageId":"bench-%s-%d"}', number % 100000000, number, run, number)
                    return wrk.format("POST", nil, headers[number % #headers + 1], body)
                end
                """)
    }
}
