import Foundation
package import SLMethodKit
import SLSpec

/// The state of a controller as text, exact to the bit.
public struct LifecycleState: Sendable, Hashable, Codable {
    /// Which controller it is of: what it must go back into.
    public var lifecycle: String
    /// JSON.
    public var state: String

    /// - Throws: `EncodingError`.
    package init(_ lifecycle: any Lifecycle) throws {
        self.lifecycle = Self.name(lifecycle)
        state = try Self.text(lifecycle)
    }

    /// Texts for numbers that JSON lacks. Not those of `RecordJSON`: checkpoints hold these.
    private static let words = (positive: "inf", negative: "-inf", none: "nan")

    private static func name(_ lifecycle: any Lifecycle) -> String { "\(type(of: lifecycle))" }

    private static func text<L: Lifecycle>(_ lifecycle: L) throws -> String {
        let encoder = RecordJSON.encoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: words.positive, negativeInfinity: words.negative, nan: words.none)
        return String(decoding: try encoder.encode(lifecycle.state), as: UTF8.self)
    }

    /// The controllers with these states.
    ///
    /// - Throws: `DataError` when they are not of these controllers.
    static func restore(_ states: [LifecycleState]?, into lifecycles: [any Lifecycle], step: Int) throws(DataError) -> [any Lifecycle] {
        guard let states else { return lifecycles }
        guard states.map(\.lifecycle) == lifecycles.map(name) else {
            let (found, needed) = (states.map(\.lifecycle).joined(separator: ", "), lifecycles.map(name).joined(separator: ", "))
            throw DataError.checkpoint(after: step, "it is of a run with the controllers [\(found)], not [\(needed)]")
        }
        var restored: [any Lifecycle] = []
        for (lifecycle, state) in zip(lifecycles, states) {
            guard let one = try? state.restored(lifecycle) else {
                throw DataError.checkpoint(after: step, "the state of the controller \(state.lifecycle) can't be read")
            }
            restored.append(one)
        }
        return restored
    }

    private func restored<L: Lifecycle>(_ lifecycle: L) throws -> L {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: Self.words.positive, negativeInfinity: Self.words.negative, nan: Self.words.none)
        var copy = lifecycle
        copy.state = try decoder.decode(L.State.self, from: Data(state.utf8))
        return copy
    }
}
