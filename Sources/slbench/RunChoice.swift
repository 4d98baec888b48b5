import ArgumentParser
import SLHarness
import SLSpec

/// Which cells of a sweep are run, or shown as to be run.
struct RunChoice: ParsableArguments {
    @Flag(help: "Run again what failed or diverged before; from its checkpoint where there is one.")
    var retryFailed = false

    @Flag(help: "Run everything again from the start, finished runs too; a finished result stays until the new attempt has finished.")
    var rerun = false

    @Option(help: "Only these cells: method=sltrain, size=9m|60m,seed=1, lr=0.003. May be repeated: either holds.")
    var only: [String] = []

    func validate() throws {
        for words in only {
            do { _ = try CellFilter(words) } catch { throw ValidationError("--only: \(error)") }
        }
    }

    /// - Parameter mayBeNone: whether it is no mistake when nothing is left, for there are other cells that the words may be about.
    /// - Throws: `ValidationError` when nothing is left.
    func selected(_ cells: [(spec: RunSpec, origin: String)], mayBeNone: Bool = false) throws -> [(spec: RunSpec, origin: String)] {
        guard !only.isEmpty else { return cells }
        let specs = cells.map { $0.spec }
        var chosen: Set<Int> = []
        chosen.formUnion(try Self.matching(only, specs))
        guard !chosen.isEmpty || mayBeNone else { throw ValidationError("--only \(only.joined(separator: " ")): no cell is left of \(cells.count)") }
        return chosen.sorted().map { cells[$0] }
    }

    /// Places of the specifications that any of the words name, ascending.
    static func matching(_ only: [String], _ specs: [RunSpec]) throws -> [Int] {
        Set(try only.flatMap { try matches($0, specs) }).sorted()
    }

    private static func matches(_ words: String, _ specs: [RunSpec]) throws -> [Int] {
        do throws(CellFilter.Problem) {
            let holds = try CellFilter(words).select(specs)
            return specs.indices.filter { holds[$0] }
        } catch {
            throw ValidationError("--only: \(error)")
        }
    }
}
