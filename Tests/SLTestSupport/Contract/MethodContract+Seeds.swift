public import SLMethodKit
import SLNumerics
import SLRandom
public import SLSpec

extension MethodContract {
    static func checkSeeds(_ method: MethodUnderTest, _ found: inout ViolationList) throws {
        for variant in method.variants(for: SmallShapes.small) {
            let made = try variant.make(for: SmallShapes.small)
            try checkSeeds(made, "\(variant)", phase: made.phaseCount - 1, isBase: variant.changed == nil, &found)
        }
    }

    private static func checkSeeds(
        _ method: any PretrainingMethod, _ subject: String, phase: Int, isBase: Bool, _ found: inout ViolationList
    ) throws {
        var indices: [UInt64: [String: [Double]]] = [:]
        for module in SmallShapes.small.modules(layer: 0) {
            let here = "\(subject), \(module.name)"
            func bits(_ seed: UInt64) throws -> [String: [Double]] {
                try ModuleHarness<Float>(method, at: module, phase: phase, tokens: 1, seed: seed).bits
            }
            let (one, again, other) = (try bits(1), try bits(1), try bits(2))
            found.expect(one == again, .seed, here, "the same seed gives other first values")
            for (name, values) in one {
                found.expect(values.allSatisfy(\.isFinite), .finite, "\(here), \(name)", "first values are not finite")
            }
            let declared = method.tensors(at: module, phase: phase)
            for declaration in declared where declaration.isWeight {
                let values = one[declaration.name] ?? []
                // Constant first values (B = 0) have no seed to depend on.
                guard let first = values.first, values.contains(where: { $0 != first }) else { continue }
                found.expect(
                    values != other[declaration.name], .seed, "\(here), \(declaration.name)", "another seed gives the same first values")
            }
            for declaration in declared where declaration.isIndices {
                indices[1, default: [:]][declaration.name, default: []] += one[declaration.name] ?? []
                indices[2, default: [:]][declaration.name, default: []] += other[declaration.name] ?? []
            }
            try checkSharedInit(method, module, one, here, &found)
        }
        // A few positions of one module may agree by chance; those of seven modules don't.
        for (name, positions) in indices[1] ?? [:] where isBase {
            // What counts something starts where it starts, whatever the seed.
            guard positions.contains(where: { $0 != 0 }) else { continue }
            found.expect(positions != indices[2]?[name], .seed, "\(subject), \(name)", "another seed gives the same positions")
        }
    }

    /// A dense weight, or what it is together with its factors, starts from the module's own stream: the same for every method and seed.
    private static func checkSharedInit(
        _ method: any PretrainingMethod, _ module: LinearModule, _ bits: [String: [Double]], _ subject: String, _ found: inout ViolationList
    ) throws {
        guard method.tensors(at: module, phase: 0).contains(where: { $0.name == "weight" }), let weight = bits["weight"] else { return }
        guard let plain = try ModuleHarness<Float>(PlainMethod(), at: module, tokens: 1).bits["weight"], weight != plain else { return }
        // Factors that begin with something may have been taken off it.
        let linear = try ModuleHarness<Float>(method, at: module, tokens: 1)
        let dense = try Matrix<Float>.zeros(module.outFeatures, module.inFeatures)
        let isWhole = try linear.parameterization.writeDenseEquivalent(into: dense)
        found.expect(
            isWhole && Deviation(dense.elements, from: plain).relative < 1e-5, .sharedInit, subject, "the dense weight does not start where full-rank training's does")
    }
}

/// Every axis at its default.
public struct PlainMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "plain", title: "Plain", summary: "Dense weights, AdamW.", paper: "none", family: .dense, options: [],
        recipe: { _ in .init(learningRate: 1e-3, source: "none") })

    public init() {}
    public init(options: MethodOptions, model: ModelShape) {}
}
