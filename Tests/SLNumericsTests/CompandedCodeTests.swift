import SLNumerics
import SLRandom
import SLTestSupport
import Testing

/// The companded code against its formulas in `Double`, and what it is there for: small second moments stay.
@Suite(.everyVectorUnit(threads: 1)) struct CompandedCodeTests {
    private static let (first, second) = (CompandedCode(isSigned: true), CompandedCode(isSigned: false))

    private struct Kept {
        var codes: [UInt8]
        var scales: [Float]
        var values: [Float]
    }

    private func keep(_ source: [Float], _ code: CompandedCode) -> Kept {
        let groups = (source.count + CompandedCode.groupSize - 1) / CompandedCode.groupSize
        var kept = Kept(
            codes: [UInt8](repeating: 77, count: source.count), scales: [Float](repeating: -1, count: groups),
            values: [Float](repeating: .nan, count: source.count))
        code.quantize(source, into: &kept.codes, scales: &kept.scales, source.count)
        code.dequantize(kept.codes, scales: kept.scales, into: &kept.values, source.count)
        return kept
    }

    private func normals(_ count: Int, _ seed: UInt64) -> [Float] {
        var stream = RandomStream(seed: seed, name: "companded")
        return (0..<count).map { _ in Float(stream.normalPair().0) }
    }

    /// 2z/(1 + |z|) in steps of 1/127, and back: half a step where the slope is 2 near zero and 1/2 at the largest.
    @Test(arguments: [1e-18, 3e-4, 1, 2e5] as [Float]) func firstMoments(deviation: Float) {
        let source = normals(4096, 1).map { $0 * $0 * $0 * deviation }
        let kept = keep(source, Self.first)
        for (index, x) in source.enumerated() {
            let group = index / CompandedCode.groupSize
            let s = Double(source[group * 32..<group * 32 + 32].map(\.magnitude).max() ?? 0)
            #expect(Double(kept.scales[group]) == s)
            let z = Double(x) / s
            let exact = 127 * 2 * z / (1 + abs(z))
            #expect(abs(exact - Double(Int8(bitPattern: kept.codes[index]))) < 0.5001)
            // dz = dy · (1 + |z|)² / 2
            let bound = 0.51 / 127 * (1 + abs(z)) * (1 + abs(z)) / 2 * s
            #expect(abs(Double(kept.values[index]) - Double(x)) <= bound * 1.02)
            if x.magnitude == Float(s) { #expect(kept.values[index] == x, "the largest of a group is exact") }
        }
    }

    /// Roots in steps of 1/255 of the largest root, as far as squares are ordinary numbers.
    @Test(arguments: [1e-15, 3e-4, 1, 2e5] as [Float]) func secondMoments(deviation: Float) {
        let source = normals(4096, 2).map { $0 * $0 * deviation * deviation }
        let kept = keep(source, Self.second)
        for (index, v) in source.enumerated() {
            let group = index / CompandedCode.groupSize
            let s = Double(source[group * 32..<group * 32 + 32].max() ?? 0).squareRoot()
            #expect(abs(Double(kept.scales[group]) / s - 1) < 1e-6)
            let root = Double(v).squareRoot()
            let bound = root * 510 < s ? s / 255 : s / 509
            #expect(abs(Double(kept.values[index]).squareRoot() - root) <= bound)
            if root == s { #expect(abs(kept.values[index] / v - 1) < 1e-6, "the largest of a group is exact but for its root") }
        }
    }

    /// What block-wise codes lose: an element far below its neighbours.
    @Test(arguments: [1e-3, 1e-6, 1e-12, 1e-18] as [Float]) func aSecondMomentAboveZeroStaysAboveZero(share: Float) throws {
        for n in [32, 33, 4096] {
            var source = [Float](repeating: share * 1e-8, count: n)
            for outlier in stride(from: 0, to: n, by: 32) { source[outlier] = 1e-8 }
            #expect(keep(source, Self.second).values.allSatisfy { $0 > 0 })
            // The same in Adam's own step.
            let ledger = MemoryLedger()
            let m = try StoredTensor<Float>(rows: 1, columns: n, format: .companded(Self.first), category: .optimizer, ledger: ledger)
            let v = try StoredTensor<Float>(rows: 1, columns: n, format: .companded(Self.second), category: .optimizer, ledger: ledger)
            let w = StoredTensor(try Matrix<Float>.of(1, n, [Float](repeating: 0, count: n)))
            let c = AdamCoefficients<Float>(
                beta1: 0.9, beta2: 0.999, secondMomentScale: 1, epsilon: 1e-30, stepSize: 1e-3, decay: 1, gradientScale: 1)
            let gradient = try Matrix<Float>.of(1, n, source.map { ($0 / 1e-3).squareRoot() })
            for _ in 0..<5 { AdamKernel.update(weight: w, gradient: gradient, first: m, second: v, c) }
            #expect(v.elements.allSatisfy { $0 > 0 })
            // Where a second moment became 0, ε alone would make the step 1e26 long.
            #expect(w.elements.allSatisfy { $0.magnitude < 1 })
        }
    }

    @Test(arguments: [true, false]) func zerosAndSigns(isSigned: Bool) {
        let code = CompandedCode(isSigned: isSigned)
        let zeros = keep([Float](repeating: 0, count: 40), code)
        #expect(zeros.values.allSatisfy { $0 == 0 } && zeros.scales == [0, 0] && zeros.codes.allSatisfy { $0 == 0 })
        var some = [Float](repeating: 0, count: 40)
        (some[3], some[7]) = (1e-9, isSigned ? -1 : 1)
        let kept = keep(some, code)
        #expect(kept.values[7] == some[7] && kept.values[0] == 0 && kept.values[39] == 0)
        #expect(isSigned || kept.values[3] > 0)
        // Second moments are never negative; what is counts as 0.
        if !isSigned { #expect(keep([-1, 4], code).values == [0, 4]) }
    }

    /// A code's value has that code again, so that what no gradient touches does not creep.
    @Test(arguments: [true, false]) func everyCodeComesBack(isSigned: Bool) {
        let code = CompandedCode(isSigned: isSigned)
        let codes = (0...UInt8.max).filter { !isSigned || $0 != 128 }
        for value in codes {
            let group = [isSigned ? 127 : 255] + [UInt8](repeating: value, count: 31)
            var (expanded, scale) = ([Float](repeating: 0, count: 32), Float(0.37))
            code.dequantize(group, scales: &scale, into: &expanded, 32)
            let again = keep(expanded, code)
            #expect(again.codes == group && abs(again.scales[0] / 0.37 - 1) < 1e-6)
        }
    }

    @Test(arguments: [true, false], [Float.nan, .infinity, -.infinity]) func whatIsNotFiniteSpoilsItsGroup(isSigned: Bool, value: Float) {
        guard isSigned || value != -.infinity else { return }
        for place in [0, 5, 31, 32, 39] {
            var source = [Float](repeating: 1, count: 40)
            source[place] = value
            let kept = keep(source, CompandedCode(isSigned: isSigned))
            let group = place / 32
            #expect(kept.values.indices.allSatisfy { kept.values[$0].isNaN == ($0 / 32 == group) })
        }
    }

    @Test func bytesAndParts() throws {
        for n in [1, 32, 33, 4096] {
            let format = StorageFormat.companded(Self.first)
            #expect(format.byteCount(n) == n + 4 * ((n + 31) / 32) && format.partCount == 2 && format.isCoded && format.isMomentCode)
            let ledger = MemoryLedger()
            let tensor = try StoredTensor<Float>(rows: 1, columns: n, format: format, category: .optimizer, ledger: ledger)
            #expect(ledger.current[.optimizer] == format.byteCount(n))
            #expect(tensor.elements.allSatisfy { $0 == 0 } && tensor.alignment == 32)
            #expect(tensor.parts.map(\.suffix) == ["", "scale"])
            #expect(tensor.parts.map(\.kind) == [.uint8, .float32])
            #expect(tensor.parts.map(\.shape) == [[1, n], [(n + 31) / 32]])
            #expect(tensor.parts.reduce(0) { $0 + $1.bytes.count } == format.byteCount(n))
        }
    }
}
