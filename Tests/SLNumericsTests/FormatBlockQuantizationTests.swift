import SLNumerics
import SLTestSupport
import SLRandom
import Testing

/// The rule, plainly: nearest value, half way (in Float arithmetic) to the even code, a negative number never 0.
private func reference(_ number: Float, _ code: Dynamic8BitCode) -> UInt8 {
    if number.isNaN { return code.zeroCode }
    var lower = 0
    var upper = 255
    if number <= code.values[lower] { return 0 }
    if number >= code.values[upper] { return 255 }
    while upper - lower > 1 {
        let middle = (lower + upper) / 2
        if code.values[middle] <= number { lower = middle } else { upper = middle }
    }
    let half = (code.values[lower] + code.values[upper]) * 0.5
    let nearest = number < half ? lower : number > half ? upper : lower.isMultiple(of: 2) ? lower : upper
    return UInt8(number < 0 && code.values[nearest] == 0 && nearest > 0 ? nearest - 1 : nearest)
}

@Suite(.everyVectorUnit(threads: 1)) struct FormatBlockQuantizationTests {
    static let books = [Dynamic8BitCode.signed, .unsigned]

    /// The program computes codes where it has a vector unit and looks them up where not: both are the same.
    private func quantize(_ source: [Float], _ code: Dynamic8BitCode) -> (codes: [UInt8], absmax: Float) {
        var codes = [UInt8](repeating: 77, count: source.count)
        let absmax = code.quantize(source, into: &codes, source.count, computed: true)
        var others = [UInt8](repeating: 78, count: source.count)
        let other = code.quantize(source, into: &others, source.count, computed: false)
        let same = codes == others && absmax.bitPattern == other.bitPattern
        #expect(same, "computed and looked up")
        return (codes, absmax)
    }

    /// The codes of numbers in [-1, 1]: a one at the end makes the quotients the numbers.
    private func expectReference(_ numbers: [Float], _ code: Dynamic8BitCode) {
        let found = quantize(numbers + [1], code)
        #expect(found.absmax == 1)
        let wrong = zip(numbers, found.codes).filter { reference($0, code) != $1 }
        #expect(wrong.isEmpty, "\(wrong.count) wrong, the first: \(wrong.prefix(3))")
    }

    @Test(arguments: books) func midpointsAndTheirNeighbours(code: Dynamic8BitCode) {
        var numbers: [Float] = []
        for (low, high) in zip(code.values, code.values.dropFirst()) {
            let middle = (low + high) * 0.5
            numbers += [middle.nextDown, middle, middle.nextUp, low.nextDown, low, low.nextUp]
        }
        expectReference(numbers.filter { $0.magnitude <= 1 }, code)
        expectReference(numbers.filter { $0.magnitude <= 1 }.map { -$0 }, code)
        // The reference itself: no other value is nearer by more than the rounding of the midpoint.
        for number in numbers where number > 0 {
            let best = code.values.map { abs(Double($0) - Double(number)) }.min() ?? .infinity
            let own = abs(Double(code.values[Int(reference(number, code))]) - Double(number))
            #expect(own - best <= Double(number.ulp))
        }
    }

    @Test(arguments: books) func aMillionNumbers(code: Dynamic8BitCode) {
        var stream = RandomStream(seed: 8, name: "numbers")
        expectReference((0..<500_000).map { _ in Float(stream.uniform(bound: 1)) }, code)
        // Every exponent down to subnormal numbers, both signs.
        let patterns = (0..<500_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: stream.next()) & 0xbf7f_ffff) }
        expectReference(patterns, code)
        expectReference(patterns.map { Float(bitPattern: $0.bitPattern & 0x83ff_ffff | 0x3400_0000) }, code)
    }

    /// The first and last number of every group that shares an entry of the look-up table.
    @Test(arguments: books) func everyTableEntry(code: Dynamic8BitCode) {
        let numbers = (0...UInt16.max).flatMap { upper in
            [Float(bitPattern: UInt32(upper) << 16), Float(bitPattern: UInt32(upper) << 16 | 0xffff)]
        }
        expectReference(numbers.filter { $0.magnitude <= 1 }, code)
    }

    /// Numbers around every border of two codes, whatever absmax they are divided by: codes are those of the quotient itself, though the
    /// kernel multiplies by a reciprocal. Many times as many in each block as are in doubt there.
    @Test(arguments: books, [1, 0.730_158_5, 3.3e-5, 0x1.fffffep-120, 7.77e9] as [Float])
    func bordersUnderAnyScale(code: Dynamic8BitCode, absmax: Float) {
        var stream = RandomStream(seed: 3, name: "borders")
        var numbers: [Float] = []
        for (low, high) in zip(code.values, code.values.dropFirst()) {
            let border = (low + high) * 0.5 * absmax
            for distance in -40...40 {
                let pattern = Int(border.bitPattern) + distance
                if border != 0 { numbers.append(Float(bitPattern: UInt32(pattern))) }
            }
            for _ in 0..<40 { numbers.append(Float(stream.uniform(bound: 1)) * low.magnitude.nextUp * absmax) }
        }
        numbers = numbers.filter { $0.magnitude <= absmax }
        let (codes, found) = quantize(numbers + [absmax], code)
        #expect(found == absmax)
        let wrong = zip(numbers, codes).filter { reference($0 / absmax, code) != $1 }
        #expect(wrong.isEmpty, "\(wrong.count) of \(numbers.count) wrong, the first: \(wrong.prefix(3))")
    }

    /// Every 9973rd of all numbers from 0 to 1, both signs.
    @Test(arguments: books) func allOverTheRange(code: Dynamic8BitCode) {
        let patterns = stride(from: UInt32(0), through: (1 as Float).bitPattern, by: 9973)
        expectReference(patterns.flatMap { [Float(bitPattern: $0), -Float(bitPattern: $0)] }, code)
    }

    @Test func halfWayGoesToTheEvenCode() {
        let values = Dynamic8BitCode.signed.values
        let halves = [(values[200] + values[201]) * 0.5, (values[201] + values[202]) * 0.5]
        #expect(quantize(halves + [1], .signed).codes == [200, 202, 255])
    }

    @Test func signsSurvive() {
        let tiny: [Float] = [-1e-7, -1e-30, 1e-7, 1e-30, 0, -0.0, -1]
        #expect(quantize(tiny, .signed).codes == [126, 126, 127, 127, 127, 127, 0])
        #expect(quantize(tiny, .unsigned).codes == [0, 0, 0, 0, 0, 0, 0])
    }

    /// Zeros among other numbers, with and without a sign, a register of them and more: all take the code of 0.
    @Test(arguments: [16, 32, 64, 256]) func zerosAmongOthersAreZeros(n: Int) {
        for zero in [0, -0.0] as [Float] {
            let source = (0..<n).map { $0 < n - 1 ? zero : 3 }
            #expect(quantize(source, .signed).codes.dropLast().allSatisfy { $0 == Dynamic8BitCode.signed.zeroCode })
            #expect(quantize(source, .unsigned).codes.dropLast().allSatisfy { $0 == Dynamic8BitCode.unsigned.zeroCode })
        }
    }

    /// There is no −1 in the signed book: the largest of a block comes back near −1, whatever it stands among.
    @Test(arguments: [1, 8, 16, 17, 256]) func theLargestMayBeNegative(n: Int) {
        for largest in [-1, -0.998, -0.9965, -0.994] as [Float] {
            let source = (0..<n).map { $0.isMultiple(of: 3) ? largest : 0.25 }
            let (codes, absmax) = quantize(source, .signed)
            #expect(absmax == -largest)
            var back = source
            Dynamic8BitCode.signed.dequantize(codes, absmax: absmax, into: &back, n)
            for (index, value) in back.enumerated() { #expect(abs(value - source[index]) < 0.01, "\(value) for \(source[index])") }
        }
    }

    @Test(arguments: books, [256, 2048]) func roundTrip(code: Dynamic8BitCode, n: Int) {
        var stream = RandomStream(seed: UInt64(n), name: "block")
        let source = (0..<n).map { _ in
            let value = Float(stream.normalPair().0) * 3e-4
            return code.zeroCode == 0 ? value * value : value
        }
        let (codes, absmax) = quantize(source, code)
        #expect(absmax == source.map(\.magnitude).max())
        var back = [Float](repeating: .nan, count: n)
        code.dequantize(codes, absmax: absmax, into: &back, n)
        for (index, value) in back.enumerated() {
            #expect(value == code.values[Int(codes[index])] * absmax)
            #expect(codes[index] == reference(source[index] / absmax, code))
            // Half of the widest interval of the element's decade.
            #expect(abs(value - source[index]) <= max(0.09 * source[index].magnitude, 1e-5 * absmax) + 0.01 * absmax)
        }
        // A value of the book comes back as itself.
        let (again, largest) = quantize(back, code)
        #expect(largest == back.map(\.magnitude).max())
        if largest == absmax { #expect(again == codes) }
    }

    @Test(arguments: books) func zeros(code: Dynamic8BitCode) {
        for n in [0, 1, 7, 8, 9, 256] {
            let (codes, absmax) = quantize((0..<n).map { $0.isMultiple(of: 2) ? 0 : -0.0 }, code)
            #expect(absmax == 0 && absmax.sign == .plus)
            #expect(codes == [UInt8](repeating: code.zeroCode, count: n))
            var back = [Float](repeating: 5, count: n)
            code.dequantize(codes, absmax: 0, into: &back, n)
            #expect(back.allSatisfy { $0 == 0 })
        }
    }

    /// Any byte is a code; absmax 0 makes it 0.
    @Test(arguments: books) func everyCode(code: Dynamic8BitCode) {
        let codes = (0...UInt8.max).map { $0 }
        var back = [Float](repeating: .nan, count: 256)
        for computed in [true, false] {
            for absmax in [1, 0.37, 3e-7, 1e-40, 8e20] as [Float] {
                code.dequantize(codes, absmax: absmax, into: &back, 256, computed: computed)
                #expect(back == code.values.map { $0 * absmax }, "computed: \(computed), \(absmax)")
            }
        }
        code.dequantize(codes, absmax: 0, into: &back, 256)
        #expect(back.allSatisfy { $0 == 0 })
    }

    @Test(arguments: [0x1p-149, 0x1.8p-134, 1.2e-38, 1e-20, 1e20, 3.4e38] as [Float]) func anyScale(scale: Float) {
        let source = [1, 0.5, 0.25, -0.75, 0.1, 0, -1, 0.3, 0.9].map { $0 * scale }
        let (codes, absmax) = quantize(source, .signed)
        #expect(absmax == scale)
        #expect(codes == source.map { reference($0 / scale, .signed) })
    }

    @Test(arguments: books) func notANumberAndInfinity(code: Dynamic8BitCode) {
        for place in 0..<9 {
            var source = [Float](repeating: 0.5, count: 9)
            source[place] = .nan
            var (codes, absmax) = quantize(source, code)
            #expect(absmax == 0.5 && codes[place] == code.zeroCode)
            #expect(codes.count { $0 == 255 } == 8)
            source[place] = .infinity
            (codes, absmax) = quantize(source, code)
            #expect(absmax == .infinity && codes.allSatisfy { $0 == code.zeroCode })
        }
        #expect(quantize([Float](repeating: -.nan, count: 9), code).absmax == 0)
    }

    @Test(arguments: Array(0...17) + [100]) func rowsEndWhereTheyShould(n: Int) {
        let source = (0..<(n + 1)).map { Float($0) - 7.3 }
        var codes = [UInt8](repeating: 77, count: n + 2)
        var floats = [Float](repeating: 7, count: n + 2)
        var absmax: Float = -1
        source.withUnsafeBufferPointer { source in
            codes.withUnsafeMutableBufferPointer { codes in
                floats.withUnsafeMutableBufferPointer { floats in
                    guard let from = source.baseAddress, let code = codes.baseAddress, let float = floats.baseAddress else { return }
                    absmax = Dynamic8BitCode.signed.quantize(from + 1, into: code + 1, n)
                    Dynamic8BitCode.signed.dequantize(code + 1, absmax: absmax, into: float + 1, n)
                }
            }
        }
        let expected = source.dropFirst().map { reference($0 / absmax, .signed) }
        #expect(absmax == source.dropFirst().map(\.magnitude).max() ?? 0)
        #expect(codes == [77] + expected + [77])
        #expect(floats == [7] + expected.map { Dynamic8BitCode.signed.values[Int($0)] * absmax } + [7])
    }
}
