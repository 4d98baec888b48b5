import SLNumerics
import SLOptimizers
import SLSpec

extension OptimizerContract {
    /// What a rule says of its subspace is so. A rule that says nothing of one records no refresh.
    static func checkRefreshes(_ rule: any UpdateRule, _ place: TensorPlace, _ subject: String, _ found: inout ViolationList) throws {
        guard let said = (rule as? any SubspaceRule)?.terms else {
            let run = try OptimizerRun<Float>(rule, place)
            try run.run(30)
            found.expect(run.refreshes.isEmpty, .promisedEvents, subject, "promises no refresh, records some in updates \(run.refreshes)")
            return
        }
        let terms = SubspaceTerms(rule: said, rows: place.rows, columns: place.columns)
        try checkCadence(rule, place, terms, subject, &found)
        try checkCuts(rule, place, terms, subject, &found)
        try checkStateAtRefresh(rule, place, terms, subject, &found)
        try checkNewAge(rule, place, terms, subject, &found)
        try checkSpan(rule, place, terms, subject, &found)
        try checkInnerStep(rule, place, terms, subject, &found)
        try checkSides(rule, place, terms, subject, &found)
        try checkDraws(rule, place, terms, subject, &found)
    }

    /// Refreshes are recorded when they are promised, by the tensor's age, whenever in a run the tensor is fresh.
    private static func checkCadence(
        _ rule: any UpdateRule, _ place: TensorPlace, _ terms: SubspaceTerms, _ subject: String, _ found: inout ViolationList
    ) throws {
        for first in [1, 1000] {
            let run = try OptimizerRun<Float>(rule, place, from: first)
            try run.run(terms.length)
            found.expect(
                terms.allows(run.refreshes, in: terms.length), .promisedEvents, "\(subject), fresh in update \(first)",
                "records refreshes in its updates \(run.refreshes), promises \(terms.rule.refresh)")
        }
    }

    /// A run that is cut before, at and after its second refresh goes on with the same bits and refreshes.
    private static func checkCuts(
        _ rule: any UpdateRule, _ place: TensorPlace, _ terms: SubspaceTerms, _ subject: String, _ found: inout ViolationList
    ) throws {
        let whole = try OptimizerRun<Float>(rule, place)
        try whole.run(terms.length)
        guard let second = whole.refreshes.dropFirst().first else { return }
        for cut in second - 1...second + 1 where cut > 0 && cut < terms.length {
            let resumed = try OptimizerRun<Float>(rule, place)
            try resumed.run(cut)
            try resumed.moveIntoAnotherUpdater()
            try resumed.run(terms.length - cut)
            let isSame = resumed.weight.elements == whole.weight.elements && resumed.stateElements == whole.stateElements
            found.expect(
                isSame && resumed.refreshes == whole.refreshes, .resume, subject,
                "goes on otherwise from the state after \(cut) updates, with refreshes in \(resumed.refreshes) in place of \(whole.refreshes)")
        }
    }

    /// The state behind a refresh is the old one as the terms have it, seen through an update whose gradient is too small to be seen in it.
    private static func checkStateAtRefresh(
        _ rule: any UpdateRule, _ place: TensorPlace, _ terms: SubspaceTerms, _ subject: String, _ found: inout ViolationList
    ) throws {
        // An error that is fed back is large whatever the gradient is.
        guard !terms.rule.outside.isFedBack, let second = terms.secondRefresh else { return }
        let run = try OptimizerRun<Double>(rule, place)
        try run.run(second - 1)
        let states = terms.innerState.map { ($0, run.state(named: $0.name) ?? []) }
        let old = run.state(named: "projector") ?? []
        let faint = try run.gradient(second)
        faint.scale(by: 1e-9)
        try run.update(faint)
        found.expect(run.refreshes.last == second, .promisedEvents, subject, "update \(second) records no refresh")
        for (declared, before) in states {
            guard let after = run.state(named: declared.name), after.count == before.count, let fate = terms.fate(of: declared) else { continue }
            let here = "\(subject), \(declared.name)"
            var expected = before
            switch fate {
            case .zeroed:
                let (left, all) = (squares(after).squareRoot(), squares(before).squareRoot())
                found.expect(left <= 1e-6 * all, .resetState, here, "is not zero after a reset: a share of \(left / all) is left")
                continue
            case .turned:
                guard let turned = terms.turned(before, declared.kind, from: old, to: run.state(named: "projector") ?? []) else { continue }
                expected = turned
            case .kept: break
            }
            // Decayed once, by whatever factor.
            let product: Double = zip(after, expected).reduce(0) { $0 + $1.0 * $1.1 }
            let share = product / max(squares(expected), .leastNormalMagnitude)
            let deviation = Deviation(after, from: expected.map { share * $0 }).relative
            found.expect(
                deviation < 1e-6 && share > 0, .stateAtRefresh, here, "is not \(terms.rule.stateAtRefresh) at a refresh: off by \(deviation)")
        }
    }

    private static func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }

    /// A reset begins bias corrections anew: the step of the refresh is that of a fresh tensor.
    private static func checkNewAge(
        _ rule: any UpdateRule, _ place: TensorPlace, _ terms: SubspaceTerms, _ subject: String, _ found: inout ViolationList
    ) throws {
        guard terms.rule.stateAtRefresh == .reset, terms.rule.outside == .dropped, terms.isFound, terms.rule.refresh.condition == .fixed,
            let second = terms.secondRefresh
        else { return }
        let (old, fresh) = (try OptimizerRun<Double>(rule, place), try OptimizerRun<Double>(rule, place))
        try old.run(second - 1)
        fresh.stand(after: old.updates)
        let start = old.weight.elements
        fresh.weight.assign(start)
        for run in [old, fresh] { try run.run(1) }
        let (mine, its): ([Double], [Double]) = (
            zip(old.weight.elements, start).map { $0 - $1 }, zip(fresh.weight.elements, start).map { $0 - $1 }
        )
        let deviation = Deviation(mine, from: its).relative
        found.expect(deviation < 1e-9, .resetAge, subject, "the step of a reset is off by \(deviation) from a fresh tensor's")
    }
}
