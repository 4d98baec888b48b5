import COpenBLAS

extension Float {
    // Row-major lower is LAPACK's column-major upper.
    public static func potrf(_ a: UnsafeMutablePointer<Float>, _ n: Int) -> Bool {
        LAPACKE_spotrf_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(n), a, Int32(n)) == 0
    }

    public static func trsm(_ lower: UnsafePointer<Float>, _ n: Int, _ x: UnsafeMutablePointer<Float>, columns: Int, stride: Int) {
        cblas_strsm(
            CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, blasint(n), blasint(columns), 1, lower, blasint(n), x,
            blasint(stride))
    }

    public static func geqrf(
        _ a: UnsafeMutablePointer<Float>, rows: Int, columns: Int, tau: UnsafeMutablePointer<Float>, work: UnsafeMutablePointer<Float>,
        workCount: Int
    ) throws {
        let info = LAPACKE_sgeqrf_work(
            LAPACK_COL_MAJOR, Int32(rows), Int32(columns), a, Int32(rows), tau, work, Int32(workCount))
        if info != 0 { throw LinearAlgebraError(routine: "sgeqrf", info: Int(info)) }
    }

    public static func orgqr(
        _ a: UnsafeMutablePointer<Float>, rows: Int, columns: Int, tau: UnsafeMutablePointer<Float>, work: UnsafeMutablePointer<Float>,
        workCount: Int
    ) throws {
        let info = LAPACKE_sorgqr_work(
            LAPACK_COL_MAJOR, Int32(rows), Int32(columns), Int32(columns), a, Int32(rows), tau, work, Int32(workCount))
        if info != 0 { throw LinearAlgebraError(routine: "sorgqr", info: Int(info)) }
    }

    public static func householderWorkCount(rows: Int, columns: Int) -> Int {
        var (factor, form): (Float, Float) = (0, 0)
        _ = LAPACKE_sgeqrf_work(LAPACK_COL_MAJOR, Int32(rows), Int32(columns), nil, Int32(rows), nil, &factor, -1)
        _ = LAPACKE_sorgqr_work(
            LAPACK_COL_MAJOR, Int32(rows), Int32(columns), Int32(columns), nil, Int32(rows), nil, &form, -1)
        return Int(max(factor, form).nextUp.rounded(.up))
    }
}

extension Double {
    // Row-major lower is LAPACK's column-major upper.
    public static func potrf(_ a: UnsafeMutablePointer<Double>, _ n: Int) -> Bool {
        LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(n), a, Int32(n)) == 0
    }

    public static func trsm(_ lower: UnsafePointer<Double>, _ n: Int, _ x: UnsafeMutablePointer<Double>, columns: Int, stride: Int) {
        cblas_dtrsm(
            CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, blasint(n), blasint(columns), 1, lower, blasint(n), x,
            blasint(stride))
    }

    public static func geqrf(
        _ a: UnsafeMutablePointer<Double>, rows: Int, columns: Int, tau: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>,
        workCount: Int
    ) throws {
        let info = LAPACKE_dgeqrf_work(
            LAPACK_COL_MAJOR, Int32(rows), Int32(columns), a, Int32(rows), tau, work, Int32(workCount))
        if info != 0 { throw LinearAlgebraError(routine: "dgeqrf", info: Int(info)) }
    }

    public static func orgqr(
        _ a: UnsafeMutablePointer<Double>, rows: Int, columns: Int, tau: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>,
        workCount: Int
    ) throws {
        let info = LAPACKE_dorgqr_work(
            LAPACK_COL_MAJOR, Int32(rows), Int32(columns), Int32(columns), a, Int32(rows), tau, work, Int32(workCount))
        if info != 0 { throw LinearAlgebraError(routine: "dorgqr", info: Int(info)) }
    }

    public static func householderWorkCount(rows: Int, columns: Int) -> Int {
        var (factor, form): (Double, Double) = (0, 0)
        _ = LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, Int32(rows), Int32(columns), nil, Int32(rows), nil, &factor, -1)
        _ = LAPACKE_dorgqr_work(
            LAPACK_COL_MAJOR, Int32(rows), Int32(columns), Int32(columns), nil, Int32(rows), nil, &form, -1)
        return Int(max(factor, form).nextUp.rounded(.up))
    }
}
