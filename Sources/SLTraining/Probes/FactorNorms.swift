import SLMethodKit
import SLModel
import SLNumerics
import SLSpec

/// The two factors of a linear's product B·A, whatever a method calls them.
struct FactorPair {
    let down: ModelParameter<Float>  // A [r, in]
    let up: ModelParameter<Float>  // B [out, r]

    /// The first pair of trained tensors of a linear whose shapes make a product [out, in]; `nil` where there is none.
    init?(_ parameters: [ModelParameter<Float>], at module: LinearModule) {
        let trained = parameters.filter { $0.parameter.isDeclaredTrainable }
        for down in trained where down.parameter.columns == module.inFeatures && down.parameter.rows < module.outFeatures {
            let ups = trained.filter {
                $0.parameter !== down.parameter && $0.parameter.rows == module.outFeatures && $0.parameter.columns == down.parameter.rows
            }
            guard let up = ups.first else { continue }
            (self.down, self.up) = (down, up)
            return
        }
        return nil
    }

    /// ‖A‖₂, ‖B‖₂ and ‖B‖_F / ‖A‖_F.
    func values(ledger: MemoryLedger) throws -> [ProbeValue] {
        guard let module = down.module else { return [] }
        func value(_ entry: ModelParameter<Float>, _ quantity: ProbeValue.Quantity, _ value: Double?) -> ProbeValue {
            ProbeValue(layer: module.layer, role: module.role, tensor: entry.declaredName, quantity: quantity, value: value)
        }
        let (a, b) = (try spectrum(down, ledger), try spectrum(up, ledger))
        let balance = a.flatMap { a in b.flatMap { a.frobeniusNorm > 0 ? $0.frobeniusNorm / a.frobeniusNorm : nil } }
        return [value(down, .spectralNorm, a?.spectralNorm), value(up, .spectralNorm, b?.spectralNorm), value(up, .factorBalance, balance)]
    }

    private func spectrum(_ entry: ModelParameter<Float>, _ ledger: MemoryLedger) throws -> Spectrum? {
        let space = try Matrix<Float>(rows: entry.parameter.rows, columns: entry.parameter.columns, category: .workspace, ledger: ledger)
        entry.parameter.stored.read(into: space)
        return try ModuleSpectra.spectrum(of: space, ledger: ledger)
    }
}
