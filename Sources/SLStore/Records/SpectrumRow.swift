import Foundation
import GRDB
import SLSpec

/// A row of `probe_spectrum`; the singular values are one JSON array of pairs.
struct SpectrumRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "probe_spectrum"
    var runID: String
    var step: Int
    var layer: Int
    var role: LinearRole
    var subject: ProbeSpectrum.Subject
    var valueCount: Int?
    var frobeniusNorm: Double?
    var spectralNorm: Double?
    var nuclearNorm: Double?
    var stableRank: Double?
    var effectiveRank: Double?
    var singularValues: String?

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case step, layer, role, subject
        case valueCount = "value_count"
        case frobeniusNorm = "frobenius_norm"
        case spectralNorm = "spectral_norm"
        case nuclearNorm = "nuclear_norm"
        case stableRank = "stable_rank"
        case effectiveRank = "effective_rank"
        case singularValues = "singular_values"
    }

    init(_ probe: ProbeSpectrum, runID: String, step: Int) throws {
        self.runID = runID
        self.step = step
        layer = probe.layer
        role = probe.role
        subject = probe.subject
        guard let spectrum = probe.spectrum else { return }
        valueCount = spectrum.count
        frobeniusNorm = spectrum.frobeniusNorm.finiteOrNil
        spectralNorm = spectrum.spectralNorm.finiteOrNil
        nuclearNorm = spectrum.nuclearNorm.finiteOrNil
        stableRank = spectrum.stableRank?.finiteOrNil
        effectiveRank = spectrum.effectiveRank?.finiteOrNil
        singularValues = try JSONText.of(spectrum.values)
    }

    func probe() throws -> ProbeSpectrum {
        guard let valueCount, let frobeniusNorm, let spectralNorm, let nuclearNorm, let singularValues else {
            return ProbeSpectrum(layer: layer, role: role, subject: subject, spectrum: nil)
        }
        let values = try JSONDecoder().decode([Spectrum.Value].self, from: Data(singularValues.utf8))
        return ProbeSpectrum(
            layer: layer, role: role, subject: subject,
            spectrum: Spectrum(
                count: valueCount, frobeniusNorm: frobeniusNorm, spectralNorm: spectralNorm, nuclearNorm: nuclearNorm, stableRank: stableRank,
                effectiveRank: effectiveRank, values: values))
    }
}
