import Glibc

/// One process that trains alone: nothing is sent, and nobody waits.
public final class LoneRank: RankGroup {
    public init() {}

    public var rank: Int { 0 }
    public var count: Int { 1 }
    public var secondsWaiting: Double { 0 }

    public func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }

    public func scatter(_ sent: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer) {
        unsafe received.copyMemory(from: sent)
    }

    public func gather(_ part: UnsafeRawBufferPointer, into whole: UnsafeMutableRawBufferPointer) {
        unsafe whole.copyMemory(from: part)
    }

    public func gather(_ part: UnsafeRawBufferPointer, into whole: UnsafeMutableRawBufferPointer, at root: Int) {
        unsafe whole.copyMemory(from: part)
    }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {}

    public func sum(_ values: UnsafeMutableRawBufferPointer, of kind: RankElement) {}

    public func abort(status: Int32) -> Never { _exit(status) }
}
