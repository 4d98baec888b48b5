import SLNumerics
public import SLOptimizers
public import SLSpec

/// An average of gradients, bias-corrected, by root mean square or as it is: a rule that uses everything rules have, written plainly,
/// with at most one defect.
public struct BrokenOptimizer: Optimizer {
    public static var descriptor: OptimizerDescriptor { descriptor(with: nil) }

    private let rule: BrokenRule

    public init(options: MethodOptions) throws { try self.init(options, defect: nil) }

    init(_ options: MethodOptions, defect: OptimizerDefect?) throws {
        let mode = try options.text("mode")
        guard defect == .anyChoice || ["plain", "normalized"].contains(mode) else {
            throw MethodOptionError(option: "mode", value: .text(mode), wanted: "plain or normalized")
        }
        rule = BrokenRule(
            beta: try options.real(defect == .camelCaseOption ? "betaValue" : "beta"), isNormalized: mode == "normalized" && defect != .ignoredOption,
            storage: StorageChoice(), defect: defect)
    }

    /// The optimizer with the given defect; `nil` for the sound one.
    public static func underTest(_ defect: OptimizerDefect?) -> OptimizerUnderTest {
        OptimizerUnderTest(descriptor: descriptor(with: defect)) { try BrokenOptimizer($0, defect: defect) }
    }

    private static func descriptor(with defect: OptimizerDefect?) -> OptimizerDescriptor {
        OptimizerDescriptor(
            name: "broken", title: "Broken", summary: "One defect at most.", paper: "none",
            options: [
                OptionDescriptor(
                    name: defect == .camelCaseOption ? "betaValue" : "beta", domain: .real(0...0.99), help: "Decay.", source: "none",
                    defaultValue: defect == .impossibleDefault ? -0.5 : 0.5),
                OptionDescriptor(
                    name: "mode", domain: .choice(["plain", "normalized"]), help: "Divides by the root mean square.", source: "none",
                    defaultValue: "plain"),
            ],
            recipeSource: "", learningRate: { _ in defect == .rateWithoutSource ? 1e-3 : nil })
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var rule = rule
        if rule.defect != .fullStorage { rule.storage = setting.storage }
        return rule
    }
}

struct BrokenRule: UpdateRule {
    var beta: Double
    var isNormalized: Bool
    var storage: StorageChoice
    let defect: OptimizerDefect?

    private func average(_ rows: Int, _ columns: Int) -> StateDeclaration {
        StateDeclaration(
            name: "average", rows: rows, columns: columns, format: storage.moment(count: rows * columns, signed: true), kind: .momentum)
    }

    func state(rows: Int, columns: Int) -> [StateDeclaration] {
        [average(rows, columns)] + (defect == .undeclaredState ? [StateDeclaration(name: "more", rows: 1, columns: 1)] : [])
    }

    func scratchCount(rows: Int, columns: Int) -> Int { defect == .undeclaredScratch ? 1 : rows * columns }

    func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        let average = average(rows, columns)
        return BrokenUpdater<Element>(
            rule: self,
            average: try StoredTensor(rows: rows, columns: columns, format: average.format, category: .optimizer, ledger: ledger))
    }
}

final class BrokenUpdater<Element: Scalar>: TensorUpdater {
    private let rule: BrokenRule
    private let average: StoredTensor<Element>
    private var hiddenFactor = 1.0
    private var has: OptimizerDefect? { rule.defect }

    init(rule: BrokenRule, average: StoredTensor<Element>) {
        self.rule = rule
        self.average = average
    }

    var state: [(name: String, value: StoredTensor<Element>)] { [("average", average)] }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) -> Double {
        if has != .ignoredClipping { context.clip(gradient) }
        var scratch = context.scratch
        let copy = scratch.take(rows: gradient.rows, columns: gradient.columns)
        if has != .dirtyScratch { copy.fill(0) }
        average.read(into: has == .dirtyScratch ? gradient : copy)
        copy.scale(by: Element(rule.beta))
        copy.add(gradient, scaledBy: Element(1 - rule.beta))
        if has == .typeDependent, Element.self == Float.self { copy.scale(by: 1.01) }
        if !(has == .lostStorage && average.matrix == nil) { average.write(from: copy, key: context.key) }
        gradient.copy(from: copy)
        if rule.isNormalized {
            let rms = (gradient.sumOfSquares() / Double(gradient.count)).squareRoot()
            gradient.scale(by: Element(1 / (rms + 1e-8)))
        }
        if has == .dividedByZero { gradient.scale(by: Element(1 / gradient.sumOfSquares().squareRoot())) }
        if has == .unseededNoise { gradient.scale(by: Element(Double.random(in: 0.9...1.1))) }
        hiddenFactor = has == .hiddenState ? hiddenFactor * 0.99 : 1
        let age = has == .correctionByRunStep ? context.step : context.age
        let size = context.learningRate / (1 - power(rule.beta, age)) * hiddenFactor
        return has == .flippedSign ? -size : size + (has == .stepAtRateZero ? 1e-3 : 0)
    }

    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        var context = context
        if has == .decayInTheGradient, let weight = weight.matrix { gradient.add(weight, scaledBy: Element(context.weightDecay)) }
        if has == .decayInTheGradient || has == .forgottenDecay { context.weightDecay = 0 }
        let size = direction(gradient, context: context)
        context.step(weight, along: gradient, by: size, decayOrder)
    }
}
