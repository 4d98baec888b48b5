public import SLSpec

extension ClaimsReport {
    /// A row a claim, for people.
    public static func listing(_ results: [ClaimResult]) -> ValueTable {
        ValueTable(
            columns: ["claim", "paper", "verdict", "n", "found"],
            rows: results.map { result in
                let counts = result.findings.map(\.judgement.count)
                return [
                    .text(result.claim.id), .text(result.claim.paper), .text(result.verdict.rawValue), counts.min().map { .integer($0) } ?? .null,
                    .text(InlineText.plain(ClaimWords.found(result))),
                ]
            })
    }

    /// A row a comparison, and one for each claim that has none: every number bare.
    public static func records(_ results: [ClaimResult]) -> ValueTable {
        ValueTable(
            columns: [
                "claim", "paper", "source", "place", "read", "published", "verdict", "sweep", "size", "tokens", "quantity", "row", "against", "relation", "margin",
                "n", "difference", "difference_low", "difference_high", "p", "comparison", "is_predicted", "run_ids",
            ],
            rows: results.flatMap { result in
                result.findings.isEmpty ? [about(result) + [ValueTable.Cell](repeating: .null, count: 16)] : result.findings.map { about(result) + values($0) }
            })
    }

    private static func about(_ result: ClaimResult) -> [ValueTable.Cell] {
        let claim = result.claim
        return [claim.id, claim.paper, claim.source, claim.place, claim.evidence.rawValue, claim.words, result.verdict.rawValue].map { .text($0) }
    }

    private static func values(_ finding: ClaimFinding) -> [ValueTable.Cell] {
        let (test, judged) = (finding.test, finding.judgement)
        return [
            .text(finding.sweep), .text(finding.size), finding.tokens.map { .integer($0) } ?? .null, .text(test.quantity.rawValue), .text(finding.row),
            finding.against.map { .text($0) } ?? .null, .text(test.relation.rawValue), .real(test.margin), .integer(judged.count), .real(judged.difference),
            judged.interval.map { .real($0.lowerBound) } ?? .null, judged.interval.map { .real($0.upperBound) } ?? .null,
            judged.pValue.map { .real($0) } ?? .null, .text(finding.verdict.rawValue), .integer(finding.isPredicted ? 1 : 0),
            finding.runIDs.isEmpty ? .null : .text(finding.runIDs.joined(separator: " ")),
        ]
    }
}
