import Foundation
import TestSupport
import Testing

/// `sql/roles.sql`, where roles are made and changed.
@Suite struct RolesFileTests {
    @Test func `who may not make a role is told what it takes`() async throws {
        let file = try String(contentsOfFile: "\(TestEnvironment.root)/sql/roles.sql", encoding: .utf8)
        let end = try #require(file.firstRange(of: "\n$$;\n"))
        // No role of the server that other tests use differs: so one more, which nobody has made.
        let role = "postroom_missing_\(UUID().uuidString.prefix(8).lowercased())"
        let text = file[..<end.upperBound].replacing("\"postroom_ingress\"", with: "\"\(role)\"")
        try await withTestDatabase(migrated: true) { database in
            let failure = await #expect(throws: TestSupportFailure.self) {
                try await database.sql(text + "COMMIT", user: "postroom_operator")
            }
            let words = try #require(failure).description
            #expect(
                words.contains("postroom_operator may not make or change the role \(role): it needs CREATEROLE and,"))
            #expect(words.contains("by GRANT \(role) TO postroom_operator WITH ADMIN OPTION"))
        }
    }
}
