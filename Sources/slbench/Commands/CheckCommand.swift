import ArgumentParser
import SLReport
import SLStore

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what is unequal between the rows that a sweep compares. Exit code 3 if anything is.",
        discussion: """
            Looks at budget, schedule, training text, tokenizer, evaluation set and average, seeds, number of learning rates, host,
            processor, threads, BLAS core, vector units and program, and at runs that went on under other conditions than they began with.
            What only weakens the evidence (few seeds, short budgets, events of a method that no run
            saw) is printed too.
            """)

    @Argument(help: "Name of the sweep.")
    var sweep: String

    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let validity = SweepValidity(try Stores.reading(database.path()).sweepHistory(name: sweep))
        for threat in validity.threats { print("\(threat.isUnequal ? "unequal" : "note"): \(threat.words)") }
        guard validity.isEqual else { throw ExitCode(3) }
        if validity.threats.isEmpty { print("nothing unequal") }
    }
}
