import Foundation
import SLRanks
import SLSpec
import SLSystem

/// What decides the bits of a run beside its spec: equal bits are promised under equal conditions only.
///
/// A value that is not known, in an old checkpoint or of a program without a commit, is `nil`.
struct RunConditions: Sendable, Hashable, Codable {
    /// Sums are cut over them.
    var threads: Int?
    /// Which kernels OpenBLAS picked, by the processor or by OPENBLAS_CORETYPE.
    var blasCore: String?
    /// OpenBLAS's version and how it was built.
    var blas: String?
    /// The width of our own kernels.
    var vectorUnits: String?
    /// Libraries pick their forms of exp, log and cos by it.
    var processor: String?
    /// Version and commit.
    var program: String?
    var compiler: String?
    /// Where exp, log and cos come from, with what was tuned in it.
    var cLibrary: String?
    /// Which of several equal ways the linears are computed in, e.g. "56 by factors".
    var computation: String?

    enum CodingKeys: String, CodingKey {
        case threads, blas, processor, program, compiler, computation
        case blasCore = "blas_core"
        case vectorUnits = "vector_units"
        case cLibrary = "c_library"
    }

    /// What differs, in words: `threads 2 → 1`.
    func changes(to other: RunConditions) -> [String] {
        func words(_ value: some CustomStringConvertible) -> String { "\(value)".isEmpty ? "unnamed" : "\(value)" }
        func change<Value: Equatable & CustomStringConvertible>(_ name: String, _ value: KeyPath<RunConditions, Value?>) -> String? {
            let (before, after) = (self[keyPath: value], other[keyPath: value])
            guard before != after else { return nil }
            return "\(name) \(before.map { words($0) } ?? "unknown") → \(after.map { words($0) } ?? "unknown")"
        }
        return [
            change("threads", \.threads), change("vector units", \.vectorUnits), change("BLAS core", \.blasCore),
            change("BLAS library", \.blas), change("processor", \.processor), change("program", \.program),
            change("compiler", \.compiler), change("C library", \.cLibrary), change("computation of linears", \.computation),
        ].compactMap(\.self)
    }
}

extension RunConditions {
    /// What processes that share a run must have alike, or their weights part.
    func facts(runKey: String) -> [RankFact] {
        let fix = "start all of them alike, on nodes of one kind with the same program"
        func fact(_ what: String, _ value: (some CustomStringConvertible)?) -> RankFact {
            RankFact(what: what, value: value.map { "\($0)" } ?? "unknown", fix: fix)
        }
        return [
            RankFact(what: "the run", value: runKey, fix: "start all of them with the same config, data and choice of a cell"),
            fact("the number of threads", threads), fact("the vector units", vectorUnits), fact("the BLAS core", blasCore),
            fact("the BLAS library", blas), fact("the program", program), fact("the compiler", compiler), fact("the C library", cLibrary),
        ]
    }

    init(_ environment: EnvironmentRecord, threads: Int, computation: String?) {
        self.init(
            threads: threads, blasCore: environment.blasCore, blas: Self.library(environment), vectorUnits: environment.vectorUnits,
            processor: environment.cpu, program: Self.program(environment), compiler: "Swift \(environment.swiftVersion)",
            cLibrary: Self.cLibrary, computation: computation)
    }

    /// Its description names the core, too, which has its own place here.
    private static func library(_ environment: EnvironmentRecord) -> String {
        environment.blas.split(separator: " ").filter { $0 != environment.blasCore }.joined(separator: " ")
    }

    private static func program(_ environment: EnvironmentRecord) -> String {
        let commit = environment.commit.map { " \(ShortKey.of($0))" } ?? ""
        return environment.programVersion + commit + (environment.commitIsDirty == true ? " with changes" : "")
    }

    private static var cLibrary: String? {
        #if canImport(Glibc)
            var name = [CChar](repeating: 0, count: 64)
            guard unsafe confstr(Int32(_CS_GNU_LIBC_VERSION), &name, name.count) > 0 else { return nil }
            let tuned = EnvironmentVariable.value("GLIBC_TUNABLES").map { " (\($0))" } ?? ""
            return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + tuned
        #else
            return nil
        #endif
    }
}
