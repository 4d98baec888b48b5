import ArgumentParser

/// A length of time on the command line: `90`, `90s`, `15m`, `2h`, `1d`, `1h30m`.
struct DurationArgument: ExpressibleByArgument {
    let seconds: Double

    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    init?(argument: String) {
        var total = 0.0
        var digits = ""
        for character in argument {
            if character.isNumber || character == "." {
                digits.append(character)
            } else {
                guard let unit = Self.units[character], let number = Double(digits) else { return nil }
                total += number * unit
                digits = ""
            }
        }
        if !digits.isEmpty {
            // A number without a unit stands alone: 1h30 could be anything.
            guard let number = Double(digits), total == 0 else { return nil }
            total = number
        }
        guard total > 0, total.isFinite else { return nil }
        seconds = total
    }
}
