import SLNumerics
import SLTestSupport
import Testing

/// Products of brain floats against plain loops that multiply the same rounded operands in Double.
struct BrainProductTests {
    static let shapes = [
        (1, 1, 1), (2, 3, 5), (7, 8, 9), (13, 1, 257), (31, 64, 17), (1, 97, 3), (65, 33, 129), (1, 512, 64), (64, 64, 64), (130, 48, 700),
    ]

    /// An operand that is a window into larger memory, and its values.
    private func operand(_ rows: Int, _ columns: Int, _ name: String) throws -> (short: Operand<Float>, exact: Operand<Double>) {
        let wide = try Operand<Float>(rows: rows + 2, columns: columns + 3, precision: .bf16, category: .workspace, ledger: MemoryLedger())
        wide.round(from: try .normal(rows + 2, columns + 3, name))
        let window = wide.window(rows: 1..<rows + 1, columns: 2..<columns + 2)
        let exact = try Operand<Double>(rows: rows, columns: columns, precision: .bf16, category: .workspace, ledger: MemoryLedger())
        exact.round(from: try .of(rows, columns, window.elements.map { Double($0) }))
        return (window, exact)
    }

    /// Σ|a|·|b| of every element of the result: what its rounding errors are in proportion to.
    private func magnitude(_ left: Matrix<Double>, _ right: Matrix<Double>) throws -> [Double] {
        let (a, b) = (try Matrix<Double>.of(left.rows, left.columns, left.elements.map(abs)), try Matrix<Double>.of(right.rows, right.columns, right.elements.map(abs)))
        let c = try Matrix<Double>.zeros(left.rows, right.columns)
        c.setProduct(a, b)
        return c.elements
    }

    private func inFull(_ operand: Operand<Double>, transposed: Bool = false) throws -> Matrix<Double> {
        let (rows, columns, values) = (operand.rows, operand.columns, operand.elements)
        guard transposed else { return try .of(rows, columns, values) }
        return try .of(columns, rows, (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } })
    }

    private func check(_ m: Int, _ n: Int, _ k: Int) throws {
        let (a, b) = (try operand(m, k, "a"), try operand(k, n, "b"))
        let (at, bt) = (try operand(k, m, "at"), try operand(n, k, "bt"))
        let cases: [(String, Matrix<Double>, Matrix<Double>, (Matrix<Float>, Float, Float) -> Void, (Operand<Float>, Float) -> Void)] = [
            ("a·b", try inFull(a.exact), try inFull(b.exact), { $0.setProduct(a.short, b.short, scale: $1, keep: $2) }, { $0.setProduct(a.short, b.short, scale: $1) }),
            (
                "a·bᵀ", try inFull(a.exact), try inFull(bt.exact, transposed: true), { $0.setProduct(a.short, transposing: bt.short, scale: $1, keep: $2) },
                { $0.setProduct(a.short, transposing: bt.short, scale: $1) }
            ),
            (
                "aᵀ·b", try inFull(at.exact, transposed: true), try inFull(b.exact), { $0.setProduct(transposing: at.short, b.short, scale: $1, keep: $2) },
                { $0.setProduct(transposing: at.short, b.short, scale: $1) }
            ),
        ]
        for (name, left, right, multiply, round) in cases {
            let exact = try Matrix<Double>.zeros(m, n)
            exact.setProduct(left, right)
            let bound = try magnitude(left, right)
            let c = try Matrix<Float>.zeros(m, n).asWindow()
            for (scale, keep, before) in [(Float(1), Float(0), Float.nan), (-0.5, 1, 2)] {
                c.fill(before)
                multiply(c, scale, keep)
                for (index, found) in c.elements.enumerated() {
                    let truth = Double(scale) * exact.elements[index] + (keep == 0 ? 0 : Double(before))
                    // k roundings of partial sums of fp32 at most, and those at the end.
                    let allowed = Double(k + 3) * 0x1p-24 * (bound[index] + abs(truth)) + 1e-37
                    #expect(abs(Double(found) - truth) <= allowed, "\(name) \(m)x\(n)x\(k), element \(index): \(found) for \(truth)")
                }
            }
            #expect((c.base - 1).pointee == -77 && (c.base + n).pointee == -77, "a window's surroundings stay")
            let rounded = try Operand<Float>(rows: m, columns: n, precision: .bf16, category: .workspace, ledger: MemoryLedger())
            round(rounded, 1)
            for (index, found) in rounded.elements.enumerated() {
                let truth = exact.elements[index]
                let allowed = Double(k + 3) * 0x1p-24 * bound[index] + 0x1p-8 * abs(truth) + 1e-37
                #expect(abs(Double(found) - truth) <= allowed, "\(name) \(m)x\(n)x\(k) rounded, element \(index): \(found) for \(truth)")
            }
        }
    }

    @Test(.compute(threads: 1), arguments: shapes) func onOneThread(m: Int, n: Int, k: Int) throws { try check(m, n, k) }
    @Test(.compute(threads: 2), arguments: shapes) func onTwoThreads(m: Int, n: Int, k: Int) throws { try check(m, n, k) }

    /// What a processor without units for brain floats computes: the same operands, expanded a block at a time.
    @Test(.compute(threads: 1), arguments: [(1, 1, 1), (3, 5, 7), (257, 1025, 513), (300, 20, 1100)]) func expanded(m: Int, n: Int, k: Int) throws {
        for (transposeA, transposeB) in [(false, false), (false, true), (true, false)] {
            let a = try operand(transposeA ? k : m, transposeA ? m : k, "a"), b = try operand(transposeB ? n : k, transposeB ? k : n, "b")
            let layout = ProductLayout(
                transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, lda: a.exact.columns, ldb: b.exact.columns, ldc: n)
            let (left, right) = (a.exact.elements.map { BFloat16(nearest: Float($0)) }, b.exact.elements.map { BFloat16(nearest: Float($0)) })
            let exact = try Matrix<Double>.zeros(m, n)
            let (x, y) = (try inFull(a.exact, transposed: transposeA), try inFull(b.exact, transposed: transposeB))
            exact.setProduct(x, y)
            let bound = try magnitude(x, y)
            var (c, rounded) = ([Float](repeating: 3, count: m * n), [BFloat16](repeating: BFloat16(bits: 0), count: m * n))
            left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                    guard let a = left.baseAddress, let b = right.baseAddress else { return }
                    c.withUnsafeMutableBufferPointer { if let c = $0.baseAddress { WidenedProducts.multiply(layout, 2, a, b, 1, c) } }
                    rounded.withUnsafeMutableBufferPointer { if let c = $0.baseAddress { WidenedProducts.multiply(layout, 1, a, b, rounding: c) } }
                }
            }
            let values = exact.elements
            let step = Double(k + 4) * 0x1p-24
            let worst = values.indices.map { (index: Int) -> Double in
                let allowed: Double = step * (2 * bound[index] + 3)
                return abs(Double(c[index]) - (2 * values[index] + 3)) / allowed
            }.max() ?? 0
            #expect(worst <= 1, "\(m)x\(n)x\(k), \(transposeA) \(transposeB): \(worst) of what roundings allow")
            let off = values.indices.map { (index: Int) -> Double in
                let allowed: Double = step * bound[index] + 0x1p-8 * abs(values[index])
                return abs(Double(rounded[index].value) - values[index]) / allowed
            }.max() ?? 0
            #expect(off <= 1, "\(m)x\(n)x\(k) rounded, \(transposeA) \(transposeB): \(off) of what roundings allow")
        }
    }

    /// NaN and infinity go where they belong and nowhere else; numbers too small for fp32's ordinary range count as nothing or as what they are.
    @Test(.compute(threads: 1)) func specialValues() throws {
        func product(_ values: [Float]) throws -> [Float] {
            let a = try Operand<Float>(rows: 3, columns: values.count, precision: .bf16, category: .workspace, ledger: MemoryLedger())
            a.round(from: try .of(3, values.count, [Float](repeating: 1, count: values.count) + values + [Float](repeating: 2, count: values.count)))
            let b = try Operand<Float>(rows: values.count, columns: 2, precision: .bf16, category: .workspace, ledger: MemoryLedger())
            b.round(from: try .of(values.count, 2, [Float](repeating: 1, count: 2 * values.count)))
            let c = try Matrix<Float>.zeros(3, 2)
            c.fill(.nan)
            c.setProduct(a, b)
            return c.elements
        }
        let count: Float = 5
        let nan = try product([1, .nan, 1, 1, 1])
        #expect(nan[0] == count && nan[1] == count && nan[2].isNaN && nan[3].isNaN && nan[4] == 2 * count)
        let infinite = try product([1, .infinity, 1, 1, 1])
        #expect(infinite[2] == .infinity && infinite[0] == count)
        #expect(try product([.infinity, -.infinity, 1, 1, 1])[2].isNaN)
        let small = try product([0x1p-130, 0x1p-130, 0, 0, 0])
        #expect(small[2] >= 0 && small[2] <= 0x1p-129)
    }

    @Test(.compute(threads: 2)) func theSameBitsEveryTime() throws {
        let (a, b) = (try operand(193, 310, "a"), try operand(120, 310, "b"))
        let c = try Matrix<Float>.zeros(193, 120)
        c.setProduct(a.short, transposing: b.short)
        let first = c.elements
        for _ in 0..<20 {
            c.setProduct(a.short, transposing: b.short)
            #expect(c.elements == first)
        }
    }

    @Test(.compute(threads: 1)) func anEmptySumIsZero() throws {
        let ledger = MemoryLedger()
        let (a, b) = (try Operand<Float>(rows: 2, columns: 0, precision: .bf16, category: .workspace, ledger: ledger), try Operand<Float>(rows: 0, columns: 3, precision: .bf16, category: .workspace, ledger: ledger))
        let c = try Matrix<Float>.normal(2, 3, "c")
        c.setProduct(a, b)
        #expect(c.elements == [0, 0, 0, 0, 0, 0])
    }

    /// What the library makes and keeps for shapes is in no ledger; it is counted beside.
    @Test(.enabled(if: ProductLibrary.hasBrainUnits, "bf16 units")) func whatTheLibraryKeepsIsCounted() throws {
        let (a, b) = (try operand(130, 700, "a"), try operand(700, 48, "b"))
        try Matrix<Float>.zeros(130, 48).setProduct(a.short, b.short)
        #expect(ProductLibrary.heldBytes > 0)
    }
}
