public import Foundation
public import SLSystem

/// What the place that talk goes to can show.
public struct Terminal: Sendable, Hashable {
    /// Whether lines can be drawn anew.
    public var isInteractive: Bool
    public var hasColor: Bool
    public var columns: Int
    public var rows: Int

    public init(isInteractive: Bool, hasColor: Bool, columns: Int = 100, rows: Int = 24) {
        self.isInteractive = isInteractive
        self.hasColor = hasColor
        self.columns = columns
        self.rows = rows
    }

    /// Of stderr. A terminal that is dumb, or one of a build machine (`CI`), gets plain lines; `NO_COLOR` takes colours and
    /// leaves the rest.
    public static func standardError(
        environment: [String: String] = EnvironmentVariable.all, isTerminal: Bool = isatty(2) != 0
    ) -> Terminal { of(2, environment, isTerminal) }

    /// Of stdout, by the same rules.
    public static func standardOutput(
        environment: [String: String] = EnvironmentVariable.all, isTerminal: Bool = isatty(1) != 0
    ) -> Terminal { of(1, environment, isTerminal) }

    private static func of(_ descriptor: Int32, _ environment: [String: String], _ isTerminal: Bool) -> Terminal {
        func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) }.flatMap { (1...10_000).contains($0) ? $0 : nil } }
        let isInteractive = isTerminal && environment["TERM"] != "dumb" && !isSet("CI")
        var size = winsize()
        let isKnown = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        return Terminal(
            isInteractive: isInteractive, hasColor: isInteractive && !isSet("NO_COLOR"),
            columns: isKnown && size.ws_col > 0 ? Int(size.ws_col) : number("COLUMNS") ?? 100,
            rows: isKnown && size.ws_row > 0 ? Int(size.ws_row) : number("LINES") ?? 24)
    }
}
