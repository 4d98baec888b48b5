public import SLNumerics
public import SLSpec

/// y = s·(x·Aᵀ)·Bᵀ with trained factors; W is never formed. Keeps z = x·Aᵀ [N, r].
///
/// All but construction, rewrites and steps of a parameterization by two factors alone.
public protocol FactoredParameterization<Element>: Parameterization {
    var factors: LowRankFactors<Element> { get }
    var module: LinearModule { get }
}

extension FactoredParameterization {
    public func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let z = saved ?? scratch.take(rows: x.rows, columns: factors.rank, like: x)
        factors.compress(x, into: z)
        factors.expand(z, into: y, accumulate: accumulate)
    }

    public func restoreOutput(from saved: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, scratch: Scratch<Element>) {
        factors.expand(saved, into: y, accumulate: accumulate)
    }

    public func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        factors.backward(
            x, saved: z, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, scratch: &scratch,
            accumulate: accumulate)
    }

    public func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool {
        factors.writeProduct(into: weight, accumulate: false)
        return true
    }
}

/// A method of two trained factors and nothing else in place of W: what such methods share.
public protocol FactoredMethod: PretrainingMethod {
    var rank: Int { get }
}

extension FactoredMethod {
    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] { LowRankFactors<Float>.declarations(at: module, rank: rank) }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int { pass.operandCount(pass.tokens * rank) }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        6 * Double(rank) * Double(module.outFeatures + module.inFeatures)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: rank, givesOutput: true) }
}
