import Domain
import NIOHTTP1
import Providers

/// The signature rules of a signed API (providers.md §1.3).
struct SignedCall {
    /// The value the header `bizType` must have.
    let businessType: String
    /// The value the header `action` must have.
    let action: String

    /// The send APIs.
    static let send = SignedCall(businessType: "3", action: "mtsend")
    /// The balance at its newest address.
    static let customerBalance = SignedCall(businessType: "3", action: "getBalance")
    /// The balance at its older address.
    static let commonBalance = SignedCall(businessType: "1", action: "numbercheck")

    /// How far `ts` may be from the provider's clock.
    private static let millisecondsOffMax: Int64 = 60_000

    /// What is wrong with a call; nil if nothing is.
    ///
    /// - Parameter now: the provider's clock.
    func problem(_ headers: HTTPHeaders, body: [UInt8], access: SandboxAccess, now: Timestamp) -> ResultCode? {
        var signed: [(name: String, value: String)] = []
        for name in ["accessKey", "action", "bizType", "ts"] {
            guard let value = headers.first(name: name), !value.isEmpty else { return .headerMissing }
            signed.append((name, value))
        }
        guard let sign = headers.first(name: "sign"), !sign.isEmpty else { return .headerMissing }
        guard signed[0].value == access.accessKey else { return .wrongAccess }
        // 13 digits until the year 2286: seconds are refused, as the documentation says.
        guard signed[3].value.utf8.count == 13, let milliseconds = Int64(signed[3].value),
            abs(milliseconds - now.milliseconds) <= Self.millisecondsOffMax
        else { return .badTime }
        let algorithm = NXTeleSignature.Algorithm(rawValue: headers.first(name: "algorithm") ?? "md5")
        guard let algorithm, body.isEmpty || headers.first(name: "content-type").map(Self.isJSON) == true,
            sign
                == NXTeleSignature.sign(
                    signed, body: body, accessSecret: access.accessSecret.revealed, algorithm: algorithm)
        else { return .badSignature }
        guard signed[1].value == action, signed[2].value == businessType else { return .wrongBusiness }
        return nil
    }

    private static func isJSON(_ type: String) -> Bool {
        type.lowercased().hasPrefix("application/json")
    }
}
