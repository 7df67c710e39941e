/// A value that never shows what is in it, whether printed, interpolated, dumped, or inside another value.
///
/// For values that hold keys, phone numbers or message texts: a log line or an error that includes the whole value then
/// gives nothing away.
public protocol WithoutContents: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension WithoutContents {
    /// Only the name of the type, nothing of the value; a type may say more.
    public var description: String { "\(Self.self)" }

    /// The same as the description.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
