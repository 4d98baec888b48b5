import Foundation

/// Text for LaTeX that compiles with pdflatex and its companions, whatever comes in.
package enum LaTeXText {
    /// Every character stands for itself. One that the usual fonts lack is written as its code point, `[U+4E2D]`.
    package static func escaped(_ text: String, isCode: Bool = false) -> String {
        let scalars = Array(text.precomposedStringWithCanonicalMapping.unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            let before = index > 0 ? scalars[index - 1] : nil
            if isCode, index > 0, index.isMultiple(of: 8) { result += "\\allowbreak{}" }
            if scalar == "-" {
                result += hyphen(before: before, after: index + 1 < scalars.count ? scalars[index + 1] : nil, isCode: isCode)
            } else if isCode, scalar == "\"" {
                result += "\\symbol{34}"
            } else {
                result += escaped(scalar)
            }
        }
        return result
    }

    /// Text with the markup of ``InlineText``.
    package static func inline(_ text: String) -> String { inline(InlineText.parse(text)) }

    private static func inline(_ runs: [InlineText.Run]) -> String {
        runs.map { run in
            switch run {
            case .text(let text): escaped(text)
            case .code(let text): "\\texttt{\(escaped(text, isCode: true))}"
            case .strong(let inner): "\\textbf{\(inline(inner))}"
            case .emphasis(let inner): "\\emph{\(inline(inner))}"
            }
        }.joined()
    }

    /// A minus before a number; never the start of a ligature.
    private static func hyphen(before: Unicode.Scalar?, after: Unicode.Scalar?, isCode: Bool) -> String {
        if isCode { return "{-}" }
        let isSign = before.map { " ([".unicodeScalars.contains($0) } ?? true
        if isSign, let after, ("0"..."9").contains(after) { return "$-$" }
        return before == "-" ? "{}-" : "-"
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        if let word = words[scalar] { return word }
        switch scalar.value {
        case 0x20...0x7E: return String(scalar)
        // Letters of Latin-1 and Latin Extended-A that both old and new font encodings compose.
        case 0xC0...0xCF, 0xD1...0xD6, 0xD8...0xDD, 0xDF...0xEF, 0xF1...0xF6, 0xF8...0xFD, 0xFF: return String(scalar)
        case 0x106, 0x107, 0x10C, 0x10D, 0x11A, 0x11B, 0x141...0x144, 0x147, 0x148, 0x150...0x155, 0x158...0x15B, 0x160, 0x161,
            0x164, 0x16E...0x171, 0x178...0x17E:
            return String(scalar)
        case 0x00...0x1F, 0x7F...0x9F: return "?"
        default: return "{[}U+" + String(format: "%04X", scalar.value) + "{]}"
        }
    }

    private static let words: [Unicode.Scalar: String] = {
        var words: [Unicode.Scalar: String] = [
            "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}",
            "|": "\\textbar{}", "`": "\\textasciigrave{}", "\"": "''", "[": "{[}", "]": "{]}", "*": "{*}", "\n": " ", "\r": " ",
            "—": "\\textemdash{}", "–": "\\textendash{}", "…": "\\ldots{}", "±": "$\\pm$", "×": "$\\times$", "−": "$-$", "≤": "$\\le$",
            "≥": "$\\ge$", "≈": "$\\approx$", "≠": "$\\ne$", "·": "$\\cdot$", "∞": "$\\infty$", "°": "$^\\circ$", "→": "$\\to$", "←": "$\\gets$",
            "√": "$\\surd$", "†": "\\dag{}", "‡": "\\ddag{}", "§": "\\S{}", "•": "$\\bullet$", "“": "``", "”": "''", "‘": "`", "’": "'",
            "\t": " ", "\u{A0}": "~", "\u{202F}": "~", "\u{2009}": "\\,", "µ": "$\\mu$", "⊕": "$\\oplus$",
        ]
        for scalar in "&%$#_{}".unicodeScalars { words[scalar] = "\\\(scalar)" }
        for (power, scalar) in "⁰¹²³⁴⁵⁶⁷⁸⁹".unicodeScalars.enumerated() { words[scalar] = "\\textsuperscript{\(power)}" }
        let greek = [
            "alpha", "beta", "gamma", "delta", "varepsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "", "pi",
            "rho", "", "sigma", "tau", "upsilon", "varphi", "chi", "psi", "omega",
        ]
        for (place, name) in greek.enumerated() where !name.isEmpty {
            if let scalar = Unicode.Scalar(0x3B1 + UInt32(place)) { words[scalar] = "$\\\(name)$" }
        }
        for (scalar, name) in zip("ΓΔΘΛΞΠΣΦΨΩ".unicodeScalars, ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"]) {
            words[scalar] = "$\\\(name)$"
        }
        return words
    }()
}
