// Hands messages to the provider and learns what became of them. What it does: Sources/Sending.
import Glibc
import Runtime
import Sending

exit(await runProcess(SendWorkerProcess.init(reading:)))
