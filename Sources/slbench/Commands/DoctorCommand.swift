import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLMethodKit
import SLNumerics
import SLReport
import SLSpec
import SLStore
import SLSystem

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine has and can do, and how to get what is missing. Exit code 3 if something is.",
        discussion: """
            With --on slurm the machine is a node of the cluster: a job of one minute looks at it, by the batch script of a sweep, and is waited for.

              slbench doctor --on slurm
              slbench doctor --on slurm --config configs/60m.json --template job.sh
            """)

    @OptionGroup var threading: ThreadOption

    @OptionGroup var output: FormatOptions

    @Option(help: "slurm: look at a node of the cluster instead.")
    var on: ClusterOptions.Place?

    @Option(help: "With --on slurm: the config whose \"slurm\" says what is asked of the cluster.", completion: .file(extensions: ["json"]))
    var config: String?

    @Option(help: "With --on slurm: a batch script of one's own.", completion: .file())
    var template: String?

    @Option(help: "With --on slurm: how long the job is waited for, e.g. 90s, 1h; 10m if not given.", transform: DurationArgument.init(parsing:))
    var wait: DurationArgument?

    @Option(name: .customLong("db"), help: "With --on slurm: the database that runs would record beside.")
    var database: String?

    func validate() throws {
        if on == nil, config != nil || template != nil || wait != nil || database != nil {
            throw ValidationError("--config, --template, --wait and --db are about --on slurm")
        }
    }

    private func lookAtANode() throws {
        let config = try config.map { file in
            try SweepConfig.load(
                file: URL(filePath: file), catalog: Program.registry.catalog, work: { SweepPlanner.trainingFloatingPointOperations($0, registry: Program.registry) },
                measure: { SweepPlanner.measure($0, $1, registry: Program.registry) })
        }
        let path = database ?? EnvironmentVariable.value("SLBENCH_DB") ?? config?.database ?? Program.defaultDatabase
        let found = try ClusterDoctor(
            spec: config?.slurm ?? SlurmSpec(), ranks: config?.ranks ?? 1, template: template, database: path, cores: threading.threads ?? 1,
            patience: wait?.seconds ?? 600
        ).run()
        output.write(
            ValueTable(columns: ["what", "found", "fix"], rows: found.rows.map { [.text($0.what), .text($0.found), $0.fix.map { .text($0) } ?? .null] }))
        if found.rows.contains(where: { $0.fix != nil }) { throw ExitCode(3) }
    }

    func run() throws {
        if on != nil { return try lookAtANode() }
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
