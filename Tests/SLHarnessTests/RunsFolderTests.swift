import Foundation
import SLHarness
import SLSpec
import Testing

/// Where the runs of a database are, those of the time when a folder's databases shared one, and what a merge brings along.
@Suite struct RunsFolderTests {
    private func put(_ text: String, _ file: URL) throws {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func text(_ file: URL?) -> String? { file.flatMap { try? String(contentsOf: $0, encoding: .utf8) } }

    @Test func everyDatabaseHasItsOwnAndOneOnly() throws {
        try inFolder { folder in
            let names = ["a.sqlite", "b.sqlite", "a.db", "a"]
            #expect(Set(names.map { RunsFolder(database: folder.appending(path: $0).path).url }).count == names.count)
            try put("x", folder.appending(path: "a.sqlite"))
            try FileManager.default.createSymbolicLink(atPath: folder.appending(path: "link.sqlite").path, withDestinationPath: "a.sqlite")
            #expect(RunsFolder(database: folder.appending(path: "link.sqlite").path).url == RunsFolder(database: folder.appending(path: "a.sqlite").path).url)
        }
    }

    @Test func filesOfTheSharedFolderAreFoundAndTaken() throws {
        try inFolder { folder in
            let runs = RunsFolder(database: folder.appending(path: "a.sqlite").path)
            try put("old", folder.appending(path: "runs/0123/weights.safetensors"))
            try put("step", folder.appending(path: "runs/4567/step-000000010.safetensors"))
            #expect(text(runs.weights("0123")) == "old" && runs.weights("4567") == nil)
            #expect(runs.takeShared([("0123", "k1"), ("4567", "k2"), ("89ab", "k3")]) { _, _ in true } == [])
            #expect(text(runs.folder("0123").appending(path: "weights.safetensors")) == "old")
            #expect(text(runs.folder("4567").appending(path: "step-000000010.safetensors")) == "step")
        }
    }

    @Test func filesThatAnotherDatabaseMayHaveMadeAreLeft() throws {
        try inFolder { folder in
            let runs = RunsFolder(database: folder.appending(path: "a.sqlite").path)
            for name in ["a.sqlite", "b.sqlite"] { try put("SQLite format 3\0", folder.appending(path: name)) }
            try put("old", folder.appending(path: "runs/0123/weights.safetensors"))
            try put("mine", folder.appending(path: "runs/4567/weights.safetensors"))
            let left = runs.takeShared([("0123", "k1"), ("4567", "k2")]) { database, key in
                #expect(database.hasSuffix("/b.sqlite"))
                return key == "k1"
            }
            #expect(left == ["0123"] && text(folder.appending(path: "runs/0123/weights.safetensors")) == "old")
            #expect(text(runs.folder("4567").appending(path: "weights.safetensors")) == "mine")
        }
    }

    @Test func aMergeBringsWeightsAndCheckpoints() throws {
        try inFolder { folder in
            let (here, there) = (RunsFolder(database: "\(folder.path)/a/r.sqlite"), RunsFolder(database: "\(folder.path)/b/r.sqlite"))
            try put("w1", there.folder("01").appending(path: "weights.safetensors"))
            try put("w2", there.shared.appending(path: "02/weights.safetensors"))
            try put("kept", here.folder("03").appending(path: "weights.safetensors"))
            try put("other", there.folder("03").appending(path: "weights.safetensors"))
            try put("s9", there.folder("04").appending(path: "step-000000009.safetensors"))
            try put("s5", here.folder("04").appending(path: "step-000000005.safetensors"))
            let taken = here.bring(from: there, weights: ["01", "02", "03", "05"], checkpoints: ["04"])
            #expect(taken.weights == 2 && taken.checkpoints == 1 && taken.left == [])
            #expect(text(here.weights("01")) == "w1" && text(here.weights("02")) == "w2" && text(here.weights("03")) == "kept")
            let steps = try FileManager.default.contentsOfDirectory(atPath: here.folder("04").path)
            #expect(steps == ["step-000000009.safetensors"])
            #expect(text(there.weights("01")) == "w1" && text(there.weights("03")) == "other")
        }
    }

    @Test func whatCannotBeBroughtIsNamed() throws {
        try inFolder { folder in
            let (here, there) = (RunsFolder(database: "\(folder.path)/a.sqlite"), RunsFolder(database: "\(folder.path)/b.sqlite"))
            try put("w1", there.folder("01").appending(path: "weights.safetensors"))
            try put("in the way", here.folder("01"))
            let taken = here.bring(from: there, weights: ["01"], checkpoints: [])
            #expect(taken.weights == 0 && taken.left.count == 1)
            #expect(taken.left.first?.contains("b.sqlite.runs/01/weights.safetensors") == true)
        }
    }
}

/// One process at a time works on a name.
@Suite struct SweepLockTests {
    @Test func aNameIsTakenOnceAndGivenBack() throws {
        try inFolder { folder in
            var first: SweepLock? = try SweepLock(sweep: "sizes/a b", folder: folder, database: "r.sqlite")
            let refused = #expect(throws: FileError.self) { try SweepLock(sweep: "sizes/a b", folder: folder, database: "r.sqlite") }
            #expect(refused?.problem.contains("process \(getpid()) on ") == true)
            _ = try SweepLock(sweep: "other", folder: folder, database: "r.sqlite")
            withExtendedLifetime(first) {}
            first = nil
            _ = try SweepLock(sweep: "sizes/a b", folder: folder, database: "r.sqlite")
        }
    }

    @Test func longNamesHaveFilesOfTheirOwn() throws {
        try inFolder { folder in
            let long = String(repeating: "ö", count: 300)
            let locks = try [long + "1", long + "2"].map { try SweepLock(sweep: $0, folder: folder, database: "r.sqlite") }
            #expect(locks.count == 2)
        }
    }
}
