// Tells people what happened, and delivers it to their webhooks. What it does: Sources/Alerting.
import Alerting
import Glibc
import Runtime

exit(
    await runProcess(
        "postroom-alert-worker", adminListen: .alertWorkerAdminListen,
        read: AlertWorkerProcess.init(reading:),
        services: { process, context in try process.services(context) }))
