import Foundation
import Glibc
import Synchronization

/// A running child: started at once, its output read line by line, its end awaited, never outliving this process.
///
/// Each child has a thread of its own that starts it and stays until it has ended. This is necessary: PR_SET_PDEATHSIG,
/// through which the child dies with us, fires at the death of the *thread* that started it (prctl(2)), and threads of
/// the cooperative pool come and go.
package final class ChildProcess: Sendable {
    /// Whose log lines and records these are.
    let name: String
    /// Its id and start time.
    let identity: ProcessStamp

    /// The process id.
    package var pid: Int32 { identity.pid }

    private struct State {
        var exit: ChildExit?
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
    }

    private enum Waiter {
        case expected
        case waiting(CheckedContinuation<ChildExit?, Never>)
    }

    private let state = Mutex(State())

    private init(name: String, identity: ProcessStamp) {
        self.name = name
        self.identity = identity
    }

    /// Starts the executable; blocks for the few milliseconds that takes.
    ///
    /// The child has a process group of its own, so that a terminal's Ctrl-C reaches only us and we stop the children
    /// in order. All its signals have their default action, whatever we ignore.
    /// - Parameters:
    ///   - launch: what to start.
    ///   - line: called for each line of its output and errors, in order, from one thread of the child's. Lines over
    ///     64 KiB arrive in pieces.
    /// - Throws: ``ChildProcessFailure``. A program that starts and fails at once is no failure here: see ``wait()``.
    package static func start(
        _ launch: Launch, line: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(ChildProcessFailure) -> ChildProcess {
        let spawn = try Spawn(launch)
        let name = launch.name
        let handover = Handover()
        Thread.detachNewThread {
            do throws(ChildProcessFailure) {
                let running = try spawn.run()
                let child = ChildProcess(name: name, identity: running.identity)
                handover.give(.success(child))
                child.keep(running, line: line)
            } catch {
                handover.give(.failure(error))
            }
        }
        return try handover.take().get()
    }

    /// Whether it has not ended yet.
    package var isRunning: Bool { state.withLock { $0.exit == nil } }

    /// Sends it a signal; does nothing once it has ended, so that no other process can be hit.
    package func signal(_ number: Int32) {
        state.withLock { state in
            if state.exit == nil { _ = Glibc.kill(pid, number) }
        }
    }

    /// Ends it at once (SIGKILL).
    package func kill() { signal(SIGKILL) }

    /// Waits for its end, whatever becomes of the calling task. All its lines have been handed over by then.
    package func wait() async -> ChildExit {
        while true {
            if let exit = await exit(waiter: newWaiter()) { return exit }
        }
    }

    /// Waits for its end, at most this long.
    ///
    /// - Parameter limit: nil waits until the end or the cancellation.
    /// - Returns: nil where it still runs at the limit, or when the calling task is cancelled.
    package func exit(within limit: Duration?) async -> ChildExit? {
        let waiter = newWaiter()
        let timer = limit.map { limit in
            Task.detached {
                do { try await Task.sleep(for: limit) } catch { return }
                self.leave(waiter)
            }
        }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await exit(waiter: waiter)
        } onCancel: {
            leave(waiter)
        }
    }

    /// Asks it to end, and kills it if it has not ended within the grace; at once when the calling task is cancelled.
    ///
    /// - Returns: how it ended.
    @discardableResult
    package func terminate(grace: Duration, signal number: Int32 = SIGTERM) async -> ChildExit {
        signal(number)
        if let exit = await exit(within: grace) { return exit }
        kill()
        return await wait()
    }

    private func newWaiter() -> Int {
        state.withLock { state in
            state.lastWaiter += 1
            if state.exit == nil { state.waiters[state.lastWaiter] = .expected }
            return state.lastWaiter
        }
    }

    /// Suspends until the end, or until ``leave(_:)`` was called for this waiter, even if that came first.
    private func exit(waiter: Int) async -> ChildExit? {
        await withCheckedContinuation { continuation in
            let now: ChildExit?? = state.withLock { state in
                if let exit = state.exit { return .some(exit) }
                guard state.waiters[waiter] != nil else { return .some(nil) }
                state.waiters[waiter] = .waiting(continuation)
                return nil
            }
            if let now { continuation.resume(returning: now) }
        }
    }

    private func leave(_ waiter: Int) {
        if case .waiting(let continuation) = state.withLock({ $0.waiters.removeValue(forKey: waiter) }) {
            continuation.resume(returning: nil)
        }
    }

    /// The life of the child's thread.
    private func keep(_ running: Spawn.Running, line: @escaping @Sendable (String) -> Void) {
        let drained = DispatchSemaphore(value: 0)
        let pump = OutputPump(output: running.output, ended: running.ended.readEnd, line: line)
        Thread.detachNewThread {
            pump.run()
            drained.signal()
        }
        // WNOWAIT leaves the zombie, hence the id, until no signal can be under way any more.
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        close(running.ended.writeEnd)
        drained.wait()
        let waiters = state.withLock { state in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let exit = ChildExit(waitStatus: status)
            state.exit = exit
            defer { state.waiters = [:] }
            return state.waiters.values.map { ($0, exit) }
        }
        for case (.waiting(let continuation), let exit) in waiters { continuation.resume(returning: exit) }
    }
}

/// Carries the started child from its thread to the caller, who waits for it.
private final class Handover: Sendable {
    private let value = Mutex<Result<ChildProcess, ChildProcessFailure>?>(nil)
    private let ready = DispatchSemaphore(value: 0)

    func give(_ result: Result<ChildProcess, ChildProcessFailure>) {
        value.withLock { $0 = result }
        ready.signal()
    }

    func take() -> Result<ChildProcess, ChildProcessFailure> {
        ready.wait()
        return value.withLock { $0 } ?? .failure(.system(call: "pthread_create", code: EAGAIN))
    }
}
