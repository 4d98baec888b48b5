import ArgumentParser
import SLReport
import SLStore

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what is unequal between the rows that a sweep compares. Exit code 3 if anything is.",
        discussion: """
            Looks at budget, schedule, training text, tokenizer, evaluation set and average, seeds, number of learning rates, host,
            processor, threads, BLAS core, vector units, use of the machine and program, at runs that went on under other conditions than they
            began with, and at attempts of a cluster's jobs that finished with other results than the record.
            What only weakens the evidence is printed too: too few seeds for a claim, rows that no seeds tell apart, differences that are noise of
            seeds, noise that is not equally large in all rows, rows of which nothing is decided within a stated margin, speeds measured while
            others had the processors, short budgets, events of a method that no run saw.
            """)

    @Argument(help: "Name of the sweep.")
    var sweep: String

    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let validity = SweepValidity(try Stores.history(database.path(), sweep: sweep))
        let disagreements = try Stores.reading(database.path()).disagreements(sweep: sweep)
        for words in disagreements { print("unequal: \(words)") }
        for threat in validity.threats { print("\(threat.isUnequal ? "unequal" : "note"): \(threat.words)") }
        guard validity.isEqual, disagreements.isEmpty else { throw ExitCode(3) }
        if validity.threats.isEmpty { print("nothing unequal") }
    }
}
