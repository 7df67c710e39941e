/// The members of Onoff's SMS log (docs.onoffbusiness.com, webhook/reference/send-sms-log).
enum OnoffField: Int, WireField {
    case id, eventName, userName, userEmail, userNumber, externalNumber, externalName, externalEmail, date, direction,
        body

    var wireName: String {
        switch self {
        case .id: "id"
        case .eventName: "eventName"
        case .userName: "onoffUserName"
        case .userEmail: "onoffUserEmail"
        case .userNumber: "onoffUserNumber"
        case .externalNumber: "externalNumber"
        case .externalName: "externalName"
        case .externalEmail: "externalEmail"
        case .date: "date"
        case .direction: "smsDirection"
        case .body: "body"
        }
    }
}
