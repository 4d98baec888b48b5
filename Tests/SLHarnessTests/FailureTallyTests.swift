import Foundation
import SLHarness
import SLSpec
import Testing

/// How jobs that see nothing of each other stop after too many failures.
struct FailureTallyTests {
    @Test func marksAreCounted() throws {
        try inFolder { folder in
            let tally = FailureTally(folder: folder, most: 2)
            #expect(!tally.isFull && !FailureTally(folder: folder, most: nil).isFull)
            tally.note("a")
            tally.note("a")
            tally.hold("c", "too many")
            #expect(tally.count == 1 && !tally.isFull, "a run counts once, and one that was held back not at all")
            #expect(tally.holds("a") && !tally.holds("c") && tally.words.hasPrefix("1 run failed"))
            tally.release("c")
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "held-c").path))
            tally.note("b")
            #expect(tally.isFull && !FailureTally(folder: folder, most: nil).isFull)
        }
    }

    /// Lists that say nothing of it have no bound.
    @Test func theBoundIsPartOfTheTasks() throws {
        try inFolder { folder in
            let file = folder.appending(path: "tasks.json")
            try BatchTasks(tasks: ["1": ["/a"]], maxFailures: 3).write(to: file)
            #expect(try BatchTasks(contentsOf: file).maxFailures == 3)
            try Data(#"{"tasks": {"1": ["/a"]}}"#.utf8).write(to: file)
            #expect(try BatchTasks(contentsOf: file) == BatchTasks(tasks: ["1": ["/a"]]))
        }
    }
}
