import Foundation
import SLSpec

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

    /// Every picture that the history has something for, in the order of a report.
    public static func all(_ history: SweepHistory) -> [ReportPicture] {
        var pictures: [ReportPicture] = []
        if let script = PlotScript.lossCurves(history) {
            pictures.append(
                ReportPicture(
                    suffix: "loss", alternative: "Training and evaluation loss over tokens for every method",
                    caption: "Training loss (lines, moving mean) and evaluation loss (points) over the tokens trained on.", script: script))
        }
        if let script = PlotScript.tradeOff(history) {
            pictures.append(
                ReportPicture(
                    suffix: "tradeoff", alternative: "Perplexity against memory for every method",
                    caption: "Perplexity against memory, by the papers' convention and as tracked: lower left is better.", script: script))
        }
        return pictures
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

        public init(picture: ReportPicture, file: String, svg: String) {
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
