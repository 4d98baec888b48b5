import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

struct ProbeSpecTests {
    @Test func momentsAreTheStartTheEndAndEvenInTheLogarithmBetween() {
        #expect(ProbeSpec().steps(of: 10_000) == [0, 1, 3, 10, 32, 100, 316, 1000, 3162, 10_000])
        #expect(ProbeSpec(moments: 2).steps(of: 50) == [0, 50])
        #expect(ProbeSpec(moments: 3).steps(of: 50) == [0, 1, 50])
        // Where there are fewer updates than moments every one is looked at once.
        #expect(ProbeSpec(moments: 30).steps(of: 3) == [0, 1, 2, 3])
        #expect(ProbeSpec().steps(of: 1) == [0, 1])
        for total in [1, 2, 7, 100, 12_345] {
            let steps = ProbeSpec(moments: 12).steps(of: total)
            #expect(steps.first == 0 && steps.last == total && steps == Set(steps).sorted() && steps.count <= 12)
        }
        #expect(ProbeSpec.interval(of: 64) == 1 && ProbeSpec.interval(of: 65) == 2 && ProbeSpec.interval(of: 6400) == 100 && ProbeSpec.interval(of: 1) == 1)
    }

    // MARK: What a spectrum says

    @Test func equalSingularValuesAreAllOfTheRank() throws {
        let spectrum = Spectrum(singularValues: Array(repeating: 3, count: 8))
        #expect(spectrum.count == 8 && spectrum.spectralNorm == 3 && spectrum.nuclearNorm == 24 && abs(spectrum.frobeniusNorm - 72.0.squareRoot()) < 1e-12)
        #expect(abs(try #require(spectrum.stableRank) - 8) < 1e-12)
        #expect(abs(try #require(spectrum.effectiveRank) - 8) < 1e-12)
    }

    @Test func oneDirectionIsRankOneAndZeroHasNone() throws {
        let one = Spectrum(singularValues: [0, 2, 0, 0])
        #expect(one.stableRank == 1 && one.effectiveRank == 1 && one.spectralNorm == 2)
        let zero = Spectrum(singularValues: [0, 0])
        #expect(zero.stableRank == nil && zero.effectiveRank == nil && zero.frobeniusNorm == 0)
    }

    /// Against the definitions, and whatever the scale: also one whose squares are no numbers any more.
    @Test(arguments: [1, 1e-170, 1e150]) func ranksAreThoseOfTheDefinitions(scale: Double) throws {
        let values = [4.0, 2, 1, 1]
        let spectrum = Spectrum(singularValues: values.map { scale * $0 })
        let entropy = -[0.5, 0.25, 0.125, 0.125].reduce(0) { $0 + $1 * log($1) }
        #expect(abs(try #require(spectrum.stableRank) - 22.0 / 16) < 1e-12)
        #expect(abs(try #require(spectrum.effectiveRank) - exp(entropy)) < 1e-12)
    }

    @Test func recordedPlacesAreAllOfASmallSpectrumAndFewOfALargeOne() {
        #expect(Spectrum.places(of: 6) == [1, 2, 3, 4, 5, 6] && Spectrum.places(of: 0) == [] && Spectrum.places(of: 1) == [1])
        let places = Spectrum.places(of: 4096)
        #expect(places.prefix(8) == [1, 2, 3, 4, 5, 6, 7, 8] && places.last == 4096 && places == Set(places).sorted() && places.count < 90)
        let spectrum = Spectrum(singularValues: (0..<4096).map(Double.init))
        #expect(spectrum.values.map(\.place) == places && spectrum.values.allSatisfy { $0.value == Double(4096 - $0.place) })
    }

    @Test func recordsComeBackFromTheirText() throws {
        let record = ProbeRecord(
            step: 3, occasion: .moment, seconds: 0.5, tokens: 64, loss: 5.5, trackedBytes: 12,
            spectra: [
                ProbeSpectrum(layer: 1, role: .gate, subject: .gradient, spectrum: Spectrum(singularValues: [3, 1])),
                ProbeSpectrum(layer: 1, role: .up, subject: .update, spectrum: nil),
            ], values: [ProbeValue(layer: 0, role: .query, tensor: "lora_A", quantity: .spectralNorm, value: 2)])
        #expect(try RecordJSON.decoder().decode(ProbeRecord.self, from: RecordJSON.encoder().encode(record)) == record)
    }

    // MARK: The config

    private func config(_ probes: String) throws -> SweepConfig {
        let text = #"{"model": "9m", "methods": ["full_rank"], "training": {"steps": 4}\#(probes)}"#
        return try SweepConfig.load(text: text, name: "c.json", folder: URL(filePath: "/tmp"), catalog: BuiltinMethods.registry.catalog)
    }

    @Test func probesAreOptIn() throws {
        #expect(try config("").probes == nil)
        #expect(try config(#", "probes": {}"#).probes == ProbeSpec())
        #expect(try config(#", "probes": {"moments": 5, "tokens": 1e3}"#).probes == ProbeSpec(moments: 5, tokens: 1000))
    }

    @Test(arguments: [
        (#"{"moments": 1}"#, "probes.moments"), (#"{"tokens": 0}"#, "probes.tokens"), (#"{"moment": 3}"#, "did you mean"), ("true", "an object"),
    ]) func nonsenseIsRefused(probes: String, words: String) throws {
        let error = try #require(throws: ConfigError.self) { try config(", \"probes\": \(probes)") }
        #expect("\(error)".contains(words), "\(error)")
    }

    /// Runs from before there were probes are the same runs; what was not measured can't be had from them, so with probes it is another.
    @Test func theyArePartOfARunsIdentityWhereThereAreAny() throws {
        let draft = try #require(try config("").cells.first)
        let data = DataIdentity(
            name: "a", packing: .concat, corpusSHA256: "b", tokenizer: "c", tokenizerSHA256: "d", vocabularySize: 32_000, trainTokens: 10, validationTokens: 10)
        var spec = draft.spec(data: data)
        let without = try spec.runKey()
        #expect(try !spec.canonicalJSON().contains("probes"))
        spec.probes = ProbeSpec()
        #expect(try spec.runKey() != without)
        #expect(try JSONDecoder().decode(RunSpec.self, from: Data(spec.canonicalJSON().utf8)) == spec)
    }
}
