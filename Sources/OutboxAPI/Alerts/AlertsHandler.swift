import Hummingbird
import PostgresClient
import Store

/// `GET` and `PUT /api/sms/alerts`.
struct AlertsHandler: Sendable {
    let desk: Desk
    let fields = AlertFields()

    func show(_ principal: Principal) async throws -> Response {
        let account = principal.account
        let (settings, endpoints) = try await desk.transaction { connection, deadline, _ in
            try Self.read(account, connection, deadline)
        }
        return response(account, settings, endpoints)
    }

    /// Done in one transaction, under the account's lock: a balance that moves meanwhile crosses either the old
    /// thresholds or the new ones. Safe to repeat: setting the same twice changes nothing.
    func change(_ members: [JSONValue.Member], _ principal: Principal) async throws -> Response {
        let account = principal.account
        let change = try fields.read(members, account: account)
        let (settings, endpoints) = try await desk.transaction { connection, deadline, _ in
            try connection.run(LockAccounts([account]), deadline: deadline)
            if let channels = change.channels {
                try check(channels, by: connection.run(ListEndpoints(account: account), deadline: deadline))
            }
            try connection.run(
                SetAlertSettings(
                    account: account, failedSMS: change.failedSMS, lowBalance: change.lowBalance,
                    digestCount: change.digestCount.map(Int32.init), digestSeconds: change.digestSeconds.map(Int32.init)
                ), deadline: deadline)
            if let thresholds = change.thresholds {
                try connection.run(SetBalanceThresholds(account: account, amounts: thresholds), deadline: deadline)
            }
            if change.maxAutomaticRetries != nil || change.maxResends != nil {
                try connection.run(
                    SetAccountLimits(
                        name: account, maxAutomaticRetries: change.maxAutomaticRetries, maxResends: change.maxResends),
                    deadline: deadline)
            }
            return try Self.read(account, connection, deadline)
        }
        return response(account, settings, endpoints)
    }

    private func check(_ channels: JSONValue, by endpoints: [EndpointRecord]) throws(Problem) {
        guard !endpoints.areChannels(channels) else { return }
        let field = fields.channels
        throw Problem.fields([FieldProblem(field: field.name, detail: field.rule.fault.sentence)])
    }

    private static func read(
        _ account: String, _ connection: Connection, _ deadline: Deadline
    ) throws -> (AlertSettingsRecord, [EndpointRecord]) {
        guard let settings = try connection.run(ReadAlertSettings(account: account), deadline: deadline) else {
            throw Problem.internalError
        }
        return (settings, try connection.run(ListEndpoints(account: account), deadline: deadline))
    }

    private func response(
        _ account: String, _ settings: AlertSettingsRecord, _ endpoints: [EndpointRecord]
    ) -> Response {
        Response(status: .ok, capacity: 4096) { writer in
            writer.object {
                $0.name("account")
                $0.value(account)
                $0.name("failedSms")
                $0.value(settings.failedSMS)
                $0.name("lowBalance")
                $0.value(settings.lowBalance)
                $0.name("thresholds")
                $0.value(json: settings.thresholdsJSON)
                $0.name("digest")
                $0.object {
                    $0.name("count")
                    $0.value(Int(settings.digestCount))
                    $0.name("seconds")
                    $0.value(Int(settings.digestSeconds))
                }
                $0.name("limits")
                $0.object {
                    $0.name("maxAutomaticRetries")
                    $0.value(json: settings.maxAutomaticRetries.map(String.init) ?? "null")
                    $0.name("maxResends")
                    $0.value(json: settings.maxResends.map(String.init) ?? "null")
                }
                $0.name("channels")
                $0.object {
                    $0.name("webhooks")
                    $0.array { for endpoint in endpoints { $0.value(endpoint) } }
                }
            }
        }
    }
}
