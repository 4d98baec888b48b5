import SLNumerics
import SLTestSupport
import SLRandom
import Testing

@Suite(.everyVectorUnit(threads: 1)) struct FormatBFloat16Tests {
    private static let all = (0...UInt16.max).map { BFloat16(bits: $0) }

    private func expand(_ source: [BFloat16]) -> [Float] {
        var target = [Float](repeating: .nan, count: source.count)
        BFloat16.expand(source, into: &target, source.count)
        return target
    }

    private func compress(_ source: [Float]) -> [BFloat16] {
        var target = [BFloat16](repeating: BFloat16(bits: 0xffff), count: source.count)
        BFloat16.compress(source, into: &target, source.count)
        return target
    }

    @Test func twoBytes() {
        #expect(MemoryLayout<BFloat16>.stride == 2)
        #expect(BFloat16(nearest: 1).bits == 0x3f80)
        #expect(BFloat16(nearest: -2.5).value == -2.5)
        #expect(BFloat16(nearest: -0.0).bits == 0x8000)
    }

    @Test func everyBrainFloatSurvives() {
        let values = expand(Self.all)
        let back = compress(values)
        for (index, number) in Self.all.enumerated() {
            #expect(values[index].bitPattern == number.value.bitPattern)
            if number.value.isNaN {
                #expect(back[index].value.isNaN && back[index].bits == number.bits | 0x40)
            } else {
                #expect(back[index] == number && BFloat16(nearest: number.value) == number)
            }
        }
    }

    @Test func halfWayGoesToTheEvenNeighbour() {
        let places: [(Float, Float)] = [
            (1 + 0x1p-8, 1), (1 + 0x1.8p-7, 1 + 0x1p-6), ((1 + 0x1p-8).nextUp, 1 + 0x1p-7), ((1 + 0x1.8p-7).nextDown, 1 + 0x1p-7),
            (2 - 0x1p-8, 2), (0x1p-134, 0), (0x1.8p-133, 0x1p-132),
        ]
        for (number, nearest) in places {
            #expect(BFloat16(nearest: number).value == nearest)
            #expect(BFloat16(nearest: -number).value == -nearest)
            #expect(compress([Float](repeating: number, count: 9)).allSatisfy { $0.value == nearest })
        }
    }

    /// Compared with the distances to both neighbours, computed without rounding.
    @Test func nearest() {
        var stream = RandomStream(seed: 3, name: "brain floats")
        let source = (0..<20_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: stream.next())) }.filter {
            $0.magnitude < 0x1p127
        }
        #expect(source.count > 15_000)
        for (number, rounded) in zip(source, compress(source)) {
            let magnitude = Double(number.magnitude)
            let lower = BFloat16(bits: UInt16(number.magnitude.bitPattern >> 16))
            let upper = BFloat16(bits: lower.bits + 1)
            let (below, above) = (magnitude - Double(lower.value), Double(upper.value) - magnitude)
            let even = lower.bits.isMultiple(of: 2) ? lower : upper
            let expected = below < above ? lower : above < below ? upper : even
            #expect(rounded.value.magnitude == expected.value && rounded.value.sign == number.sign)
            #expect(BFloat16(nearest: number) == rounded)
        }
    }

    @Test func specialValues() {
        let source: [Float] = [
            .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, Float(bitPattern: 0x7f7f_7fff),
            Float(bitPattern: 0x7f7f_8000), 0, -0.0, .leastNonzeroMagnitude,
        ]
        let bits: [UInt16] = [0x7f80, 0xff80, 0x7f80, 0xff80, 0x7f7f, 0x7f80, 0, 0x8000, 0]
        #expect(compress(source).map(\.bits) == bits)
        #expect(source.map { BFloat16(nearest: $0).bits } == bits)
        for pattern: UInt32 in [0x7f80_0001, 0xff80_0001, 0x7fff_ffff, 0xffff_ffff, 0x7fc0_0000] {
            let number = Float(bitPattern: pattern)
            #expect(BFloat16(nearest: number).value.isNaN)
            #expect(compress([Float](repeating: number, count: 9)).allSatisfy { $0 == BFloat16(nearest: number) })
        }
    }

    @Test(arguments: Array(0...17) + [63, 100]) func rowsEndWhereTheyShould(n: Int) {
        var stream = RandomStream(seed: UInt64(n), name: "rows")
        let source = (0..<(n + 1)).map { _ in Float(stream.uniform(bound: 3)) }
        let guardBits = BFloat16(bits: 0x1234)
        var halves = [BFloat16](repeating: guardBits, count: n + 2)
        var floats = [Float](repeating: 7, count: n + 2)
        source.withUnsafeBufferPointer { source in
            halves.withUnsafeMutableBufferPointer { halves in
                floats.withUnsafeMutableBufferPointer { floats in
                    guard let from = source.baseAddress, let half = halves.baseAddress, let float = floats.baseAddress else { return }
                    // One element off, so that nothing is aligned to a register.
                    BFloat16.compress(from + 1, into: half + 1, n)
                    BFloat16.expand(half + 1, into: float + 1, n)
                }
            }
        }
        #expect(halves == [guardBits] + source.dropFirst().map { BFloat16(nearest: $0) } + [guardBits])
        #expect(floats == [7] + source.dropFirst().map { BFloat16(nearest: $0).value } + [7])
    }
}
