import SLNumerics
import SLTestSupport
import Testing

@Suite(.everyVectorUnit(threads: 1)) struct FormatStochasticRoundingTests {
    private func round(_ source: [Float], key: UInt64, offset: Int = 0) -> [BFloat16] {
        var target = [BFloat16](repeating: BFloat16(bits: 0xffff), count: source.count)
        BFloat16.compressStochastically(source, into: &target, source.count, key: key, offset: offset)
        return target
    }

    /// Which of `count` values half way between two brain floats were rounded up.
    private func coins(_ count: Int, key: UInt64, offset: Int = 0) -> [Bool] {
        round([Float](repeating: 1 + 0x1p-8, count: count), key: key, offset: offset).map { $0.value > 1 }
    }

    /// How many deviations the number of heads is away from half of the throws.
    private func deviation(_ heads: Int, of throwCount: Int) -> Double {
        abs(Double(heads) - Double(throwCount) / 2) / (Double(throwCount).squareRoot() / 2)
    }

    @Test(arguments: [1 + 0x1p-15, 1.001, 1 + 0x1p-8, -1.0075, 3e-5, -7.77e10, 0x1.58p-133] as [Float]) func unbiased(number: Float) {
        let count = 1 << 17
        let lower = BFloat16(bits: UInt16(number.bitPattern >> 16))
        let upper = BFloat16(bits: lower.bits + 1)
        let rounded = round([Float](repeating: number, count: count), key: 11)
        #expect(rounded.allSatisfy { $0 == lower || $0 == upper })
        let probability = Double(number.bitPattern & 0xffff) / 65536
        let expected = probability * Double(count)
        let ups = Double(rounded.count { $0 == upper })
        #expect(abs(ups - expected) < 4.5 * (expected * (1 - probability)).squareRoot())
        let mean = rounded.reduce(0.0) { $0 + Double($1.value) } / Double(count)
        let spacing = abs(Double(upper.value) - Double(lower.value))
        #expect(abs(mean - Double(number)) < 4.5 * spacing * (probability * (1 - probability) / Double(count)).squareRoot())
    }

    /// All sixteen bits count: one unit above or below a brain float, one rounding in 65536 leaves it.
    @Test func theSmallestDistances() {
        let count = 1 << 20
        let above = round([Float](repeating: (1 as Float).nextUp, count: count), key: 2).count { $0.value > 1 }
        let below = round([Float](repeating: (1 as Float).nextDown, count: count), key: 3).count { $0.value < 1 }
        for moved in [above, below] { #expect(moved > 0 && abs(moved - count / 65536) <= 18) }
    }

    /// One element over many steps: the keys differ, the index stays.
    @Test(arguments: [0, 5, 1_000_003]) func unbiasedOverKeys(index: Int) {
        let steps = 20_000
        let ups = (0..<steps).count { coins(1, key: UInt64($0), offset: index)[0] }
        #expect(deviation(ups, of: steps) < 4.5)
    }

    @Test func brainFloatsStay() {
        let finite = (0...UInt16.max).map { BFloat16(bits: $0) }.filter { !$0.value.isNaN }
        #expect(round(finite.map(\.value), key: 5) == finite)
    }

    @Test func specialValues() {
        for key in 0..<200 as Range<UInt64> {
            let largest = round([Float](repeating: .greatestFiniteMagnitude, count: 9), key: key)
            #expect(largest.allSatisfy { $0.bits == 0x7f7f })
            #expect(round([-.greatestFiniteMagnitude], key: key)[0].bits == 0xff7f)
            #expect(round([.infinity, -.infinity, 0, -0.0], key: key).map(\.bits) == [0x7f80, 0xff80, 0, 0x8000])
        }
        for pattern: UInt32 in [0x7f80_0001, 0xff80_0001, 0x7fff_ffff, 0xffff_ffff] {
            let rounded = round([Float](repeating: Float(bitPattern: pattern), count: 11), key: 1)
            #expect(rounded.allSatisfy { $0.bits == UInt16(pattern >> 16) | 0x40 })
        }
    }

    @Test(arguments: [0, 3, 1 << 32 - 50, 1 << 33 - 8, 1 << 32]) func theCutDoesNotMatter(offset: Int) {
        let source = (0..<137).map { Float($0) * 0.013 - 1 }
        let whole = round(source, key: 99, offset: offset)
        for piece in [1, 2, 7, 8, 13, 64, 136] {
            var pieces: [BFloat16] = []
            for start in stride(from: 0, to: source.count, by: piece) {
                pieces += round(Array(source[start..<min(start + piece, source.count)]), key: 99, offset: offset + start)
            }
            #expect(pieces == whole)
        }
    }

    @Test func indicesBeyond32BitsHaveBitsOfTheirOwn() {
        let count = 1 << 14
        let same = zip(coins(count, key: 4), coins(count, key: 4, offset: 1 << 32)).count { $0 == $1 }
        #expect(deviation(same, of: count) < 4.5)
    }

    @Test(arguments: [1, 2, 3, 4, 8, 16, 64, 256, 1024, 4096]) func neighboursAreIndependent(lag: Int) {
        let count = 1 << 15
        let throwsOfCoins = coins(count + lag, key: 21)
        #expect(deviation((0..<count).count { throwsOfCoins[$0] == throwsOfCoins[$0 + lag] }, of: count) < 4.5)
    }

    @Test(arguments: [0, 1, 31, 32, 63]) func keysAreIndependent(bit: Int) {
        let count = 1 << 15
        let one = coins(count, key: 1 << 40)
        let other = coins(count, key: 1 << 40 ^ 1 << UInt64(bit))
        #expect(deviation(zip(one, other).count { $0 == $1 }, of: count) < 4.5)
        // Nor is one a permutation of the other within pairs, fours or eights of neighbours.
        for step in [1, 2, 4] { #expect(deviation((0..<count).count { one[$0] == other[$0 ^ step] }, of: count) < 4.5) }
    }

    @Test func emptyRow() {
        #expect(round([], key: 1).isEmpty)
    }
}
