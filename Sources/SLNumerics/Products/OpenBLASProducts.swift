import COpenBLAS

/// Products in full by OpenBLAS.
enum OpenBLASProducts {
    static func gemm(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ beta: Float, _ c: UnsafeMutablePointer<Float>
    ) {
        cblas_sgemm(
            CblasRowMajor, layout.transposeA ? CblasTrans : CblasNoTrans, layout.transposeB ? CblasTrans : CblasNoTrans, blasint(layout.m),
            blasint(layout.n), blasint(layout.k), alpha, a, blasint(layout.lda), b, blasint(layout.ldb), beta, c, blasint(layout.ldc))
    }

    static func gemm(
        _ layout: ProductLayout, _ alpha: Double, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ beta: Double,
        _ c: UnsafeMutablePointer<Double>
    ) {
        cblas_dgemm(
            CblasRowMajor, layout.transposeA ? CblasTrans : CblasNoTrans, layout.transposeB ? CblasTrans : CblasNoTrans, blasint(layout.m),
            blasint(layout.n), blasint(layout.k), alpha, a, blasint(layout.lda), b, blasint(layout.ldb), beta, c, blasint(layout.ldc))
    }
}
