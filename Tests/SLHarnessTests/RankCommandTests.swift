import Foundation
import SLHarness
import SLSpec
import Testing

/// How the processes of one run are started.
struct RankCommandTests {
    /// A folder with a program of that name, as a search path.
    private func path(with program: String) throws -> (path: String, remove: () -> Void) {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: program)
        try Data("#!/bin/sh\n".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        return (folder.path, { try? FileManager.default.removeItem(at: folder) })
    }

    @Test func severalAreStartedByMPI() throws {
        let (path, remove) = try path(with: "mpirun")
        defer { remove() }
        let program = URL(filePath: "/opt/slbench")
        let command = try RankCommand(executable: program, arguments: ["run-cell"], ranks: 4, oversubscribes: false, path: path)
        #expect(command.executable.lastPathComponent == "mpirun")
        #expect(command.arguments == ["-n", "4", "--bind-to", "none", "/opt/slbench", "run-cell"])
        let more = try RankCommand(executable: program, arguments: [], ranks: 4, oversubscribes: true, path: path)
        #expect(more.arguments.contains("--oversubscribe"))
        let alone = RankCommand(executable: program, arguments: ["run-cell"])
        #expect(alone.executable == program && alone.arguments == ["run-cell"])
    }

    @Test func withoutMPITheWayOutIsSaid() {
        let error = #expect(throws: FileError.self) {
            try RankCommand(executable: URL(filePath: "/opt/slbench"), arguments: [], ranks: 2, oversubscribes: false, path: "/nowhere")
        }
        #expect(error?.file == "mpirun" && error?.fix?.contains("openmpi-bin") == true)
    }

    /// A sweep that is a rank itself has children that are none.
    @Test func whatMakesThisProcessARankIsNotHandedOn() throws {
        let (path, remove) = try path(with: "mpirun")
        defer { remove() }
        let own = ["PATH": "/bin", "OMPI_COMM_WORLD_RANK": "1", "PMIX_RANK": "1", "OMPI_MCA_btl": "self,vader", "PMI_SIZE": "2"]
        let command = try RankCommand(executable: URL(filePath: "/opt/slbench"), arguments: [], ranks: 2, oversubscribes: false, path: path)
        let given = command.environment(own)
        #expect(given["PATH"] == "/bin" && given["OMPI_MCA_btl"] == "self,vader")
        for name in ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_SIZE"] { #expect(given[name] == nil, "\(name)") }
        #expect(RankCommand(executable: URL(filePath: "/opt/slbench"), arguments: []).environment(own) == own)
    }
}
