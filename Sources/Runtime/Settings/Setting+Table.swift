extension Setting {
    /// Where Postgres is.
    package static let databaseURL = Setting(
        "DATABASE_URL", .text, secret: true,
        "Where Postgres is: a libpq URI or keywords; several hosts may be named.")
    /// Where webhooks come in.
    package static let ingressListen = Setting(
        "POSTROOM_INGRESS_LISTEN", .listenAddress, default: "127.0.0.1:8080",
        "Where the ingress takes webhooks.")
    /// Where webhooks come in behind a balancer in TCP mode.
    package static let rawListen = Setting(
        "POSTROOM_RAW_LISTEN", .listenAddress,
        "Where the ingress takes the same routes behind a TCP-mode balancer that speaks PROXY protocol v2.")
    /// Where the ingress answers about itself.
    package static let ingressAdminListen = Setting(
        "POSTROOM_INGRESS_ADMIN_LISTEN", .listenAddress, default: "127.0.0.1:9081",
        "Where the ingress answers /healthz, /readyz and /metrics.")
    /// Where the webhook worker answers about itself.
    package static let webhookWorkerAdminListen = Setting(
        "POSTROOM_WEBHOOK_WORKER_ADMIN_LISTEN", .listenAddress, default: "127.0.0.1:9082",
        "Where the webhook worker answers /healthz, /readyz and /metrics.")
    /// The keys Onoff may call with.
    package static let onoffAPIKeys = Setting(
        "POSTROOM_ONOFF_API_KEYS", .accountSecrets, secret: true,
        "The keys Onoff may call with; none closes its route.")
    /// The tokens NXTele may call with.
    package static let nxteleTokens = Setting(
        "POSTROOM_NXTELE_TOKENS", .accountSecrets, secret: true,
        "The tokens NXTele may call with; none closes its routes, save an alias that has an allow list.")
    /// Further paths for NXTele's receipts.
    package static let nxteleReceiptPaths = Setting(
        "POSTROOM_NXTELE_DR_PATHS", .list,
        "Further paths on which NXTele's receipts are taken, each starting with a slash.")
    /// The key in calls that are signed, NXTele's and ours.
    package static let nxteleAccessKey = Setting(
        "POSTROOM_NXTELE_ACCESSKEY", .text, secret: true,
        "The access key in NXTele's signed inbound messages; where it is given, the send worker signs its sends and "
            + "balance calls with it, too.")
    /// The secret such calls are signed with.
    package static let nxteleAccessSecret = Setting(
        "POSTROOM_NXTELE_ACCESSSECRET", .text, secret: true,
        "The secret of that access key, with which NXTele signs inbound messages and the send worker its calls.")
    /// Who may call NXTele's routes.
    package static let allowedIPs = Setting(
        "POSTROOM_ALLOWED_IPS", .list,
        "The addresses or CIDRs that may call NXTele's routes; none allows every address.")
    /// Whose `X-Forwarded-For` is believed.
    package static let trustedProxies = Setting(
        "POSTROOM_TRUSTED_PROXIES", .list,
        "The addresses or CIDRs of proxies whose X-Forwarded-For is believed; where there are any, nobody else may connect "
            + "to POSTROOM_RAW_LISTEN.")
    /// The largest body.
    package static let maxBodyBytes = Setting(
        "POSTROOM_MAX_BODY_BYTES", .byteCount(1...16_777_216), default: "65536",
        "The largest body a webhook may have; a larger one is refused with 413.")
    /// The zone of NXTele's clock. The default is a guess.
    package static let nxteleTimezone = Setting(
        "POSTROOM_NXTELE_TIMEZONE", .text, default: "Asia/Shanghai",
        "The time zone NXTele writes its local times in.")
    /// How long a webhook may wait for its commit, and a request to the API for Postgres.
    package static let storeDeadline = Setting(
        "POSTROOM_STORE_DEADLINE", .duration(.milliseconds(1) ... .seconds(60)), default: "2s",
        "How long a webhook may wait for its commit in Postgres before it goes to the spool, or is refused with 503; and "
            + "how long a request to the API may wait for Postgres before it is refused with 503.")
    /// Where webhooks wait for Postgres.
    package static let spoolDirectory = Setting(
        "POSTROOM_SPOOL_DIR", .path,
        "The folder on local disk, one ingress's own, for webhooks that Postgres does not take in time; unset, spool in "
            + "POSTROOM_STATE_DIR; off, or neither set: such webhooks are refused with 503.")
    /// How much may wait there.
    package static let spoolMaxBytes = Setting(
        "POSTROOM_SPOOL_MAX_BYTES", .byteCount(65_536...1 << 46), default: "1073741824",
        "How much the spool may take on disk; full, what Postgres does not take is refused with 503.")
    /// Where a process keeps its own files.
    package static let stateDirectory = Setting(
        "POSTROOM_STATE_DIR", .path,
        "The folder on local disk for what must outlive a process, such as the worker's trace of what it is parsing; "
            + "unset, /tmp/postroom-UID.")
    /// Where applications call the outbox API.
    package static let apiListen = Setting(
        "POSTROOM_API_LISTEN", .listenAddress, default: "127.0.0.1:8081",
        "Where the outbox API takes requests.")
    /// Where the API answers about itself.
    package static let apiAdminListen = Setting(
        "POSTROOM_API_ADMIN_LISTEN", .listenAddress, default: "127.0.0.1:9083",
        "Where the API answers /healthz, /readyz and /metrics.")
    /// How often a user may have one entry sent again.
    package static let maxResends = Setting(
        "POSTROOM_MAX_RESENDS", .integer(0...60), default: "3",
        "How often a failed message may be resent, unless the account says otherwise.")
    /// Where the send worker answers about itself.
    package static let sendWorkerAdminListen = Setting(
        "POSTROOM_SEND_WORKER_ADMIN_LISTEN", .listenAddress, default: "127.0.0.1:9084",
        "Where the send worker answers /healthz, /readyz and /metrics.")
    /// Where NXTele is.
    package static let nxteleURL = Setting(
        "POSTROOM_NXTELE_URL", .text, default: "https://api2.nxcloud.com",
        "The address of NXTele's API, without the path of a call.")
    /// The key of NXTele's SMS application.
    package static let nxteleAppKey = Setting(
        "POSTROOM_NXTELE_APPKEY", .text, secret: true,
        "The key of the SMS application at NXTele that messages are sent through.")
    /// The secret of NXTele's SMS application.
    package static let nxteleSecretKey = Setting(
        "POSTROOM_NXTELE_SECRETKEY", .text, secret: true,
        "The secret of the SMS application at NXTele that messages are sent through.")
    /// Where NXTele sends the receipts of our messages.
    package static let nxteleReceiptURL = Setting(
        "POSTROOM_NXTELE_DR_URL", .text, secret: true,
        "The address NXTele sends receipts to, given with each message; unset, the one set at NXTele.")
    /// How many calls a second NXTele is made.
    package static let nxteleRate = Setting(
        "POSTROOM_NXTELE_RATE", .integer(0...100_000), default: "0",
        "How many messages a second all send workers together hand to NXTele; 0 is no limit.")
    /// How long a call to a provider may take. A lease lasts this long plus a few seconds, so with the bound a hung
    /// worker's sends are free within a minute.
    package static let sendTimeout = Setting(
        "POSTROOM_SEND_TIMEOUT", .duration(.milliseconds(100) ... .seconds(45)), default: "30s",
        "How long a call to a provider may take; past it, whether it took the message is not known.")
    /// How many calls one send worker makes at a time.
    package static let sendCalls = Setting(
        "POSTROOM_SEND_CALLS", .integer(1...4_096), default: "256",
        "How many calls one send worker has in flight at most.")
    /// How often the system tries again.
    package static let maxAutomaticRetries = Setting(
        "POSTROOM_MAX_AUTOMATIC_RETRIES", .integer(0...100), default: "3",
        "How many counted attempts may follow the first by themselves, unless the account says otherwise.")
    /// The longest wait before the first retry.
    package static let retryBase = Setting(
        "POSTROOM_RETRY_BASE", .duration(.zero ... .seconds(86_400)), default: "5s",
        "The longest wait before the first retry; it doubles with each further one.")
    /// The longest wait before a retry that counts.
    package static let retryCap = Setting(
        "POSTROOM_RETRY_CAP", .duration(.zero ... .seconds(86_400)), default: "15m",
        "The longest wait before a retry that counts, also where the provider asks for more; what the provider did not "
            + "take yet, as for its rate, waits an hour at most.")
    /// When an unclear attempt is given up.
    package static let unclearDeadline = Setting(
        "POSTROOM_UNCLEAR_DEADLINE", .duration(.seconds(1) ... .seconds(31 * 86_400)), default: "24h",
        "How long after its dispatch an attempt whose outcome is not known is looked up before the policy decides.")
    /// What becomes of an unclear attempt at its deadline.
    package static let unclearPolicy = Setting(
        "POSTROOM_UNCLEAR_POLICY", .choice(["fail", "retry"]), default: "fail",
        "What becomes of an attempt still unclear at its deadline, unless the account says otherwise: fail, or retry at "
            + "the risk of a second SMS.")
    /// When a receipt is looked up.
    package static let receiptOverdue = Setting(
        "POSTROOM_RECEIPT_OVERDUE", .duration(.seconds(1) ... .seconds(31 * 86_400)), default: "1h",
        "How long after its acceptance a message's receipt is overdue, so that the provider is asked; at most "
            + "POSTROOM_RECEIPT_DEADLINE.")
    /// When a receipt is given up.
    package static let receiptDeadline = Setting(
        "POSTROOM_RECEIPT_DEADLINE", .duration(.seconds(1) ... .seconds(31 * 86_400)), default: "72h",
        "How long after its acceptance a message without a receipt counts as unconfirmed.")
    /// How long an entry may wait to be sent.
    package static let maxWait = Setting(
        "POSTROOM_MAX_WAIT", .duration(.seconds(1) ... .seconds(31 * 86_400)), default: "24h",
        "How long a message without a validity of its own may wait to be sent before it expires.")
    /// How long raw webhooks are kept.
    package static let inboxRetention = Setting(
        "POSTROOM_INBOX_RETENTION", .duration(.seconds(86_400) ... .seconds(87_600 * 3_600)), default: "840h",
        "How long raw webhooks are kept; whole days, dropped once nothing of that day waits.")
    /// How long messages are kept.
    package static let outboxRetention = Setting(
        "POSTROOM_OUTBOX_RETENTION", .duration(.seconds(86_400) ... .seconds(87_600 * 3_600)), default: "9600h",
        "How long messages and their receipts are kept, from their creation, scheduled time or latest attempt, whichever "
            + "is last; a webhook older than that is buried as too-old.")
    /// How many workers one process runs.
    package static let workers = Setting(
        "POSTROOM_WORKERS", .integer(1...64), default: "2",
        "How many workers one webhook worker process runs side by side, each with a connection of its own.")
    /// How many rows one claim takes.
    package static let batch = Setting(
        "POSTROOM_BATCH", .integer(1...5_000), default: "500",
        "How many webhooks a worker claims at most in one transaction.")
    /// How long a drain may take.
    package static let shutdownGrace = Setting(
        "POSTROOM_SHUTDOWN_GRACE", .duration(.milliseconds(100) ... .seconds(3_600)), default: "20s",
        "How long a process may take to drain after SIGTERM before it ends with an error; a send worker needs more "
            + "than POSTROOM_SEND_TIMEOUT.")
    /// Where the alert worker answers about itself.
    package static let alertWorkerAdminListen = Setting(
        "POSTROOM_ALERT_WORKER_ADMIN_LISTEN", .listenAddress, default: "127.0.0.1:9085",
        "Where the alert worker answers /healthz, /readyz and /metrics.")
    /// What the signing secrets of endpoints are derived from.
    package static let alertKey = Setting(
        "POSTROOM_ALERT_KEY", .text, secret: true,
        "At least 32 random characters that the signing secrets of alert endpoints are derived from; unset, there are none."
    )
    /// Networks that notifications may be delivered to beside public ones.
    package static let alertAllowedNetworks = Setting(
        "POSTROOM_ALERT_ALLOWED_NETWORKS", .list,
        "The addresses or CIDRs beside public ones that alert endpoints may have, there also by plain http; every user of "
            + "the API reaches them.")
    /// How long listeners stay open once readiness has failed.
    package static let drainDelay = Setting(
        "POSTROOM_DRAIN_DELAY", .duration(.zero ... .seconds(600)), default: "3s",
        "How long the ingress and the API go on taking connections after SIGTERM, until balancers have seen /readyz fail; "
            + "at most a quarter of POSTROOM_SHUTDOWN_GRACE is used.")
    /// The least severe level that is logged.
    package static let logLevel = Setting(
        "LOG_LEVEL", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), default: "info",
        "The least severe level that is logged.")
    /// A file of the same keys.
    package static let environmentFile = Setting(
        "POSTROOM_ENV_FILE", .path,
        "A file of the same keys, KEY=VALUE a line; what the environment says wins over it.")
    /// Where `postroom migrate` and `postroom up` find the schema.
    package static let sqlFolder = Setting(
        "POSTROOM_SQL_DIR", .path,
        "The sql folder that postroom migrate and postroom up take, where it is not beside the executables. Read "
            + "from the environment only.")
    /// Which server `postroom up` and the tests start.
    package static let postgresFolder = Setting(
        "POSTROOM_PG_BIN", .path,
        "The folder of the Postgres server that postroom up starts, in place of the newest of this machine. Read from "
            + "the environment only.")

    /// Every setting, in the order `postroom config` prints them.
    package static let all: [Setting] = [
        databaseURL, ingressListen, rawListen, ingressAdminListen, webhookWorkerAdminListen, onoffAPIKeys, nxteleTokens,
        nxteleReceiptPaths, nxteleAccessKey, nxteleAccessSecret, nxteleTimezone, allowedIPs, trustedProxies,
        maxBodyBytes, storeDeadline, spoolDirectory, spoolMaxBytes, stateDirectory, apiListen, apiAdminListen,
        maxResends, sendWorkerAdminListen, nxteleURL, nxteleAppKey, nxteleSecretKey, nxteleReceiptURL, nxteleRate,
        sendTimeout, sendCalls, maxAutomaticRetries, retryBase, retryCap, unclearDeadline, unclearPolicy,
        receiptOverdue, receiptDeadline, maxWait, stopWords, startWords, alertWorkerAdminListen, alertKey,
        alertAllowedNetworks, inboxRetention, outboxRetention, workers, batch, shutdownGrace, drainDelay, logLevel,
        environmentFile, sqlFolder, postgresFolder,
    ]
}
