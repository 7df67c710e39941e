import Alerting
import Ingress
import OutboxAPI
import Receiving
import Runtime
import Sending

extension SettingsReader {
    /// Reads the settings as every process reads its own, so that ``Runtime/SettingsReader/finish()`` knows every
    /// problem for which one of them would end with code 78.
    ///
    /// A missing setting that a process must be told is no problem for a reader made to tolerate it. What shows only
    /// once the process runs, such as a time zone that Postgres does not know, is not found here.
    func checkForProcesses() {
        let processes: [any ServerProcess.Type] = [
            IngressProcess.self, WebhookWorkerProcess.self, APIProcess.self, SendWorkerProcess.self,
            AlertWorkerProcess.self,
        ]
        for process in processes {
            _ = process.init(reading: self)
            _ = ProcessSettings(reading: self, of: process.program)
        }
    }

    /// How many have a value that is not the default.
    func givenCount(of settings: [Setting]) -> Int {
        settings.count { setting in optionalText(setting).map { $0 != setting.defaultText } ?? false }
    }
}
