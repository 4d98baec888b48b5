import Foundation
import SLHarness
import SLMethodKit
import SLModel
import SLSpec
import SLStore

/// The trials of a tuning between the config that asks for them and the database that knows what became of them.
final class TuningSession {
    private let plan: TuningPlan
    /// The trials as a sweep.
    private let config: SweepConfig
    /// The database.
    private let path: String
    /// Of every trial so far.
    private(set) var identities: DataIdentities
    private let searches: TuningSearches

    init(_ plan: TuningPlan, _ config: SweepConfig, path: String, identities: DataIdentities) {
        self.plan = plan
        self.config = config
        self.path = path
        self.identities = identities
        searches = TuningSearches(plan, admits: Self.admits)
    }

    /// A trial that changes what its data is prepared for has it prepared now.
    func spec(_ draft: CellDraft) throws -> RunSpec {
        if let known = try? identities.of(draft) { return draft.spec(data: known) }
        var further = config
        further.cells = config.cells + [draft]
        identities = try DataIdentities(further)
        return draft.spec(data: try identities.of(draft))
    }

    /// Every run of the tuning by what has ended: those made, those at work and those to be made.
    func cells() throws -> [CellDraft] { try state(outcomes()).plan.drafts }

    /// The cells with every trial, and what is chosen where the trials have ended.
    func choose() throws -> (explored: TuningPlan, tuned: [TunedCell]) {
        let outcomes = try outcomes()
        let state = try state(outcomes)
        let tuned = try TuningChoice.choose(
            state.plan, spec: spec,
            runID: { spec in
                let key = try spec.runKey()
                return outcomes[key]?.runID ?? ShortKey.of(key)
            }, standing: { Self.standing(outcomes[try $0.runKey()]) }, searched: state.searched)
        return (state.plan, tuned)
    }

    private func state(_ outcomes: [String: TrialOutcome]) throws -> TuningSearches.State {
        try searches.state { Self.standing(outcomes[try self.spec($0).runKey()]) }
    }

    /// Nothing was run where there is no database.
    private func outcomes() throws -> [String: TrialOutcome] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        return try ResultStore(readOnlyPath: path).trialOutcomes(sweep: config.name)
    }

    private static func standing(_ outcome: TrialOutcome?) -> TuningChoice.Standing {
        TuningChoice.Standing(status: outcome?.status, evalLoss: outcome?.evalLoss)
    }

    /// Whether the method takes a run's options and can count it: what a search continues may leave what a method can do.
    private static func admits(_ draft: CellDraft) -> Bool {
        guard
            let method = try? Program.registry.make(draft.method, options: draft.options, model: draft.model, activations: draft.training.activations),
            draft.training.memory.refusal(method, shape: draft.model) == nil,
            let accounting = try? ModelAccounting(shape: draft.model, method: method, training: draft.training)
        else { return false }
        return accounting.refusals.isEmpty
    }
}
