/// A few lines at the bottom of a terminal that are drawn anew in their place.
struct LiveBlock {
    /// Columns of each line that is on the screen. The cursor stands at the end of the last.
    private var drawn: [Int] = []

    /// - Returns: what to write so that these lines, cut to the terminal, stand where the last ones stood.
    mutating func draw(_ lines: [String], on terminal: Terminal) -> String {
        let erasing = erase(on: terminal)
        // The last column stays free: a line that fills it leaves the cursor in different places on different terminals.
        let cut = lines.map { TextWidth.cut($0, to: max(1, terminal.columns - 1)) }
        drawn = cut.map { TextWidth.of($0) }
        return erasing + cut.joined(separator: "\n")
    }

    /// - Returns: what to write so that the lines are gone and the cursor stands where the first began.
    mutating func erase(on terminal: Terminal) -> String {
        guard !drawn.isEmpty else { return "" }
        // A terminal that has become narrower has broken lines in two.
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + terminal.columns - 1) / max(1, terminal.columns)) }
        drawn = []
        return "\r" + (rows > 1 ? "\u{1B}[\(rows - 1)A" : "") + "\u{1B}[J"
    }
}
