import PostgresClient
import Runtime

/// A submission that waits for a writer.
struct PendingSubmission: PendingItem {
    let submission: Submission
    /// Until when it waits.
    let deadline: Deadline
    /// Whether the spool's refusal is final: its time is up, or it came back from the spool once, and stays with the
    /// group commit until its time is up.
    var isSpoolFinal = false

    var byteCount: Int { submission.webhook.byteCount }

    /// The same, to be refused where the spool refuses it.
    var withSpoolFinal: PendingSubmission {
        var item = self
        item.isSpoolFinal = true
        return item
    }
}

/// Submissions that wait for the group commit, or for the spool.
typealias PendingSubmissions = PendingQueue<PendingSubmission>
