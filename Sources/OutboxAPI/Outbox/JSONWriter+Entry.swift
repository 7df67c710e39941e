import Store

extension JSONWriter {
    /// An entry under the names users know; with its attempts where they are given.
    mutating func value(_ entry: EntryRecord, attempts: [AttemptRecord]? = nil) {
        object {
            $0.name("outboxId")
            $0.value(entry.id.description)
            $0.name("userId")
            $0.value(entry.userID)
            $0.name("recipientPhoneNumber")
            $0.value(entry.recipient)
            $0.name("message")
            $0.value(entry.message)
            $0.name("senderId")
            $0.value(entry.senderID)
            $0.name("messageId")
            $0.value(entry.messageID)
            $0.name("messageName")
            $0.value(entry.messageName)
            $0.name("smsUnitsUsed")
            $0.value(Int(entry.units))
            $0.name("costPerUnit")
            $0.value(entry.costPerUnit)
            $0.name("totalCost")
            $0.value(entry.totalCost)
            $0.name("currency")
            $0.value(entry.currency)
            $0.name("encoding")
            $0.value(entry.encoding)
            $0.name("status")
            $0.value(entry.status)
            $0.name("deliveryState")
            $0.value(entry.deliveryState)
            $0.name("timestamps")
            $0.value(entry.times)
            $0.name("retryCount")
            $0.value(Int(entry.retryCount))
            $0.name("errorDetails")
            $0.value(entry.errorDetails)
            $0.name("priority")
            $0.value(entry.priority)
            $0.name("provider")
            $0.value(entry.provider)
            $0.name("tags")
            $0.value(json: entry.tagsJSON)
            $0.name("customData")
            $0.value(json: entry.customDataJSON)
            guard let attempts else { return }
            $0.name("attempts")
            $0.array { for attempt in attempts { $0.value(attempt) } }
        }
    }

    private mutating func value(_ times: EntryTimes) {
        object {
            $0.name("createdAt")
            $0.value(times.createdAt)
            $0.name("scheduledAt")
            $0.value(times.scheduledAt)
            $0.name("validUntil")
            $0.value(times.validUntil)
            $0.name("lastAttemptAt")
            $0.value(times.lastAttemptAt)
            $0.name("sentAt")
            $0.value(times.sentAt)
            $0.name("deliveredAt")
            $0.value(times.deliveredAt)
            $0.name("cancelledAt")
            $0.value(times.cancelledAt)
            $0.name("expiredAt")
            $0.value(times.expiredAt)
        }
    }

    private mutating func value(_ attempt: AttemptRecord) {
        object {
            $0.name("attemptId")
            $0.value(attempt.id.description)
            $0.name("cycle")
            $0.value(Int(attempt.cycle))
            $0.name("number")
            $0.value(Int(attempt.number))
            $0.name("provider")
            $0.value(attempt.provider)
            $0.name("state")
            $0.value(attempt.state)
            $0.name("counts")
            $0.value(attempt.counts)
            $0.name("providerMessageId")
            $0.value(attempt.providerMessageID)
            $0.name("providerCode")
            $0.value(attempt.providerCode)
            $0.name("preparedAt")
            $0.value(attempt.preparedAt)
            $0.name("dispatchedAt")
            $0.value(attempt.dispatchedAt)
            $0.name("settledAt")
            $0.value(attempt.settledAt)
            $0.name("deadlinePassedAt")
            $0.value(attempt.deadlinePassedAt)
            $0.name("receipts")
            $0.array { for receipt in attempt.receipts { $0.value(receipt) } }
        }
    }

    private mutating func value(_ receipt: AttemptReceipt) {
        object {
            $0.name("source")
            $0.value(receipt.source)
            $0.name("receivedAt")
            $0.value(receipt.receivedAt)
            $0.name("status")
            $0.value(receipt.status)
            $0.name("result")
            $0.value(receipt.result)
            $0.name("reportedTime")
            $0.value(receipt.reportedTime)
            $0.name("clockAheadMilliseconds")
            if let ahead = receipt.clockAheadMilliseconds { $0.value(Int(ahead)) } else { $0.null() }
            $0.name("price")
            if let price = receipt.price { $0.value(price) } else { $0.null() }
            $0.name("size")
            if let size = receipt.size { $0.value(Int(size)) } else { $0.null() }
            $0.name("currency")
            $0.value(receipt.currency)
            $0.name("rate")
            if let rate = receipt.rate { $0.value(rate) } else { $0.null() }
            $0.name("charge")
            if let charge = receipt.charge { $0.value(charge) } else { $0.null() }
        }
    }

    /// The answer to a send, a resend or a cancel.
    mutating func success(_ message: StaticString, _ entry: EntryRecord) {
        object {
            $0.name("status")
            $0.value("success")
            $0.name("message")
            $0.value("\(message)")
            $0.name("outboxId")
            $0.value(entry.id.description)
            $0.name("outbox")
            $0.value(entry)
        }
    }
}
