/// Onoff's documented SMS log (providers.md, section 2).
enum OnoffSample {
    /// Its members, in the documentation's order.
    static let members = [
        ("id", "\"12345\""), ("eventName", "\"SMS\""), ("onoffUserName", "\"John Doe\""),
        ("onoffUserEmail", "\"john.doe@example.com\""), ("onoffUserNumber", "\"1234567890\""),
        ("externalNumber", "\"0987654321\""), ("externalName", "\"Jane Smith\""),
        ("externalEmail", "\"jane.smith@example.com\""), ("date", "\"2023-05-20T14:30:00Z\""),
        ("smsDirection", "\"SENT\""), ("body", "\"Hello, this is a test message.\""),
    ]

    /// The log as one JSON object.
    static let log = object(members)

    /// A call, as the documentation's other webhook reports it, with what is nested in it.
    static let call = """
        {"id":"c-1","eventName":"CDR","callDuration":300,"callStarted":"2023-05-20T14:30:00Z","callNotes":null,
         "tags":[{"tagId":1,"tagName":"vip","tagColor":"#ff0000"}],"callStatus":"ANSWERED"}
        """
}
