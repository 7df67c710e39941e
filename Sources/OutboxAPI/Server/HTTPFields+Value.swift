import Hummingbird

extension HTTPFields {
    /// A field's value, those of several with commas between them, as the subscript has it; that joins also a single one,
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
