import SLReport
import Testing

@Suite struct NumberFormatTests {
    @Test func lossesAndPerplexities() {
        #expect(NumberFormat.loss(3.52836) == "3.5284")
        #expect(NumberFormat.loss(10) == "10.0000")
        #expect(NumberFormat.loss(nil) == "—")
        #expect(NumberFormat.loss(.nan) == "NaN")
        #expect(NumberFormat.loss(.infinity) == "∞" && NumberFormat.loss(-.infinity) == "-∞")
        #expect(NumberFormat.perplexity(34.056) == "34.06")
        #expect(NumberFormat.perplexity(32_000) == "32000.00")
        #expect(NumberFormat.perplexity(2.5e13) == "2.50e+13")
        #expect(NumberFormat.perplexity(5.6e201) == "5.60e+201" && NumberFormat.loss(5.6e201) == "5.60e+201")
        #expect(NumberFormat.ratio(1e200).count < 12 && NumberFormat.relative(1e200, to: 1).count < 14 && NumberFormat.lossDifference(1e300) == "+1.00e+300")
        #expect(NumberFormat.lossDifference(0.01236) == "+0.0124")
        #expect(NumberFormat.lossDifference(-0.5) == "-0.5000")
        #expect(NumberFormat.lossDifference(-0.00001) == "+0.0000")
    }

    @Test func countsOfParametersAndTokens() {
        #expect(NumberFormat.parameters(58_073_600) == "58.07M")
        #expect(NumberFormat.parameters(1_339_082_752) == "1339.08M")
        #expect(NumberFormat.parameters(432_100) == "0.43M")
        #expect(NumberFormat.parameters(9_999) == "9999")
        #expect(NumberFormat.parameters(nil) == "—")
        #expect(NumberFormat.tokens(512) == "512")
        #expect(NumberFormat.tokens(20_480) == "20.5K")
        #expect(NumberFormat.tokens(8_192_000) == "8.19M")
        #expect(NumberFormat.tokens(1_100_000_000) == "1.10B")
    }

    @Test func memoryIsDecimal() {
        #expect(NumberFormat.bytes(1_234_567_890) == "1.235 GB")
        #expect(NumberFormat.bytes(348_441_600) == "348.4 MB")
        #expect(NumberFormat.bytes(348_441_600, in: .gigabytes) == "0.348")
        #expect(NumberFormat.bytes(0) == "0.0 MB")
        #expect(NumberFormat.bytes(nil) == "—" && NumberFormat.bytes(nil, in: .megabytes) == "—")
        #expect(ByteUnit.suited(to: [5, 1_000_000_000]) == .gigabytes)
        #expect(ByteUnit.suited(to: [999_999_999]) == .megabytes)
        #expect(ByteUnit.suited(to: [Int]()) == .megabytes)
    }

    @Test func speedsSharesAndTimes() {
        #expect(NumberFormat.tokensPerSecond(274.4) == "274")
        #expect(NumberFormat.tokensPerSecond(12.34) == "12.3")
        #expect(NumberFormat.tokensPerSecond(99.97) == "100")
        #expect(NumberFormat.ratio(0.617) == "0.62×")
        #expect(NumberFormat.ratio(nil) == "—")
        #expect(NumberFormat.relative(50, to: 100) == "-50.0 %")
        #expect(NumberFormat.relative(112.3, to: 100) == "+12.3 %")
        #expect(NumberFormat.relative(100, to: 100) == "+0.0 %")
        #expect(NumberFormat.relative(1, to: 0) == "—" && NumberFormat.relative(nil, to: 1) == "—")
        #expect(NumberFormat.share(0.9987) == "99.9 %")
        #expect(NumberFormat.duration(seconds: 2.54) == "2.5 s")
        #expect(NumberFormat.duration(seconds: 600.4) == "10 min 0 s")
        #expect(NumberFormat.duration(seconds: 7_260) == "2 h 1 min")
        #expect(NumberFormat.duration(seconds: .infinity) == "∞")
    }

    @Test func anyNumber() {
        #expect(NumberFormat.general(4) == "4")
        #expect(NumberFormat.general(0) == "0")
        #expect(NumberFormat.general(4.123456789) == "4.12346")
        #expect(NumberFormat.general(0.25) == "0.25")
        #expect(NumberFormat.general(123_456.789) == "123457")
        #expect(NumberFormat.general(0.000123456789) == "0.000123457")
        #expect(NumberFormat.general(1.3e-7) == "1.3e-07")
        #expect(NumberFormat.general(-2.5e12) == "-2.5e+12")
        #expect(NumberFormat.general(.nan) == "NaN")
    }
}
