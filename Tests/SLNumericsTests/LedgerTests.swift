import SLNumerics
import SLTestSupport
import Testing

struct LedgerTests {
    @Test func keepsBooksByCategory() throws {
        let ledger = MemoryLedger()
        let weights = try Matrix<Float>(rows: 3, columns: 5, category: .weights, ledger: ledger)
        let positions = try IndexVector(count: 7, ledger: ledger)
        #expect(ledger.current[.weights] == 60 && ledger.current[.indices] == 28 && ledger.current.total == 88)
        do {
            let more = try Matrix<Double>(rows: 10, columns: 10, category: .workspace, ledger: ledger)
            #expect(ledger.current[.workspace] == 800 && more.count == 100)
            // A window owns no storage of its own.
            #expect(more.window(rows: 0..<2).count == 20 && ledger.current[.workspace] == 800)
        }
        #expect(ledger.current[.workspace] == 0)
        #expect(ledger.current.total == 88)
        #expect(weights.count == 15 && positions.count == 7)
    }

    @Test func aWindowKeepsItsStorageAlive() throws {
        let ledger = MemoryLedger()
        var window: Matrix<Float>?
        do { window = try Matrix<Float>(rows: 4, columns: 4, category: .activations, ledger: ledger).window(rows: 1..<2) }
        #expect(ledger.current[.activations] == 64 && window?.columns == 4)
        window = nil
        #expect(ledger.current[.activations] == 0)
    }

    @Test func thePeakRemembersItsSplitAndPhase() throws {
        let ledger = MemoryLedger()
        let weights = try Matrix<Float>(rows: 1, columns: 10, category: .weights, ledger: ledger)
        ledger.enter(.forward)
        do {
            let activations = try Matrix<Float>(rows: 1, columns: 20, category: .activations, ledger: ledger)
            ledger.enter(.backward)
            let gradients = try Matrix<Float>(rows: 1, columns: 10, category: .gradients, ledger: ledger)
            #expect(activations.count + gradients.count == 30)
        }
        ledger.enter(.update)
        let state = try Matrix<Float>(rows: 1, columns: 30, category: .optimizer, ledger: ledger)
        #expect(ledger.peak.stage == .backward)
        #expect(
            ledger.peak.total == 160 && ledger.peak[.activations] == 80 && ledger.peak[.gradients] == 40 && ledger.peak[.optimizer] == 0)
        #expect(ledger.current.total == 160, "an equal sum is no new peak")
        let one = try Matrix<Float>(rows: 1, columns: 1, category: .workspace, ledger: ledger)
        #expect(ledger.peak.stage == .update && ledger.peak.total == 164 && ledger.peak[.activations] == 0)
        #expect(weights.count + state.count + one.count == 41)
    }

    /// What is allocated once and held belongs to the pass that uses all of it.
    @Test func aHeldPeakIsLabelledWithTheBackwardPass() throws {
        let ledger = MemoryLedger()
        let held = try Matrix<Float>(rows: 1, columns: 10, category: .activations, ledger: ledger)
        ledger.enter(.forward)
        #expect(ledger.peak.stage == .setup)
        ledger.enter(.backward)
        #expect(ledger.peak.stage == .backward && ledger.peak[.activations] == 40)
        ledger.enter(.update)
        #expect(ledger.peak.stage == .backward && held.count == 10)
    }

    @Test func countsFromManyThreads() throws {
        let ledger = MemoryLedger()
        Compute.ranges(of: 64) { _, range in
            for _ in range { _ = try? Matrix<Float>(rows: 8, columns: 8, category: .workspace, ledger: ledger) }
        }
        #expect(ledger.current.total == 0)
        #expect(ledger.peak.total >= 256)
    }

    @Test func anImpossibleSizeIsAnError() {
        let ledger = MemoryLedger()
        #expect(throws: OutOfMemoryError.self) { try Allocation<Float>(count: 1 << 58, category: .weights, ledger: ledger) }
        #expect(ledger.current.total == 0)
    }

    @Test func anEmptyMatrixIsAllowed() throws {
        let ledger = MemoryLedger()
        #expect(try Matrix<Float>(rows: 0, columns: 5, category: .weights, ledger: ledger).elements.isEmpty)
        #expect(ledger.current.total == 0)
    }
}
