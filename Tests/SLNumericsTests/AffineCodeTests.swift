import SLNumerics
import SLTestSupport
import Testing

/// Codes of a few bits with a scale and a zero point a group.
@Suite(.everyVectorUnit(threads: 1)) struct AffineCodeTests {
    private func stored(_ values: [Float], bits: Int, group: Int, _ rounding: StorageFormat.Rounding = .nearest, key: UInt64? = nil) throws -> StoredTensor<Float> {
        let tensor = try StoredTensor<Float>(
            rows: 1, columns: values.count, format: .affine(AffineCode(bits: bits), groupSize: group, rounding), category: .weights, ledger: MemoryLedger())
        tensor.write(from: try .of(1, values.count, values), key: key)
        return tensor
    }

    @Test(arguments: [(4, 64), (8, 256)]) func withinHalfAStep(bits: Int, group: Int) throws {
        let values = try Matrix<Float>.normal(1, 1000, "values").elements
        let kept = try stored(values, bits: bits, group: group).elements
        for start in stride(from: 0, to: 1000, by: group) {
            let part = values[start..<min(start + group, 1000)]
            let step = ((part.max() ?? 0) - (part.min() ?? 0)) / Float(1 << bits - 1)
            // The zero point is rounded, so that the ends may lie outside by half a step more.
            for index in part.indices { #expect(abs(kept[index] - values[index]) <= step * 1.001) }
        }
        #expect(Set(kept[0..<group]).count <= 1 << bits)
    }

    /// Up or down by chance, right on average, and the same for the same key.
    @Test func stochasticRoundingIsRightOnAverage() throws {
        var values = [Float](repeating: 0.303, count: 4096)
        for start in stride(from: 0, to: 4096, by: 256) { (values[start], values[start + 1]) = (-1, 1) }
        let tensor = try stored(values, bits: 8, group: 256, .stochastic, key: 7)
        let inner = tensor.elements.enumerated().filter { $0.offset % 256 > 1 }.map { Double($0.element) }
        #expect(Set(inner).count == 2)
        #expect(abs(inner.reduce(0, +) / Double(inner.count) - 0.303) < 0.0003)
        #expect(try stored(values, bits: 8, group: 256, .stochastic, key: 7).elements == tensor.elements)
        #expect(try stored(values, bits: 8, group: 256, .stochastic, key: 8).elements != tensor.elements)
    }

    @Test func bytesAndParts() throws {
        let ledger = MemoryLedger()
        let format = StorageFormat.affine(AffineCode(bits: 4), groupSize: 64, .nearest)
        let tensor = try StoredTensor<Float>(rows: 3, columns: 67, format: format, category: .weights, ledger: ledger)
        #expect(format.byteCount(201) == 101 + 5 * 4 && ledger.current[.weights] == 121)
        #expect(tensor.elements.allSatisfy { $0 == 0 })
        #expect(tensor.parts.map(\.suffix) == ["", "scale", "zero"] && tensor.parts.count == format.partCount)
        #expect(tensor.parts.reduce(0) { $0 + $1.bytes.count } == 121)
    }

    @Test func codesFromElsewhere() throws {
        let tensor = try stored([Float](repeating: 0, count: 16), bits: 4, group: 8)
        let codes = (0..<16).map { Double($0) }
        #expect(tensor.assignCodes(codes, scales: [0.5, 2], zeros: [3, 8]))
        let first: [Float] = (0..<8).map { 0.5 * (Float($0) - 3) }
        let second: [Float] = (8..<16).map { 2 * (Float($0) - 8) }
        #expect(tensor.elements == first + second)
        #expect(!tensor.assignCodes(codes, scales: [1], zeros: [1]) && !tensor.assignCodes(codes.map { $0 + 1 }, scales: [1, 1], zeros: [0, 0]))
    }

    /// What is broken looks broken.
    @Test func numbersThatAreNone() throws {
        let kept = try stored([Float](repeating: 1, count: 8) + [.nan] + [Float](repeating: 1, count: 7), bits: 8, group: 8).elements
        #expect(kept[0..<8].allSatisfy(\.isFinite) && kept[8...].allSatisfy(\.isNaN))
    }
}
