import SLNumerics
import SLTestSupport
import Testing

/// Which form the kernels run in, and that all forms do the same.
@Suite(.compute(threads: 1)) struct VectorUnitTests {
    @Test func theWidestThatTheProcessorHasRuns() {
        #expect(VectorUnits.available.count >= 1 && Set(VectorUnits.available).isSubset(of: VectorUnits.built))
        #expect(VectorUnits.use(nil) && VectorUnits.active == VectorUnits.available.last)
    }

    @Test func whatIsNotThereIsNotChosen() {
        let before = VectorUnits.active
        for units in VectorUnits.allCases where !VectorUnits.available.contains(units) {
            #expect(!VectorUnits.use(units) && VectorUnits.active == before)
        }
        // No program has them all.
        #expect(VectorUnits.available.count < VectorUnits.allCases.count)
        for units in VectorUnits.available { #expect(VectorUnits.use(units) && VectorUnits.active == units) }
    }

    /// Numbers of every kind, NaN with either sign and payloads, infinities, zeros and subnormal numbers among them, in an odd number.
    static let specials: [Float] = {
        var values: [Float] = [0, -0.0, .infinity, -.infinity, .nan, -.nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude]
        values += [0x7f80_0001, 0xff80_ffff, 0x7fc1_2345, 0x007f_ffff, 0x807f_ffff, 0x0080_0000, 0x0000_8000, 0x0001_8000, 0x3f80_8000, 0x3f81_8000]
            .map { Float(bitPattern: $0) }
        var pattern: UInt32 = 1
        while values.count < 4099 {
            pattern = pattern &* 1_664_525 &+ 1_013_904_223
            // Every third is subnormal.
            values.append(Float(bitPattern: values.count % 3 == 0 ? pattern & 0x807f_ffff : pattern))
        }
        return values
    }()

    /// One operation or one rounding an element: every form gives the bits of the plain loop, whatever the number.
    enum Elementwise: String, CaseIterable, Sendable {
        case scale, addScaled, multiply, multiplyBackward, normalize, addSquares, multiplyBy, cut, scaleWhere, toVariance, toSecondMoment

        func run(_ x: Float.Row, _ y: Float.Row, _ z: Float.Row, _ n: Int) {
            switch self {
            case .scale: Float.scale(x, 0.75, n)
            case .addScaled: Float.addScaled(x, 0.75, y, n)
            case .multiply: Float.multiply(x, y, z, n)
            case .multiplyBackward: Float.multiplyBackward(x, y, z, n)
            case .normalize: Float.normalize(x, 1.5, y, z, n)
            case .addSquares: Float.addSquares(x, y, n)
            case .multiplyBy: Float.multiply(x, by: y, 0.75, n)
            case .cut: Float.cut(x, above: 0.5, 0.75, n)
            case .scaleWhere: Float.scale(x, 0.75, where: y, n)
            case .toVariance: Float.toVariance(x, y, 1.5, 0.75, n)
            case .toSecondMoment: Float.toSecondMoment(x, y, z, 0.75, 1.5, n)
            }
        }

        func plain(_ x: Float.Row, _ y: Float.Row, _ z: Float.Row, _ n: Int) {
            switch self {
            case .scale: Reference.scale(x, 0.75 as Float, n)
            case .addScaled: Reference.addScaled(x, 0.75 as Float, y, n)
            case .multiply: Reference.multiply(x, y, z, n)
            case .multiplyBackward: Reference.multiplyBackward(x, y, z, n)
            case .normalize: Reference.normalize(x, 1.5 as Float, y, z, n)
            case .addSquares: Reference.addSquares(x, y, n)
            case .multiplyBy: Reference.multiply(x, by: y, 0.75 as Float, n)
            case .cut: Reference.cut(x, above: 0.5 as Float, 0.75, n)
            case .scaleWhere: Reference.scale(x, 0.75 as Float, where: y, n)
            case .toVariance: Reference.toVariance(x, y, 1.5 as Float, 0.75, n)
            case .toSecondMoment: Reference.toSecondMoment(x, y, z, 0.75 as Float, 1.5, n)
            }
        }
    }

    /// NaN stays NaN; which of two NaN a sum keeps is the processor's affair.
    private func bits(_ row: [Float]) -> [UInt32] { row.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern } }

    @Test(arguments: Elementwise.allCases) func everyFormHasTheBitsOfThePlainLoop(kernel: Elementwise) {
        for units in VectorUnits.available {
            VectorUnits.use(units)
            for n in Array(0...33) + [4099] {
                let rows = (0..<3).map { shift in (0..<n).map { Self.specials[($0 * 7 + shift * 1201) % Self.specials.count] } }
                var (mine, plain) = (rows, rows)
                apply(&mine) { kernel.run($0, $1, $2, n) }
                apply(&plain) { kernel.plain($0, $1, $2, n) }
                for row in 0..<3 { #expect(bits(mine[row]) == bits(plain[row]), "\(kernel), \(units), \(n) elements, row \(row)") }
            }
        }
        VectorUnits.use(nil)
    }

    private func apply(_ rows: inout [[Float]], _ body: (Float.Row, Float.Row, Float.Row) -> Void) {
        var (x, y, z) = (rows[0] + [0], rows[1] + [0], rows[2] + [0])
        x.withUnsafeMutableBufferPointer { x in
            y.withUnsafeMutableBufferPointer { y in
                z.withUnsafeMutableBufferPointer { z in
                    if let x = x.baseAddress, let y = y.baseAddress, let z = z.baseAddress { body(x, y, z) }
                }
            }
        }
        rows = [x.dropLast(), y.dropLast(), z.dropLast()]
    }

    /// The instruction that rounds to brain floats takes subnormal numbers for zero, and its form must not.
    @Test func roundingHasTheSameBitsInEveryForm() {
        let expected = Self.specials.map { BFloat16(nearest: $0) }
        for units in VectorUnits.available {
            VectorUnits.use(units)
            for n in Array(0...33) + [Self.specials.count] {
                var found = [BFloat16](repeating: BFloat16(bits: 0), count: n)
                BFloat16.compress(Self.specials, into: &found, n)
                #expect(found.elementsEqual(expected.prefix(n)), "\(units), \(n)")
            }
        }
        VectorUnits.use(nil)
    }

    /// Registers of one width and one arithmetic: the two forms of AVX-512 differ in how they round to brain floats, and not in what comes out.
    @Test(.enabled(if: VectorUnits.available.contains(.avx512BF16))) func theTwoFormsOfAVX512GiveTheSameBits() {
        func results(_ units: VectorUnits) -> [[UInt32]] {
            VectorUnits.use(units)
            return [17, 512, 4099].flatMap { n -> [[UInt32]] in
                var fuzz = ShapeFuzz("forms/\(n)")
                var logits = fuzz.normals(n, deviation: 4)
                var rounded = [BFloat16](repeating: BFloat16(bits: 0), count: n)
                let total = logits.withUnsafeMutableBufferPointer { row in
                    row.baseAddress.map { Float.scaledSoftmax($0, rounding: &rounded, n, scale: 0.5) } ?? 0
                }
                var sums = fuzz.normals(n, deviation: 1)
                let sum = sums.withUnsafeMutableBufferPointer { row in row.baseAddress.map { Float.dot($0, $0, n) } ?? 0 }
                return [rounded.map { UInt32($0.bits) }, [total.bitPattern, sum.bitPattern]]
            }
        }
        #expect(results(.avx512) == results(.avx512BF16))
        VectorUnits.use(nil)
    }
}
