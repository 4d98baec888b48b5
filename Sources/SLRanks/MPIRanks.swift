import Glibc
public import SLSystem
import Synchronization

/// Ranks that are processes connected by MPI, on one host or on many.
///
/// There is one at most in a process, made and used by one thread.
public final class MPIRanks: RankGroup {
    public let rank: Int
    public let count: Int
    /// What connects them, e.g. `Open MPI v4.1.4`.
    public let library: String
    private let mpi: MPILibrary
    private let waited = WaitingTime()
    private let isFinished = Atomic<Bool>(false)

    /// Where the library is looked for: what the variable names, else beside the program, else in the `lib` beside its `bin`.
    public static func libraryPath(program: String, environment: [String: String] = EnvironmentVariable.all) -> String {
        if let named = EnvironmentVariable.value("SLBENCH_MPI_LIBRARY", in: environment) { return named }
        let folder = program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let places = ["\(folder)/\(MPILibrary.name)", "\(folder)/../lib/\(MPILibrary.name)"]
        return places.first { unsafe access($0, R_OK) == 0 } ?? places[0]
    }

    /// What the MPI library calls itself, without a rank being started.
    ///
    /// - Throws: ``RankError/unavailable(problem:fix:)`` where it is missing.
    public static func version(libraryPath: String) throws(RankError) -> String { try MPILibrary(path: libraryPath).versionText }

    /// Connects this process with the others; returns when all of them have come.
    ///
    /// - Parameters:
    ///   - launch: what the launcher said, which MPI must agree with.
    ///   - yields: whether a rank that waits gives its core away, for hosts that have more threads than cores.
    /// - Throws: ``RankError`` where MPI is missing or of another kind than the launcher.
    public init(launch: RankLaunch, libraryPath: String, yields: Bool) throws(RankError) {
        // Read by Open MPI at its start; a rank that spins would take the core from those it waits for.
        if yields { unsafe setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0) }
        mpi = try MPILibrary(path: libraryPath)
        try mpi.check(mpi.start(), "MPI_Init_thread")
        rank = Int(mpi.rank())
        count = Int(mpi.count())
        library = mpi.versionText
        guard count == launch.count else {
            throw .unavailable(
                problem: "ranks: \(launch.launcher.rawValue) started \(launch.count), and \(library) knows of \(count)",
                fix: "start with the launcher of the MPI that \(libraryPath) was built with; srun needs --mpi=pmix")
        }
    }

    public var secondsWaiting: Double { waited.seconds }

    public func gather(_ bytes: [UInt8]) throws(RankError) -> [[UInt8]] {
        let start = ContinuousClock.now
        defer { waited.add(since: start) }
        var lengths = [Int64](repeating: 0, count: count)
        var own = Int64(bytes.count)
        unsafe try mpi.check(mpi.gather(&own, &lengths, 8), "gathering lengths")
        var whole = [UInt8](repeating: 0, count: Int(lengths.reduce(0, +)))
        unsafe try mpi.check(mpi.gatherUnequal(bytes, &whole, lengths), "gathering \(bytes.count) bytes")
        var (parts, at): ([[UInt8]], Int) = ([], 0)
        for length in lengths {
            parts.append(Array(whole[at..<at + Int(length)]))
            at += Int(length)
        }
        return parts
    }

    public func scatter(_ sent: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer) throws(RankError) {
        precondition(sent.count == received.count && sent.count % count == 0, "\(sent.count) bytes into \(received.count) for \(count) ranks")
        let start = ContinuousClock.now
        defer { waited.add(since: start) }
        unsafe try mpi.check(
            mpi.scatter(sent.baseAddress, received.baseAddress, Int64(sent.count / count)), "an exchange of \(sent.count) bytes")
    }

    public func gather(_ part: UnsafeRawBufferPointer, into whole: UnsafeMutableRawBufferPointer) throws(RankError) {
        precondition(whole.count == part.count * count, "\(part.count) bytes of \(count) ranks into \(whole.count)")
        let start = ContinuousClock.now
        defer { waited.add(since: start) }
        unsafe try mpi.check(mpi.gather(part.baseAddress, whole.baseAddress, Int64(part.count)), "gathering \(part.count) bytes")
    }

    public func gather(_ part: UnsafeRawBufferPointer, into whole: UnsafeMutableRawBufferPointer, at root: Int) throws(RankError) {
        precondition(whole.count == part.count * count, "\(part.count) bytes of \(count) ranks into \(whole.count)")
        let start = ContinuousClock.now
        defer { waited.add(since: start) }
        unsafe try mpi.check(
            mpi.gatherAt(part.baseAddress, whole.baseAddress, Int64(part.count), Int32(root)), "gathering \(part.count) bytes at rank \(root)")
    }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) throws(RankError) {
        let start = ContinuousClock.now
        defer { waited.add(since: start) }
        unsafe try mpi.check(mpi.broadcast(bytes.baseAddress, Int64(bytes.count), Int32(root)), "a broadcast of \(bytes.count) bytes from rank \(root)")
    }

    public func sum(_ values: UnsafeMutableRawBufferPointer, of kind: RankElement) throws(RankError) {
        let start = ContinuousClock.now
        defer { waited.add(since: start) }
        unsafe try mpi.check(
            mpi.sum(values.baseAddress, Int64(values.count / kind.byteCount), kind.rawValue), "a sum of \(values.count) bytes")
    }

    /// Waits for all others to do the same: the last call.
    public func finish() throws(RankError) {
        guard !isFinished.exchange(true, ordering: .sequentiallyConsistent) else { return }
        try mpi.check(mpi.finish(), "MPI_Finalize")
    }

    public func abort(status: Int32) -> Never {
        fflush(nil)
        mpi.abort(status)
        _exit(status)
    }
}
