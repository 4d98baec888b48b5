import ArgumentParser
import Foundation
import SLMethodKit
import SLModel
import SLOptimizers
import SLSpec

/// An optimizer and how its state is kept, as `slbench estimate --optimizer` names them.
struct OptimizerChoice {
    let descriptor: OptimizerDescriptor
    let states: MemoryOptions.States

    static let standard = OptimizerChoice(descriptor: AdamWOptimizer.descriptor, states: .likeWeights)
    /// The one whose figures with 8-bit states are published.
    static let eightBit = OptimizerChoice(descriptor: AdamWOptimizer.descriptor, states: .eightBit)

    /// Beside it, with companded codes.
    static let companded = OptimizerChoice(descriptor: AdamWOptimizer.descriptor, states: .companded)

    /// Every optimizer with state like the weights.
    static var all: [OptimizerChoice] { Program.registry.catalog.optimizers.map { OptimizerChoice(descriptor: $0, states: .likeWeights) } }

    var name: String {
        switch states {
        case .likeWeights: descriptor.name
        case .eightBit: OptimizerSpec.eightBitAdamW
        case .companded: OptimizerSpec.eightBitAdamW + "_companded"
        }
    }
    var isStandard: Bool { descriptor.name == OptimizerSpec.standard }

    /// - Throws: `ValidationError` for a name that none has.
    static func named(_ spelled: String) throws -> OptimizerChoice {
        let name = spelled.trimmingCharacters(in: .whitespaces).replacing("-", with: "_")
        let choices = all + [eightBit, companded]
        if let choice = choices.first(where: { $0.name == name }) { return choice }
        let known = choices.map(\.name)
        let hint = NearestName.of(name, among: known).map { " Did you mean '\($0)'?" } ?? ""
        throw ValidationError("--optimizer \(spelled): unknown. Known: \(known.joined(separator: ", ")).\(hint)")
    }

    /// What a method is estimated with when nobody says: AdamW, and AdamW with 8-bit states where a paper prints the figure.
    static func usual(for method: MethodDescriptor, model: String) -> [OptimizerChoice] {
        let printed = PrintedMemory.figures(method: method, optimizer: eightBit).contains { $0.gigabytes(of: model) != nil }
        return printed ? [standard, eightBit] : [standard]
    }

    /// - Throws: `UnknownOptimizerError`, `MethodOptionError`.
    func made() throws -> RunOptimizer {
        try RunOptimizer(OptimizerSpec(descriptor.name), storage: StorageChoice(MemoryOptions(states: states)))
    }
}
