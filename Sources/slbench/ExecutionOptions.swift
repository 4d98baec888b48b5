import ArgumentParser
import SLHarness

/// Threads of a command that computes by itself.
struct ThreadOption: ParsableArguments {
    @Option(help: "Threads; all cores if not given.")
    var threads: Int?

    func validate() throws { try Self.validate(threads) }

    static func validate(_ threads: Int?) throws {
        let range = ProgramStart.threadRange
        if let threads, !range.contains(threads) {
            throw ValidationError("--threads \(threads): \(range.lowerBound) to \(range.upperBound) are possible")
        }
    }

    var count: Int { Program.threads(threads) }

    /// - Throws: `FileError` when so many threads have no room.
    func checked() throws -> Int { try Program.checked(threads: count) }
}

/// How runs share the machine.
struct ParallelOptions: ParsableArguments {
    @Option(help: "Runs side by side, as far as the memory predicted for them fits.")
    var jobs: Int = 1

    @Option(help: "Threads of each run; the cores divided by --jobs if not given.")
    var threads: Int?

    func validate() throws {
        if !(1...1024).contains(jobs) { throw ValidationError("--jobs \(jobs): 1 to 1024 are possible") }
        try ThreadOption.validate(threads)
    }

    /// - Parameter ranks: processes of each run.
    func threads(config: Int?, ranks: Int = 1) -> Int { Program.threads(threads, config: config, jobs: jobs * ranks) }

    /// Runs that share cores are slower than the cores would allow, and their speeds compare badly.
    func warnOfTooManyThreads(_ threads: Int, ranks: Int = 1, cores: Int = MachineProbe.usableCores) {
        let wanted = jobs * ranks * threads
        guard wanted > cores else { return }
        Talk.say(
            "--jobs \(jobs) with \(ranks == 1 ? "" : "\(ranks) ranks of ")\(threads) threads each want \(wanted) cores, and \(cores) may be used: "
                + "they will be in each other's way")
    }
}

/// How runs are carried out: how many at once, with how many threads, and what bounds them.
struct ExecutionOptions: ParsableArguments {
    @OptionGroup var parallel: ParallelOptions

    @Option(
        help: "Longest time of a run, e.g. 90s, 15m, 2h: then it leaves a checkpoint and counts as timed out.",
        transform: DurationArgument.init(parsing:))
    var timeout: DurationArgument?

    @Option(help: "Start no other run after so many failed or diverged.")
    var maxFailures: Int?

    func validate() throws {
        if let maxFailures, maxFailures < 1 { throw ValidationError("--max-failures \(maxFailures): 1 is the least") }
    }
}
