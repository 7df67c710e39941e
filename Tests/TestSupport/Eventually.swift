/// Asks again and again until the answer is yes.
///
/// - Parameters:
///   - limit: time after which it fails.
///   - interval: pause between two questions.
///   - what: for the failure: "the worker has claimed the row".
/// - Throws: ``TestSupportFailure`` at the limit, what `condition` throws, `CancellationError`.
package func eventually(
    within limit: Duration = .seconds(60), every interval: Duration = .milliseconds(20), _ what: String = "it",
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw TestSupportFailure("not within \(limit): \(what)") }
        try await Task.sleep(for: interval)
    }
}
