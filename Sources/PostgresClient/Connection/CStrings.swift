import Glibc

/// A NULL-terminated array of C strings that lives as long as this object.
final class CStrings {
    private let storage: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        storage = .allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { storage[index] = UnsafePointer(strdup(text)) }
        storage[texts.count] = nil
    }

    var pointers: UnsafePointer<UnsafePointer<CChar>?> { UnsafePointer(storage) }

    deinit {
        for index in 0..<count { free(UnsafeMutablePointer(mutating: storage[index])) }
        storage.deallocate()
    }
}
