import PostgresClient
import Runtime

/// A submission that waits for a writer.
struct PendingSubmission: PendingItem {
    let submission: Submission
    /// Until when it waits.
    let deadline: Deadline

    var byteCount: Int { submission.webhook.byteCount }
}

/// Submissions that wait for the group commit, or for the spool.
typealias PendingSubmissions = PendingQueue<PendingSubmission>
