import PostgresClient
import Runtime

/// A send that waits for the writer, and who waits for its answer.
struct PendingSend: PendingItem {
    let candidate: SendCandidate
    /// Until when it waits.
    let deadline: Deadline
    let continuation: CheckedContinuation<SendAnswer, Never>

    var byteCount: Int { candidate.byteCount }
}

/// Sends that wait for the writer.
typealias PendingSends = PendingQueue<PendingSend>
