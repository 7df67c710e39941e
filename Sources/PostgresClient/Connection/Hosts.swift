import CLibpq
import Glibc

/// The parameter sets of a connection string, one for each host it lists.
///
/// libpq can try the hosts of a list itself, but only its blocking calls give each of them a time-out; PQconnectPoll
/// would wait for ever for a black-holed first host. So the list is taken apart here and each host is tried by itself.
struct Hosts {
    struct Host {
        /// Keyword and value pairs, ready for PQconnectStartParams.
        let parameters: [(keyword: String, value: String)]
        /// The name whose address is still to be found, as `hostaddr`; nil where there is nothing to look up.
        let name: String?
    }

    /// Never empty.
    let candidates: [Host]
    /// Whether only a server that is no standby will do: nobody has said what else would.
    let mustBePrimary: Bool

    init(_ configuration: ConnectionConfiguration) throws(PostgresError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(configuration.connectionString, &message) else {
            // libpq's message quotes the string, which may hold a password.
            if let message { PQfreemem(message) }
            throw PostgresError(.badConfiguration, statement: "connect")
        }
        defer { PQconninfoFree(options) }
        var given: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { given[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        mustBePrimary = given["target_session_attrs"] == nil && getenv("PGTARGETSESSIONATTRS") == nil
        if let user = configuration.user { given["user"] = user }
        if let database = configuration.database { given["dbname"] = database }
        given["application_name"] = given["application_name"] ?? configuration.applicationName
        given["client_encoding"] = "UTF8"
        // A peer that vanished without a word is noticed within seconds instead of two hours.
        given["keepalives_idle"] = given["keepalives_idle"] ?? "10"
        given["keepalives_interval"] = given["keepalives_interval"] ?? "5"
        given["keepalives_count"] = given["keepalives_count"] ?? "3"
        given["tcp_user_timeout"] = given["tcp_user_timeout"] ?? "20000"

        let names = Self.list(given["host"])
        let addresses = Self.list(given["hostaddr"])
        let ports = Self.list(given["port"])
        let count = max(names.count, addresses.count, 1)
        candidates = (0..<count).map { index in
            var one = given
            if !names.isEmpty { one["host"] = names[min(index, names.count - 1)] }
            if !addresses.isEmpty { one["hostaddr"] = addresses[min(index, addresses.count - 1)] }
            if !ports.isEmpty { one["port"] = ports[min(index, ports.count - 1)] }
            let name = (one["hostaddr"] ?? "").isEmpty ? one["host"].flatMap { HostLookup.isName($0) ? $0 : nil } : nil
            return Host(
                parameters: one.sorted { $0.key < $1.key }.map { (keyword: $0.key, value: $0.value) }, name: name)
        }
    }

    private static func list(_ value: String?) -> [String] {
        guard let value else { return [] }
        return value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
}
