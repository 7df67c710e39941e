import Hummingbird
import HummingbirdCore
import NIOCore

/// Asks for the body of a caller who waits to be asked (`Expect: 100-continue`, RFC 9110 section 10.1.1), which the
/// server below does not: curl would wait a second with it, and others for as long as they have patience.
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
    /// Whether the body comes only once it is asked for. One that is too long is refused and not asked for; that of a
    /// request that is refused for another reason is asked for in vain, which is cheaper than to look at each twice.
    fileprivate var isWaitingToBeAsked: Bool {
        headers.value(of: "expect")?.lowercased() == "100-continue" && !hasTooLongBody
    }
}
