import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLNumerics
import SLReport
import SLSpec
import SLStore
import SLSystem

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine has and can do, and how to get what is missing. Exit code 3 if something is.")

    @OptionGroup var threading: ThreadOption

    @OptionGroup var output: FormatOptions

    func run() throws {
        let count = threading.count
        var rows: [[ValueTable.Cell]] = []
        var missing = 0
        func say(_ what: String, _ value: String, fix: String? = nil) {
            rows.append([.text(what), .text(value), fix.map { .text($0) } ?? .null])
            if fix != nil { missing += 1 }
        }
        say("program", Program.versionText)
        say("system", MachineProbe.operatingSystem)
        say("cpu", "\(MachineProbe.cpu), \(MachineProbe.usableCores) usable cores")
        say("vector units", Program.vectorUnits)
        say("memory", "\(NumberFormat.bytes(MachineProbe.memoryBytes)), \(NumberFormat.bytes(MemoryProbe().availableBytes)) free")
        let optimized = ["OPENBLAS", "OpenBLAS"].contains { BLASEnvironment.configuration.contains($0) }
        say(
            "blas", "\(BLASEnvironment.configuration), core \(BLASEnvironment.core)",
            fix: optimized ? nil : "apt-get install libopenblas-dev, then update-alternatives for libblas.so.3")
        say("product libraries", ProductLibrary.summary)
        let limits = LimitGuard()
        for finding in limits.findings(threads: count, jobs: 1) { say(finding.what, finding.found, fix: finding.fix) }
        let products = limits.findings(threads: 1, jobs: 1).allSatisfy { $0.fix == nil } ? ProductKernels.compared() : nil
        if let products { say("product kernels", products.found, fix: products.fix) }
        let canMultiply = products?.endsProcesses != true
        for number in Set([1, count]).sorted() where canMultiply && limits.findings(threads: number, jobs: 1).allSatisfy({ $0.fix == nil }) {
            say("matrix products", String(format: "%.0f GFLOP/s on %d thread%@", Calibration.productRate(threads: number) / 1e9, number, number == 1 ? "" : "s"))
        }
        let database = Program.defaultDatabase
        say("database", "SQLite \(Program.sqliteVersion ?? "unknown"), \(database)\(FileManager.default.fileExists(atPath: database) ? "" : " (not made yet)")")
        if let free = MachineProbe.freeDiskBytes(at: database) {
            say("disk", "\(NumberFormat.bytes(free)) free", fix: free < 1_000_000_000 ? "free some space: results and token files need room" : nil)
        }
        let scratch = ScratchFolder(prefix: "slbench-doctor")
        scratch?.remove()
        say(
            "temporary files", scratch?.url.deletingLastPathComponent().path ?? "no folder for them can be written",
            fix: scratch == nil ? "set TMPDIR to a folder that can be written" : nil)
        let gnuplot = GnuplotRunner.find()
        say("gnuplot", gnuplot == nil ? "missing: reports stand without pictures" : "found", fix: gnuplot == nil ? "apt-get install gnuplot-nox" : nil)
        let corpus = DataDirectory.standard().corpus(named: "sotu")
        let hasCorpus = FileManager.default.fileExists(atPath: corpus.path)
        say("corpus", hasCorpus ? "sotu in \(corpus.path)" : "sotu is missing", fix: hasCorpus ? nil : "scripts/fetch-corpus")
        output.write(ValueTable(columns: ["what", "found", "fix"], rows: rows))
        if missing > 0 { throw ExitCode(3) }
    }
}
