import ArgumentParser
import Foundation
import SLHarness
import SLNumerics
import SLSpec
import SLSystem

/// What is looked at before a command runs: what comes from outside is checked where it enters.
enum ProgramStart {
    static let threadRange = 1...1024
    /// What the program heeds; the rest of these names are of its scripts and tests.
    private static let known = ["SLBENCH_DB", "SLBENCH_DATA_DIR", "SLBENCH_THREADS", "SLBENCH_MPI_LIBRARY", products, vectorUnits]
    private static let products = "SLBENCH_PRODUCTS"
    private static let vectorUnits = "SLBENCH_VECTOR_UNITS"
    private static let others: Set<String> = [
        "SLBENCH_BINARY", "SLBENCH_PYTHON", "SLBENCH_BASE_PYTHON", "SLBENCH_PACKAGES", "SLBENCH_PROGRAM", "SLBENCH_RECORD",
        "SLBENCH_FUZZ_ROUNDS", "SLBENCH_FUZZ_COUNT",
    ]
    /// The parser's help needs so many columns.
    private static let leastColumns = 40

    /// Before anything is opened.
    ///
    /// - Throws: `FileError` when not even the limits can be looked at.
    static func checkOpenFiles() throws {
        ProcessLimits.raiseOpenFiles()
        guard let most = ProcessLimits.openFiles, most < LimitGuard.fewestOpenFiles else { return }
        throw FileError(
            file: "open files (ulimit -n)", problem: "too low a limit: \(most), and \(LimitGuard.leastOpenFiles) are needed", fix: "ulimit -n 1024")
    }

    /// - Throws: `EnvironmentIssue`.
    static func checkEnvironment() throws {
        _ = try EnvironmentVariable.wholeNumber("SLBENCH_THREADS", threadRange)
        if let name = EnvironmentVariable.value(products), !name.isEmpty {
            guard let library = ProductLibrary(rawValue: name) else {
                throw EnvironmentIssue(
                    variable: products, value: name, allowed: ProductLibrary.allCases.map(\.rawValue).joined(separator: " or ") + ", or nothing")
            }
            ProductLibrary.use(library)
        }
        try chooseVectorUnits()
        for name in ["OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS"] { _ = try EnvironmentVariable.wholeNumber(name, 0...4096) }
        for name in ["COLUMNS", "LINES"] { _ = try EnvironmentVariable.wholeNumber(name, 0...10_000) }
        for name in ["SLBENCH_DB", "SLBENCH_DATA_DIR"] { try expandHome(in: name) }
        for name in EnvironmentVariable.all.keys.sorted() where name.hasPrefix("SLBENCH_") && !known.contains(name) && !others.contains(name) {
            let hint = NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? ""
            Talk.say("slbench: the variable \(name) is not known and is not heeded\(hint)")
        }
        widen()
    }

    /// What kernels run with, where another than the widest is asked for.
    private static func chooseVectorUnits() throws(EnvironmentIssue) {
        guard let name = EnvironmentVariable.value(vectorUnits), !name.isEmpty else { return }
        let asked = VectorUnits(rawValue: name)
        guard let asked, VectorUnits.use(asked) else {
            let here = VectorUnits.available.map(\.rawValue).joined(separator: " or ")
            let why = asked.map { VectorUnits.built.contains($0) ? "; the processor lacks \(name)" : "; the program has no kernels for \(name)" }
            throw EnvironmentIssue(variable: vectorUnits, value: name, allowed: here + ", or nothing" + (why ?? ""))
        }
    }

    private static func expandHome(in name: String) throws(EnvironmentIssue) {
        guard let path = EnvironmentVariable.value(name), path.hasPrefix("~") else { return }
        do throws(HomeFolder.Problem) {
            unsafe setenv(name, try HomeFolder.expanded(path), 1)
        } catch {
            throw EnvironmentIssue(variable: name, value: path, allowed: "a path; \(error)")
        }
    }

    /// Help is not cut to fewer columns than its words need.
    private static func widen() {
        var size = winsize()
        let shown = unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
        let asked = EnvironmentVariable.value("COLUMNS").flatMap { Int($0) }
        if asked == 0 { unsafe unsetenv("COLUMNS") }
        let columns = asked.flatMap { $0 == 0 ? nil : $0 } ?? shown
        if (1..<leastColumns).contains(columns) { unsafe setenv("COLUMNS", "\(leastColumns)", 1) }
    }

    /// Paths on the command line may begin with `~` where no shell has replaced it: `--db=~/results.sqlite`.
    ///
    /// - Throws: `ValidationError` for the home of nobody.
    static func expanded(_ arguments: [String]) throws -> [String] {
        do throws(HomeFolder.Problem) {
            var result: [String] = []
            for argument in arguments {
                let option = argument.prefixMatch(of: /--[a-z-]+=(?=~)/).map { String($0.output) } ?? ""
                result.append(option + (try HomeFolder.expanded(String(argument.dropFirst(option.count)))))
            }
            return result
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// - Throws: `FileError` when the limits set for this process are too low for any command.
    static func checkLimits() throws {
        try LimitGuard().checkLeast()
    }
}
