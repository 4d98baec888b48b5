/// One of several budgets on which the rows of a size were trained, each with a schedule of its own.
package struct LadderRung: Sendable, Hashable {
    /// The size's own name.
    var size: String
    /// From 0, the smallest budget first.
    package var place: Int
    /// Of how many.
    package var count: Int
    /// Tokens a run, of the rows' mean where they are not given equally many.
    package var tokens: Double
    /// `8.03M tokens`
    package var words: String

    /// What the tables of this budget are called.
    var title: String { "\(size), \(words)" }
}
