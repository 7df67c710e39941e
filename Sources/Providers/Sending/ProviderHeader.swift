/// A header of a call; its value may be a key.
public struct ProviderHeader: Hashable, Sendable {
    /// The name as the provider's documentation spells it.
    public var name: String
    /// The value.
    public var value: String

    /// A header with this name and value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension ProviderHeader: WithoutContents {
    /// The name only.
    public var description: String { name }
}
