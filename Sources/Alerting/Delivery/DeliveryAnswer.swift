/// What came of a try to deliver.
enum DeliveryAnswer: Sendable, Equatable {
    /// The receiver answered with this status, perhaps asking to wait.
    case status(Int, retryAfter: Duration?)
    /// No answer came; why, in words of ours.
    case failed(String)
    /// It may not be connected to; why.
    case blocked(String)
    /// It was not tried and will not be: its endpoint or the notification is gone, or its time is over. The text says
    /// which.
    case over(String)
    /// It was not tried, and stays as it is: the lease or the worker ended first.
    case notTried
}
