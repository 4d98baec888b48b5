import SLSpec

/// What must be equal for two speeds to compare. The host's name is none of it: machines of one kind are equal terms.
struct SpeedTerms: Sendable, Hashable {
    let cpu: String
    let blasCore: String
    let vectorUnits: String?
    let threads: Int
    let ranks: Int?
    let exclusive: Bool?

    init(_ environment: EnvironmentRecord) {
        cpu = environment.cpu
        blasCore = environment.blasCore
        vectorUnits = environment.vectorUnits
        threads = environment.threads
        ranks = environment.ranks
        exclusive = environment.exclusive
    }

    init(_ attempt: AttemptRecord, ranks: Int?) {
        cpu = attempt.cpu
        blasCore = attempt.blasCore
        vectorUnits = attempt.vectorUnits
        threads = attempt.threads
        self.ranks = ranks
        exclusive = attempt.exclusive
    }

    /// `AMD EPYC 7763, BLAS core Zen, avx2, 2 threads, beside others`
    var words: String {
        let team = threads == 1 ? "1 thread" : "\(threads) threads"
        let company = exclusive.map { $0 ? "alone on the machine" : "beside others" }
        let parts: [String?] = [
            MarkdownText.inline(cpu), "BLAS core \(MarkdownText.inline(blasCore))", vectorUnits, team, ranks.map { "\($0) ranks" }, company,
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

extension RunHistory {
    /// The terms of every process that made a part of the run.
    var speedTerms: [SpeedTerms] {
        let worked = attempts.filter { $0.lastStep > $0.firstStep }.map { SpeedTerms($0, ranks: environment?.ranks) }
        return worked.isEmpty ? environment.map { [SpeedTerms($0)] } ?? [] : worked
    }
}

extension ReportCell {
    var speedTerms: [SpeedTerms] { finished.flatMap(\.speedTerms) }
}

extension SizeGroup {
    /// The rows whose runs were not all made on the terms of most runs are marked: their speeds do not compare.
    func withSpeedTerms() -> SizeGroup {
        let all = cells.flatMap(\.speedTerms)
        guard Set(all).count > 1 else { return self }
        let counts: [SpeedTerms: Int] = all.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        // Of equally frequent ones those that come first.
        guard let most = counts.values.max(), let usual = all.first(where: { counts[$0] == most }) else { return self }
        var group = self
        for index in cells.indices { group.cells[index].isElsewhere = cells[index].speedTerms.contains { $0 != usual } }
        return group
    }
}

extension SweepValidity {
    /// Runs that went on under terms of another kind: their speed is none of one machine, and their bits are not promised.
    static func moves(_ history: SweepHistory) -> [Threat] {
        let moved = history.runs.filter { $0.result != nil && Set($0.speedTerms).count > 1 }
        return moved.map { run in
            let parts = run.attempts.filter { $0.lastStep > $0.firstStep }.map { attempt in
                "updates \(attempt.firstStep + 1) to \(attempt.lastStep) on \(MarkdownText.inline(attempt.host)) at \(NumberFormat.tokensPerSecond(attempt.tokensPerSecond)) tokens/s"
            }
            return Threat(
                isUnequal: true,
                words: "run \(run.runID) moved between machines of several kinds: \(parts.joined(separator: "; ")). Its speed compares with no other.")
        }
    }
}
