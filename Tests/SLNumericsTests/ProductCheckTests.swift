import SLNumerics
import SLTestSupport
import Testing

/// Kernels that multiply wrongly are found, and right ones are not accused.
@Suite(.compute(threads: 1)) struct ProductCheckTests {
    @Test func rightKernelsAreWithinTheirBound() {
        let check = ProductCheck()
        #expect(check.isRight, "\(check.worstProduct): \(check.worst)")
        #expect(check.products == 8 * ProductCheck.shapes.count)
        #expect(check.worst > 0 && !check.worstProduct.isEmpty, "something was compared")
    }

    /// The bound is one of fp32: what is summed in `Double` and rounded once is far below it.
    @Test func exactSumsAreFarBelowTheBound() {
        let check = ProductCheck(shapes: [(5, 7, 33), (9, 3, 200)]) { layout, alpha, a, b, beta, c in
            for i in 0..<layout.m {
                for j in 0..<layout.n {
                    let sum = (0..<layout.k).reduce(0.0) { sum, index in
                        let left = a[layout.transposeA ? index * layout.lda + i : i * layout.lda + index]
                        let right = b[layout.transposeB ? j * layout.ldb + index : index * layout.ldb + j]
                        return sum + Double(left) * Double(right)
                    }
                    let place = i * layout.ldc + j
                    c[place] = Float(Double(alpha) * sum + (beta == 0 ? 0 : Double(beta) * Double(c[place])))
                }
            }
        }
        #expect(check.isRight && check.worst < 0.5)
    }

    enum Mistake: CaseIterable {
        case lastOfSum, kept, resultRead, besideResult, strideIgnored, bf16Operands, noNumber, transposition

        /// OpenBLAS with this one mistake.
        func multiply(
            _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ beta: Float, _ c: UnsafeMutablePointer<Float>
        ) {
            let product = ProductCheck.openBLAS
            switch self {
            case .lastOfSum: product(layout.with(k: layout.k - 1), alpha, a, b, beta, c)
            case .kept: product(layout, alpha, a, b, 0, c)
            case .resultRead:
                let before = c[0]
                product(layout, alpha, a, b, beta, c)
                c[0] += 0 * before
            case .besideResult:
                product(layout, alpha, a, b, beta, c)
                c[layout.n] = 0
            case .strideIgnored: product(layout.with(lda: layout.transposeA ? layout.m : layout.k), alpha, a, b, beta, c)
            case .bf16Operands:
                let count = (layout.transposeA ? layout.k : layout.m) * layout.lda
                product(layout, alpha, (0..<count).map { Float(bitPattern: a[$0].bitPattern & 0xffff_0000) }, b, beta, c)
            case .noNumber:
                product(layout, alpha, a, b, beta, c)
                c[(layout.m - 1) * layout.ldc + layout.n - 1] = .infinity
            case .transposition: product(layout, layout.transposeA && !layout.transposeB ? -alpha : alpha, a, b, beta, c)
            }
        }
    }

    @Test(arguments: Mistake.allCases) func wrongKernelsAreFound(mistake: Mistake) {
        let check = ProductCheck(shapes: [(5, 7, 33), (31, 64, 17)], multiply: mistake.multiply)
        #expect(!check.isRight && check.worst > 1 && check.worst <= ProductCheck.wholly, "\(mistake): \(check.worst)")
        if mistake == .transposition { #expect(check.worstProduct.hasSuffix(", left transposed")) }
        if mistake == .noNumber || mistake == .besideResult { #expect(check.worst == ProductCheck.wholly) }
    }

    /// Nothing compared is nothing proved.
    @Test func noProductsAreNotRight() { #expect(!ProductCheck(shapes: []).isRight) }

    /// The three products of a linear, each once when there is no time for more.
    @Test func theRateIsThatOfALinear() {
        var calls: [String] = []
        let rate = ProductRate.measure(seconds: 0, tokens: 3, inputs: 4, outputs: 5) { layout, alpha, a, b, beta, c in
            calls.append(
                "\(layout.m)x\(layout.n)x\(layout.k) \(layout.transposeA ? "t" : "n")\(layout.transposeB ? "t" : "n") "
                    + "\(layout.lda) \(layout.ldb) \(layout.ldc)")
            ProductCheck.openBLAS(layout, alpha, a, b, beta, c)
        }
        #expect(rate > 0 && rate.isFinite)
        #expect(calls == ["3x5x4 nt 4 4 5", "3x4x5 nn 5 4 4", "5x4x3 tn 5 4 4"])
    }
}

extension ProductLayout {
    fileprivate func with(k: Int? = nil, lda: Int? = nil) -> ProductLayout {
        ProductLayout(
            transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k ?? self.k, lda: lda ?? self.lda, ldb: ldb, ldc: ldc)
    }
}
