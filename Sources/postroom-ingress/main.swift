// Takes in what providers report, stores it raw, answers. What it does: Sources/Ingress.
import Glibc
import Ingress
import Runtime

exit(
    await runProcess(
        "postroom-ingress", adminListen: .ingressAdminListen, isBehindBalancer: true,
        read: IngressProcess.init(reading:),
        services: { process, context in try process.services(context) }))
