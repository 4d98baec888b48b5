import GRDB
import SLSpec
import SLStore
import Testing

enum ProbeSample {
    /// With a matrix that there is, one that there isn't, and numbers that are none.
    static func moment(_ step: Int, scale: Double = 1) -> ProbeRecord {
        ProbeRecord(
            step: step, occasion: .moment, seconds: 0.25, tokens: 512, loss: 5.25, trackedBytes: 4096,
            spectra: [
                ProbeSpectrum(layer: 0, role: .key, subject: .gradient, spectrum: Spectrum(singularValues: [4 * scale, 2, 1, 1])),
                ProbeSpectrum(layer: 0, role: .query, subject: .weight, spectrum: nil),
                ProbeSpectrum(layer: 1, role: .key, subject: .gradient, spectrum: Spectrum(singularValues: [0, 0, 0, 0])),
            ],
            values: [
                ProbeValue(layer: 0, role: .key, tensor: "lora_A", quantity: .spectralNorm, value: 2.5 * scale),
                ProbeValue(layer: 0, role: .key, tensor: "weight", quantity: .subspaceOverlap, value: nil),
            ])
    }

    static let spike = ProbeRecord(
        step: 3, occasion: .spike, seconds: 0.5, trackedBytes: 0,
        values: [ProbeValue(layer: 0, role: .down, tensor: "lora_B", quantity: .factorBalance, value: 0.5)])
}

@Suite struct ProbeStoreTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func probesComeBackAsTheyWere() throws {
        let store = try ResultStore.inMemory()
        let spec = Sample.spec()
        let recorder = try store.recorder(for: spec, sweep: "probed")
        try recorder.start(spec, environment: Sample.environment)
        for probe in [ProbeSample.moment(0), ProbeSample.moment(1), ProbeSample.spike] { try recorder.record(probe) }
        #expect(try store.history(run: spec.runKey()).probes == [ProbeSample.moment(0), ProbeSample.moment(1), ProbeSample.spike])
        // Of one step at most one: the later.
        try recorder.record(ProbeSample.moment(1, scale: 2))
        #expect(try store.history(run: spec.runKey()).probes == [ProbeSample.moment(0), ProbeSample.moment(1, scale: 2), ProbeSample.spike])
        // What is zero has norms and no rank, what does not exist has nothing.
        let zero = try store.query("SELECT spectral_norm, stable_rank FROM probe_spectrum WHERE step = 0 AND layer = 1")
        #expect(zero.rows == [[.real(0), .null]])
        let none = try store.query("SELECT value_count, spectral_norm, singular_values FROM probe_spectrum WHERE step = 0 AND role = 'query'")
        #expect(none.rows == [[.null, .null, .null]])
        let means = try store.query("SELECT n, spectral_norm FROM probe_by_role WHERE step = 0 AND role = 'key'")
        #expect(means.rows == [[.integer(1), .real(2)]])
    }

    /// No probe twice and none lost: those of updates that are taken back go with them.
    @Test func aRunThatGoesOnKeepsWhatWasMeasuredUpToThere() throws {
        let store = try ResultStore.inMemory()
        let spec = Sample.spec()
        let first = try store.recorder(for: spec, sweep: "probed")
        try first.start(spec, environment: Sample.environment)
        for step in 1...3 { try first.record(Sample.step(step)) }
        for probe in [ProbeSample.moment(0), ProbeSample.moment(2), ProbeSample.spike] { try first.record(probe) }
        try first.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 3, message: "stopped"), memory: nil)
        let second = try store.recorder(for: spec, sweep: "probed")
        #expect(try second.resume(spec, environment: Sample.environment, atStep: 2))
        #expect(try store.history(run: spec.runKey()).probes == [ProbeSample.moment(0), ProbeSample.moment(2)])
        #expect(try store.query("SELECT count(*) FROM probe_value WHERE step > 2").rows == [[.integer(0)]])
        // Begun anew nothing of them is left.
        try second.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 2, message: "stopped"), memory: nil)
        try store.recorder(for: spec, sweep: "probed").start(spec, environment: Sample.environment)
        #expect(try store.query("SELECT (SELECT count(*) FROM probe), (SELECT count(*) FROM probe_spectrum)").rows == [[.integer(0), .integer(0)]])
    }

    @Test func aMergeBringsThemAlong() throws {
        let source = try ResultStore(path: folder.file("other.sqlite"))
        let spec = Sample.spec()
        let recorder = try source.recorder(for: spec, sweep: "probed")
        try recorder.start(spec, environment: Sample.environment)
        try recorder.record(ProbeSample.moment(0))
        try recorder.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 0, message: "stopped"), memory: nil)
        let store = try ResultStore(path: folder.file("here.sqlite"))
        #expect(try store.merge(folder.file("other.sqlite")).added == 1)
        #expect(try store.history(run: spec.runKey()).probes == [ProbeSample.moment(0)])
        #expect(try store.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
    }

    /// A finished run that was to be probed and has nothing of its end is told of.
    @Test func aRunThatWasNotMeasuredAtItsEndIsFound() throws {
        let store = try ResultStore.inMemory()
        for (seed, isMeasured) in [(1, false), (2, true)] as [(UInt64, Bool)] {
            var spec = Sample.spec(seed: seed)
            spec.probes = ProbeSpec()
            let recorder = try store.recorder(for: spec, sweep: "probed")
            try recorder.start(spec, environment: Sample.environment)
            if isMeasured { try recorder.record(ProbeSample.moment(Sample.result().steps)) }
            try recorder.finish(Sample.result())
        }
        let issues = try store.check().filter { $0.problem.contains("was not measured at its end") }
        var unmeasured = Sample.spec(seed: 1)
        unmeasured.probes = ProbeSpec()
        #expect(issues.map(\.runID) == [String(try unmeasured.runKey().prefix(12))])
    }
}
