import Foundation

/// Makes gnuplot's SVG fit for any page: nothing of gnuplot's own in it, and colours that follow the reader's choice of a
/// light or dark page, whether the picture is linked or stands inside the page.
package enum PictureStyle {
    /// The class that every rule is bound to, so that a page around the picture keeps its own colours.
    package static let name = "slbench-picture"

    package static func applied(to svg: String) -> String {
        var text = withHexadecimalColors(svg)
        text = text.replacingOccurrences(of: #" id="gnuplot_\w+""#, with: "", options: .regularExpression)
        // Discs in the colour of the page, which gnuplot puts behind the middle of every error bar, over what is there.
        let disc = "\\s*<use xlink:href='#gpPt6'[^>]*color='\(PictureColor.paper)'/>"
        text = text.replacingOccurrences(of: disc, with: "", options: .regularExpression)
        // Groups without anything in them, and those that held nothing but such.
        for _ in 0..<2 { text = text.replacingOccurrences(of: #"\s*<g [^>]*>\s*</g>"#, with: "", options: .regularExpression) }
        guard let start = text.range(of: "<svg"), let end = text.range(of: ">", range: start.upperBound..<text.endIndex) else { return svg }
        text.insert(contentsOf: "\n" + sheet, at: end.upperBound)
        text.insert(contentsOf: " class=\"\(name)\"", at: start.upperBound)
        return text
    }

    private static let sheet: String = {
        let rules = PictureColor.dark.map { light, dark in
            ["fill", "stroke", "color"].map { ".\(name) [\($0)=\"\(light)\"]{\($0):\(dark)}" }.joined(separator: " ")
        }
        return "<style>\n@media (prefers-color-scheme: dark) {\n" + rules.joined(separator: "\n") + "\n}\n</style>\n"
    }()

    /// gnuplot writes one colour in several ways: `rgb(  0, 114, 178)`, `#FFFFFF`, `black`. A style sheet needs one.
    private static func withHexadecimalColors(_ svg: String) -> String {
        svg.replacing(#/rgb\(\s*(\d{1,3}),\s*(\d{1,3}),\s*(\d{1,3})\)/#) { match in
            "#" + [match.1, match.2, match.3].map { String(format: "%02x", Int($0) ?? 0) }.joined()
        }
        .replacing(#/(fill|stroke|color)(\s?=\s?["'])(#[0-9A-Fa-f]{6})/#) { "\($0.1)\($0.2)\($0.3.lowercased())" }
    }
}
