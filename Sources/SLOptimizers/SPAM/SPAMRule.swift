public import SLNumerics

/// Adam that cuts spikes of single entries by their own second moment, and forgets its moments now and then.
///
/// At every D-th update the moments are zeroed before use, Adam's count goes on, and steps begin at 1 % and grow back. Adam is
/// Hugging Face's: ε outside the bias correction, decay after the step.
///
/// Source: Huang et al. 2025, arXiv:2501.06842, §4; as in the authors' code (github.com/TianjinYellow/SPAM-Optimizer,
/// galore_torch/SPAM.py). An entry that has had no gradient since a reset and gets its first while cutting goes on is cut to 0, as there.
public struct SPAMRule: UpdateRule, Hashable {
    public var settings: SPAMSettings

    public init(_ settings: SPAMSettings) { self.settings = settings }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] { settings.adam.moments(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        SPAMUpdater<Element>(settings: settings, moments: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class SPAMUpdater<Element: Scalar>: TensorUpdater {
    private let settings: SPAMSettings
    private let moments: RuleState<Element>

    init(settings: SPAMSettings, moments: RuleState<Element>) {
        self.settings = settings
        self.moments = moments
    }

    var state: [(name: String, value: StoredTensor<Element>)] { moments.tensors }
    var decayOrder: DecayOrder { .afterStep }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        context.clip(gradient)
        return settings.direction(gradient, first: moments[0], second: moments[1], context: context)
    }
}
