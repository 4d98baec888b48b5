import Foundation

/// The picture files that a report links to, by their names beside it.
public struct ReportPictures: Sendable, Hashable {
    public var lossCurves: String?
    public var tradeOff: String?
    /// A sentence on why pictures are missing.
    public var absence: String?

    public init(lossCurves: String? = nil, tradeOff: String? = nil, absence: String? = nil) {
        self.lossCurves = lossCurves
        self.tradeOff = tradeOff
        self.absence = absence
    }
}

extension String {
    var addingPercentEncodingForLink: String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/")
        return addingPercentEncoding(withAllowedCharacters: plain) ?? self
    }
}
