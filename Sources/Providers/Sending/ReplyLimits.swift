/// Every bound on what a provider answers; a longer body is as good as an unreadable one.
package enum ReplyLimits {
    /// The body of any answer but a day list, bytes. NXTele's have a few hundred.
    package static let bodyBytesMax = 64 * 1024
    /// The body of a page of a day list, bytes: 999 records with their texts (1 000 characters at most) and names.
    package static let dayListBytesMax = 4 * 1024 * 1024
    /// The most records asked for in a page, and read of one. NXTele wants less than 1 000.
    package static let pageRecordsMax = 999
    /// The most pages read of a day: ten million messages of full pages.
    package static let dayPagesMax = 10_000
    /// What is kept of a provider's words, bytes.
    package static let wordsBytesMax = 200
}
