/// What a publication says, where it says it, and what would be seen if it holds.
public struct Claim: Sendable, Hashable {
    /// What was read to be sure that the publication says so.
    public enum Evidence: String, Sendable, Hashable, CaseIterable {
        /// The publication itself, at the place that is named.
        case paper
        /// A page of its authors: a README, a project page.
        case authors
        /// What others wrote about it: a review, a note.
        case digest
    }

    /// Unique in a file; what reports and people call the claim.
    public var id: String
    /// What the method is called, by which claims stand together.
    public var paper: String
    /// Authors, year and where it is found: `Han et al. 2024, arXiv:2406.02214`.
    public var source: String
    /// `abstract`, `Table 2`
    public var place: String
    public var evidence: Evidence
    /// In this project's words.
    public var words: String
    /// All of them must be seen; empty for a claim that no comparison of cells can show.
    public var tests: [ClaimTest]
    /// What a reader must know beside it; `nil` when there is nothing.
    public var note: String?

    public init(
        id: String, paper: String, source: String, place: String, evidence: Evidence, words: String, tests: [ClaimTest], note: String? = nil
    ) {
        self.id = id
        self.paper = paper
        self.source = source
        self.place = place
        self.evidence = evidence
        self.words = words
        self.tests = tests
        self.note = note
    }
}

/// One comparison of rows that a claim predicts the outcome of.
public struct ClaimTest: Sendable, Hashable {
    public enum Quantity: String, Sendable, Hashable, CaseIterable {
        /// Final loss in nats a token, the margin too; by seeds.
        case loss
        /// Weights, optimizer state and positions in the published tables' convention; the margin is a share. So of all below.
        case paperMemory = "paper_memory"
        /// The tracked peak; the planner's where the row was only planned.
        case trackedMemory = "tracked_memory"
        /// Operations of the training.
        case flops
        /// Mean effective rank of the gradients at the last probe against the first, in one row alone; by seeds, the margin on the logarithm.
        case gradientRank = "gradient_rank"
    }

    public enum Relation: String, Sendable, Hashable, CaseIterable {
        /// Below the other row by more than the margin.
        case lower
        /// Above the other row by more than the margin.
        case higher
        /// Not above the other row by the margin.
        case notHigher = "not_higher"
        /// Within the margin on either side.
        case alike
    }

    public var quantity: Quantity
    public var row: ClaimRow
    /// `nil` for a quantity that is compared with its own beginning.
    public var against: ClaimRow?
    public var relation: Relation
    public var margin: Double
    /// Names of models; empty for all.
    public var sizes: [String]

    public init(
        _ quantity: Quantity, _ row: ClaimRow, _ relation: Relation, _ against: ClaimRow? = nil, margin: Double = 0, sizes: [String] = []
    ) {
        self.quantity = quantity
        self.row = row
        self.against = against
        self.relation = relation
        self.margin = margin
        self.sizes = sizes
    }
}

/// Which rows of a sweep are meant: the method, and keys of a config with the values that count. Of several rows that are alike in these, the one with
/// the lowest loss stands for all.
public struct ClaimRow: Sendable, Hashable {
    public struct Condition: Sendable, Hashable {
        public var key: String
        /// One of them; `null` for a key without a value. Empty where ``above`` says what counts.
        public var values: [OptionValue]
        /// Any number above this.
        public var above: Double?

        public init(_ key: String, _ values: [OptionValue] = [], above: Double? = nil) {
            self.key = key
            self.values = values
            self.above = above
        }

        /// `rank 64 or 128`, `restarts.every above 0`
        var words: String {
            guard let above else { return "\(key) \(values.map(\.description).joined(separator: " or "))" }
            return "\(key) above \(OptionValue.real(above).canonical)"
        }
    }

    /// One of them.
    public var methods: [String]
    public var conditions: [Condition]
    /// What a picked shape has in common with another row; `nil` for the shapes that the sizes name.
    public var match: MatchQuantity?

    public init(_ methods: [String], _ conditions: [Condition] = [], match: MatchQuantity? = nil) {
        self.methods = methods
        self.conditions = conditions
        self.match = match
    }

    /// `sltrain (support random)`
    public var words: String {
        let details = conditions.map(\.words) + (match.map { ["as large in \($0.words) as another row"] } ?? [])
        return methods.joined(separator: " or ") + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }
}
