import SLCluster
import Synchronization

/// A cluster that answers as it is told.
final class FakeCommands: ClusterCommands {
    private let answer: @Sendable (_ program: String, _ arguments: [String]) throws(ClusterError) -> String
    private let heard = Mutex<[[String]]>([])

    /// What was run, program first.
    var said: [[String]] { heard.withLock { $0 } }

    init(_ answer: @escaping @Sendable (_ program: String, _ arguments: [String]) throws(ClusterError) -> String) { self.answer = answer }

    func run(_ program: String, _ arguments: [String], seconds: Double) throws(ClusterError) -> String {
        heard.withLock { $0.append([program] + arguments) }
        return try answer(program, arguments)
    }
}
