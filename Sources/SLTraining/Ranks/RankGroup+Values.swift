import Foundation
package import SLRanks
import SLSpec

/// Values that all ranks tell each other.
extension RankGroup {
    /// Everybody's value, in the order of ranks.
    ///
    /// - Throws: `RankError`, coding errors.
    package func gatherValues<Value: Codable>(_ value: Value) throws -> [Value] {
        if isLone { return [value] }
        return try gather([UInt8](RecordJSON.encoder().encode(value))).map { try RecordJSON.decoder().decode(Value.self, from: Data($0)) }
    }

    /// The same for numbers, to the bit. Everybody's may be another number of them.
    package func gatherNumbers(_ numbers: [Double]) throws(RankError) -> [[Double]] {
        if isLone { return [numbers] }
        let bytes = numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) } }
        return try gather(bytes).map { bytes in
            stride(from: 0, to: bytes.count - 7, by: 8).map { start in
                Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * $1) })
            }
        }
    }
}
