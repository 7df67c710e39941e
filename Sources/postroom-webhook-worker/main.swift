// Turns stored webhooks into their effects. What it does: Sources/Receiving.
import Glibc
import Receiving
import Runtime

exit(
    await runProcess(
        "postroom-webhook-worker", adminListen: .webhookWorkerAdminListen,
        read: ReceivingConfiguration.init(reading:),
        services: { configuration, context in
            try WebhookWorkerProcess(configuration, identity: context.identity, log: context.log)
                .services(readiness: context.readiness)
        }))
