/// The fields of one format; raw values count up from 0.
protocol WireField: RawRepresentable<Int>, CaseIterable, Sendable {
    /// The provider's name of the field, at most 15 ASCII bytes.
    var wireName: String { get }
}

/// A format's field names, packed for looking up.
struct FieldNames<Field: WireField>: Sendable {
    /// Whether `messageId` also names `messageid`.
    let ignoresCase: Bool
    private let packed: [PackedName]

    init(_: Field.Type, ignoresCase: Bool) {
        self.ignoresCase = ignoresCase
        packed = Field.allCases.map { field in
            var name = PackedName()
            for byte in field.wireName.utf8 {
                if ignoresCase { name.appendFolded(byte) } else { name.append(byte) }
            }
            return name
        }
    }

    /// The field of a name, nil for one the format does not know.
    func field(_ name: PackedName) -> Field? {
        if name.overflowed { return nil }
        for index in packed.indices where packed[index] == name { return Field(rawValue: index) }
        return nil
    }
}
