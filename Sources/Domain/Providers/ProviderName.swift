/// The names of providers, as in `ops.provider` for those that are sent by.
public enum ProviderName {
    /// NXTele, which sends and reports receipts.
    public static let nxtele = "nxtele"
    /// Onoff, which reports what happens on its phones.
    public static let onoff = "onoff"

    /// Every provider that this version reads.
    public static let all = [nxtele, onoff]
}
