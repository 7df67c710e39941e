/// A value that never shows what is in it: not printed, not interpolated, not dumped, not inside another value.
///
/// For what holds keys, phone numbers or texts of messages: a log line or an error that takes the whole value with it
/// then gives nothing away.
public protocol WithoutContents: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension WithoutContents {
    /// The name of the type and nothing of the value; a type may say more.
    public var description: String { "\(Self.self)" }

    /// The same as the description.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
