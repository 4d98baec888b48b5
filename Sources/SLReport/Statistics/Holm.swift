/// Claims that hold together, whatever hangs together with what.
///
/// Source: Holm 1979, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 65–70.
package enum Holm {
    /// The p of each claim for all of them together: the smallest times their number, the next times one less, and none below one
    /// before it. In the order given.
    package static func adjusted(_ values: [Double]) -> [Double] {
        var adjusted = values
        var least = 0.0
        for (place, index) in values.indices.sorted(by: { (values[$0], $0) < (values[$1], $1) }).enumerated() {
            least = max(least, min(1, values[index] * Double(values.count - place)))
            adjusted[index] = least
        }
        return adjusted
    }
}
