import Glibc
import Synchronization

/// One posix_spawn(3): a pipe for output and errors, a process group of its own, default signals, and no other
/// descriptor of ours.
struct Spawn: Sendable {
    struct Running {
        var identity: ProcessStamp
        /// Read end of the child's output. The receiver closes it.
        var output: Int32
        /// A pipe of ours: closing its write end tells the output's reader that the child has ended.
        var ended: (readEnd: Int32, writeEnd: Int32)
    }

    private let words: [String]
    private let environment: [String]

    /// One at a time: between pipe() and FD_CLOEXEC another child would inherit the descriptors.
    private static let turn = Mutex(())

    /// Those that programs ignore; an ignored signal stays ignored through exec (SIGTERM, where a service traps it).
    private static let defaulted = [
        SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN,
        SIGTTOU,
    ]

    init(_ launch: Launch) throws(ChildProcessFailure) {
        words = try launch.commandLine()
        environment = launch.environment.map { "\($0.key)=\($0.value)" }.sorted()
    }

    func run() throws(ChildProcessFailure) -> Running {
        let result: Result<Running, ChildProcessFailure> = Self.turn.withLock { _ in
            do throws(ChildProcessFailure) { return .success(try start()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func start() throws(ChildProcessFailure) -> Running {
        let (readEnd, writeEnd) = try closingPipe()
        defer { close(writeEnd) }
        let ended: (readEnd: Int32, writeEnd: Int32)
        do throws(ChildProcessFailure) { ended = try closingPipe() } catch {
            close(readEnd)
            throw error
        }
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&files, writeEnd, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&files, writeEnd, STDERR_FILENO)
        // NIO and others open sockets without SOCK_CLOEXEC. With a child that inherited one, closing it here would
        // close nothing: the client would wait for an end that does not come, and the port would stay taken.
        _ = addCloseFrom?(&files, STDERR_FILENO + 1)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in Self.defaulted { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var pid: pid_t = 0
        let code = withCStrings(words) { argv in
            withCStrings(environment) { envp in posix_spawn(&pid, words[0], &files, &attributes, argv, envp) }
        }
        guard code == 0 else {
            for end in [readEnd, ended.readEnd, ended.writeEnd] { close(end) }
            throw .system(call: "posix_spawn", code: code)
        }
        // A child that has ended already is a zombie until we reap it: its id is still its own, its start time moot.
        let identity = ProcessStamp(pid: pid) ?? ProcessStamp(pid: pid, startTicks: 0)
        return Running(identity: identity, output: readEnd, ended: ended)
    }
}

/// A pipe that no child inherits unless it is handed over.
private func closingPipe() throws(ChildProcessFailure) -> (readEnd: Int32, writeEnd: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

private typealias AddCloseFrom =
    @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, _ from: Int32) -> Int32

/// `posix_spawn_file_actions_addclosefrom_np`, of glibc 2.34 and later: its header shows it to GNU C only, and so not
/// to Swift. Looked up once.
private let addCloseFrom: AddCloseFrom? = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
    unsafeBitCast($0, to: AddCloseFrom.self)
}

private func withCStrings<R>(_ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let copies: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
}
