import Alerting
import Domain
import Store

/// A change of what an account wants to be told; what is nil stays.
struct AlertChange: Sendable {
    var failedSMS: Bool?
    var lowBalance: Bool?
    var thresholds: [Amount]?
    var digestCount: Int?
    var digestSeconds: Int?
    var maxAutomaticRetries: OwnOrDefault<Int32>?
    var maxResends: OwnOrDefault<Int32>?
    /// What the caller gave back beside the change; it is not set.
    var channels: JSONValue?
}

/// The fields of `PUT /api/sms/alerts`.
struct AlertFields: Sendable {
    let failedSMS = Field("failedSms", BoolRule())
    let lowBalance = Field("lowBalance", BoolRule())
    let thresholds = Field("thresholds", ThresholdsRule())
    let digestCount = Field("count", IntegerRule(range: SetAlertSettings.digestCounts))
    let digestSeconds = Field("seconds", IntegerRule(range: SetAlertSettings.digestSpans))
    let maxAutomaticRetries = Field("maxAutomaticRetries", OwnLimitRule(range: AccountSettings.automaticRetries))
    let maxResends = Field("maxResends", OwnLimitRule(range: AccountSettings.resends))

    let account = Field("account", GivenBackRule(type: "string", note: "It is that of the key."))
    let channels = Field(
        "channels",
        GivenBackRule(type: "object", note: "Endpoints are made and changed under /api/sms/alerts/endpoints."))

    static let digest = "digest"
    static let limits = "limits"

    /// Reads a change of what this account wants.
    ///
    /// - Throws: ``Problem`` with every field that is wrong, those of inner objects by their path.
    func read(_ members: [JSONValue.Member], account name: String) throws(Problem) -> AlertChange {
        var reader = FieldReader(members)
        var change = AlertChange()
        change.failedSMS = reader.optional(failedSMS)
        change.lowBalance = reader.optional(lowBalance)
        change.thresholds = reader.optional(thresholds)
        reader.object(Self.digest) { digest in
            change.digestCount = digest.optional(digestCount)
            change.digestSeconds = digest.optional(digestSeconds)
        }
        reader.object(Self.limits) { limits in
            change.maxAutomaticRetries = limits.given(maxAutomaticRetries)
            change.maxResends = limits.given(maxResends)
        }
        if let given = reader.optional(account), given != .string(name) {
            reader.report(account.name, account.rule.fault.sentence)
        }
        change.channels = reader.optional(channels)
        reader.finish()
        guard reader.problems.isEmpty else { throw Problem.fields(reader.problems) }
        return change
    }
}

/// The fields of endpoints.
struct EndpointFields: Sendable {
    let url: Field<WebhookURLRule>
    let kinds = Field("kinds", AlertKindsRule())
    let disabled = Field("disabled", BoolRule())

    init(policy: DestinationPolicy) { url = Field("url", WebhookURLRule(policy: policy)) }

    /// What a new one needs.
    func readNew(_ members: [JSONValue.Member]) throws(Problem) -> (url: String, kinds: [AlertKind]) {
        var reader = FieldReader(members)
        let url = reader.required(url)
        let kinds = reader.optional(kinds) ?? []
        reader.finish()
        guard reader.problems.isEmpty, let url else { throw Problem.fields(reader.problems) }
        return (url, kinds)
    }

    /// What of one is to be changed.
    func readChange(
        _ members: [JSONValue.Member]
    ) throws(Problem) -> (url: String?, kinds: [AlertKind]?, isDisabled: Bool?) {
        var reader = FieldReader(members)
        let change = (reader.optional(url), reader.optional(kinds), reader.optional(disabled))
        reader.finish()
        guard reader.problems.isEmpty else { throw Problem.fields(reader.problems) }
        return change
    }
}

/// The field of `POST /api/sms/notifications/read`.
struct ReadMarkFields: Sendable {
    let upTo = Field("upTo", TextRule(characters: 1...ResendFields.idCharacters, alphabet: .printableASCII))

    /// - Throws: ``Problem``. A text that is no id is the id of nothing.
    func read(_ members: [JSONValue.Member]) throws(Problem) -> NotificationID {
        var reader = FieldReader(members)
        let text = reader.required(upTo)
        reader.finish()
        guard reader.problems.isEmpty, let text else { throw Problem.fields(reader.problems) }
        guard let id = NotificationID(text) else { throw NotificationsHandler.notFound }
        return id
    }
}
