/// What so many seeds can show, in the words that `plan`, `report`, `check` and `compare` share.
public enum SeedEvidence {
    /// Whether a difference could be claimed, and what that takes.
    ///
    /// - Parameter seeds: pairs of runs with one seed.
    public static func words(seeds: Int) -> String {
        let least = FamilyTest.smallestPValue(seeds: seeds)
        let pairs = seeds == 1 ? "1 seed" : "\(seeds) seeds"
        let floor = "p can't be below \(NumberFormat.pValue(least)), even if one side is better every time"
        guard least >= FamilyTest.level else {
            return "with \(pairs) a difference can be claimed at \(level): the sign-flip test's p goes down to \(NumberFormat.pValue(least)), "
                + "however many rows are compared"
        }
        return "with \(pairs) no difference can be claimed at \(level): the sign-flip test's \(floor); \(FamilyTest.seedsNeeded()) seeds are needed, "
            + "however many rows are compared"
    }

    public static func isEnough(seeds: Int) -> Bool { FamilyTest.smallestPValue(seeds: seeds) < FamilyTest.level }

    /// `5 %`
    public static var level: String { NumberFormat.general(FamilyTest.level * 100) + " %" }

    package static func sentence(_ words: String) -> String { capitalized(words) + "." }

    static func capitalized(_ words: String) -> String { words.prefix(1).uppercased() + words.dropFirst() }
}
