/// A number of places; who finds none waits for its turn.
actor Slots {
    private var free: Int
    private var queue: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func take() async {
        if free > 0 {
            free -= 1
            return
        }
        await withCheckedContinuation { queue.append($0) }
    }

    func giveBack() {
        if queue.isEmpty { free += 1 } else { queue.removeFirst().resume() }
    }
}
