import SLNumerics
import SLOptimizers
import SLSpec

extension OptimizerContract {
    static func checkSteps(_ rule: any UpdateRule, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) throws {
        try checkClipping(rule, place, subject, &found)
        try checkDecay(rule, place, subject, &found)
        try checkRate(rule, place, subject, &found)
        let still = try OptimizerRun<Float>(rule, place)
        (still.rate, still.weightDecay) = (0, 0.1)
        let before = still.weight.elements
        try still.run(4)
        found.expect(still.weight.elements == before, .zeroRate, subject, "a learning rate of 0 moves weights")
        let zero = try OptimizerRun<Float>(rule, place)
        for number in 1...5 { try zero.update(number == 3 ? try zero.gradient(1) : .zeros(place.rows, place.columns)) }
        found.expect(zero.isFinite, .finite, subject, "zero gradients give something that is not finite")
    }

    /// A factor on the gradient is the same as a gradient that has it already.
    private static func checkClipping(_ rule: any UpdateRule, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) throws {
        let (told, given) = (try OptimizerRun<Double>(rule, place), try OptimizerRun<Double>(rule, place))
        for number in 1...4 {
            // Another factor every time: rules that normalise do not see a constant one.
            let factor = 1 / Double(number)
            told.gradientScale = factor
            try told.update(try told.gradient(number))
            let gradient = try given.gradient(number)
            gradient.scale(by: factor)
            try given.update(gradient)
        }
        let deviation = ([told.weight.elements] + told.stateElements).enumerated().map { index, values in
            Deviation(values, from: index == 0 ? given.weight.elements : given.stateElements[index - 1]).relative
        }.max() ?? 0
        found.expect(deviation < 1e-10, .clipping, subject, "a clipped gradient and a smaller one differ by \(deviation)")
    }

    /// Weight decay is decoupled: it does not change the state, and takes the same share of the weights whatever the gradient, before
    /// the step or after it.
    private static func checkDecay(_ rule: any UpdateRule, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) throws {
        // SPAM's masked matrices, whose decay the published code applies to a copy.
        if rule is MaskedSPAMRule { return }
        for size in [1.0, 3.0] {
            let (with, without) = (try OptimizerRun<Double>(rule, place), try OptimizerRun<Double>(rule, place))
            with.weightDecay = 0.5
            let before = with.weight.elements
            let gradient = try with.gradient(1)
            gradient.scale(by: size)
            try with.update(gradient)
            try without.update(gradient)
            found.expect(with.stateElements == without.stateElements, .decay, subject, "weight decay changes the state")
            let lost = zip(without.weight.elements, with.weight.elements).map { $0 - $1 }
            let rms = (before.reduce(0) { $0 + $1 * $1 } / Double(before.count)).squareRoot()
            let order = with.updater.updater.decayOrder
            let base = order == .beforeStep ? before : without.weight.elements
            // lr · wd, times the size of the weights where steps are so long, too.
            let fits = [0.005, 0.005 * rms].contains { share in Deviation(lost, from: base.map { $0 * share }).relative < 1e-9 }
            found.expect(fits, .decay, subject, "weight decay is not lr·wd of the weights \(order) at a gradient of \(size)")
        }
    }

    /// The first step is as long as the learning rate says. What does not depend on the rate at all is another mistake, and falls out of
    /// differences.
    private static func checkRate(_ rule: any UpdateRule, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) throws {
        func weights(_ rate: Double) throws -> [Double] {
            let run = try OptimizerRun<Double>(rule, place)
            run.rate = rate
            try run.run(1)
            return run.weight.elements
        }
        let (once, twice, fourfold) = (try weights(0.01), try weights(0.02), try weights(0.04))
        let first: [Double] = zip(twice, once).map { 2 * ($0 - $1) }
        let second: [Double] = zip(fourfold, twice).map { $0 - $1 }
        let deviation = Deviation(second, from: first).relative
        found.expect(deviation < 1e-8, .rate, subject, "a doubled learning rate misses a doubled step by \(deviation)")
    }

    static func checkRepeats(_ rule: any UpdateRule, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) throws {
        func run(from step: Int = 1) throws -> OptimizerRun<Float> {
            let run = try OptimizerRun<Float>(rule, place, from: step)
            try run.run(30)
            return run
        }
        let (one, two, late) = (try run(), try run(), try run(from: 1000))
        found.expect(
            one.weight.elements == two.weight.elements && one.stateElements == two.stateElements, .repeatable, subject, "the same updates give other bits")
        found.expect(
            one.weight.elements == late.weight.elements, .age, subject, "a fresh tensor is updated otherwise late in a run than at its start")
        // A few updates: where an option picks entries by a threshold, rounding decides sooner or later.
        let (single, double) = (try OptimizerRun<Float>(rule, place), try OptimizerRun<Double>(rule, place))
        let before = double.weight.elements
        try single.run(8)
        try double.run(8)
        let moved = zip(double.weight.elements, before).map { $0 - $1 }
        let deviation = Deviation(zip(single.weight.elements, before).map { Double($0) - $1 }, from: moved).relative
        found.expect(deviation < 1e-3 && deviation > 0, .precision, subject, "Float and Double move by \(deviation) of each other")
    }

    /// ½‖W − T‖² with a rate that falls to 0, from one that is right for steps as long as it says, or from a larger one where a rule's own
    /// factor makes them shorter.
    static func checkDescent(_ rule: any UpdateRule, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) throws {
        let shares = try [0.1, 0.5].map { try descended(rule, place, from: $0) }
        found.expect(
            shares.contains { $0 < 0.3 }, .descent, subject, "a quadratic is at \(shares) of its distance after 200 updates from rates 0.1 and 0.5")
    }

    /// - Returns: what is left of the distance after 200 updates.
    private static func descended(_ rule: any UpdateRule, _ place: TensorPlace, from rate: Double) throws -> Double {
        let run = try OptimizerRun<Float>(rule, place)
        let target = try Matrix<Float>.normal(place.rows, place.columns, "target")
        guard let weight = run.weight.matrix else { return 1 }
        func gradient() throws -> Matrix<Float> {
            let gradient = try weight.duplicate()
            gradient.add(target, scaledBy: -1)
            return gradient
        }
        let start = try gradient().sumOfSquares().squareRoot()
        let count = 200
        for number in 0..<count {
            run.rate = rate * (1 - Double(number) / Double(count))
            try run.update(try gradient())
        }
        return try gradient().sumOfSquares().squareRoot() / start
    }
}
