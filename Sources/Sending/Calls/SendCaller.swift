import Domain
import Providers
import Runtime
import Store

/// Hands one claimed send to the provider and tells what came of it. Every failure has a class; it never throws.
struct SendCaller: Sendable {
    let client: ProviderClient
    let provider: any SendingProvider
    let timeout: Duration

    /// Makes the call, unless the gate is past its time.
    func result(of send: ClaimedSend, gateUntil: ContinuousClock.Instant) async -> SendResult {
        guard let recipient = PhoneNumber(e164: send.recipient) else {
            return SendResult(outcome: .permanent, answer: "The recipient's number is not E.164; nothing was sent.")
        }
        let gate = CallGate(until: gateUntil)
        let call = provider.send(
            OutgoingMessage(
                attemptID: send.attemptID, recipient: recipient, text: send.text, senderID: send.senderID), at: .now)
        do {
            return provider.result(of: try await client.reply(to: call, gate: gate, timeout: timeout))
        } catch {
            return gate.shutUnpassed()
                ? SendResult(
                    outcome: .wait(.notWritten, retryAfter: nil), answer: "Nothing was written: \(failureWords(error))."
                )
                : SendResult(outcome: .unclear, answer: "No whole answer came: \(failureWords(error)).")
        }
    }
}
