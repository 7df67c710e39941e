import Hummingbird
import PostgresClient
import Store

/// `GET` and `PUT /api/sms/alerts`.
struct AlertsHandler: Sendable {
    let transactions: RequestTransactions
    let fields = AlertFields()

    func show(_ principal: Principal) async throws -> Response {
        let account = principal.account
        let (settings, endpoints) = try await transactions.run { connection, deadline, _ in
            try Self.read(account, connection, deadline)
        }
        return response(account, settings, endpoints)
    }

    /// Done in one transaction, under the account's lock: a balance that moves meanwhile crosses either the old
    /// thresholds or the new ones. Safe to repeat: setting the same twice changes nothing.
    func change(_ members: [JSONValue.Member], _ principal: Principal) async throws -> Response {
        let account = principal.account
        let change = try fields.read(members, account: account)
        let (settings, endpoints) = try await transactions.run { connection, deadline, _ in
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
                $0.member("account", account)
                $0.member("failedSms", settings.failedSMS)
                $0.member("lowBalance", settings.lowBalance)
                $0.member("thresholds", json: settings.thresholdsJSON)
                $0.object("digest") {
                    $0.member("count", Int(settings.digestCount))
                    $0.member("seconds", Int(settings.digestSeconds))
                }
                $0.object("limits") {
                    $0.member("maxAutomaticRetries", settings.maxAutomaticRetries.map(Int.init))
                    $0.member("maxResends", settings.maxResends.map(Int.init))
                }
                $0.object("channels") {
                    $0.array("webhooks") { for endpoint in endpoints { $0.value(endpoint) } }
                }
            }
        }
    }
}
