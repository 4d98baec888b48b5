import Foundation

/// What a variable of the environment says that can't be used. Exit code 64.
public struct EnvironmentIssue: Error, Sendable, Hashable, CustomStringConvertible {
    public var variable: String
    public var value: String
    public var allowed: String

    public init(variable: String, value: String, allowed: String) {
        self.variable = variable
        self.value = value
        self.allowed = allowed
    }

    public var description: String { "\(variable)='\(value)'\n  allowed: \(allowed)" }
}

/// Variables of the environment. One that is empty is not set.
public enum EnvironmentVariable {
    public static var all: [String: String] { ProcessInfo.processInfo.environment }

    public static func value(_ name: String, in environment: [String: String] = all) -> String? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        return text
    }

    /// - Throws: ``EnvironmentIssue`` when it is set and is no whole number of the range.
    public static func wholeNumber(
        _ name: String, _ range: ClosedRange<Int>, in environment: [String: String] = all
    ) throws(EnvironmentIssue) -> Int? {
        guard let text = value(name, in: environment)?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw EnvironmentIssue(
                variable: name, value: text, allowed: "a whole number from \(range.lowerBound) to \(range.upperBound); unset it if it is not meant")
        }
        return number
    }
}
