import SLMethodKit
import SLModel
import SLNumerics
import SLSpec
import Synchronization

/// Spectra of the matrices of many linears, side by side on all threads.
struct ModuleSpectra {
    /// A matrix to be looked at, made in the space of its own size that it is given; `false` where there is none.
    typealias Making = (_ module: Int, _ space: Matrix<Float>, _ ledger: MemoryLedger) throws -> Bool

    let modules: [LinearModule]
    let ledger: MemoryLedger

    /// What threads share; each has linears of its own.
    private struct Work: @unchecked Sendable {
        let modules: [LinearModule]
        let ledger: MemoryLedger
        let make: Making
    }

    /// - Returns: one for every linear, in their order.
    /// - Throws: what `make` throws, ``OutOfMemoryError``.
    func spectra(_ subject: ProbeSpectrum.Subject, _ make: @escaping Making) throws -> [ProbeSpectrum] {
        let work = Work(modules: modules, ledger: ledger, make: make)
        let found = Mutex<[Int: Spectrum]>([:])
        let failure = Mutex<(any Error)?>(nil)
        Compute.tasks(modules.count) { _, task in
            do {
                let module = work.modules[task]
                let space = try Matrix<Float>(rows: module.outFeatures, columns: module.inFeatures, category: .workspace, ledger: work.ledger)
                guard try work.make(task, space, work.ledger), let spectrum = try Self.spectrum(of: space, ledger: work.ledger) else { return }
                found.withLock { $0[task] = spectrum }
            } catch {
                failure.withLock { if $0 == nil { $0 = error } }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        let spectra = found.withLock { $0 }
        return modules.enumerated().map { ProbeSpectrum(layer: $1.layer, role: $1.role, subject: subject, spectrum: spectra[$0]) }
    }

    /// - Returns: `nil` of a matrix that is not finite, or that LAPACK can't finish.
    static func spectrum(of matrix: Matrix<Float>, ledger: MemoryLedger) throws -> Spectrum? {
        do {
            return Spectrum(singularValues: try SingularValues.of(matrix, ledger: ledger))
        } catch is LinearAlgebraError {
            return nil
        }
    }
}

extension Matrix where Element == Float {
    /// This ← other − this, exactly 0 where they are equal.
    func subtract(from other: Matrix) {
        scale(by: -1)
        add(other)
    }
}
