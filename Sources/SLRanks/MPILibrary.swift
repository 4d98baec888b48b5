import Glibc

/// The functions of `Sources/CMPI/slbench_mpi.c`, of a library opened at run time: the program itself needs no MPI.
@safe struct MPILibrary: @unchecked Sendable {
    typealias Number = @convention(c) () -> Int32
    typealias Text = @convention(c) (UnsafeMutablePointer<CChar>, Int64) -> Void
    typealias Words = @convention(c) (Int32, UnsafeMutablePointer<CChar>, Int64) -> Void
    typealias Exchange = @convention(c) (UnsafeRawPointer?, UnsafeMutableRawPointer?, Int64) -> Int32
    typealias ExchangeAt = @convention(c) (UnsafeRawPointer?, UnsafeMutableRawPointer?, Int64, Int32) -> Int32
    typealias Unequal = @convention(c) (UnsafeRawPointer?, UnsafeMutableRawPointer?, UnsafePointer<Int64>) -> Int32
    typealias Broadcast = @convention(c) (UnsafeMutableRawPointer?, Int64, Int32) -> Int32
    typealias Ending = @convention(c) (Int32) -> Void

    static let name = "libslbench_mpi.so"
    /// Of the functions' types; the library says its own.
    private static let interface: Int32 = 2

    let start, rank, count, finish: Number
    let version: Text
    let words: Words
    let scatter, gather: Exchange
    let gatherAt: ExchangeAt
    let gatherUnequal: Unequal
    let broadcast: Broadcast
    let sum: Broadcast
    let abort: Ending

    /// - Parameter path: the library's file.
    /// - Throws: ``RankError/unavailable(problem:fix:)`` when it can't be opened: it, or the MPI library it needs, is missing.
    init(path: String) throws(RankError) {
        guard unsafe access(path, R_OK) == 0 else {
            throw .unavailable(
                problem: "ranks: \(path) is missing, by which the program talks to MPI",
                fix: "apt-get install openmpi-bin libopenmpi-dev, then `scripts/slbench --version` builds it; another place: $SLBENCH_MPI_LIBRARY")
        }
        // Global: MPI's own components look for its symbols there.
        guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
            let why = unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason was given"
            throw .unavailable(
                problem: "ranks: MPI can't be opened: \(why)",
                fix: "install it on this host (apt-get install openmpi-bin) or load its module; built with another MPI: delete \(path) and build again")
        }
        func function<Function>(_ name: String, _ type: Function.Type) throws(RankError) -> Function {
            guard let address = unsafe dlsym(handle, "slbench_mpi_\(name)") else { throw Self.foreign(path) }
            return unsafe unsafeBitCast(address, to: type)
        }
        guard try function("interface", Number.self)() == Self.interface else { throw Self.foreign(path) }
        start = try function("start", Number.self)
        rank = try function("rank", Number.self)
        count = try function("count", Number.self)
        finish = try function("finish", Number.self)
        unsafe version = try function("library", Text.self)
        unsafe words = try function("words", Words.self)
        unsafe scatter = try function("scatter", Exchange.self)
        unsafe gather = try function("gather", Exchange.self)
        unsafe gatherAt = try function("gather_at", ExchangeAt.self)
        unsafe gatherUnequal = try function("gather_unequal", Unequal.self)
        unsafe broadcast = try function("broadcast", Broadcast.self)
        unsafe sum = try function("sum", Broadcast.self)
        abort = try function("abort", Ending.self)
    }

    private static func foreign(_ path: String) -> RankError {
        .unavailable(problem: "ranks: \(path) is of another version of the program", fix: "delete it; `scripts/slbench --version` builds it again")
    }

    /// - Throws: ``RankError/failed(call:problem:)`` in the library's words.
    func check(_ code: Int32, _ call: String) throws(RankError) {
        guard code != 0 else { return }
        throw .failed(call: call, problem: unsafe text { unsafe words(code, $0, $1) })
    }

    var versionText: String { unsafe text(version) }

    private func text(_ fill: (UnsafeMutablePointer<CChar>, Int64) -> Void) -> String {
        var bytes = [CChar](repeating: 0, count: 512)
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { unsafe fill(base, Int64(buffer.count)) }
        }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
