/// A value that never shows what is in it, whether printed, interpolated, dumped, or inside another value.
///
/// For values that hold keys, phone numbers or message texts: a log line or an error that includes the whole value then
/// gives nothing away.
package protocol WithoutContents: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension WithoutContents {
    /// Only the name of the type, nothing of the value; a type may say more.
    package var description: String { "\(Self.self)" }

    /// The same as the description.
    package var debugDescription: String { description }

    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
