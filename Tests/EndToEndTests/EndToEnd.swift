import Testing

/// Tests with real processes, one after another: each of them wants the machine for itself.
@Suite(.serialized, .timeLimit(.minutes(5)))
enum EndToEnd {}
