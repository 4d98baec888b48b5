import Foundation

/// Where a text is cut into passages.
struct PassageRule: Sendable, Hashable {
    /// A passage ends with the line that brings it to this many bytes.
    var closingBytes: Int
    /// What is left at the end of a document joins the passage before it when it is shorter than this.
    var shortestTailBytes: Int
    /// Longer lines count as several.
    var longestLineBytes: Int

    /// About the length of a web document.
    static let standard = PassageRule(closingBytes: 2048, shortestTailBytes: 1024, longestLineBytes: 16_384)
    /// For texts so short that standard passages would be too coarse to hold some out.
    static let fine = PassageRule(closingBytes: 256, shortestTailBytes: 128, longestLineBytes: 512)
}

/// Joins the lines of a document into passages.
final class PassageBuilder {
    private let rule: PassageRule
    private var unitIndex = 0
    private var document = 0
    /// A finished passage that waits for the document's tail.
    private var finished: [UInt8] = []
    private var current: [UInt8] = []

    init(rule: PassageRule) { self.rule = rule }

    func append(_ line: Span<UInt8>, _ body: Corpus.Body) throws {
        current.append(contentsOf: line)
        guard current.count >= rule.closingBytes else { return }
        try emit(&finished, body)
        swap(&finished, &current)
    }

    func endDocument(_ body: Corpus.Body) throws {
        if current.count < rule.shortestTailBytes, !finished.isEmpty {
            finished.append(contentsOf: current)
            current.removeAll(keepingCapacity: true)
        }
        try emit(&finished, body)
        try emit(&current, body)
        document += 1
    }

    private func emit(_ passage: inout [UInt8], _ body: Corpus.Body) throws {
        guard !passage.isEmpty else { return }
        try body(TextUnit(index: unitIndex, document: document), passage.span)
        unitIndex += 1
        passage.removeAll(keepingCapacity: true)
    }
}
