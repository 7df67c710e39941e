// Turns stored webhooks into their effects. What it does: Sources/Receiving.
import Glibc
import Receiving
import Runtime

exit(await runProcess(WebhookWorkerProcess.init(reading:)))
