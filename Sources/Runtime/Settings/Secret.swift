/// A text that prints as `<redacted>` wherever it lands: in a log, an error, an interpolation or a dump.
///
/// Equality is that of the text and takes a time that depends on it: compare what a caller sent by a constant-time
/// function over ``revealed``'s bytes or their hash, never by `==`.
package struct Secret: Hashable, Sendable {
    /// The text itself. Every use of this is a place to look at when secrets leak.
    package let revealed: String

    /// Wraps a text.
    package init(_ text: String) {
        revealed = text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    package var description: String { "<redacted>" }

    /// Always `<redacted>`.
    package var debugDescription: String { description }

    /// A mirror without children, so that `dump` and string interpolation of an enclosing type show nothing.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
