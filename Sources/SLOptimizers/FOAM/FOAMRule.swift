public import SLNumerics

/// Adam whose moments are those of the means of blocks, each 2^level neighbours of a row, with what the present gradient has beside its means
/// added to both before they are used.
///
/// With A the means of blocks and E their repetition over the blocks: R = g − E(Ag); m ← β₁m + (1 − β₁)Ag; v ← β₂v + (1 − β₂)A(g²);
/// W ← W − lr·α·c·(Em + ρR)/(√(Ev + ρ²R²) + ε), c = √(1 − β₂ᵗ)/(1 − β₁ᵗ), then W ← W(1 − lr·wd).
///
/// Source: Wen et al. 2025, FOAM, arXiv:2512.07112; code: github.com/zqOuO/FOAM, `foam_torch/foam_adam.py`. The paper's second moment is of
/// the squared means, the code's of the mean squares (``Squares``). Where 2^level does not divide the row, its last block is filled up with
/// zeros, as there.
public struct FOAMRule: UpdateRule, Hashable {
    /// What the second moment of a block averages.
    public enum Squares: String, Sendable, Hashable, CaseIterable {
        /// A(g²): the code's.
        case ofEntries = "mean_of_squares"
        /// (Ag)²: the paper's.
        case ofMeans = "square_of_mean"
    }

    /// β₁, β₂ and ε, in Hugging Face's form.
    public var settings: AdamSettings
    public var level: Int
    /// α.
    public var scale: Double
    /// ρ.
    public var residualScale: Double
    public var squares: Squares

    public init(
        _ settings: AdamSettings = AdamSettings(), level: Int = 2, scale: Double = 1, residualScale: Double = 1, squares: Squares = .ofEntries
    ) {
        self.settings = settings
        self.settings.form = .huggingFace
        self.level = level
        self.scale = scale
        self.residualScale = residualScale
        self.squares = squares
    }

    /// Entries of a block.
    var blockSize: Int { 1 << level }

    func blockCount(_ columns: Int) -> Int { (columns - 1) / blockSize + 1 }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] { settings.moments(rows: rows, columns: blockCount(columns)) }

    /// Both moments' new values.
    public func scratchCount(rows: Int, columns: Int) -> Int { 2 * rows * blockCount(columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        FOAMUpdater<Element>(rule: self, kept: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}
