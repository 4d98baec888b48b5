public import SLSpec
public import SLSystem

/// Refuses what the limits set for this process leave no room for, before it is begun: libraries that can't have memory, threads or
/// files later on wait for them for ever or crash.
public struct LimitGuard: Sendable {
    /// One limit beside what is needed.
    public struct Finding: Sendable, Hashable {
        public var what: String
        public var found: String
        /// What is wrong and how to mend it; `nil` when there is enough.
        public var problem: String?
        public var fix: String?
    }

    /// Files that any command has open at a time, with room for the libraries' own.
    public static let leastOpenFiles = 64
    /// With fewer not even a limit can be looked at.
    public static let fewestOpenFiles = 12
    /// A run's: its pipes and its log while it starts.
    static let openFilesOfRun = 6
    /// Address space of a thread that computes: OpenBLAS's buffer.
    static let bufferBytes = 134_000_000
    /// Address space of every thread but the first: the allocator's arena, the stack.
    static let threadBytes = 134_000_000 + 9_000_000
    /// What a command needs that computes nothing.
    static let leastAddressBytes = 64_000_000
    /// A file below it can hold no database worth its name.
    static let leastFileBytes = 16_000_000
    /// Threads of a process beside those that compute.
    static let otherTasks = 4

    public var limits: ProcessLimits

    public init(limits: ProcessLimits = .current()) { self.limits = limits }

    /// - Throws: `FileError` when no command can be carried out.
    public func checkLeast() throws(FileError) { try refuse([openFiles(jobs: 0), addressSpace(threads: 0)]) }

    /// - Parameter jobs: runs side by side.
    /// - Throws: `FileError` that names the limit, what it is, what is needed, and what helps.
    public func check(threads: Int, jobs: Int) throws(FileError) { try refuse(findings(threads: threads, jobs: jobs)) }

    public func findings(threads: Int, jobs: Int) -> [Finding] {
        [openFiles(jobs: jobs), addressSpace(threads: threads), tasks(threads: threads, jobs: jobs), fileSize]
    }

    /// What is left for a run's tensors beside its threads; `nil` without a limit.
    public func addressRoom(threads: Int) -> Int? { limits.addressRoom.map { max(0, $0 - Self.addressBytes(threads)) } }

    private func refuse(_ findings: [Finding]) throws(FileError) {
        guard let finding = findings.first(where: { $0.problem != nil }), let problem = finding.problem else { return }
        throw FileError(file: finding.what, problem: problem, fix: finding.fix)
    }

    private func openFiles(jobs: Int) -> Finding {
        let needed = Self.leastOpenFiles + jobs * Self.openFilesOfRun
        return finding(
            "open files (ulimit -n)", limits.openFiles, needed: needed, words: { "\($0)" },
            fix: "ulimit -n \(max(1024, needed))" + (jobs > 1 ? ", or fewer --jobs" : ""))
    }

    private func addressSpace(threads: Int) -> Finding {
        let needed = Self.addressBytes(threads)
        let total = limits.addressSpace.map { ", of \(Self.megabytes($0)) in all" } ?? ""
        return finding(
            "address space (ulimit -v, -d)", limits.addressRoom, needed: needed, words: { "\(Self.megabytes($0)) left\(total)" },
            neededWords: Self.megabytes(needed) + (threads > 0 ? " for \(threads) \(threads == 1 ? "thread" : "threads")" : ""),
            fix: "ulimit -v unlimited" + (threads > 1 ? ", or fewer --threads" : ""))
    }

    private static func addressBytes(_ threads: Int) -> Int { leastAddressBytes + threads * bufferBytes + max(0, threads - 1) * threadBytes }

    private func tasks(threads: Int, jobs: Int) -> Finding {
        finding(
            "processes and threads (ulimit -u, pids.max)", limits.taskRoom, needed: threads + jobs * (threads + Self.otherTasks) + Self.otherTasks,
            words: { "\($0) more" }, fix: "a higher ulimit -u or pids.max, fewer --jobs or --threads")
    }

    private var fileSize: Finding {
        finding(
            "size of a file (ulimit -f)", limits.fileBytes, needed: Self.leastFileBytes, words: Self.megabytes,
            neededWords: Self.megabytes(Self.leastFileBytes), fix: "ulimit -f unlimited")
    }

    private func finding(
        _ what: String, _ found: Int?, needed: Int, words: (Int) -> String, neededWords: String? = nil, fix: String
    ) -> Finding {
        guard let found else { return Finding(what: what, found: "no limit") }
        guard found < needed else { return Finding(what: what, found: words(found)) }
        return Finding(
            what: what, found: words(found), problem: "too low a limit: \(words(found)), and \(neededWords ?? "\(needed)") are needed", fix: fix)
    }

    private static func megabytes(_ bytes: Int) -> String { "\(bytes / 1_000_000) MB" }
}
