// Hands messages to the provider and learns what became of them. What it does: Sources/Sending.
import Glibc
import Runtime
import Sending

exit(
    await runProcess(
        "postroom-send-worker", adminListen: .sendWorkerAdminListen,
        read: SendWorkerProcess.init(reading:),
        services: { process, context in process.services(context) }))
