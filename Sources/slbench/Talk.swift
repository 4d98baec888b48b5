import SLSystem
import Synchronization

/// stderr, for people; stdout is for data.
///
/// Of several ranks the first speaks. The others only complain, with their number in front.
enum Talk {
    private static let ownRank = Atomic<Int>(0)

    /// This process's number among several that were started together.
    static var rank: Int {
        get { ownRank.load(ordering: .relaxed) }
        set { ownRank.store(newValue, ordering: .relaxed) }
    }

    /// Whether another process says what is to be said.
    static var isSilent: Bool { rank > 0 }

    static func say(_ text: String) { if !isSilent { StandardError.write(text + "\n") } }

    /// Says what ends this process.
    static func complain(_ text: String) { StandardError.write((isSilent ? "rank \(rank): " : "") + text + "\n") }
}

/// Results, to stdout. It stands in the place of Swift's own in the whole program, which would lose what can't be written without a
/// word: ``ProgramEnd`` says so and gives the exit code.
func print(_ text: String, terminator: String = "\n") { if !Talk.isSilent { StandardOutput.write(text + terminator) } }
