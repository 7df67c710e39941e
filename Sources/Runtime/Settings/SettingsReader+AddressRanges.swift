extension SettingsReader {
    /// Addresses and CIDRs between commas; none if nothing was given. One that cannot be read is a recorded problem.
    package func addressRanges(_ setting: Setting) -> [AddressRange] {
        var ranges: [AddressRange] = []
        for (index, text) in list(setting).enumerated() {
            if let range = AddressRange(text) {
                ranges.append(range)
            } else {
                problem(
                    setting,
                    "item \(index + 1) is no address or CIDR; expected such as 192.0.2.1, 192.0.2.0/24 or "
                        + "2001:db8::/32, with no bits set behind the prefix.")
            }
        }
        return ranges
    }
}
