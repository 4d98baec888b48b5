import SLNumerics
import SLRandom
import SLTestSupport
import Testing

@Suite struct MagnitudeSelectionTests {
    private func plain(_ wanted: Int, _ x: [Float], smallest: Bool) -> [Int] {
        let order = x.indices.sorted { a, b in
            let (p, q) = (abs(x[a]), abs(x[b]))
            return p == q ? a < b : (smallest ? p < q : p > q)
        }
        return order.prefix(wanted).sorted()
    }

    /// Few elements, which are sorted, and many, which are counted; with ties, zeros of both signs and denormals.
    @Test(arguments: [1, 2, 7, 100, 4096, 4097, 20_000]) func choosesWhatSortingChooses(count: Int) {
        var stream = RandomStream(seed: 3, name: "selection/\(count)")
        let wide = (0..<count).map { _ in Float(stream.normalPair().0) * Float(10).power(stream.below(30) - 20) }
        let tied = (0..<count).map { _ in Float(stream.below(5) - 2) * (stream.below(2) == 0 ? 1 : 1e-42) }
        for x in [wide, tied, [Float](repeating: -1, count: count), [Float](repeating: 0, count: count)] {
            for wanted in [0, 1, count / 3, count - 1, count] {
                #expect(MagnitudeSelection.largest(wanted, of: x) == plain(wanted, x, smallest: false))
                #expect(MagnitudeSelection.smallest(wanted, of: x) == plain(wanted, x, smallest: true))
            }
        }
    }

    @Test func emptyInputsGiveNothing() {
        #expect(MagnitudeSelection.largest(0, of: []).isEmpty && MagnitudeSelection.smallest(3, of: []).isEmpty)
    }
}

extension Float {
    fileprivate func power(_ exponent: Int) -> Float { (0..<abs(exponent)).reduce(1) { result, _ in exponent < 0 ? result / self : result * self } }
}

/// Sums over updates of single entries of a gradient.
@Suite struct EntrySumsTests {
    @Test func updatesAddUpHoweverTheyAreCut() throws {
        let ledger = MemoryLedger()
        func sums() throws -> EntrySums<Double> {
            let sums = EntrySums(try Matrix<Double>(rows: EntrySums<Double>.rowCount, columns: 3, category: .optimizer, ledger: ledger))
            // Fresh space knows none, as cleared space does.
            #expect(!sums.hasEntries && sums.isValid(rows: 4, columns: 5))
            sums.begin([0, 1, 2], columnCount: 5)
            sums.clear()
            #expect(!sums.hasEntries && sums.positions(columnCount: 5).isEmpty && sums.isValid(rows: 4, columns: 5))
            sums.begin([2, 7, 19], columnCount: 5)
            return sums
        }
        let gradients = try (0..<4).map { try Matrix<Double>.normal(4, 5, "sums/\($0)") }
        // Two updates: of one micro-batch, and of three.
        let cut = try sums()
        cut.add(gradients[0])
        for index in 1..<4 {
            if index == 1 { cut.finishUpdate() }
            cut.add(gradients[index])
        }
        cut.finishUpdate()
        cut.finishUpdate()
        #expect(cut.positions(columnCount: 5) == [2, 7, 19] && cut.hasEntries)
        for (place, position) in [2, 7, 19].enumerated() {
            let (first, second) = (gradients[0].elements[position], (1..<4).reduce(0) { $0 + gradients[$1].elements[position] })
            #expect(abs(cut.sums[place] - first - second) < 1e-14)
            #expect(abs(cut.squares[place] - first * first - second * second) < 1e-14)
        }
    }

    /// Positions that a file spoiled are seen before anything is read through them.
    @Test func spoiledPositionsAreNotValid() throws {
        let ledger = MemoryLedger()
        for spoil: (Matrix<Float>) -> Void in [
            { $0[3, 1] = 5 }, { $0[4, 0] = .nan }, { $0[4, 2] = 6 }, { $0[3, 0] = -1 }, { $0[3, 0] = .infinity }, { $0[4, 1] = 0.5 }, { $0[3, 2] = 1 },
        ] {
            let space = try Matrix<Float>(rows: EntrySums<Float>.rowCount, columns: 3, category: .optimizer, ledger: ledger)
            let sums = EntrySums(space)
            sums.begin([2, 7, 19], columnCount: 5)
            #expect(sums.isValid(rows: 4, columns: 5))
            spoil(space)
            #expect(!sums.isValid(rows: 4, columns: 5))
        }
    }

    @Test func supportsAreWrittenAsPositions() throws {
        let ledger = MemoryLedger()
        for positions in [[0, 1, 6, 14, 19], [3, 4, 5, 6, 7], [15, 16, 17, 18, 19]] {
            let support = SparseSupport(rowStarts: try IndexVector(count: 5, ledger: ledger), columns: try IndexVector(count: 5, ledger: ledger))
            support.assign(positions, columnCount: 5)
            #expect(support.isValid(columnCount: 5) && support.positions(columnCount: 5) == positions)
        }
    }
}
