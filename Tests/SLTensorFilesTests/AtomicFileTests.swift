import Foundation
import SLSpec
import SLTensorFiles
import Testing

struct AtomicFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-atomic-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }

    @Test func isThereWholeOrNotAtAll() throws {
        let path = folder.appending(path: "f").path
        try Data("old".utf8).write(to: URL(filePath: path))
        do {
            let file = try AtomicFile(path: path)
            try file.write(Data(repeating: 7, count: 100_000).bytes)
            #expect(names.count == 2, "written beside its place")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        }
        #expect(names == ["f"], "what is not committed leaves nothing")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        let file = try AtomicFile(path: path)
        try file.write(Data("new!".utf8).bytes)
        try file.overwrite(Data("N".utf8).bytes, at: 0)
        try file.commit()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "New!")
        #expect(names == ["f"])
    }

    @Test func aMissingFolderIsNamed() throws {
        do {
            _ = try AtomicFile(path: folder.appending(path: "gone/f").path)
            Issue.record("no error")
        } catch {
            #expect(error.condition == .vanished && error.file.hasSuffix("gone/f") && error.problem.contains("folder is gone"))
        }
    }

    /// What passes by itself is told from what does not.
    @Test func aFullDiskIsNamed() throws {
        let error = FileError(errno: ENOSPC, file: "x", doing: "written")
        #expect(error.condition == .diskFull && error.fix?.contains("free some space") == true)
        #expect(FileError(errno: EACCES, file: "x", doing: "written").condition == nil)
    }

    @Test func leftoversOfTheDeadAreRemoved() throws {
        // No process has this number: the kernel's largest is below.
        for name in ["a.\(getpid()).partial", "b.4194305.partial", "c.safetensors"] {
            try Data().write(to: folder.appending(path: name))
        }
        AtomicFile.removeLeftovers(in: folder.path)
        #expect(names == ["c.safetensors"])
    }
}
