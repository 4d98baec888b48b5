public import Foundation

/// JSON that runs, their processes and their files exchange.
///
/// JSON has no NaN and no infinity, and an encoder left to itself throws at one: a line or a checkpoint would be lost for the
/// perplexity of one wrecked model. Here they are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`, and come back as numbers.
public enum RecordJSON {
    private static let words = (positive: "Infinity", negative: "-Infinity", none: "NaN")

    /// Keys are sorted: the same value is the same text.
    public static func encoder(isPretty: Bool = false) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = isPretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: words.positive, negativeInfinity: words.negative, nan: words.none)
        return encoder
    }

    public static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: words.positive, negativeInfinity: words.negative, nan: words.none)
        return decoder
    }
}
