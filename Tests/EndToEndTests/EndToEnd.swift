import Foundation
import Testing

/// Tests with real processes, one after another: each of them wants the machine for itself.
@Suite(.serialized, .timeLimit(.minutes(15 + 2 * faultMinutes)))
enum EndToEnd {}

/// How long the fault round lasts, by `POSTROOM_FAULT_MINUTES`; 0 is some seconds.
let faultMinutes = ProcessInfo.processInfo.environment["POSTROOM_FAULT_MINUTES"].flatMap(Int.init) ?? 0
