/// The types that values travel as, by their fixed object ids (PostgreSQL source, src/include/catalog/pg_type.dat).
public enum PostgresType: UInt32, Sendable {
    /// boolean
    case bool = 16
    /// bytea
    case bytea = 17
    /// bigint
    case int8 = 20
    /// smallint
    case int2 = 21
    /// integer
    case int4 = 23
    /// text
    case text = 25
    /// tid: where a row's version lies in its table
    case tid = 27
    /// date
    case date = 1082
    /// timestamp without time zone
    case timestamp = 1114
    /// timestamp with time zone
    case timestamptz = 1184
    /// interval
    case interval = 1186
    /// numeric
    case numeric = 1700
    /// uuid
    case uuid = 2950

    /// The object id of the array of this type.
    var arrayOID: UInt32 {
        switch self {
        case .bool: 1000
        case .bytea: 1001
        case .int8: 1016
        case .int2: 1005
        case .int4: 1007
        case .text: 1009
        case .tid: 1010
        case .date: 1182
        case .timestamp: 1115
        case .timestamptz: 1185
        case .interval: 1187
        case .numeric: 1231
        case .uuid: 2951
        }
    }
}
