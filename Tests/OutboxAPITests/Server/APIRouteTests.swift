import Domain
import Testing

@testable import OutboxAPI

@Suite struct APIRouteTests {
    private static let id = EntryID(rawValue: 7)

    @Test(arguments: APIRoute.allCases.filter { $0 != .unknown })
    func `the path of a route leads to it, and its id is read`(route: APIRoute) throws {
        let hasID = route.path.contains("{")
        var path = route.path
        if let start = path.firstIndex(of: "{"), let end = path.firstIndex(of: "}") {
            path.replaceSubrange(start...end, with: Self.id.description)
        }
        let (found, id) = APIRoute.match(path)
        #expect(found.taking(route.method) == route)
        #expect(id == (hasID ? Self.id.rawValue : nil))
        #expect(APIRoute.match(path + "/").route == .unknown)
    }

    @Test(arguments: [
        ("/api/sms/outbox/nonsense", APIRoute.entry), ("/api/sms/outbox/cancel", .entry),
        ("/api/sms/outbox/resend/cancel", .cancel), ("/api/sms/alerts/endpoints/rotate", .changeEndpoint),
        ("/api/sms/notifications/nonsense/read", .readNotification),
    ])
    func `what stands in an id's place and is none leads to the route without one`(path: String, route: APIRoute) {
        let (found, id) = APIRoute.match(path)
        #expect(found == route)
        #expect(id == nil)
    }

    @Test(arguments: [
        "", "/", "unknown", "/api/sms/Send", "/api/sms/outbox/", "/api/sms/outbox//cancel", "/api/sms/outbox//",
        "/api/sms/outbox/x/rotate", "/api/sms/outbox/x/x/cancel", "/api/sms/notifications/x",
        "/api/sms/alerts/endpoints//rotate", "x/api/sms/send",
    ])
    func `every other path leads nowhere`(path: String) {
        #expect(APIRoute.match(path).route == .unknown)
    }
}
