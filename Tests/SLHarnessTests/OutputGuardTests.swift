import Foundation
import SLHarness
import SLSpec
import Testing

/// What an output must never take the place of, and where it can't go: told before anything runs.
@Suite struct OutputGuardTests {
    private static let former = "# a report\n"

    private func isFormer(_ file: FileHead) -> Bool { file.headText.hasPrefix(Self.former) }

    private func refusal(_ body: () throws -> Void) -> OutputRefusal? {
        do { try body() } catch { return error as? OutputRefusal }
        return nil
    }

    private func trouble(_ body: () throws -> Void) -> FileError? {
        do { try body() } catch { return error as? FileError }
        return nil
    }

    private func write(_ text: String, _ file: URL) throws { try Data(text.utf8).write(to: file) }

    @Test func inputsAreRefusedByAnyOfTheirNames() throws {
        try inFolder { folder in
            let config = folder.appending(path: "config.json")
            try write(Self.former, config)
            let files = FileManager.default
            try files.createSymbolicLink(at: folder.appending(path: "link.md"), withDestinationURL: config)
            try files.createSymbolicLink(atPath: folder.appending(path: "twice.md").path, withDestinationPath: "link.md")
            try files.linkItem(at: config, to: folder.appending(path: "hard.md"))
            try files.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: true)
            try files.createSymbolicLink(at: folder.appending(path: "folder"), withDestinationURL: folder)
            let protection = OutputGuard(inputs: [(config.path, "the config")], databases: [])
            for name in ["config.json", "link.md", "twice.md", "hard.md", "sub/../config.json", "./config.json", "folder/config.json"] {
                let refused = refusal { try protection.file("\(folder.path)/\(name)", what: "report", isFormer: isFormer) }
                #expect(refused?.problem.contains("the config") == true, "\(name)")
            }
            #expect(try String(contentsOf: config, encoding: .utf8) == Self.former)
        }
    }

    @Test func databasesAndWhatStandsBesideThemAreRefused() throws {
        try inFolder { folder in
            let database = folder.appending(path: "a.sqlite")
            let foreign = folder.appending(path: "b.db")
            for file in [database, foreign] { try write("SQLite format 3\0 and more", file) }
            let protection = OutputGuard(inputs: [], databases: [database.path])
            for name in ["a.sqlite", "a.sqlite-wal", "a.sqlite-shm", "a.sqlite-journal", "b.db", "b.db-wal", "b.db-journal"] {
                #expect(refusal { try protection.file("\(folder.path)/\(name)", what: "report") { _ in true } } != nil, "\(name)")
            }
            // One that is not there yet will be.
            let later = OutputGuard(inputs: [], databases: [folder.appending(path: "later.sqlite").path])
            #expect(refusal { try later.file(folder.appending(path: "later.sqlite").path, what: "report") { _ in true } } != nil)
        }
    }

    @Test func onlyAFormerOutputIsReplaced() throws {
        try inFolder { folder in
            let file = folder.appending(path: "notes.md")
            let protection = OutputGuard(inputs: [], databases: [])
            try write("my notes", file)
            #expect(refusal { try protection.file(file.path, what: "report", isFormer: isFormer) }?.problem.contains("stays as it is") == true)
            for text in [Self.former, ""] {
                try write(text, file)
                #expect(try protection.file(file.path, what: "report", isFormer: isFormer).lastPathComponent == "notes.md")
            }
            #expect(try protection.file(folder.appending(path: "new/er/x.md").path, what: "report", isFormer: isFormer).path.hasSuffix("new/er/x.md"))
        }
    }

    @Test func whatIsNoFileIsRefused() throws {
        try inFolder { folder in
            let protection = OutputGuard(inputs: [], databases: [])
            let pipe = folder.appending(path: "pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            for name in [folder.path, folder.path + "/x/", pipe, "/dev/null", "/dev/stdout", ""] {
                #expect(refusal { try protection.file(name, what: "report") { _ in true } } != nil, "\(name)")
            }
            try write("text", folder.appending(path: "file"))
            #expect(refusal { try protection.folder(folder.appending(path: "file").path) } != nil)
        }
    }

    @Test func placesThatCannotBeWrittenAreToldBefore() throws {
        try inFolder { folder in
            let protection = OutputGuard(inputs: [], databases: [])
            try write("text", folder.appending(path: "file"))
            let files = FileManager.default
            try files.createSymbolicLink(atPath: folder.appending(path: "dangling").path, withDestinationPath: "nowhere/at/all")
            try files.createSymbolicLink(atPath: folder.appending(path: "round").path, withDestinationPath: "round")
            let long = String(repeating: "ü", count: 120)
            for name in ["file/report.md", "dangling/report.md", "round", "\(long).md", "\(long)/report.md", "/proc/nothing/report.md"] {
                let path = name.hasPrefix("/") ? name : "\(folder.path)/\(name)"
                #expect(trouble { try protection.file(path, what: "report") { _ in true } } != nil, "\(name.prefix(30))")
            }
            // A link to a file that is to be made is followed.
            try files.createSymbolicLink(atPath: folder.appending(path: "latest.md").path, withDestinationPath: "archive.md")
            #expect(try protection.file(folder.appending(path: "latest.md").path, what: "report") { _ in true }.lastPathComponent == "archive.md")
        }
    }

    @Test(.enabled(if: getuid() != 0, "root may write anywhere")) func rightsAreLookedAt() throws {
        try inFolder { folder in
            let closed = folder.appending(path: "closed")
            try FileManager.default.createDirectory(at: closed, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o500])
            #expect(trouble { try OutputGuard(inputs: [], databases: []).file(closed.path + "/r.md", what: "report") { _ in true } } != nil)
        }
    }
}
