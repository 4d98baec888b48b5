import Foundation

/// An SVG file as a part of a page.
package enum InlinePicture {
    /// The root element alone, named for those who don't see it. Several pictures share one page, so what is named inside
    /// gets a name of its own.
    package static func html(_ svg: String, prefix: String, label: String) -> String {
        guard let start = svg.range(of: "<svg", options: .literal) else { return "<p>\(HTMLText.escaped(label))</p>\n" }
        let root = "<svg role=\"img\" aria-label=\"\(HTMLText.escaped(label))\"" + withOwnNames(String(svg[start.upperBound...]), prefix: prefix)
        return root.hasSuffix("\n") ? root : root + "\n"
    }

    private static func withOwnNames(_ svg: String, prefix: String) -> String {
        // In this order: an id, a link to one, a paint or filter by one, lists of ids.
        let places = [
            #"(\sid\s*=\s*["'])(?=[^"'])"#, #"(\s(?:xlink:)?href\s*=\s*["']#)"#, #"(url\(\s*["']?#)"#,
            #"(\saria-(?:labelledby|describedby)\s*=\s*["'])(?=[^"'\s]+["'])"#,
        ]
        return places.reduce(svg) { text, pattern in
            guard let expression = try? NSRegularExpression(pattern: pattern) else { return text }
            let template = "$1" + NSRegularExpression.escapedTemplate(for: prefix)
            return expression.stringByReplacingMatches(in: text, range: NSRange(text.startIndex..., in: text), withTemplate: template)
        }
    }
}
