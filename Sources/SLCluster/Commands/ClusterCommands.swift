/// Programs that speak for a cluster. A protocol, so that tests can have clusters of another kind.
public protocol ClusterCommands: Sendable {
    /// What a program prints.
    ///
    /// - Parameter seconds: how long its answer is waited for.
    /// - Throws: ``ClusterError`` when it is missing, fails or does not answer.
    func run(_ program: String, _ arguments: [String], seconds: Double) throws(ClusterError) -> String
}
