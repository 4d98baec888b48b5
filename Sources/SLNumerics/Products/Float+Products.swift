extension Float {
    public static func gemm(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ beta: Float, _ c: UnsafeMutablePointer<Float>
    ) {
        if ProductLibrary.inFull(layout) == .oneDNN, OneDNNProducts.multiply(layout, alpha, a, b, beta, c) { return }
        OpenBLASProducts.gemm(layout, alpha, a, b, beta, c)
    }

    public static func gemm(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>
    ) {
        if ProductLibrary.hasBrainUnits, OneDNNProducts.multiply(layout, alpha, a, b, beta, c) { return }
        WidenedProducts.multiply(layout, alpha, a, b, beta, c)
    }

    public static func gemm(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>,
        rounding c: UnsafeMutablePointer<BFloat16>
    ) {
        if ProductLibrary.hasBrainUnits, OneDNNProducts.multiply(layout, alpha, a, b, 0, c) { return }
        WidenedProducts.multiply(layout, alpha, a, b, rounding: c)
    }
}

extension Double {
    public static func gemm(
        _ layout: ProductLayout, _ alpha: Double, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ beta: Double,
        _ c: UnsafeMutablePointer<Double>
    ) {
        OpenBLASProducts.gemm(layout, alpha, a, b, beta, c)
    }

    public static func gemm(
        _ layout: ProductLayout, _ alpha: Double, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>, _ beta: Double,
        _ c: UnsafeMutablePointer<Double>
    ) {
        PlainProducts.multiply(layout, a, b) { row, column, sum in
            let place = row * layout.ldc + column
            c[place] = alpha * sum + (beta == 0 ? 0 : beta * c[place])
        }
    }

    public static func gemm(
        _ layout: ProductLayout, _ alpha: Double, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>,
        rounding c: UnsafeMutablePointer<BFloat16>
    ) {
        PlainProducts.multiply(layout, a, b) { row, column, sum in c[row * layout.ldc + column] = BFloat16(nearest: Float(alpha * sum)) }
    }
}

/// The plain loops that every product of brain floats is held against: each sum in double.
enum PlainProducts {
    static func multiply(
        _ layout: ProductLayout, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>, _ store: (_ row: Int, _ column: Int, _ sum: Double) -> Void
    ) {
        for row in 0..<layout.m {
            for column in 0..<layout.n {
                var sum = 0.0
                for i in 0..<layout.k {
                    let left = layout.transposeA ? a[i * layout.lda + row] : a[row * layout.lda + i]
                    let right = layout.transposeB ? b[column * layout.ldb + i] : b[i * layout.ldb + column]
                    sum += Double(left.value) * Double(right.value)
                }
                store(row, column, sum)
            }
        }
    }
}
