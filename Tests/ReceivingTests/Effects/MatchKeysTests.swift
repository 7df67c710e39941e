import Domain
import Testing

@testable import Receiving
@testable import Store

@Suite struct `What a receipt may be matched by` {
    private static let uuid = "019ae123-4567-7890-abcd-ef0123456789"
    private static let other = "019ae123-4567-7890-abcd-ef0123456780"

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var messageID: String
        var ext = ""
        var attempts: [String]
        var providerIDs: [String]
    }

    @Test(arguments: [
        Case(
            testDescription: "our id as ext, theirs as message id", messageID: "b308d94a", ext: uuid,
            attempts: [uuid], providerIDs: ["b308d94a"]),
        Case(testDescription: "our id as both", messageID: uuid, ext: uuid, attempts: [uuid], providerIDs: [uuid]),
        Case(testDescription: "our id as message id only", messageID: uuid, attempts: [uuid], providerIDs: [uuid]),
        Case(
            testDescription: "two ids of ours: ext first", messageID: other, ext: uuid, attempts: [uuid, other],
            providerIDs: [other]),
        Case(
            testDescription: "our id without hyphens, in capitals", messageID: "x",
            ext: "019AE12345677890ABCDEF0123456789", attempts: [uuid], providerIDs: ["x"]),
        Case(
            testDescription: "ten digits behind a dash are cut off", messageID: "20190909151515701-1234567890",
            attempts: [], providerIDs: ["20190909151515701-1234567890", "20190909151515701"]),
        Case(
            testDescription: "also behind our id", messageID: "\(uuid)-1234567890", attempts: [uuid],
            providerIDs: ["\(uuid)-1234567890", uuid]),
        Case(
            testDescription: "nine digits are not", messageID: "abc-123456789", attempts: [],
            providerIDs: ["abc-123456789"]),
        Case(
            testDescription: "eleven digits are not", messageID: "abc-12345678901", attempts: [],
            providerIDs: ["abc-12345678901"]),
        Case(
            testDescription: "letters are not", messageID: "abc-12345678x0", attempts: [],
            providerIDs: ["abc-12345678x0"]),
        Case(
            testDescription: "nor digits without an id before them", messageID: "-1234567890", attempts: [],
            providerIDs: ["-1234567890"]),
        Case(
            testDescription: "a UUID is not cut at its own dashes", messageID: "5cd1397f-f3b2-95de-ed5e-270123456789",
            attempts: ["5cd1397f-f3b2-95de-ed5e-270123456789"], providerIDs: ["5cd1397f-f3b2-95de-ed5e-270123456789"]),
        Case(
            testDescription: "text of several bytes is not cut within a character", messageID: "é-é234567890",
            attempts: [], providerIDs: ["é-é234567890"]),
        Case(
            testDescription: "an ext that is no id of ours", messageID: "m", ext: "order 66", attempts: [],
            providerIDs: ["m"]),
        Case(testDescription: "nothing", messageID: "", attempts: [], providerIDs: []),
    ])
    func `surest first`(one: Case) {
        let keys = MatchKeys(messageID: one.messageID, ext: one.ext, phone: "1")
        #expect(keys.attemptIDs.map(\.description) == one.attempts)
        #expect(keys.providerMessageIDs == one.providerIDs)
    }

    @Test(arguments: [
        ("4915112345678", "+4915112345678", true), ("+4915112345678", "+4915112345678", true),
        ("004915112345678", "+4915112345678", true), ("4915112345679", "+4915112345678", false),
        ("15112345678", "+4915112345678", false), ("", "+4915112345678", false), ("4915112345678", "", false),
        ("4915112345678", "4915112345678", false),
    ])
    func `the phone must agree`(reported: String, recipient: String, agrees: Bool) {
        #expect(MatchKeys.agrees(reported, recipient) == agrees)
    }

    @Test func `of several attempts with its phone the lowest is chosen, whatever their order`() {
        func candidate(_ attempt: UInt128, _ phone: String) -> AttemptCandidate {
            AttemptCandidate(
                ordinal: 0, attemptID: AttemptID(rawValue: attempt), entryID: EntryID(rawValue: 100 + attempt),
                recipientPhoneNumber: phone)
        }
        let keys = MatchKeys(messageID: "m", ext: "", phone: "4915112345678")
        let candidates = [
            candidate(3, "+4915112345678"), candidate(1, "+4915112345679"), candidate(2, "+4915112345678"),
            candidate(4, "+4915112345678"),
        ]
        for some in [candidates, candidates.reversed()] {
            let chosen = keys.choose(among: some)
            #expect(chosen?.attemptID == AttemptID(rawValue: 2) && chosen?.entryID == EntryID(rawValue: 102))
        }
        #expect(keys.choose(among: [candidates[1]]) == nil)
    }
}
