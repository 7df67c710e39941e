import Store

extension JSONWriter {
    /// An entry under the names users know; with its attempts where they are given.
    mutating func value(_ entry: EntryRecord, attempts: [AttemptRecord]? = nil) {
        object {
            $0.member("outboxId", entry.id.description)
            $0.member("userId", entry.userID)
            $0.member("recipientPhoneNumber", entry.recipient)
            $0.member("message", entry.message)
            $0.member("senderId", entry.senderID)
            $0.member("messageId", entry.messageID)
            $0.member("messageName", entry.messageName)
            $0.member("smsUnitsUsed", Int(entry.units))
            $0.member("costPerUnit", entry.costPerUnit)
            $0.member("totalCost", entry.totalCost)
            $0.member("currency", entry.currency)
            $0.member("encoding", entry.encoding.rawValue)
            $0.member("status", entry.status.rawValue)
            $0.member("deliveryState", entry.deliveryState.rawValue)
            // Written in a closure here, they would cost a reference count of each of the entry's texts.
            $0.name("timestamps")
            $0.value(entry.times)
            $0.member("retryCount", Int(entry.retryCount))
            $0.member("errorDetails", entry.errorDetails)
            $0.member("priority", entry.priority.rawValue)
            $0.member("provider", entry.provider)
            $0.member("tags", json: entry.tagsJSON)
            $0.member("customData", json: entry.customDataJSON)
            guard let attempts else { return }
            $0.array("attempts") { for attempt in attempts { $0.value(attempt) } }
        }
    }

    private mutating func value(_ times: EntryTimes) {
        object {
            $0.member("createdAt", times.createdAt)
            $0.member("scheduledAt", times.scheduledAt)
            $0.member("validUntil", times.validUntil)
            $0.member("lastAttemptAt", times.lastAttemptAt)
            $0.member("sentAt", times.sentAt)
            $0.member("deliveredAt", times.deliveredAt)
            $0.member("cancelledAt", times.cancelledAt)
            $0.member("expiredAt", times.expiredAt)
        }
    }

    private mutating func value(_ attempt: AttemptRecord) {
        object {
            $0.member("attemptId", attempt.id.description)
            $0.member("cycle", Int(attempt.cycle))
            $0.member("number", Int(attempt.number))
            $0.member("provider", attempt.provider)
            $0.member("state", attempt.state.rawValue)
            $0.member("counts", attempt.counts)
            $0.member("providerMessageId", attempt.providerMessageID)
            $0.member("providerCode", attempt.providerCode)
            $0.member("preparedAt", attempt.preparedAt)
            $0.member("dispatchedAt", attempt.dispatchedAt)
            $0.member("settledAt", attempt.settledAt)
            $0.member("deadlinePassedAt", attempt.deadlinePassedAt)
            $0.array("receipts") { for receipt in attempt.receipts { $0.value(receipt) } }
        }
    }

    private mutating func value(_ receipt: AttemptReceipt) {
        object {
            $0.member("source", receipt.source.rawValue)
            $0.member("receivedAt", receipt.receivedAt)
            $0.member("status", receipt.status)
            $0.member("result", receipt.result)
            $0.member("reportedTime", receipt.reportedTime)
            $0.member("clockAheadMilliseconds", receipt.clockAheadMilliseconds.map(Int.init))
            $0.member("price", receipt.price)
            $0.member("size", receipt.size.map(Int.init))
            $0.member("currency", receipt.currency)
            $0.member("rate", receipt.rate)
            $0.member("charge", receipt.charge)
        }
    }

    /// The answer to a send, a resend or a cancel.
    mutating func success(_ message: StaticString, _ entry: EntryRecord) {
        object {
            $0.member("status", "success")
            $0.member("message", "\(message)")
            $0.member("outboxId", entry.id.description)
            $0.name("outbox")
            $0.value(entry)
        }
    }
}
