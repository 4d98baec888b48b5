import Foundation
import SLData
import SLSpec
import Testing

@Suite("Folders of text")
struct CorpusFolderTests {
    /// A folder with one text in it, and what `more` puts there.
    private func prepared(_ more: (Workplace, URL) throws -> Void) throws -> PreparedData {
        let place = try Workplace()
        defer { place.remove() }
        try place.write(prose(bytes: 30_000), "folder/a.txt")
        let folder = place.folder.appendingPathComponent("folder", isDirectory: true)
        try more(place, folder)
        return try place.prepare(folder.path)
    }

    private func link(_ target: String, _ folder: URL, _ name: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.appendingPathComponent(name).path, withDestinationPath: target)
    }

    @Test("what is not read is counted and named with its reason")
    func unread() throws {
        let data = try prepared { place, _ in
            for name in ["b.parquet", "c.json", "d.txt.xz", ".hidden.txt", "README", "e.bin.gz"] { try place.write("{}", "folder/\(name)") }
        }
        let note = try #require(data.notes.first)
        #expect(data.notes.count == 1)
        #expect(note.contains("6 entries are not read"))
        for words in ["b.parquet (Parquet is not read: convert it once", "c.json (a plain .json", "d.txt.xz (packed as .xz", ".hidden.txt (hidden)", "README (its name"] {
            #expect(note.contains(words), "\(words) in \(note)")
        }
        #expect(note.contains("and 1 more"))
        #expect(data.identity.trainTokens > 0)
    }

    @Test("nothing is said of a folder that is read whole, and what is said does not stay with the tokens")
    func silent() throws {
        let place = try Workplace()
        defer { place.remove() }
        try place.write(prose(bytes: 30_000), "folder/a.txt")
        let path = place.folder.appendingPathComponent("folder").path
        #expect(try place.prepare(path).notes.isEmpty)
        try place.write("x", "folder/notes.pdf")
        let data = try place.prepare(path)
        #expect(data.notes.first?.contains("1 entry is not read: notes.pdf") == true)
        try FileManager.default.removeItem(atPath: path + "/notes.pdf")
        #expect(try place.prepare(path).notes.isEmpty)
    }

    @Test("linked folders and files are read like others")
    func links() throws {
        let alone = try prepared { _, _ in }
        let data = try prepared { place, folder in
            try place.write(prose(bytes: 20_000, seed: 2), "elsewhere/deep/b.txt")
            try place.write(prose(bytes: 20_000, seed: 3), "other.txt")
            try link(place.folder.appendingPathComponent("elsewhere").path, folder, "linked")
            try link("../other.txt", folder, "c.txt")
        }
        #expect(data.notes.isEmpty)
        #expect(data.identity.trainTokens + data.identity.validationTokens > alone.identity.trainTokens + alone.identity.validationTokens + 39_000)
    }

    @Test("a link back into the folder, a second link and a hard link are read once, and said")
    func loops() throws {
        let alone = try prepared { _, _ in }
        let data = try prepared { _, folder in
            try link(".", folder, "again")
            try link("a.txt", folder, "copy.txt")
            try FileManager.default.linkItem(at: folder.appendingPathComponent("a.txt"), to: folder.appendingPathComponent("hard.txt"))
        }
        #expect(data.identity.trainTokens == alone.identity.trainTokens)
        let note = try #require(data.notes.first)
        #expect(note.contains("again (the same folder as the folder itself)"))
        #expect(note.contains("copy.txt (the same file as a.txt)") && note.contains("hard.txt (the same file as a.txt)"))
    }

    @Test("a link to nothing, and one to itself, is an error with its path")
    func dangling() throws {
        let missing = try #require(dataError { _ = try prepared { _, folder in try link("/nowhere/text.txt", folder, "b.txt") } })
        #expect(missing.file.hasSuffix("/folder/b.txt"))
        #expect(missing.condition == .missing && missing.problem.contains("/nowhere/text.txt"))
        let folder = try #require(dataError { _ = try prepared { _, folder in try link("/nowhere/shard", folder, "shard") } })
        #expect(folder.file.hasSuffix("/folder/shard"))
        let loop = try #require(dataError { _ = try prepared { _, folder in try link("b.txt", folder, "b.txt") } })
        #expect(loop.file.hasSuffix("/folder/b.txt"))
        #expect(loop.condition == .unreadable)
    }

    @Test("a pipe that is called text is an error and is not waited for; another is named")
    func pipes() throws {
        let error = try #require(
            dataError {
                _ = try prepared { _, folder in #expect(mkfifo(folder.appendingPathComponent("b.txt").path, 0o600) == 0) }
            })
        #expect(error.file.hasSuffix("b.txt") && error.problem.contains("a pipe") && error.condition == .unreadable)
        let data = try prepared { _, folder in #expect(mkfifo(folder.appendingPathComponent("control").path, 0o600) == 0) }
        #expect(data.notes.first?.contains("control (a pipe)") == true)
        let place = try Workplace()
        defer { place.remove() }
        let pipe = place.folder.appendingPathComponent("p.txt").path
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(dataError { _ = try place.prepare(pipe) }?.condition == .unreadable)
    }

    @Test("what may not be read is an error with its path", .enabled(if: geteuid() != 0, "the administrator may read everything"))
    func forbidden() throws {
        for name in ["closed", "closed.txt"] {
            let error = try #require(
                dataError {
                    _ = try prepared { place, folder in
                        try place.write(prose(bytes: 2000), name == "closed" ? "folder/closed/b.txt" : "folder/closed.txt")
                        #expect(chmod(folder.appendingPathComponent(name).path, 0) == 0)
                    }
                })
            #expect(error.file.hasSuffix(name) && error.condition == .unreadable)
        }
    }

    @Test("Parquet alone is answered with how to convert it; kinds that are mixed are named")
    func otherKinds() throws {
        let place = try Workplace()
        defer { place.remove() }
        let file = try #require(dataError { _ = try place.prepare(try place.write("PAR1", "only/part.parquet")) })
        #expect(file.problem.contains("to_json") && file.condition == nil)
        let folder = try #require(dataError { _ = try place.prepare(place.folder.appendingPathComponent("only").path) })
        #expect(folder.problem.contains("no text") && folder.problem.contains("part.parquet") && folder.problem.contains("to_json"))
        try place.write(prose(bytes: 2000), "mixed/a.txt")
        try place.write(try records(["one"]), "mixed/b.jsonl")
        let mixed = try #require(dataError { _ = try place.prepare(place.folder.appendingPathComponent("mixed").path) })
        #expect(mixed.problem.contains("a.txt") && mixed.problem.contains("b.jsonl"))
    }
}
