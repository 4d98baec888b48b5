import SLNumerics
import SLSpec

/// What is measured on the way, outside every speed and beside the run's own memory.
extension TrainingRun {
    /// The resident high-water mark of the run alone, since it was last reset.
    var residentPeak: Int? {
        ResidentMemory.peakBytes.map { max(0, $0 - (isPeakApart ? probes?.heldBytes ?? 0 : 0)) }
    }

    mutating func probeStart(_ loop: TrainingLoop<Float>) throws {
        guard let probes, probes.isMoment(0) else { return }
        try outsideTheRun(loop) { [recorder] in try recorder.record(try probes.measureStart(loop)) }
    }

    /// Before an update: takes down what it will be compared with.
    mutating func prepareProbe(_ loop: TrainingLoop<Float>) throws {
        guard let probes, probes.isMoment(loop.step + 1) else { return }
        try outsideTheRun(loop) { try probes.prepare(loop) }
    }

    mutating func probe(after update: UpdateReport, _ loop: TrainingLoop<Float>) throws {
        guard let probes, let occasion = probes.occasion(after: update, loop) else { return }
        try outsideTheRun(loop) { [recorder] in
            if let record = try probes.measure(occasion, after: update, loop) { try recorder.record(record) }
        }
    }

    /// The resident peak so far is kept, and what `body` needs is left out of it, where the system lets the mark be reset.
    private mutating func outsideTheRun(_ loop: TrainingLoop<Float>, _ body: () throws -> Void) throws {
        others.pause()
        progress.peakResidentBytes = [residentPeak, progress.peakResidentBytes].compactMap(\.self).max()
        try body()
        guard isPeakApart, !ResidentMemory.resetPeak() else { return }
        isPeakApart = false
        try recorder.record(
            RunNote(
                step: loop.step, kind: .probes,
                message: "this system does not let a process reset its resident peak: that of the run includes what its probes took"))
    }
}
