import Runtime

/// The keys the sandbox takes.
public struct SandboxAccess: Sendable {
    /// Of the SMS application.
    public var appKey: String
    /// Of the SMS application.
    public var secretKey: Secret
    /// Of the account, for signed calls.
    public var accessKey: String
    /// Of the account; it signs and never travels.
    public var accessSecret: Secret

    /// Makes the keys. Defaults to `sandbox` for each.
    public init(
        appKey: String = "sandbox", secretKey: Secret = Secret("sandbox"), accessKey: String = "sandbox",
        accessSecret: Secret = Secret("sandbox")
    ) {
        self.appKey = appKey
        self.secretKey = secretKey
        self.accessKey = accessKey
        self.accessSecret = accessSecret
    }
}
