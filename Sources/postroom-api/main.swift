// Takes what applications send, and tells them what became of it. What it does: Sources/OutboxAPI.
import Glibc
import OutboxAPI
import Runtime

exit(await runProcess(APIProcess.init(reading:)))
