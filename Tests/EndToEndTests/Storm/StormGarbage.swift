import TestSupport

/// Bytes without a meaning, each with a right key or token: they are answered 200 and must end in the dead letters.
enum StormGarbage {
    /// One of them.
    static func request(_ number: Int) -> [UInt8] {
        let fine = "messageid=g\(number)&phone=628216762480&status=2&drtime=2026-01-01 00:00:00"
        let onoff = "\"id\":\"g\(number)\",\"eventName\":\"SMS\""
        switch number % 18 {
        case 0: return Access.receipt(form: "")
        case 1: return Access.receipt(form: "phone=628216762480&status=2&g=\(number)")
        case 2: return Access.receipt(form: "messageid=g\(number)&phone=628216762480")
        case 3: return Access.receipt(form: "messageid=g\(number)%00&phone=628216762480&status=2")
        case 4: return Access.receipt(form: "messageid=g\(number)&phone=628216762480&status=2&result=%FF%FE")
        case 5: return Access.receipt(form: fine + "&price=cheap")
        case 6: return Access.receipt(form: fine + "&size=99999999999")
        case 7: return Access.receipt(form: "messageid=g\(number)&phone=62821,62822&status=2")
        case 8: return Access.receipt(form: fine + "&result=" + String(repeating: "x", count: 2_000))
        case 9: return Access.receipt(form: fine + "&price=0." + String(repeating: "1", count: 60))
        case 10: return Access.onoff(json: Array("{\(onoff)".utf8))
        case 11: return Access.onoff(json: Array("{\(onoff),\"body\":7}".utf8))
        case 12:
            let depth = 100
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            return Access.onoff(json: Array("{\(onoff),\"x\":\(nested)}".utf8))
        case 13: return Access.onoff(json: Array("{\(onoff),\"body\":\"\\ud800\"}".utf8))
        case 14: return Access.onoff(json: Array("{\"eventName\":\"SMS\",\"body\":\"g\(number)\"}".utf8))
        case 15: return Access.onoff(json: Array("{\(onoff),\"body\":\"\\u0000\"}".utf8))
        case 16: return Access.onoff(json: [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D] + Array("\(number)".utf8))
        default:
            return Access.request(
                "POST", Array("/v1/nxtele/mo/\(Access.nxteleToken)".utf8),
                body: Array("messageId=g\(number)&type=7&toPhone=1&fromPhone=2".utf8))
        }
    }
}
