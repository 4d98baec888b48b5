public import Foundation

/// A picture that a report can show: how it is drawn, and what is said of it.
public struct ReportPicture: Sendable, Hashable {
    /// What its file's name ends with: `loss` for `60m-loss.svg`.
    public var suffix: String
    /// What is shown where the picture can't be.
    public var alternative: String
    /// A sentence or two below the picture.
    public var caption: String
    /// For gnuplot.
    public var script: String

    package init(suffix: String, alternative: String, caption: String, script: String) {
        self.suffix = suffix
        self.alternative = alternative
        self.caption = caption
        self.script = script
    }
}

/// The pictures of a report that were drawn.
public struct ReportPictures: Sendable, Hashable {
    public struct Drawn: Sendable, Hashable {
        public var picture: ReportPicture
        /// Its name beside the report.
        public var file: String
        /// The picture itself, as SVG text.
        public var svg: String
        /// The same for LaTeX, where gnuplot writes PDF.
        public var pdf: Data?

        /// The PDF's name beside the report, in characters that LaTeX takes for themselves.
        var pdfFile: String {
            let stem = file.hasSuffix(".svg") ? String(file.dropLast(4)) : file
            return String(stem.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }) + ".pdf"
        }

        public init(picture: ReportPicture, file: String, svg: String, pdf: Data? = nil) {
            self.pdf = pdf
            self.picture = picture
            self.file = file
            self.svg = svg
        }
    }

    public var drawn: [Drawn]
    /// A sentence on why pictures are missing.
    public var absence: String?

    public init(drawn: [Drawn] = [], absence: String? = nil) {
        self.drawn = drawn
        self.absence = absence
    }
}

extension String {
    var addingPercentEncodingForLink: String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/")
        return addingPercentEncoding(withAllowedCharacters: plain) ?? self
    }
}
