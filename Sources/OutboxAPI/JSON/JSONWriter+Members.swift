import Domain
import PostgresClient
import Store

/// Members of an object; a value that is nil is written as null.
///
/// None of them is generic, because every answer to a send is written by them.
extension JSONWriter {
    mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        self.value(value)
    }

    mutating func member(_ name: StaticString, _ value: Int?) {
        self.name(name)
        if let value { self.value(value) } else { null() }
    }

    mutating func member(_ name: StaticString, _ value: String?) {
        self.name(name)
        if let value { self.value(value) } else { null() }
    }

    mutating func member(_ name: StaticString, _ value: Timestamp?) { member(name, value?.iso8601) }

    mutating func member(_ name: StaticString, _ value: Numeric?) {
        self.name(name)
        if let value { self.value(json: value.decimalText) } else { null() }
    }

    /// A number, or anything else that is JSON as it stands.
    mutating func member(_ name: StaticString, json text: String) {
        self.name(name)
        value(json: text)
    }

    /// A member that is an object.
    mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.name(name)
        object(body)
    }

    /// A member that is an array.
    mutating func array(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.name(name)
        array(body)
    }
}
