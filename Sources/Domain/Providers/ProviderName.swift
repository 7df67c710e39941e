/// The names of providers, as in `ops.provider`.
public enum ProviderName {
    /// NXTele, which sends and reports receipts.
    public static let nxtele = "nxtele"
}
