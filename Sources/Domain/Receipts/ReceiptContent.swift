/// What a receipt says beyond its identity: money, parts, and the provider's own words.
///
/// Copies with the same key may differ in it (a conflict). The greatest stands: a maximum, so that the order of arrival
/// cannot matter. Order: price, size, rate, currency, result, submittedTime, ext, each greater than nil; texts by their
/// bytes.
package struct ReceiptContent: Sendable {
    /// Unit price in ``currency``.
    package var price: Amount?
    /// Billed parts.
    package var size: Int32?
    /// Exchange rate of USD to CNY.
    package var rate: Amount?
    /// Currency of ``price``, as written.
    package var currency: String?
    /// The provider's word for the status, e.g. `DELIVRD`.
    package var result: String
    /// `sendtime`, as written.
    package var submittedTime: String
    /// What we gave as `ext`, as it came back.
    package var ext: String

    /// The content with these fields.
    package init(
        price: Amount? = nil, size: Int32? = nil, rate: Amount? = nil, currency: String? = nil,
        result: String = "", submittedTime: String = "", ext: String = ""
    ) {
        self.price = price
        self.size = size
        self.rate = rate
        self.currency = currency
        self.result = result
        self.submittedTime = submittedTime
        self.ext = ext
    }
}

extension ReceiptContent: Hashable, Comparable {
    /// Money first: of two copies the one that charges more stands (DESIGN, section 5, "Dedupe").
    package static func < (left: Self, right: Self) -> Bool { left.order(right) == .before }

    /// The same fields, texts byte by byte.
    package static func == (left: Self, right: Self) -> Bool { left.order(right) == .same }

    /// Feeds what ``==(_:_:)`` compares; texts that differ only in their bytes may share a hash.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(price)
        hasher.combine(size)
        hasher.combine(rate)
        hasher.combine(currency)
        hasher.combine(result)
        hasher.combine(submittedTime)
        hasher.combine(ext)
    }

    private func order(_ other: Self) -> Order {
        Order(price, other.price)
            .then(Order(size, other.size))
            .then(Order(rate, other.rate))
            .then(Order(bytesOf: currency, other.currency))
            .then(Order(bytesOf: result, other.result))
            .then(Order(bytesOf: submittedTime, other.submittedTime))
            .then(Order(bytesOf: ext, other.ext))
    }
}
