// The webhook worker with parsers that a payload can kill: for the test that such a payload is set aside.
// All else is the real process: `postroom-webhook-worker` differs from this by its registry only.
import Domain
import Glibc
import Providers
import Receiving
import Runtime

exit(
    await runProcess(
        "poison-worker", adminListen: .webhookWorkerAdminListen,
        read: ReceivingConfiguration.init(reading:),
        services: { configuration, context in
            try WebhookWorkerProcess(
                configuration, identity: context.identity, registry: .poisonable, log: context.log
            ).services(readiness: context.readiness)
        }))
