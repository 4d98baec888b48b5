import Foundation

/// One thing that a search may change in a cell: the values of a key, in places that are counted from 0. The cell's own value has a place
/// among them. A range of numbers goes on beyond both ends, by its factor.
public struct TuningCoordinate: Sendable {
    /// A value of the coordinate.
    public struct Choice: Sendable {
        /// As a report shows it.
        public var shown: [String: OptionValue]
        /// What it lays over the cell's own values; nothing for the cell's own.
        public var laid: [String: OptionValue]
    }

    public let key: String
    /// Those that the config names, and the cell's own.
    public let choices: [Choice]
    /// The place of the cell's own value.
    public let start: Int
    /// Whether choices are numbers in ascending order, so that those beside one are its neighbours; else all others are.
    public let isOrdered: Bool
    /// What a range is continued by; `nil` for a list.
    public let factor: Double?
    /// What a continued value must lie in.
    let domain: OptionDescriptor.Domain?

    /// Whether the key is a rate or a decay, which want the full length of a run to be judged.
    public var isRate: Bool { Self.isRate(key) }

    static func isRate(_ key: String) -> Bool {
        ["lr", "weight_decay"].contains(key) || (key.hasPrefix(GroupKeys.prefix) && GroupKeys.numbers.contains { key.hasSuffix(".\($0.name)") })
    }

    /// The smallest and the largest number that the config names or the cell has.
    public var declared: ClosedRange<Double>? {
        guard isOrdered, let low = number(0), let high = number(choices.count - 1), low <= high else { return nil }
        return low...high
    }

    /// - Returns: `nil` beyond a list's ends, and where a range has left the key's domain.
    public func choice(at place: Int) -> Choice? {
        if choices.indices.contains(place) { return choices[place] }
        guard let value = continued(to: place) else { return nil }
        return Choice(shown: [key: value], laid: [key: value])
    }

    private func number(_ place: Int) -> Double? { choices.indices.contains(place) ? choices[place].shown[key]?.real : nil }

    /// The value of a place beyond the ends.
    private func continued(to place: Int) -> OptionValue? {
        guard let factor, let domain, isOrdered, let low = number(0), let high = number(choices.count - 1) else { return nil }
        func value(_ place: Int) -> Double? {
            if let known = number(place) { return known }
            let steps = place < 0 ? place : place - choices.count + 1
            let exact = (place < 0 ? low : high) * pow(factor, Double(steps))
            return exact > 0 && exact.isFinite ? Self.rounded(exact, isWhole: domain.isWhole) : nil
        }
        guard let here = value(place), let before = value(place < 0 ? place + 1 : place - 1), place < 0 ? here < before : here > before else { return nil }
        let value = OptionValue.real(here).canonical
        return domain.accepts(value) ? value : nil
    }

    /// To six digits: 0.009 and not 0.009000000000000001.
    static func rounded(_ value: Double, isWhole: Bool = false) -> Double {
        isWhole ? value.rounded() : Double(String(format: "%.6g", value)) ?? value
    }
}

/// What a config says of a coordinate, before the cell is known that it is for.
struct GivenCoordinate {
    enum Grid {
        /// Each may be several keys at once.
        case list([[String: OptionValue]])
        case range(from: Double, to: Double, factor: Double)
        /// Multiples of the cell's own value.
        case around(factor: Double, eachWay: Int)
    }

    var key: String
    var path: String
    var grid: Grid
    /// Of a range.
    var domain: OptionDescriptor.Domain?
}

extension TuningCoordinate {
    /// - Parameters:
    ///   - own: the cell's value; `nil` where it is none that could be written down.
    ///   - isOwn: whether a choice makes no other cell.
    /// - Returns: `nil` where a range around the own value has nothing to multiply.
    init?(_ given: GivenCoordinate, own: OptionValue?, isOwn: ([String: OptionValue]) -> Bool) {
        let isWhole = given.domain?.isWhole ?? false
        var factor: Double?
        var choices: [[String: OptionValue]]
        func numbers(_ first: Double, _ count: Int, _ factor: Double) -> [[String: OptionValue]] {
            (0..<count).map { [given.key: OptionValue.real(Self.rounded(first * pow(factor, Double($0)), isWhole: isWhole)).canonical] }
        }
        switch given.grid {
        case .list(let values): choices = values
        case .range(let from, let to, let ratio):
            factor = ratio
            choices = numbers(from, Int((log(to / from) / log(ratio) + 1e-9).rounded(.down)) + 1, ratio)
        case .around(let ratio, let eachWay):
            guard let own = own?.real, own > 0 else { return nil }
            factor = ratio
            choices = numbers(own / pow(ratio, Double(eachWay)), 2 * eachWay + 1, ratio).filter { given.domain?.accepts($0[given.key] ?? .null) ?? true }
        }
        let single = choices.compactMap { $0.count == 1 ? $0[given.key]?.real : nil }
        if let own = own?.real, single.count == choices.count {
            // What differs by no more than the digits that are written is the same number.
            func isSame(_ value: Double) -> Bool { abs(value - own) <= 2e-6 * max(abs(value), abs(own)) }
            var values = Set(single.filter { !isSame($0) }).map { OptionValue.real($0).canonical }
            values.append(OptionValue.real(own).canonical)
            values.sort { ($0.real ?? 0) < ($1.real ?? 0) }
            let start = values.firstIndex { isSame($0.real ?? .nan) } ?? 0
            self.choices = values.enumerated().map { place, value in Choice(shown: [given.key: value], laid: place == start ? [:] : [given.key: value]) }
            self.start = start
            isOrdered = true
        } else {
            var found = choices.map { Choice(shown: $0, laid: $0) }
            if let place = choices.firstIndex(where: isOwn) {
                found[place].laid = [:]
                start = place
            } else {
                found.insert(Choice(shown: [given.key: own ?? .text(Self.asConfigured)], laid: [:]), at: 0)
                start = 0
            }
            self.choices = found
            isOrdered = false
        }
        key = given.key
        self.factor = isOrdered ? factor : nil
        domain = given.domain
    }

    /// Stands for an own value that no single value is.
    static let asConfigured = "as configured"
}
