import Foundation
import SLData
import SLSpec
import Testing

@Suite("Batches")
struct BatchTests {
    private func data(_ place: Workplace, packing: DataSpec.Packing = .concat, length: Int = 32) throws -> PreparedData {
        try place.prepare(try place.write(prose(bytes: 12_000), "prose.txt"), packing: packing, sequenceLength: length)
    }

    @Test("targets are the inputs moved on by one, across rows too")
    func targets() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokens = try data(place).train
        var sampler = try BatchSampler(tokens: tokens, sequenceLength: 32, seed: 1)
        let batch = sampler.next(rows: 3)
        #expect(batch.rows == 3 && batch.sequenceLength == 32 && batch.targetCount == 96)
        let stream = tokens[0..<tokens.count]
        for row in 0..<3 {
            let inputs = Array(batch.inputs[row * 32..<(row + 1) * 32])
            let targets = Array(batch.targets[row * 32..<(row + 1) * 32])
            #expect(inputs.dropFirst() == targets.dropLast())
            let start = stride(from: 0, to: stream.count - 32, by: 32).first {
                Array(stream[$0..<$0 + 32]) == inputs && Array(stream[$0 + 1..<$0 + 33]) == targets
            }
            #expect(start != nil, "row \(row) is a window of the stream")
        }
    }

    @Test("an epoch hands out every row once, the next in another order, batches run across its end")
    func epochs() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokens = try data(place).train
        var sampler = try BatchSampler(tokens: tokens, sequenceLength: 32, seed: 1)
        let rows = sampler.rowsPerEpoch
        #expect(rows == (tokens.count - 1) / 32)
        let windows = (0..<rows).map { tokens[$0 * 32..<$0 * 32 + 32] }
        var drawn: [[Int32]] = []
        // A size that doesn't divide the rows, so that batches lie across the epochs' ends.
        let size = try #require([7, 8, 9, 11].first { rows % $0 != 0 && 2 * rows % $0 != 0 })
        while drawn.count <= 2 * rows {
            let batch = sampler.next(rows: size)
            for row in 0..<size { drawn.append(Array(batch.inputs[row * 32..<(row + 1) * 32])) }
        }
        let first = Array(drawn[..<rows])
        let second = Array(drawn[rows..<2 * rows])
        let sorted = { (rows: [[Int32]]) in rows.sorted { $0.lexicographicallyPrecedes($1) } }
        #expect(sorted(first) == sorted(windows))
        #expect(sorted(second) == sorted(windows))
        #expect(first != second)
        #expect(first != windows)
        #expect(sampler.state.epoch == 2)
    }

    @Test("the seed decides the order; how many rows are taken at a time doesn't")
    func seeds() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokens = try data(place).train
        func inputs(_ seed: UInt64, _ rows: [Int]) throws -> [Int32] {
            var sampler = try BatchSampler(tokens: tokens, sequenceLength: 32, seed: seed)
            return rows.flatMap { sampler.next(rows: $0).inputs }
        }
        #expect(try inputs(1, [8, 8]) == inputs(1, [4, 4, 4, 4]))
        #expect(try inputs(1, [16]) != inputs(2, [16]))
    }

    @Test("a sampler goes on from its saved state as if nothing had happened", arguments: [5, 1000])
    func resuming(_ before: Int) throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokens = try data(place).train
        var sampler = try BatchSampler(tokens: tokens, sequenceLength: 32, seed: 4)
        _ = sampler.next(rows: before)
        let saved = try JSONEncoder().encode(sampler.state)
        var resumed = try BatchSampler(
            tokens: tokens, sequenceLength: 32, state: JSONDecoder().decode(BatchSampler.State.self, from: saved))
        for _ in 0..<100 { #expect(resumed.next(rows: 9) == sampler.next(rows: 9)) }
    }

    @Test("a split with fewer rows than a batch is refused with both numbers")
    func tooFewRows() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokens = try data(place).train
        let rows = (tokens.count - 1) / 32
        let error = try #require(dataError { _ = try BatchSampler(tokens: tokens, sequenceLength: 32, seed: 1, batchRows: rows + 1) })
        #expect(error.problem.contains("\(rows) rows") && error.problem.contains("\(rows + 1)"))
        _ = try BatchSampler(tokens: tokens, sequenceLength: 32, seed: 1, batchRows: rows)
    }

    @Test("truncate: a document a row, cut to T, closed, padded; padding is never a target")
    func truncate() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<30).map { "\($0) " + String(repeating: "ab ", count: $0) }
        let data = try place.prepare(try place.write(try records(texts), "r.jsonl"), packing: .truncate, sequenceLength: 16)
        #expect(data.train.rowLength == 17)
        #expect(data.train.count == 17 * data.train.documentCount)
        #expect(data.train.documentCount + data.validation.documentCount == 30)
        var sampler = try BatchSampler(tokens: data.train, sequenceLength: 16, seed: 1)
        let batch = sampler.next(rows: sampler.rowsPerEpoch)
        let tokenizer = ByteTokenizer()
        var seen: Set<String> = []
        for row in 0..<batch.rows {
            let inputs = Array(batch.inputs[row * 16..<(row + 1) * 16])
            let targets = Array(batch.targets[row * 16..<(row + 1) * 16])
            let end = try #require(targets.firstIndex(of: tokenizer.endOfSequence), "every document is closed")
            #expect(targets[(end + 1)...].allSatisfy { $0 == -1 })
            #expect(targets[...end].allSatisfy { $0 > 0 })
            #expect(Array(inputs[1...].prefix(end)) == Array(targets[..<end]))
            seen.insert(try tokenizer.decode(Array(inputs[...end])))
        }
        let expected = Set(texts.map { String($0.prefix(16)) })
        #expect(seen.isSubset(of: expected))
        #expect(seen.count == Set(seen).count && seen.count >= 5)
        #expect(batch.targetCount == batch.targets.count { $0 >= 0 })
        #expect(dataError { _ = try BatchSampler(tokens: data.train, sequenceLength: 8, seed: 1) }?.problem.contains("16") == true)
    }

    @Test("the identity of padded rows says how many targets an epoch has")
    func targetsOfPaddedRows() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<40).map { "record \($0): " + String(repeating: "y", count: $0 % 23) }
        let corpus = try place.write(try records(texts), "r.jsonl")
        let data = try place.prepare(corpus, packing: .truncate, sequenceLength: 64)
        var sampler = try BatchSampler(tokens: data.train, sequenceLength: 64, seed: 1)
        let rows = sampler.rowsPerEpoch
        let targets = (0..<rows).reduce(0) { sum, _ in sum + sampler.next(rows: 1).targetCount }
        #expect(data.identity.trainRows == rows && data.identity.trainTargets == targets)
        #expect(data.identity.targetsPerRow(of: 64) == Double(targets) / Double(rows))
        let stream = try place.prepare(corpus)
        #expect(stream.identity.trainRows == nil && stream.identity.targetsPerRow(of: 64) == 64)
    }

    @Test("the evaluation set is fixed: rows in order, whole rows, the same digest every time")
    func evaluation() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokens = try data(place).validation
        let set = try EvaluationSet(tokens: tokens, sequenceLength: 32, targetTokens: 100)
        #expect(set.rowCount == 4 && set.targetCount == 128)
        let again = try EvaluationSet(tokens: tokens, sequenceLength: 32, targetTokens: 128)
        #expect(again.sha256 == set.sha256)
        #expect(try EvaluationSet(tokens: tokens, sequenceLength: 32, targetTokens: 129).sha256 != set.sha256)
        #expect(try EvaluationSet(tokens: tokens, sequenceLength: 64, targetTokens: 128).sha256 != set.sha256)
        let batch = set.batch(from: 0, rows: 4)
        #expect(batch.inputs == tokens[0..<128])
        #expect(batch.targets == tokens[1..<129])
        #expect(set.batch(from: 3, rows: 9).rows == 1)
        #expect(set.batch(from: 1, rows: 2).inputs == tokens[32..<96])
    }

    @Test("asked for more than there is, the evaluation set is the whole split to its last token")
    func wholeSplit() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokens = try data(place).validation
        let set = try EvaluationSet(tokens: tokens, sequenceLength: 32, targetTokens: 1_000_000)
        #expect(set.targetCount == tokens.count - 1)
        let last = set.batch(from: set.rowCount - 1, rows: 1)
        let left = (tokens.count - 1) % 32
        #expect(left > 0)
        #expect(last.targetCount == left)
        #expect(last.targets[left...].allSatisfy { $0 == -1 })
        #expect(last.inputs.allSatisfy { $0 >= 0 })
        // Longer than the whole split: one partial row.
        let long = try EvaluationSet(tokens: tokens, sequenceLength: 4096, targetTokens: 10)
        #expect(long.rowCount == 1 && long.targetCount == tokens.count - 1)
    }

    @Test("the evaluation digest is a number on record")
    func evaluationDigest() throws {
        let place = try Workplace()
        defer { place.remove() }
        let lines = (0..<200).map { "line \($0) of a text that never changes\n" }.joined()
        let tokens = try place.prepare(try place.write(lines, "fixed.txt")).validation
        let set = try EvaluationSet(tokens: tokens, sequenceLength: 32, targetTokens: 256)
        #expect(set.sha256 == "98ea609b70c05bf730a07f26d6ab88be551c31e7807705e4a150a4c397cfc04d")
    }
}
