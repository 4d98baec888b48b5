/// Where a monotonous function crosses a level, down to neighbouring numbers.
package enum Bisection {
    /// The least x ≥ 0 from which on a condition holds that, once it holds, holds for everything above. 1e300 where it never does.
    ///
    /// Bisection, and not a faster method: it can't fail, and a report asks some hundred times.
    package static func crossing(_ holds: (Double) -> Bool) -> Double {
        var low = 0.0
        var high = 1.0
        while high < 1e300, !holds(high) { (low, high) = (high, high * 2) }
        while true {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { return high }
            if holds(middle) { high = middle } else { low = middle }
        }
    }
}
