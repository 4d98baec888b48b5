/// Something that must be the same on every rank, as this rank has it.
public struct RankFact: Sendable, Hashable {
    public var what: String
    public var value: String
    public var fix: String

    public init(what: String, value: String, fix: String) {
        self.what = what
        self.value = value
        self.fix = fix
    }
}

extension RankGroup {
    /// Compares what every rank says; to be called by all of them with the same questions.
    ///
    /// - Throws: ``RankError/unequal(what:values:fix:)`` on every rank, for the first fact in which they differ.
    public func agree(on facts: [RankFact]) throws(RankError) {
        guard !isLone else { return }
        let all = try gather(facts.map(\.value).joined(separator: "\u{0}"))
        let values = all.map { $0.split(separator: "\u{0}", omittingEmptySubsequences: false).map(String.init) }
        for (index, fact) in facts.enumerated() {
            let given = values.map { $0.indices.contains(index) ? $0[index] : "nothing" }
            guard given.contains(where: { $0 != given[0] }) else { continue }
            throw .unequal(what: fact.what, values: given, fix: fact.fix)
        }
    }

    /// Everybody's words, in the order of ranks.
    public func gather(_ text: String) throws(RankError) -> [String] {
        try gather(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Ends all of them, each by itself and in order, when any can't go on.
    ///
    /// - Parameter refusal: why this rank can't, and the exit status that it means; `nil` when it can.
    /// - Throws: ``RankError/refused(reasons:status:)`` on every rank.
    public func agreeToGoOn(unless refusal: (words: String, status: Int32)?) throws(RankError) {
        let all = try gather(refusal.map { "\($0.status) \($0.words)" } ?? "")
        var reasons: [String] = []
        var status: Int32 = 0
        for (rank, text) in all.enumerated() where !text.isEmpty {
            let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            reasons.append("rank \(rank): \(parts.last ?? "")")
            if status == 0 { status = parts.first.flatMap { Int32($0) } ?? 1 }
        }
        if !reasons.isEmpty { throw .refused(reasons: reasons, status: status) }
    }

    /// Rank 0's bytes on every rank, which need not know how many they are.
    ///
    /// - Parameter bytes: what rank 0 has to say; the others' are not looked at.
    public func hear(_ bytes: [UInt8]) throws(RankError) -> [UInt8] { try gather(isFirst ? bytes : [])[0] }
}
