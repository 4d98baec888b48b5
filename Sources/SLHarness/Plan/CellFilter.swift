import Foundation
public import SLSpec

/// Which cells of a sweep are meant: `method=sltrain`, `size=9m|60m,seed=1`, `lr=0.003`.
///
/// Conditions are separated by commas and must all hold; values by bars, of which one must.
public struct CellFilter: Sendable, Hashable {
    /// Why words are no filter.
    public struct Problem: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    struct Condition: Sendable, Hashable {
        let key: String
        let values: [String]
    }

    let conditions: [Condition]

    public init(_ words: String) throws(Problem) {
        var conditions: [Condition] = []
        for part in words.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            guard sides.count == 2, !sides[0].isEmpty else { throw Problem(description: "'\(part)' is not KEY=VALUE") }
            let values = sides[1].split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard !values.isEmpty else { throw Problem(description: "'\(part)' names no value") }
            conditions.append(Condition(key: sides[0], values: values))
        }
        self.conditions = conditions
    }

    /// - Throws: ``Problem`` when no cell has a key of that name.
    public func select(_ specs: [RunSpec]) throws(Problem) -> [Bool] {
        let cells = specs.map { CellFields($0) }
        for condition in conditions where !cells.contains(where: { $0.values[condition.key] != nil }) {
            let known = Set(cells.flatMap(\.values.keys)).sorted()
            let near = NearestName.of(condition.key, among: known).map { "; did you mean '\($0)'?" } ?? ""
            throw Problem(description: "no cell has a '\(condition.key)'\(near) Known: \(known.joined(separator: ", "))")
        }
        return cells.map { cell in
            conditions.allSatisfy { condition in condition.values.contains { cell.holds(condition.key, Self.value($0)) } }
        }
    }

    private static func value(_ text: String) -> OptionValue {
        if let number = Int(text) { return .integer(number) }
        if let number = Double(text) { return .real(number) }
        switch text {
        case "true", "false": return .bool(text == "true")
        case "null": return .null
        default: return .text(text)
        }
    }
}
