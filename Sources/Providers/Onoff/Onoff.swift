import Domain

/// Onoff Business: the log of SMS its users send and receive.
enum Onoff {
    /// Its source and its parser.
    static let parsers: [WebhookSource: any WebhookParser] = [
        .onoffSMS: OnoffLogParser()
    ]
}
