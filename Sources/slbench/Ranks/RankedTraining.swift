import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLNumerics
import SLRanks
import SLSpec
import SLSystem
import SLTraining

/// One run trained by several ranks, each in its own process. The first plans, or claims, records and speaks; the others are told what to do.
struct RankedTraining {
    /// What the first rank has to say to the others before they train.
    private enum Order: Codable {
        case train(CellAssignment)
        /// There is nothing to do, or the first rank has said what is wrong.
        case end(status: Int32)
    }

    /// What the first rank found when it looked at the run, and what it does in it.
    enum Plan {
        /// - Parameter train: records, and gives the exit status that the run's end means.
        case train(CellAssignment, _ train: (PreparedData, CellWorker) throws -> Int32)
        case end(status: Int32)
    }

    let session: RankSession
    var ranks: any RankGroup { session.ranks }

    /// - Parameter prepare: of the first rank alone, which plans or claims, and records.
    /// - Returns: the exit status, the same on every rank.
    /// - Throws: `RankError` where ranks differ or are gone, and this rank's own errors.
    func run(_ prepare: () throws -> Plan) throws -> Int32 {
        var plan = Plan.end(status: 0)
        if ranks.isFirst {
            do { plan = try prepare() } catch { plan = .end(status: ProgramEnd.status(of: error)) }
        }
        switch try told(plan) {
        case .end(let status): return status
        case .train(let assignment):
            let worker = CellWorker(registry: Program.registry, reason: ErrorPresentation.reason, words: ErrorPresentation.words)
            let data = try agreedData(assignment, worker)
            guard case .train(_, let train) = plan else {
                try help(assignment, worker, data)
                return try heard(0)
            }
            return try heard(train(data, worker))
        }
    }

    /// - Parameter plan: the first rank's; the others' is not looked at.
    private func told(_ plan: Plan) throws -> Order {
        let order: Order = switch plan {
        case .train(let assignment, _): .train(assignment)
        case .end(let status): .end(status: status)
        }
        let bytes = try ranks.hear(ranks.isFirst ? Array(RecordJSON.encoder().encode(order)) : [])
        do { return try RecordJSON.decoder().decode(Order.self, from: Data(bytes)) } catch {
            throw RankError.differentCalls("rank 0's order can't be read: is it the same program?")
        }
    }

    /// Trains as one of those that do not record.
    private func help(_ assignment: CellAssignment, _ worker: CellWorker, _ data: PreparedData) throws {
        do {
            try worker.run(
                assignment, environment: Program.probe.record(threads: assignment.threads), recorder: SilentRecorder(), prepared: data, ranks: ranks,
                emit: { _ in }, shouldStop: { StopFlag.isRaised })
        } catch is RunFailure {
            // The same end on all of them, which the first rank tells.
        }
    }

    /// - Returns: the first rank's exit status.
    private func heard(_ status: Int32) throws -> Int32 { try ranks.hear([UInt8(clamping: status)]).first.map { Int32($0) } ?? status }

    /// The run's data, when all ranks have the same and agree in all that the bits depend on.
    private func agreedData(_ assignment: CellAssignment, _ worker: CellWorker) throws -> PreparedData {
        try session.check(threads: assignment.threads)
        let data = try prepared(assignment, worker)
        try ranks.agree(on: facts(assignment, data))
        return data
    }

    /// - Throws: `RankError` on every rank when any has no such data.
    private func prepared(_ assignment: CellAssignment, _ worker: CellWorker) throws -> PreparedData {
        var refusal: (words: String, status: Int32)?
        var data: PreparedData?
        do {
            _ = try Program.checked(threads: assignment.threads)
            data = try worker.prepare(assignment)
        } catch {
            refusal = (ErrorPresentation.words(error), ErrorPresentation.status(of: error))
        }
        try ranks.agreeToGoOn(unless: refusal)
        guard let data else { throw RankError.differentCalls("the data of a run") }
        return data
    }

    /// What changes the bits, or the record, if it is not the same everywhere.
    private func facts(_ assignment: CellAssignment, _ data: PreparedData) throws -> [RankFact] {
        let identity = Program.identity
        let commit = identity.commit.map { $0 + (identity.isModified ? ", modified" : "") } ?? "no commit"
        return [
            RankFact(what: "the program", value: "slbench \(identity.version) of \(commit)", fix: "one build for all hosts, on shared storage"),
            RankFact(what: "the run", value: try assignment.spec.runKey(), fix: "start all ranks with the same command"),
            RankFact(
                what: "the data", value: "\(data.identity.corpusSHA256), tokenizer \(data.identity.tokenizerSHA256)",
                fix: "prepare it once, on storage that all hosts share (SLBENCH_DATA_DIR)"),
            RankFact(what: "the number of threads", value: "\(assignment.threads)", fix: "--threads N"),
            RankFact(
                what: "the core that OpenBLAS has chosen for the processor", value: BLASEnvironment.core,
                fix: "hosts with equal processors, or OPENBLAS_CORETYPE=NAME on all of them (`slbench doctor` lists the names)"),
            RankFact(
                what: "the vector units", value: VectorUnits.active.rawValue,
                fix: "hosts with equal processors, or SLBENCH_VECTOR_UNITS=NAME on all of them"),
            RankFact(what: "the product library", value: ProductLibrary.summary, fix: "hosts with equal processors, or SLBENCH_PRODUCTS=openblas on all of them"),
        ]
    }
}
