/// Time-outs and deadlines of minutes and days, shrunk to seconds.
enum Hurry {
    static let environment = [
        "POSTROOM_SEND_TIMEOUT": "2s", "POSTROOM_RETRY_BASE": "50ms", "POSTROOM_RETRY_CAP": "500ms",
        "POSTROOM_RECEIPT_OVERDUE": "3s", "POSTROOM_RECEIPT_DEADLINE": "60s",
    ]
}
