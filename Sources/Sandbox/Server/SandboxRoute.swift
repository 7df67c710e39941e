import NIOHTTP1

/// What is at a path.
enum SandboxRoute: Hashable {
    case sendForm, sendSigned, record, dayList, commonBalance, customerBalance
    case accepted, counts, script

    init?(path: String) {
        switch path {
        case "/api/sms/mtsend": self = .sendForm
        case "/api/sms/mtsend_v2", "/v1/sms/mt": self = .sendSigned
        case "/api/sms/get": self = .record
        case "/api/sms/getSmsCdr": self = .dayList
        case "/api/common/getBalance": self = .commonBalance
        case "/api/customer/getBalance": self = .customerBalance
        case "/sandbox/accepted": self = .accepted
        case "/sandbox/counts": self = .counts
        case "/sandbox/script": self = .script
        default: return nil
        }
    }

    /// How it may be asked for.
    var methods: [HTTPMethod] {
        switch self {
        case .sendForm, .sendSigned, .record, .dayList, .commonBalance, .customerBalance: [.POST]
        case .accepted, .counts: [.GET]
        case .script: [.GET, .POST]
        }
    }
}
