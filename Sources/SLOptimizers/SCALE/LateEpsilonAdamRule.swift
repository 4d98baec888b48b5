public import SLNumerics

/// Adam with ε outside the bias correction and decay before the step: the form in which SCALE's code trains vectors.
public struct LateEpsilonAdamRule: UpdateRule, Hashable {
    public var settings: AdamSettings

    public init(_ settings: AdamSettings) {
        self.settings = settings
        self.settings.form = .huggingFace
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] { settings.moments(rows: rows, columns: columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        LateEpsilonAdamUpdater<Element>(settings: settings, moments: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class LateEpsilonAdamUpdater<Element: Scalar>: TensorUpdater {
    private let settings: AdamSettings
    private let moments: RuleState<Element>

    init(settings: AdamSettings, moments: RuleState<Element>) {
        self.settings = settings
        self.moments = moments
    }

    var state: [(name: String, value: StoredTensor<Element>)] { moments.tensors }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        settings.direction(gradient, first: moments[0], second: moments[1], context: context)
    }
}
