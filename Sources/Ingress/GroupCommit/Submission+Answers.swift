import NIOCore

extension Collection<Submission> {
    /// Answers all of them the same; from any thread.
    func answer(_ outcome: StoreOutcome) {
        // One hop for each event loop, not one for each webhook.
        var loops: [(loop: any EventLoop, submissions: [Submission])] = []
        for submission in self {
            if let index = loops.firstIndex(where: { $0.loop === submission.eventLoop }) {
                loops[index].submissions.append(submission)
            } else {
                loops.append((submission.eventLoop, [submission]))
            }
        }
        for (loop, submissions) in loops {
            loop.execute { for submission in submissions { submission.complete(outcome) } }
        }
    }
}
