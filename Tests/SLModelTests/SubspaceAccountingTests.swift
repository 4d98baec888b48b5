import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// State of the methods in a subspace: numbers per matrix as their authors count them, and the published convention's sums.
@Suite struct SubspaceAccountingTests {
    typealias ClosedForm = AccountingTests.ClosedForm

    private func accounting(_ method: String, _ model: ClosedForm, _ given: [String: OptionValue] = [:], _ optimizer: RunOptimizer? = nil) throws -> ModelAccounting {
        let shape = try #require(ModelShape.preset(named: model.name))
        let ranked = ["apollo_mini"].contains(method) ? given : given.merging(["rank": .integer(model.rank)]) { $1 }
        return ModelAccounting(
            shape: shape, method: try makeMethod(method, ranked, shape: shape), optimizer: try optimizer ?? RunOptimizer())
    }

    /// a, b: short and long side, r the rank.
    @Test(arguments: AccountingTests.models) func numbersPerMatrix(model: ClosedForm) throws {
        let r = model.rank
        func expect(_ method: String, _ given: [String: OptionValue] = [:], _ numbers: (_ a: Int, _ b: Int, _ count: Int) -> Int) throws {
            let state = try accounting(method, model, given).stateCount(phase: 0) - 2 * model.base
            #expect(state == model.sum { numbers(min($0, $1), max($0, $1), $0 * $1) }, "\(method) \(model)")
        }
        try expect("galore") { a, b, _ in 2 * b * r + a * r }
        try expect("golore") { a, b, _ in 2 * b * r + a * r }
        try expect("fira") { a, b, _ in 2 * b * r + a * r + 1 }
        try expect("apollo") { _, b, _ in 2 * b * r + 2 }
        try expect("apollo_mini") { _, b, _ in 2 * b + 2 }
        try expect("dct_adamw") { _, b, _ in 2 * b * r + r }
        try expect("dct_adamw", ["error_feedback": .bool(true)]) { _, b, count in 2 * b * r + r + count }
        try expect("ldadam") { a, b, count in 2 * b * r + a * r + count }
        try expect("ldadam", ["error_feedback": .bool(false)]) { a, b, _ in 2 * b * r + a * r }
        try expect("trion") { _, _, count in count + r }
        // Q lies along the inputs, whichever side is shorter.
        let dion = try accounting("dion", model).stateCount(phase: 0) - 2 * model.base
        #expect(dion == model.sum { $0 * $1 + $1 * r }, "dion \(model)")
        // The interval, its cosines and the last first vector beside GaLore's.
        try expect("q_galore") { a, b, _ in 2 * b * r + a * r + a + 3 + 5 }
        try expect("adarankgrad") { a, b, _ in 2 * b * r + a * r + 2 }
    }

    /// Billions of bytes to three decimals: 2 bytes a number of weights and state.
    @Test(arguments: zip(AccountingTests.models.dropLast(), [[0.280, 0.273, 0.247], [0.611, 0.578, 0.465], [1.389, 1.301, 0.999], [4.763, 4.411, 3.205]]))
    func paperBytes(model: ClosedForm, billions: [Double]) throws {
        for (method, published) in zip(["fira", "apollo", "apollo_mini"], billions) {
            let mine = Double(try accounting(method, model).paperBytes(phase: 0)) / 1e9
            #expect(abs(mine - published) <= 0.000_501, "\(method) \(model): \(mine), \(published)")
        }
    }

    /// Q-GaLore's printed memory follows no single convention; the codes' own bytes do.
    @Test(arguments: AccountingTests.models.dropLast()) func fewBits(model: ClosedForm) throws {
        let optimizer = try RunOptimizer(storage: StorageChoice(eightBitBlock: 256))
        let whole = try accounting("q_galore", model, ["weights": "as_stored"], optimizer)
        // A byte less a weight, and five more for every 256 of them (in whole groups).
        let saved = whole.paperBytes(phase: 0) - (try accounting("q_galore", model, [:], optimizer).paperBytes(phase: 0))
        #expect(saved == model.sum { $0 * $1 - 5 * (($0 * $1 + 255) / 256) })
    }
}
