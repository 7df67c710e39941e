// Takes in what providers report, stores it raw, answers. What it does: Sources/Ingress.
import Glibc
import Ingress
import Runtime

exit(await runProcess(IngressProcess.init(reading:)))
