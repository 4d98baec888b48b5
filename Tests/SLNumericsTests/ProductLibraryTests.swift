import SLNumerics
import SLTestSupport
import Testing

/// Who multiplies in full, and that both libraries multiply.
@Suite(.serialized, .compute(threads: 1)) struct ProductLibraryTests {
    /// For the time of `body` everything is multiplied by `library`.
    private func with(_ library: ProductLibrary?, _ body: () throws -> Void) rethrows {
        ProductLibrary.use(library)
        defer { ProductLibrary.use(nil) }
        try body()
    }

    private func layout(_ m: Int, _ n: Int, _ k: Int) -> ProductLayout { ProductLayout(m: m, n: n, k: k, lda: k, ldb: n, ldc: n) }

    /// Against plain loops in Double: odd shapes, one token, transposed and strided operands, in each library.
    @Test(
        arguments: ProductLibrary.allCases,
        [(1, 1, 1), (2, 3, 5), (13, 1, 257), (1, 97, 3), (65, 33, 129), (130, 48, 700)])
    func bothMultiply(library: ProductLibrary, shape: (m: Int, n: Int, k: Int)) throws {
        let (m, n, k) = shape
        func check(_ c: Matrix<Float>, _ left: (Int, Int) -> Float, _ right: (Int, Int) -> Float, _ name: String) {
            let values = c.elements
            for row in 0..<m {
                for column in 0..<n {
                    let terms = (0..<k).map { Double(left(row, $0)) * Double(right($0, column)) }
                    let found = Double(values[row * n + column])
                    let allowed = Double(k + 3) * 0x1p-24 * terms.reduce(0) { $0 + abs($1) } + 1e-37
                    #expect(abs(found - terms.reduce(0, +)) <= allowed, "\(library) \(name) \(shape) at \(row), \(column)")
                }
            }
        }
        let (a, b) = (try Matrix<Float>.normal(m, k, "a").asWindow(), try Matrix<Float>.normal(k, n, "b").asWindow())
        let (at, bt) = (try Matrix<Float>.normal(k, m, "at").asWindow(), try Matrix<Float>.normal(n, k, "bt").asWindow())
        let (ofA, ofB, ofAt, ofBt) = (a.elements, b.elements, at.elements, bt.elements)
        let c = try Matrix<Float>.zeros(m, n).asWindow()
        with(library) {
            c.fill(.nan)
            c.setProduct(a, b)
            check(c, { ofA[$0 * k + $1] }, { ofB[$0 * n + $1] }, "a·b")
            c.setProduct(a, transposing: bt)
            check(c, { ofA[$0 * k + $1] }, { ofBt[$1 * k + $0] }, "a·bᵀ")
            c.setProduct(transposing: at, b)
            check(c, { ofAt[$1 * m + $0] }, { ofB[$0 * n + $1] }, "aᵀ·b")
        }
        #expect((c.base - 1).pointee == -77 && (c.base + n).pointee == -77, "a window's surroundings stay")
    }

    /// NaN and infinity stay in their rows and subnormal numbers count as what they are or as nothing, in each library.
    @Test(arguments: ProductLibrary.allCases) func specialValues(library: ProductLibrary) throws {
        let rows: [[Float]] = [[1, 1, 1], [.nan, 1, 1], [.infinity, 1, 1], [.infinity, -.infinity, 1], [0x1p-130, 0x1p-130, 0]]
        let a = try Matrix<Float>.of(5, 3, rows.flatMap(\.self)), b = try Matrix<Float>.of(3, 1, [1, 1, 1])
        let c = try Matrix<Float>.zeros(5, 1)
        with(library) { c.setProduct(a, b) }
        let found = c.elements
        #expect(found[0] == 3 && found[1].isNaN && found[2] == .infinity && found[3].isNaN && (0...0x1p-129).contains(found[4]))
    }

    /// The same shape has the same library every time, a wish goes before the rule, and the record says which rule it was.
    @Test func theRuleGoesByShapeAlone() {
        let (small, large) = (layout(16, 16, 16), layout(1024, 512, 512))
        #expect(ProductLibrary.inFull(small) == .openBLAS)
        let chosen = ProductLibrary.inFull(large)
        #expect((0..<10).allSatisfy { _ in ProductLibrary.inFull(large) == chosen })
        #expect(ProductLibrary.summary.hasPrefix(chosen == .oneDNN ? "fp32 onednn from m n k = 2^24, openblas below; bf16" : "fp32 openblas; bf16"))
        for library in ProductLibrary.allCases {
            with(library) {
                #expect(ProductLibrary.inFull(small) == library && ProductLibrary.inFull(large) == library)
                #expect(ProductLibrary.summary.hasPrefix("fp32 \(library.rawValue); bf16"))
            }
        }
    }
}
