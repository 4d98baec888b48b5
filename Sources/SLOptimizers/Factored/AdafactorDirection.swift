import SLNumerics

/// Hyper-parameters of Adafactor's direction.
public struct AdafactorSettings: Sendable, Hashable {
    /// The second moment's decay after k updates is 1 − k^this.
    public var decayRate: Double
    /// Added to squared gradients.
    public var epsilon: Double
    /// Largest root mean square of a direction.
    public var clipThreshold: Double
    public var storage: StorageChoice

    public init(decayRate: Double, epsilon: Double, clipThreshold: Double, storage: StorageChoice = StorageChoice()) {
        self.decayRate = decayRate
        self.epsilon = epsilon
        self.clipThreshold = clipThreshold
        self.storage = storage
    }

    /// β₂ of a tensor's update `age`, from 1: nothing of the zeros before the first is left in the average.
    func decay(atAge age: Int) -> Double { 1 - Pow.real(Double(max(1, age)), decayRate) }

    /// Matrices factored, vectors not.
    func secondMoment(rows: Int, columns: Int) -> [StateDeclaration] {
        rows == 1
            ? PlainMoment<Float>.declarations("exp_avg_sq", rows: rows, columns: columns, storage: storage)
            : FactoredMoment<Float>.declarations("exp_avg_sq", rows: rows, columns: columns, storage: storage)
    }

    func scratchCount(rows: Int, columns: Int) -> Int {
        rows == 1 ? 0 : FactoredMoment<Float>.scratchCount(rows: rows, columns: columns)
    }
}

/// What Adafactor and AdaLomo share: u = g / √V̂, cut to a root mean square of d.
///
/// Source: Shazeer and Stern 2018, arXiv:1804.04235, Algorithms 4 and 5; Lv et al. 2023, AdaLomo, arXiv:2310.10195, Algorithm 1.
struct AdafactorDirection<Element: Scalar> {
    let settings: AdafactorSettings
    /// In the order of ``AdafactorSettings/secondMoment(rows:columns:)``.
    let moment: [StoredTensor<Element>]

    /// gradient ← g / √V̂, the clipped g's.
    ///
    /// - Returns: 1 / max(1, RMS / d), which is to be multiplied with it.
    func normalize(_ gradient: Matrix<Element>, context: inout UpdateContext<Element>) -> Double {
        context.clip(gradient)
        let decay = settings.decay(atAge: context.age)
        if moment.count == 1 {
            PlainMoment(squares: moment[0]).divide(gradient, decay: decay, epsilon: settings.epsilon, key: context.key)
        } else {
            FactoredMoment(rows: moment[0], columns: moment[1]).divide(
                gradient, decay: decay, epsilon: settings.epsilon, scratch: &context.scratch, key: context.key)
        }
        return Self.cut(gradient, at: settings.clipThreshold)
    }

    /// 1 / max(1, RMS(u) / threshold)
    static func cut(_ direction: Matrix<Element>, at threshold: Double) -> Double {
        let rms = (direction.sumOfSquares() / Double(max(1, direction.count))).squareRoot()
        return 1 / max(1, rms / threshold)
    }
}
