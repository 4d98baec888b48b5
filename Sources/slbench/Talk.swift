import SLSystem

/// stderr, for people; stdout is for data.
enum Talk {
    static func say(_ text: String) { StandardError.write(text + "\n") }
}

/// Results, to stdout. It stands in the place of Swift's own in the whole program, which would lose what can't be written without a
/// word: ``ProgramEnd`` says so and gives the exit code.
func print(_ text: String, terminator: String = "\n") { StandardOutput.write(text + terminator) }
