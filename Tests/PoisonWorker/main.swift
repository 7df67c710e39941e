// The webhook worker with parsers that a payload can kill: for the test that such a payload is set aside.
// All else is the real process: `postroom-webhook-worker` differs from this by its registry and its name.
import Glibc
import Providers
import Receiving
import Runtime

exit(
    await runProcess(
        { WebhookWorkerProcess(reading: $0, registry: .poisonable) },
        as: ServerProgram("poison-worker", adminListen: .webhookWorkerAdminListen)))
