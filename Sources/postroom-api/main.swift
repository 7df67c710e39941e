// Takes what applications send, and tells them what became of it. What it does: Sources/OutboxAPI.
import Glibc
import OutboxAPI
import Runtime

exit(
    await runProcess(
        "postroom-api", adminListen: .apiAdminListen, isBehindBalancer: true,
        read: APIConfiguration.init(reading:),
        services: { configuration, context in APIProcess(configuration).services(context) }))
