import SLNumerics

extension StoredPart {
    /// Calls `body` with the memory itself.
    func withBytes<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
        // The address is good as long as the part is there.
        defer { withExtendedLifetime(self) {} }
        return try body(unsafe bytes.bytes)
    }

    /// Calls `body` with the memory itself, to be overwritten.
    func withMutableBytes<Result, Failure: Error>(_ body: (inout MutableRawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        var target = unsafe bytes.mutableBytes
        return try body(&target)
    }
}
