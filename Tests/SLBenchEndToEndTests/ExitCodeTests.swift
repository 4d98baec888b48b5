import Foundation
import Testing

/// 65 is bad input, 66 a file that is missing, 74 one that the system does not let be read or written.
@Suite(.enabled(if: Workplace.binary != nil, Workplace.missing)) struct ExitCodeTests {
    private func ends(_ place: Workplace, with status: Int32, naming name: String, _ arguments: String...) throws {
        let (process, output, talk) = try place.process(arguments)
        try Workplace.start(process)
        process.waitUntilExit()
        let words = try String(contentsOf: talk, encoding: .utf8)
        #expect(process.terminationStatus == status, "\(arguments): \(process.terminationStatus) \(words)")
        #expect(words.contains(name), "\(arguments): \(words)")
        #expect(try Data(contentsOf: output).isEmpty, "\(arguments)")
    }

    @Test func aMissingFileEndsWith66() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            for command in ["sweep", "plan", "tune", "validate", "train"] { try ends(place, with: 66, naming: "nowhere.json", command, "nowhere.json") }
            for arguments in [
                ["query", "SELECT 1"], ["report", "tiny"], ["status"], ["check", "tiny"], ["compare", "aa", "bb"], ["db", "check"],
                ["export", "aa", "--to", "csv"],
            ] {
                let outcome = try place.shell("\"$SLBENCH\" \(arguments.map { "'\($0)'" }.joined(separator: " ")) --db none.sqlite")
                #expect(outcome.status == 66, "\(arguments): \(outcome.status) \(outcome.talk)")
                #expect(outcome.talk.contains("none.sqlite"), "\(arguments): \(outcome.talk)")
            }
            try ends(place, with: 66, naming: "none.sqlite", "db", "merge", "new.sqlite", "none.sqlite")
            #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "new.sqlite").path))
            try ends(place, with: 66, naming: "none.bin", "sweep", "tiny.json", "--set", "data.corpus=none.bin", "--set", "data.tokenizer=none")
            try ends(place, with: 66, naming: "none.txt", "sweep", "tiny.json", "--set", "data.corpus=none.txt")
            try ends(place, with: 66, naming: "v.txt", "sweep", "tiny.json", "--set", "data.validation=v.txt")
            try ends(place, with: 66, naming: "none.model", "sweep", "tiny.json", "--set", "data.tokenizer=none.model")
            try ends(
                place, with: 66, naming: "none.safetensors", "train", "tiny.json", "--only", "method=full_rank", "--init", "none.safetensors")
            try ends(place, with: 66, naming: "case.json", "verify", "nowhere")
        }
    }

    /// A link that leads to itself can't be read by the administrator either.
    @Test func whatCantBeReadEndsWith74() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            for name in ["loop.json", "loop.txt", "loop.model", "loop.safetensors", "loop.bin"] {
                try FileManager.default.createSymbolicLink(atPath: place.folder.appending(path: name).path, withDestinationPath: name)
            }
            try ends(place, with: 74, naming: "loop.json", "sweep", "loop.json")
            try ends(place, with: 74, naming: "loop.json", "validate", "loop.json")
            try ends(place, with: 74, naming: "loop.txt", "sweep", "tiny.json", "--set", "data.corpus=loop.txt")
            try ends(place, with: 74, naming: "loop.bin", "plan", "tiny.json", "--set", "data.corpus=loop.bin")
            try ends(place, with: 74, naming: "loop.model", "plan", "tiny.json", "--set", "data.tokenizer=loop.model")
            try ends(
                place, with: 74, naming: "loop.safetensors", "train", "tiny.json", "--only", "method=full_rank", "--init", "loop.safetensors")
            // A file where the data folder should be.
            let full = try place.shell("touch blocked && SLBENCH_DATA_DIR=$PWD/blocked \"$SLBENCH\" sweep tiny.json")
            #expect(full.status == 74 && full.talk.contains("blocked"), "\(full.status) \(full.talk)")
            let folder = try place.shell("mkdir -p f.sqlite && \"$SLBENCH\" query 'SELECT 1' --db f.sqlite")
            #expect(folder.status == 74 && folder.talk.contains("f.sqlite"), "\(folder.status) \(folder.talk)")
        }
    }

    @Test func whatWasReadAndIsNoGoodEndsWith65() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(), to: "tiny.json")
            try place.write("no model", to: "bad.model")
            try place.write(Data([1, 2, 3]), to: "odd.bin")
            try ends(place, with: 65, naming: "bad.model", "sweep", "tiny.json", "--set", "data.tokenizer=bad.model")
            try ends(place, with: 65, naming: "odd.bin", "sweep", "tiny.json", "--set", "data.corpus=odd.bin", "--set", "data.tokenizer=none")
            try ends(place, with: 65, naming: "is a folder", "sweep", ".")
            try ends(place, with: 65, naming: "bad.model", "train", "tiny.json", "--only", "method=full_rank", "--init", "bad.model")
        }
    }
}
