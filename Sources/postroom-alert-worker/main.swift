// Tells people what happened, and delivers it to their webhooks. What it does: Sources/Alerting.
import Alerting
import Glibc
import Runtime

exit(await runProcess(AlertWorkerProcess.init(reading:)))
