/// How far two measurements put the same things in the same order.
package enum RankCorrelation {
    /// Kendall's τ-b, which takes ties into account (Kendall 1945, The treatment of ties in ranking problems): with C concordant and D
    /// discordant pairs and T₁, T₂ pairs tied in one measurement only, (C − D) / √((C + D + T₁)(C + D + T₂)).
    ///
    /// - Returns: `nil` where one of the two tells nothing apart.
    package static func kendall(_ pairs: [(Double, Double)]) -> Double? {
        var (concordant, discordant, tiedFirst, tiedSecond) = (0.0, 0.0, 0.0, 0.0)
        for (place, one) in pairs.enumerated() {
            for other in pairs[(place + 1)...] {
                switch ((one.0 - other.0) * (one.1 - other.1), one.0 == other.0, one.1 == other.1) {
                case (_, true, true): break
                case (_, true, false): tiedFirst += 1
                case (_, false, true): tiedSecond += 1
                case (let product, false, false): if product > 0 { concordant += 1 } else { discordant += 1 }
                }
            }
        }
        let scale = ((concordant + discordant + tiedFirst) * (concordant + discordant + tiedSecond)).squareRoot()
        return scale > 0 ? (concordant - discordant) / scale : nil
    }
}
