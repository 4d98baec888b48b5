import Foundation

/// The noise of seeds in the words that `plan`, `report` and `check` share.
enum NoiseWords {
    /// `σ = 0.0081 (95 %: 0.0054 to 0.0165) of 8 seeds of full_rank`
    static func floor(_ floor: NoiseFloor, of label: String) -> String {
        "σ = \(NumberFormat.loss(floor.deviation)) (95 %: \(NumberFormat.loss(floor.interval95.lowerBound)) to "
            + "\(NumberFormat.loss(floor.interval95.upperBound))) of \(floor.count) seeds of \(label)"
    }

    static var asked: String { "\(NoiseFloor.seedsAsked) seeds of the baseline are asked for a noise floor" }

    /// The smallest difference that a sweep's seeds can show, by paired t-tests; `nil` with fewer than two pairs.
    ///
    /// Differences of a row's runs from the reference's have twice the variance of one run's loss where a shared seed takes nothing off,
    /// which is the most that is to be expected.
    ///
    /// - Parameters:
    ///   - rows: compared with the reference: Holm's first step shares the level among them.
    ///   - margin: of equivalence, in nats.
    static func power(seeds: Int, rows: Int, floor: NoiseFloor?, label: String, margin: Double?) -> String? {
        let level = FamilyTest.level / Double(max(1, rows))
        guard let difference = PairedPower.smallestDifference(seeds: seeds, level: level), let alike = PairedPower.smallestMargin(seeds: seeds, level: level)
        else { return nil }
        let pair = 2.0.squareRoot()
        let chance = NumberFormat.general(PairedPower.wanted * 100) + " %"
        let step = rows > 1 ? " at the first step of Holm over \(rows) rows" : ""
        let start = "paired t-tests\(step) find a difference with \(chance) chance from "
        guard let floor else {
            let earned = margin.map { "the margin of \(NumberFormat.general($0)) nats if σ is at most \(NumberFormat.loss($0 / (alike * pair)))" }
            return start + "\(multiple(difference * pair)) σ on; a row that is truly equal earns, with as much chance, "
                + (earned ?? "a margin of equivalence of \(multiple(alike * pair)) σ") + "; σ, the deviation of \(label)'s loss over seeds, is not known here: \(asked), and seeds that pair well make it less"
        }
        let nats = floor.deviation * pair
        let (low, high) = (floor.interval95.lowerBound * pair * difference, floor.interval95.upperBound * pair * difference)
        return start + "\(NumberFormat.loss(difference * nats)) nats on (\(NumberFormat.loss(low)) to \(NumberFormat.loss(high)), as σ is known), "
            + "or less where seeds pair well; \(Self.floor(floor, of: label))" + (floor.isEnough ? "" : ", and \(asked)") + "; "
            + (margin.map { earned($0, nats, seeds, level) } ?? "a row that is truly equal earns, with as much chance, a margin of equivalence of \(NumberFormat.loss(alike * nats)) nats")
    }

    private static func earned(_ margin: Double, _ nats: Double, _ seeds: Int, _ level: Double) -> String {
        let chance = PairedPower.ofEquivalence(margin: margin / nats, seeds: seeds, level: level) ?? 0
        return "a row that is truly equal earns the margin of \(NumberFormat.general(margin)) nats with \(NumberFormat.fixed(chance * 100, decimals: 0)) % chance"
    }

    private static func multiple(_ value: Double) -> String { NumberFormat.fixed(value, decimals: 2) }
}
