import Foundation
import SLData
import SLHarness
import SLNumerics
import SLRanks
import SLReport
import SLSpec
import SLStore
import SLSystem

/// What a job finds on its node, for `doctor --on slurm`.
struct NodeInspection: Codable {
    struct Row: Codable {
        var what: String
        var found: String
        /// `nil` where nothing is missing.
        var fix: String?
    }

    var rows: [Row] = []

    private mutating func say(_ what: String, _ found: String, fix: String? = nil) { rows.append(Row(what: what, found: found, fix: fix)) }

    /// Looks at this machine.
    ///
    /// - Parameter file: appears when all of it is known; its folder is one that the machines share.
    /// - Throws: `FileError` when it can't be written.
    static func write(to file: URL) throws {
        var inspection = NodeInspection()
        inspection.look(folder: file.deletingLastPathComponent())
        do { try RecordJSON.encoder().encode(inspection).write(to: file, options: .atomic) } catch {
            throw FileError(file: file.path, problem: "can't be written: \(error.localizedDescription)", fix: "a folder that the nodes may write to, by --db")
        }
        Talk.say("\(file.path): written")
    }

    private mutating func look(folder: URL) {
        let variables = EnvironmentVariable.all
        func given(_ name: String, _ words: (String) -> String) -> String { variables[name].map { ", of which the job has " + words($0) } ?? "" }
        say("node", "\(MachineProbe.host), \(MachineProbe.operatingSystem)")
        say("program", Program.versionText)
        say("cpu", "\(MachineProbe.cpu), \(MachineProbe.usableCores) usable cores" + given("SLURM_CPUS_PER_TASK") { $0 })
        say("memory", NumberFormat.bytes(MachineProbe.memoryBytes) + given("SLURM_MEM_PER_NODE") { "\($0) MB" })
        say("vector units", Program.vectorUnits)
        let build = OpenBLASBuild(configuration: BLASEnvironment.configuration)
        let isOptimized = BLASEnvironment.configuration.lowercased().contains("openblas")
        say(
            "blas", "\(BLASEnvironment.configuration), core \(BLASEnvironment.core)",
            fix: isOptimized ? nil : "install OpenBLAS on the nodes, or load its module in the batch script")
        let names = Processor().map { BLASCore.runnable(on: $0, by: build).map { $0.name.lowercased() } } ?? []
        say("kernels that can be pinned", names.isEmpty ? "none: this OpenBLAS has those of one processor" : names.joined(separator: ", "))
        say("product libraries", ProductLibrary.summary)
        say("matrix products", "\(NumberText.fixed(Calibration.productRate(threads: 1) / 1e9, decimals: 0)) GFLOP/s on 1 thread")
        say("MPI", mpi)
        say("mpirun", SearchPath.find("mpirun")?.path ?? "not on the PATH")
        say("srun --mpi", launchers(variables))
        write(in: folder)
        let data = DataDirectory.standard().root.path
        say("prepared data", FileManager.default.fileExists(atPath: data) ? data : "\(data) is not there yet, or this node does not see it")
    }

    private var mpi: String {
        do throws(RankError) {
            return try MPIRanks.version(libraryPath: MPIRanks.libraryPath(program: ProgramFile.location?.path ?? ""))
        } catch {
            return "none: \("\(error)".split(whereSeparator: \.isNewline).first ?? "")"
        }
    }

    /// The ways in which Slurm here connects ranks.
    private func launchers(_ variables: [String: String]) -> String {
        guard let srun = SearchPath.find("srun"),
            let answer = try? ChildOutput.of(srun.path, ["--mpi=list"], environment: variables.map { "\($0)=\($1)" }, seconds: 15)
        else { return "no srun" }
        let words = (answer.output + " " + answer.talk).split(whereSeparator: { $0.isWhitespace || $0 == "," }).map(String.init)
        let known = words.filter { $0.hasPrefix("pmi") || $0 == "none" || $0 == "cray_shasta" }
        return known.isEmpty ? "says nothing" : known.joined(separator: ", ")
    }

    private static let piece = 4 << 20
    private static let most = 256 << 20

    /// So much as 256 MiB, for no longer than five seconds, onto the disk: a checkpoint is written no faster.
    private mutating func write(in folder: URL) {
        let what = "shared folder"
        let file = folder.appending(path: "written-by-\(MachineProbe.host)")
        defer { try? FileManager.default.removeItem(at: file) }
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        let kind = JournalMode.fileSystem(ofFolder: folder.resolvingSymlinksInPath().path, mounts: mounts) ?? "of an unknown file system"
        do {
            try Data().write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            defer { try? handle.close() }
            let piece = Data((0..<Self.piece).map { UInt8(truncatingIfNeeded: $0 &* 0x9E37_79B1 >> 11) })
            let start = MonotonicClock.seconds
            var written = 0
            while written < Self.most, MonotonicClock.seconds - start < 5 {
                try handle.write(contentsOf: piece)
                try handle.synchronize()
                written += piece.count
            }
            let rate = Double(written) / max(1e-6, MonotonicClock.seconds - start)
            let free = MachineProbe.freeDiskBytes(at: folder.path).map { ", \(NumberFormat.bytes($0)) free" } ?? ""
            say(what, "\(kind), \(NumberFormat.bytes(Int(rate))) a second written\(free): \(folder.path)")
        } catch {
            say(what, "\(kind), can't be written: \(error.localizedDescription)", fix: "a folder that the nodes may write to, by --db")
        }
    }
}
