/// Adam's elementwise loops over whole tensors.
public enum AdamKernel {
    /// w, m and v are updated in place.
    public static func update<S: Scalar>(weight w: Matrix<S>, gradient g: Matrix<S>, first m: Matrix<S>, second v: Matrix<S>, _ c: AdamCoefficients<S>) {
        precondition(w.isContiguous && g.isContiguous && w.count == g.count && w.count == m.count && w.count == v.count)
        Compute.ranges(of: w.count, grain: Matrix<S>.grain, alignment: 16) { _, range in
            let start = range.lowerBound
            S.adam(w.base + start, g.base + start, m.base + start, v.base + start, range.count, c)
        }
    }

    /// g becomes the direction; m and v are updated in place.
    public static func direction<S: Scalar>(gradient g: Matrix<S>, first m: Matrix<S>, second v: Matrix<S>, _ c: AdamCoefficients<S>) {
        precondition(g.isContiguous && g.count == m.count && g.count == v.count)
        Compute.ranges(of: g.count, grain: Matrix<S>.grain, alignment: 16) { _, range in
            let start = range.lowerBound
            S.adamDirection(g.base + start, m.base + start, v.base + start, range.count, c)
        }
    }
}
