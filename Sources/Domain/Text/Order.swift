/// Which of two values comes first in a total order.
enum Order {
    case before, same, after

    /// The order of two comparable values.
    init<Value: Comparable>(_ left: Value, _ right: Value) {
        self = left < right ? .before : (right < left ? .after : .same)
    }

    /// The order of two optional values, nil lowest.
    init<Value: Comparable>(_ left: Value?, _ right: Value?) {
        switch (left, right) {
        case (nil, nil): self = .same
        case (nil, _): self = .before
        case (_, nil): self = .after
        case (let left?, let right?): self = Order(left, right)
        }
    }

    /// The order of two texts by their UTF-8 bytes, as Postgres's collation "C" has it.
    ///
    /// Swift's own `<` and `==` treat canonically equivalent texts as one. That is too coarse where the greater of two
    /// must be the same bytes whichever came first.
    init(bytesOf left: String, _ right: String) {
        if left.utf8.elementsEqual(right.utf8) {
            self = .same
        } else {
            self = left.utf8.lexicographicallyPrecedes(right.utf8) ? .before : .after
        }
    }

    /// The order of two optional texts by their UTF-8 bytes, nil lowest.
    init(bytesOf left: String?, _ right: String?) {
        switch (left, right) {
        case (nil, nil): self = .same
        case (nil, _): self = .before
        case (_, nil): self = .after
        case (let left?, let right?): self = Order(bytesOf: left, right)
        }
    }

    /// This order, or where it does not tell the two apart the next criterion's.
    func then(_ next: @autoclosure () -> Order) -> Order {
        self == .same ? next() : self
    }

    /// The order with both ends exchanged.
    var reversed: Order {
        switch self {
        case .before: .after
        case .same: .same
        case .after: .before
        }
    }
}
