import Domain

/// NXTele's send, record and balance calls (providers.md §1.1, 1.2, 1.6, 1.7).
///
/// One number a call, since only then `sys_messageid`, `ext` and `dr_url` have an effect. The attempt's id goes out as
/// both of the first: as `ext` it comes back in the receipt, as `sys_messageid` it can be asked for.
package struct NXTeleSender: SendingProvider {
    /// See ``SendingProvider/name``.
    package let name = ProviderName.nxtele

    let access: NXTeleAccess

    /// Sends by the signed JSON call where the access has the account's keys, else by the form.
    package init(_ access: NXTeleAccess) {
        self.access = access
    }

    /// See ``SendingProvider/send(_:at:)``.
    package func send(_ message: OutgoingMessage, at now: Timestamp) -> ProviderCall {
        let attempt = message.attemptID.description
        if let signed = access.signed {
            var object = JSONObjectWriter()
            object.append("appKey", access.appKey)
            object.append("phone", message.recipient.digits)
            object.append("content", message.text)
            if !message.senderID.isEmpty { object.append("sourceAddress", message.senderID) }
            object.append("sysMessageId", attempt)
            object.append("ext", attempt)
            if let url = access.receiptURL { object.append("drUrl", url) }
            return Self.signedCall("/api/sms/mtsend_v2", action: "mtsend", object.bytes, signed, at: now)
        }
        var form = self.form
        form.append("phone", message.recipient.digits)
        form.append("content", message.text)
        if !message.senderID.isEmpty { form.append("source_address", message.senderID) }
        form.append("sys_messageid", attempt)
        form.append("ext", attempt)
        if let url = access.receiptURL { form.append("dr_url", url) }
        return Self.call("/api/sms/mtsend", form)
    }

    /// See ``SendingProvider/lookUp(messageID:day:)``. The call has no signed form.
    package func lookUp(messageID: String, day: CivilDate) -> ProviderCall {
        var form = self.form
        form.append("date", Self.plainDate(day))
        form.append("messageid", messageID)
        return Self.call("/api/sms/get", form)
    }

    /// See ``SendingProvider/dayList(_:page:pageSize:)``. Oldest first. The call has no signed form.
    package func dayList(_ day: CivilDate, page: Int, pageSize: Int) -> ProviderCall {
        var form = self.form
        form.append("date", Self.plainDate(day))
        form.append("page_size", String(min(max(pageSize, 1), ReplyLimits.pageRecordsMax)))
        form.append("page", String(max(page, 1)))
        // Ascending, so that records that come in between two pages are added at the end and none is skipped.
        form.append("sort_type", "0")
        return Self.call("/api/sms/getSmsCdr", form)
    }

    /// See ``SendingProvider/balance(at:)``.
    package func balance(at now: Timestamp) -> ProviderCall {
        if let signed = access.signed {
            return Self.signedCall("/api/customer/getBalance", action: "getBalance", [], signed, at: now)
        }
        return Self.call("/api/common/getBalance", form)
    }

    // MARK: Forms and signed objects

    /// The keys that every form begins with.
    private var form: FormWriter {
        var form = FormWriter()
        form.append("appkey", access.appKey)
        form.append("secretkey", access.secretKey)
        return form
    }

    private static func call(_ path: String, _ form: FormWriter) -> ProviderCall {
        ProviderCall(path: path, contentType: "application/x-www-form-urlencoded", body: form.bytes)
    }

    /// The bytes that are hashed are the bytes that are sent.
    private static func signedCall(
        _ path: String, action: String, _ body: [UInt8], _ signed: (accessKey: String, accessSecret: String),
        at now: Timestamp
    ) -> ProviderCall {
        var headers = [
            (name: "accessKey", value: signed.accessKey), (name: "ts", value: String(now.milliseconds)),
            (name: "bizType", value: smsBusiness), (name: "action", value: action),
        ]
        let sign = NXTeleSignature.sign(headers, body: body, accessSecret: signed.accessSecret, algorithm: .md5)
        headers.append((name: NXTeleSignature.headerName, value: sign))
        return ProviderCall(
            path: path, contentType: "application/json",
            headers: headers.map { ProviderHeader(name: $0.name, value: $0.value) }, body: body)
    }

    /// `bizType` of SMS.
    private static let smsBusiness = "3"

    /// `yyyyMMdd`.
    private static func plainDate(_ day: CivilDate) -> String {
        day.description.filter { $0 != "-" }
    }
}
