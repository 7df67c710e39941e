import Hummingbird

extension HTTPFields {
    /// A field's value; several are joined by commas, as the subscript does. The subscript also joins a single one,
    /// which took a fortieth of an API process's time.
    ///
    /// - Parameter name: in lower case.
    func value(of name: String) -> String? {
        var joined: String?
        for field in self where field.name.canonicalName == name {
            if let before = joined { joined = before + ", " + field.value } else { joined = field.value }
        }
        return joined
    }
}
