import Runtime

/// The keys the sandbox takes.
package struct SandboxAccess: Sendable {
    /// Of the SMS application.
    package var appKey: String
    /// Of the SMS application.
    package var secretKey: Secret
    /// Of the account, for signed calls.
    package var accessKey: String
    /// Of the account; it signs and never travels.
    package var accessSecret: Secret

    /// Makes the keys. Defaults to `sandbox` for each.
    package init(
        appKey: String = "sandbox", secretKey: Secret = Secret("sandbox"), accessKey: String = "sandbox",
        accessSecret: Secret = Secret("sandbox")
    ) {
        self.appKey = appKey
        self.secretKey = secretKey
        self.accessKey = accessKey
        self.accessSecret = accessSecret
    }
}
