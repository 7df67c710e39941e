import Foundation
import Runtime
import TestSupport
import Testing

/// The files for Kubernetes, Compose, systemd and HAProxy, checked by their own tools as far as that goes without an engine.
@Suite struct ManifestTests {
    private static let folder = "\(TestEnvironment.root)/deploy"

    private static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    /// How a program ended, and its lines. The files it is given are these texts, in a folder that goes with it.
    private func run(
        _ program: String, _ arguments: [String], files: [String: String] = [:], environment: [String: String] = [:]
    ) async throws -> (end: String, lines: [String]) {
        let place = NSTemporaryDirectory() + "postroom-manifest-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        for (name, text) in files { try text.write(toFile: "\(place)/\(name)", atomically: true, encoding: .utf8) }
        return try await withProcesses { processes in
            let process = try await processes.start(
                program, arguments: arguments.map { $0.replacing("PLACE", with: place) },
                environment: environment.mapValues { $0.replacing("PLACE", with: place) })
            let exit = await process.exit(within: .seconds(120))
            return (exit?.description ?? "out of time", process.lines)
        }
    }

    // MARK: Kubernetes

    private static let manifests = ["postroom.yaml", "monitoring.yaml"]
    private static let validator = ProcessInfo.processInfo.environment["POSTROOM_TEST_PYTHON"].map {
        "\(($0 as NSString).deletingLastPathComponent)/kubernetes-validate"
    }.flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }

    /// The documents of the files.
    private static func documents() throws -> [String] {
        try manifests.flatMap { try text("kubernetes/\($0)").components(separatedBy: "\n---\n") }
    }

    @Test(
        .enabled(
            if: validator != nil,
            "NOT TESTED: PyPI's package kubernetes-validate could not be installed; deploy/test says why at its start"))
    func `Kubernetes' own schemas take every document, and would refuse a misspelt field`() async throws {
        let validator = try #require(Self.validator)
        var passed = 0
        for name in Self.manifests {
            let text = try Self.text("kubernetes/\(name)")
            let outcome = try await run(validator, ["--strict", "PLACE/file.yaml"], files: ["file.yaml": text])
            #expect(outcome.end == "exit code 0", "\(outcome.lines)")
            passed += outcome.lines.count { $0.contains(" passed for resource ") }
            let damaged = text.replacing("readinessProbe:", with: "readynessProbe:")
            #expect(damaged != text)
            let refused = try await run(validator, ["--strict", "PLACE/file.yaml"], files: ["file.yaml": damaged])
            #expect(refused.end != "exit code 0", "\(refused.lines)")
        }
        let documents = try Self.documents()
        #expect(passed == documents.count)
    }

    @Test(arguments: ["alert-worker", "api", "ingress", "send-worker", "webhook-worker"])
    func `every process has probes, a budget, no rights, a role of its own and an open admin port`(name: String) throws
    {
        let documents = try Self.documents()
        let workload = try #require(documents.first { $0.contains("command: [postroom-\(name)]") })
        for line in [
            "readinessProbe: {httpGet: {path: /readyz, port: admin}",
            "livenessProbe: {httpGet: {path: /healthz, port: admin}",
            "startupProbe:", "runAsNonRoot: true", "readOnlyRootFilesystem: true", "capabilities: {drop: [ALL]}",
            "allowPrivilegeEscalation: false", "automountServiceAccountToken: false", "limits: {memory:",
            "secretKeyRef: {name: postroom-database, key: \(name)}", "app.kubernetes.io/part-of: postroom",
        ] {
            #expect(workload.contains(line), "\(name): \(line)")
        }
        let budget = documents.first {
            $0.contains("kind: PodDisruptionBudget") && $0.contains("app.kubernetes.io/name: postroom-\(name)}")
        }
        #expect(budget?.contains("maxUnavailable: 1") == true)
        let port = try #require(workload.firstMatch(of: /name: admin, containerPort: ([0-9]+)/)).output.1
        let policy = try #require(documents.first { $0.contains("metadata: {name: postroom}\n") })
        #expect(policy.contains("{port: \(port)}"))
        // Killed before its grace is over, it would leave work behind that it could have finished.
        let grace = try #require(workload.firstMatch(of: /terminationGracePeriodSeconds: ([0-9]+)/)).output.1
        let own = workload.firstMatch(of: /POSTROOM_SHUTDOWN_GRACE, value: "([0-9]+)s"/)?.output.1 ?? "20"
        let sleep = workload.firstMatch(of: /command: \[sleep, "([0-9]+)"\]/)?.output.1 ?? "0"
        #expect(Int(grace) ?? 0 >= (Int(own) ?? .max) + (Int(sleep) ?? .max) + 10)
    }

    @Test func `the ingress has a volume for each pod, which its spool is on`() throws {
        let workload = try #require(Self.documents().first { $0.contains("command: [postroom-ingress]") })
        #expect(workload.contains("kind: StatefulSet") && workload.contains("volumeClaimTemplates:"))
        #expect(workload.contains("- metadata: {name: spool}"))
        #expect(workload.contains("volumeMounts: [{name: spool, mountPath: /var/lib/postroom}]"))
        #expect(workload.contains("{name: POSTROOM_SPOOL_DIR, value: \"/var/lib/postroom/spool\"}"))
        #expect(workload.contains("lifecycle: {preStop:"))
    }

    /// The top of a volume belongs to root, and these take no folder that is not their own.
    @Test(arguments: [("ingress", "POSTROOM_SPOOL_DIR"), ("webhook-worker", "POSTROOM_STATE_DIR")])
    func `a folder that must be the process's own is below its volume's top`(name: String, setting: String) throws {
        let workload = try #require(Self.documents().first { $0.contains("command: [postroom-\(name)]") })
        let mount = try #require(workload.firstMatch(of: /volumeMounts: \[\{name: [a-z]+, mountPath: ([^ }]+)\}/))
        let folder = workload.firstMatch(of: try Regex("\\{name: \(setting), value: \"([^\"]+)\"\\}"))?[1].substring
        #expect(folder?.hasPrefix("\(mount.output.1)/") == true, "\(folder ?? "unset")")
    }

    @Test(arguments: ["api", "ingress"])
    func `a balancer can address each pod, ready or not, and ask for its readiness`(name: String) throws {
        let documents = try Self.documents()
        let workload = try #require(documents.first { $0.contains("command: [postroom-\(name)]") })
        let service = try #require(documents.first { $0.contains("\nmetadata: {name: postroom-\(name)-pods}\n") })
        for line in [
            "kind: Service", "clusterIP: None", "publishNotReadyAddresses: true",
            "selector: {app.kubernetes.io/name: postroom-\(name)}",
        ] {
            #expect(service.contains("\(line)\n"), "\(line)")
        }
        let labels = try #require(workload.firstRange(of: "    metadata:\n      labels: {"))
        #expect(
            workload[labels.upperBound...].prefix { $0 != "}" }.hasSuffix("app.kubernetes.io/name: postroom-\(name)"))
        // Without a Service between them the ports are the containers' own.
        let own = Set(
            workload.matches(of: /\{name: ([a-z]+), containerPort: ([0-9]+)\}/).map { "\($0.1) \($0.2) \($0.1)" })
        let shown = service.matches(of: /\{name: ([a-z]+), port: ([0-9]+), targetPort: ([a-z]+)\}/)
        #expect(Set(shown.map { "\($0.1) \($0.2) \($0.3)" }) == own && own.contains { $0.hasPrefix("admin ") })
        let policy = try #require(documents.first { $0.contains("metadata: {name: postroom}\n") })
        let balancers = policy.components(separatedBy: "- from: ").first { $0.contains("name: balancers}") } ?? ""
        for port in shown { #expect(balancers.contains("{port: \(port.2)}"), "\(port.0)") }
        // A pod of a StatefulSet has a name of its own only below the Service that this names.
        let named = workload.firstMatch(of: /serviceName: ([a-z-]+)/)?.output.1
        #expect(named.map(String.init) == (name == "ingress" ? "postroom-ingress-pods" : nil))
    }

    @Test func `no secret is written down`() throws {
        for setting in Setting.all where setting.isSecret {
            let reference = try Regex("- name: \(setting.name)\n +valueFrom: \\{secretKeyRef:")
            for document in try Self.documents() where document.contains("- name: \(setting.name)\n") {
                #expect(document.matches(of: reference).count == 1, "\(setting.name)")
            }
            #expect(try !Self.documents().contains { $0.contains("name: \(setting.name), value") }, "\(setting.name)")
        }
    }

    @Test func `the autoscaler's metric is one that the exporter makes and the adapter is told of`() throws {
        let documents = try Self.documents()
        let scaler = try #require(documents.first { $0.contains("kind: HorizontalPodAutoscaler") })
        let metric = String(try #require(scaler.firstMatch(of: /metric: \{name: ([a-z_]+)/)).output.1)
        #expect(metric == "postroom_queue_waiting" && scaler.contains("matchLabels: {name: webhook}"))
        let queue = try #require(
            Self.text("prometheus/queries.yaml").components(separatedBy: "\n\n").first {
                $0.hasPrefix("postroom_queue:")
            })
        #expect(queue.contains("- waiting: {usage: GAUGE") && queue.contains("- name: {usage: LABEL"))
        let adapter = try #require(documents.first { $0.contains("name: postroom-adapter") })
        #expect(adapter.contains("- seriesQuery: \(metric)\n"))
        // What the autoscaler decides no release may undo.
        let target = String(try #require(scaler.firstMatch(of: /kind: Deployment, name: ([a-z-]+)/)).output.1)
        let workload = try #require(documents.first { $0.contains("command: [\(target)]") })
        #expect(!workload.contains("replicas:"))
    }

    // MARK: Compose

    private static let compose = "/usr/bin/docker-compose"

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: compose),
            "NOT TESTED: needs Debian's package docker-compose"))
    func `Compose takes its file, and would refuse a misspelt key and a secret that is not given`() async throws {
        // Debian's does not know the name of a project yet.
        let text = try Self.text("compose.yaml").replacing("name: postroom\n", with: "", maxReplacements: 1)
        let given = [
            "POSTROOM_ONOFF_API_KEYS": "a", "POSTROOM_NXTELE_TOKENS": "b", "POSTROOM_NXTELE_APPKEY": "c",
            "POSTROOM_NXTELE_SECRETKEY": "d",
        ]
        let arguments = ["--file", "PLACE/compose.yaml", "config", "--quiet"]
        let outcome = try await run(Self.compose, arguments, files: ["compose.yaml": text], environment: given)
        #expect(outcome.end == "exit code 0", "\(outcome.lines)")
        let damaged = text.replacing("healthcheck:", with: "healthchek:")
        let refused = try await run(Self.compose, arguments, files: ["compose.yaml": damaged], environment: given)
        #expect(refused.end != "exit code 0" && damaged != text, "\(refused.lines)")
        let missing = try await run(Self.compose, arguments, files: ["compose.yaml": text])
        #expect(missing.end != "exit code 0", "\(missing.lines)")
    }

    @Test func `what Prometheus scrapes by name is what Compose runs, on the port that it listens on`() throws {
        let compose = try Self.text("compose.yaml")
        let targets = try Self.text("prometheus/prometheus.yml").matches(of: /targets: \["([a-z-]+):([0-9]+)"\]/)
        #expect(targets.count == 6)
        for target in targets {
            let service = try #require(compose.components(separatedBy: "\n  \(target.output.1):\n").dropFirst().first)
            let own = service.components(separatedBy: "\n\n")[0]
            // 9187 is where the exporter listens if nobody says otherwise.
            #expect(
                target.output.2 == "9187" || own.contains("ADMIN_LISTEN: 0.0.0.0:\(target.output.2)"),
                "\(target.output.0)")
        }
    }

    // MARK: systemd

    private static let systemd = "/usr/bin/systemd-analyze"

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: systemd), "NOT TESTED: needs Debian's package systemd"))
    func `systemd takes the units, and calls each well shielded`() async throws {
        var files: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(Self.folder)/systemd") {
            // It looks whether what is started is there.
            files[name] = try Self.text("systemd/\(name)").replacing(/ExecStart=.*/, with: "ExecStart=/bin/true")
        }
        #expect(files.count == 6)
        let outcome = try await run(Self.systemd, ["verify"] + files.keys.sorted().map { "PLACE/\($0)" }, files: files)
        #expect(outcome.end == "exit code 0", "\(outcome.lines)")
        #expect(!outcome.lines.contains { $0.contains("nknown") }, "\(outcome.lines)")
        for name in files.keys.sorted() where name.hasSuffix(".service") {
            // In tenths: 1.5 of its 10 points of exposure; they have 1.2.
            let score = try await run(
                Self.systemd, ["security", "--no-pager", "--offline=true", "--threshold=15", "PLACE/\(name)"],
                files: files)
            #expect(score.end == "exit code 0", "\(name): \(score.lines.last ?? "")")
            print("\(name): \(score.lines.last ?? "")")
        }
    }

    // MARK: HAProxy

    private static let haproxy = "/usr/sbin/haproxy"
    private static let openssl = "/usr/bin/openssl"

    @Test(
        .enabled(
            if: [haproxy, openssl].allSatisfy(FileManager.default.isExecutableFile),
            "NOT TESTED: needs Debian's packages haproxy and openssl"))
    func `HAProxy takes its file as it stands, but for where the certificate is`() async throws {
        let pem = try await run(
            Self.openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
                "/CN=postroom",
                "-keyout", "-",
            ])
        #expect(pem.end == "exit code 0", "\(pem.lines)")
        let text = try Self.text("haproxy/haproxy.cfg")
            .replacing("/etc/haproxy/postroom.pem", with: "postroom.pem")
            .replacing("global\n", with: "global\n    default-path config\n", maxReplacements: 1)
        let files = ["haproxy.cfg": text, "postroom.pem": pem.lines.joined(separator: "\n") + "\n"]
        let outcome = try await run(Self.haproxy, ["-c", "-f", "PLACE/haproxy.cfg"], files: files)
        #expect(outcome.end == "exit code 0" && !outcome.lines.contains { $0.contains("WARNING") }, "\(outcome.lines)")
        let damaged = files.merging(["haproxy.cfg": text.replacing("timeout connect", with: "timeout conect")]) { $1 }
        let refused = try await run(Self.haproxy, ["-c", "-f", "PLACE/haproxy.cfg"], files: damaged)
        #expect(refused.end != "exit code 0")
    }
}
