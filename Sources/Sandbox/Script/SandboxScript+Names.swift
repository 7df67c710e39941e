extension SandboxScript {
    /// Every name a script may have with the form of its value and what it does, in the order of the help.
    package static let names: [(name: String, value: String, meaning: String)] = [
        ("delay", "time", "the answer of a call comes this much later"),
        ("drop", "share", "accept, then close the connection without an answer"),
        ("lost", "share", "close the connection without having accepted"),
        ("hang", "share", "accept, and answer only after hang-time"),
        ("hang-time", "time", "how long a call hangs; 60s unless given, at most 5m"),
        ("garbage", "share", "accept, and answer what cannot be read (HTML, half a JSON, nothing, no HTTP)"),
        ("garbage-lost", "share", "answer what cannot be read without having accepted"),
        ("http500", "share", "answer this HTTP status (any of 300 to 599) without having accepted"),
        ("retry-after", "time", "send Retry-After beside those statuses"),
        ("code:88", "share", "answer this result code (any but 0) without having accepted"),
        ("tps", "number", "more send calls a second than this are refused with code 28"),
        ("dedupe", "on|off", "refuse the same phone and content within 5 minutes with code 26"),
        ("own-id", "on|off", "the caller's sys_messageid becomes the provider's message id"),
        ("lookup-own-id", "on|off", "the query of one record finds it by sys_messageid, too; on unless given"),
        ("receipt-delay", "time", "the receipt comes this long after the acceptance; 100ms unless given"),
        ("receipt-before-answer", "share", "the receipt is delivered before the call is answered"),
        ("no-receipt", "share", "there is no receipt; the record query has the report"),
        ("silent", "share", "there is no receipt, and the record query has no report either"),
        ("duplicate-receipt", "share", "the receipt comes twice, at the same time"),
        ("reorder-receipt", "share", "an older report (12 UNKNOWN) comes after the final one"),
        ("raw-space", "share", "the receipt comes in the URL with raw spaces, without a body"),
        ("undelivered", "share", "the report is a failure, one of 5 to 11"),
        ("unknown", "share", "the only report is 12 UNKNOWN"),
        ("list-interval", "time", "day lists asked for more often than this are refused with code 5"),
        ("balance-interval", "time", "the newest balance asked for more often is refused with code 211"),
        ("balance", "decimal", "what the balance queries answer; 3788.32 unless given"),
        ("credit", "decimal", "what they answer as credit; 0.0 in the older signed form, else 500 unless given"),
        ("clock-ahead", "time", "the provider's clock is ahead (or -time: behind) when it checks ts"),
        ("utc-offset", "time", "the provider's local time is ahead of UTC by this; 8h unless given"),
    ]

    /// The longest a call may hang.
    static let hangTimeMax = Duration.seconds(300)
    /// The longest script, in bytes.
    static let textBytesMax = 4_096
}
