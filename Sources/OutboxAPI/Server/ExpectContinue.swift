import Hummingbird
import HummingbirdCore
import NIOCore

/// Asks for the body of a caller that waits to be asked (`Expect: 100-continue`, RFC 9110 section 10.1.1). The server
/// below does not: curl would hold the body back for a second, other clients for as long as they have patience.
enum ExpectContinue {
    static func heeded(by responder: @escaping HTTPChannelHandler.Responder) -> HTTPChannelHandler.Responder {
        { request, writer, channel in
            if request.isWaitingToBeAsked {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            try await responder(request, writer, channel)
        }
    }
}

extension Request {
    /// Whether the body comes only once it is asked for. A body that is too long is refused and not asked for. The body
    /// of a request that is refused for another reason is asked for in vain, which is cheaper than looking at each
    /// request twice.
    fileprivate var isWaitingToBeAsked: Bool {
        headers.value(of: "expect")?.lowercased() == "100-continue" && !hasTooLongBody
    }
}
