import SLNumerics
import Testing

struct FormatCodeBookTests {
    @Test(arguments: [Dynamic8BitCode.signed, .unsigned]) func sortedWithZeroAndOne(code: Dynamic8BitCode) {
        #expect(code.values.count == 256)
        #expect(zip(code.values, code.values.dropFirst()).allSatisfy { $0 < $1 })
        #expect(code.values.last == 1)
        #expect(code.values[Int(code.zeroCode)] == 0)
        #expect(code.values[Int(code.zeroCode)].sign == .plus)
        #expect(!code.values.contains(-1))
    }

    @Test func signed() {
        let values = Dynamic8BitCode.signed.values
        #expect(Dynamic8BitCode.signed.zeroCode == 127)
        #expect(values[128] == 5.5e-7 && values[126] == -5.5e-7)
        #expect(values[0] == -0.992_968_75 && values[254] == 0.992_968_75)
        for code in 0..<127 { #expect(values[code] == -values[254 - code]) }
        // Powers of two many in each decade of the negative and of the positive half.
        for decade in 0..<7 {
            let end = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1][decade] as Float
            let inside = values.filter { $0 > end / 10 && $0 < end }
            #expect(inside.count == 1 << decade)
            #expect(abs((inside.reduce(0, +) / Float(inside.count)) / (0.55 * end) - 1) < 1e-5)
        }
    }

    @Test func unsigned() {
        let values = Dynamic8BitCode.unsigned.values
        #expect(Dynamic8BitCode.unsigned.zeroCode == 0)
        #expect(values[1] == 3.25e-7 && values[2] == 7.75e-7)
        #expect(values[254] == 0.996_484_375)
        for decade in 0..<7 {
            let end = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1][decade] as Float
            let inside = values.filter { $0 > end / 10 && $0 < end }
            #expect(inside.count == 2 << decade)
            #expect(abs((inside.reduce(0, +) / Float(inside.count)) / (0.55 * end) - 1) < 1e-5)
        }
    }
}
