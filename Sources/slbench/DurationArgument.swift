import ArgumentParser

/// A length of time on the command line: `90`, `90s`, `15m`, `2h`, `1d`, `1h30m`.
struct DurationArgument {
    let seconds: Double

    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    /// Ten years: longer than any run, and short enough to be added to any time of a clock.
    private static let longest: Double = 3650 * 86_400

    /// - Throws: `ValidationError` that says what is possible.
    init(parsing argument: String) throws {
        guard let seconds = Self.seconds(argument), seconds > 0, seconds <= Self.longest else {
            throw ValidationError("a time above 0 and up to 3650d: 90 or 90s, 15m, 2h, 1d, 1h30m")
        }
        self.seconds = seconds
    }

    private static func seconds(_ argument: String) -> Double? {
        var total = 0.0
        var digits = ""
        for character in argument {
            if character.isASCII, character.isNumber || character == "." {
                digits.append(character)
            } else {
                guard let unit = units[character], let number = Double(digits) else { return nil }
                total += number * unit
                digits = ""
            }
        }
        guard !digits.isEmpty else { return total }
        // A number without a unit stands alone: 1h30 could be anything.
        guard let number = Double(digits), total == 0 else { return nil }
        return number
    }
}
