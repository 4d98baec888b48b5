/// What is known of entries that were not trained so far: their gradients over some updates.
///
/// A running average of decay β that begins at 0 and sees the mean of them each time is mean · (1 − βᵏ) after k updates.
public struct EntrySeeds: Sendable, Hashable {
    /// Mean of each entry's gradient.
    public let means: [Double]
    /// Mean of its square.
    public let squares: [Double]
    /// k: updates that the means are over.
    public let updates: Int
    /// How old the entries are from now on.
    public let age: Int

    public init(means: [Double], squares: [Double], updates: Int, age: Int) {
        self.means = means
        self.squares = squares
        self.updates = updates
        self.age = age
    }

    /// - Returns: the values of a state tensor of the kind; `nil` where nothing follows from gradients.
    func values(_ declaration: StateDeclaration) -> [Double]? {
        switch declaration.kind {
        case .age: Array(repeating: Double(age), count: means.count)
        case .momentum: declaration.decay.map { decay in means.map { $0 * (1 - power(decay, updates)) } }
        case .secondMoment: declaration.decay.map { decay in squares.map { $0 * (1 - power(decay, updates)) } }
        case .other: nil
        }
    }
}
