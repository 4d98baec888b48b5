import Foundation
import SLSpec

/// Predictions and findings in words.
enum ClaimWords {
    /// `loss of sltrain below that of low_rank`
    static func expected(_ test: ClaimTest) -> String {
        let row = MarkdownText.inline(test.row.words)
        let sizes = test.sizes.isEmpty ? "" : " at \(MarkdownText.joined(test.sizes.map { MarkdownText.inline($0) }))"
        guard let against = test.against else {
            let way = switch test.relation {
            case .lower: "falls"
            case .higher: "grows"
            case .notHigher: "does not grow"
            case .alike: "stays"
            }
            return "\(quantity(test.quantity)) of \(row) \(way) from first probe to last"
                + (test.margin > 0 ? " (by \(margin(test)))" : "") + sizes
        }
        let other = MarkdownText.inline(against.words)
        let words = switch test.relation {
        case .lower: "below that of \(other)" + (test.margin > 0 ? " by more than \(margin(test))" : "")
        case .higher: "above that of \(other)" + (test.margin > 0 ? " by more than \(margin(test))" : "")
        case .notHigher: "not above that of \(other)" + (test.margin > 0 ? " by \(margin(test)) or more" : "")
        case .alike: "within \(margin(test)) of that of \(other)"
        }
        return "\(quantity(test.quantity)) of \(row) \(words)\(sizes)"
    }

    static func expected(_ claim: Claim) -> String {
        claim.tests.isEmpty ? "no comparison of rows can show it" : claim.tests.map(expected).joined(separator: "; and ")
    }

    /// `refuted at 9m, 1.02M tokens: galore r=32 against full_rank +0.1234 nats (+0.1011 to +0.1357, 6 seeds)`
    static func found(_ result: ClaimResult) -> String {
        if result.claim.tests.isEmpty { return "nothing was compared" }
        guard !result.findings.isEmpty else { return "no sweep holds the rows" }
        let most = 6
        let told = result.findings.prefix(most).map { finding in
            let place = [MarkdownText.inline(finding.size), finding.tokens.map { NumberFormat.tokens($0) + " tokens" }].compactMap(\.self).joined(separator: ", ")
            let rows = MarkdownText.inline([finding.row, finding.against].compactMap(\.self).joined(separator: " against "))
            return "\(finding.verdict.rawValue) at \(place): \(quantity(finding.test.quantity)), \(rows) \(difference(finding))"
        }
        let rest = result.findings.count - told.count
        return told.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
    }

    static func difference(_ finding: ClaimFinding) -> String {
        let judged = finding.judgement
        let value = figure(judged.difference, finding.test.quantity)
        let basis = finding.isPredicted ? "by plan" : judged.count == 1 && finding.test.quantity.isOfSeeds ? "1 seed"
            : finding.test.quantity.isOfSeeds ? "\(judged.count) seeds" : nil
        let range = judged.interval.map { interval($0, finding.test.quantity) }
        let details = [range, basis].compactMap(\.self).joined(separator: ", ")
        return details.isEmpty ? value : "\(value) (\(details))"
    }

    /// `+0.1011 to +0.1357`: the unit stands with the difference.
    static func interval(_ range: ClosedRange<Double>, _ quantity: ClaimTest.Quantity) -> String {
        [range.lowerBound, range.upperBound].map { quantity == .loss ? NumberFormat.lossDifference($0) : figure($0, quantity) }.joined(separator: " to ")
    }

    /// A difference with its sign: nats, or a share.
    static func figure(_ value: Double, _ quantity: ClaimTest.Quantity) -> String {
        switch quantity {
        case .loss: NumberFormat.lossDifference(value) + " nats"
        case .gradientRank: "×" + NumberFormat.fixed(exp(value), decimals: 2)
        case .paperMemory, .trackedMemory, .flops: NumberFormat.relative(1 + value, to: 1)
        }
    }

    static func quantity(_ quantity: ClaimTest.Quantity) -> String {
        switch quantity {
        case .loss: "loss"
        case .paperMemory: "paper memory"
        case .trackedMemory: "tracked peak"
        case .flops: "training FLOPs"
        case .gradientRank: "mean effective rank of the gradients"
        }
    }

    private static func margin(_ test: ClaimTest) -> String {
        switch test.quantity {
        case .loss: NumberFormat.general(test.margin) + " nats"
        case .gradientRank: NumberFormat.general(test.margin) + " on its logarithm"
        case .paperMemory, .trackedMemory, .flops: NumberFormat.general(test.margin * 100) + " %"
        }
    }
}

extension ClaimTest.Quantity {
    /// Whether it is another with every seed.
    var isOfSeeds: Bool { self == .loss || self == .gradientRank }
}
