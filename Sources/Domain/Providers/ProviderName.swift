/// The names of providers, as in `ops.provider` for those that are sent by.
package enum ProviderName {
    /// NXTele, which sends and reports receipts.
    package static let nxtele = "nxtele"
    /// Onoff, which reports what happens on its phones.
    package static let onoff = "onoff"

    /// Every provider that this version reads.
    package static let all = [nxtele, onoff]
}
