/// A header of a call; its value may be a key.
package struct ProviderHeader: Hashable, Sendable {
    /// The name as the provider's documentation spells it.
    package var name: String
    /// The value.
    package var value: String

    /// A header with this name and value.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension ProviderHeader: WithoutContents {
    /// The name only.
    package var description: String { name }
}
