/// One thread's tokens by the plain loops: what `Double` runs, and what the strips of `Float` are tested against.
enum SparsePlain {
    static func addProduct<S: Scalar>(
        _ x: Matrix<S>, _ support: SparseSupport, _ values: UnsafePointer<S>, into y: Matrix<S>, tokens: Range<Int>
    ) {
        let (starts, columns) = (support.rowStarts.base, support.columns.base)
        for token in tokens {
            let (input, output) = (x.row(token), y.row(token))
            for row in 0..<y.columns {
                var sum: S = 0
                for entry in Int(starts[row])..<Int(starts[row + 1]) { sum += values[entry] * input[Int(columns[entry])] }
                output[row] += sum
            }
        }
    }

    static func addGradients<S: Scalar>(
        _ x: Matrix<S>, _ support: SparseSupport, _ values: UnsafePointer<S>, outputGradient: Matrix<S>, inputGradient: Matrix<S>,
        valueGradient: UnsafeMutablePointer<S>?, tokens: Range<Int>
    ) {
        let (starts, columns) = (support.rowStarts.base, support.columns.base)
        for token in tokens {
            let (input, output, gradient) = (x.row(token), outputGradient.row(token), inputGradient.row(token))
            for row in 0..<outputGradient.columns {
                let delta = output[row]
                for entry in Int(starts[row])..<Int(starts[row + 1]) {
                    let column = Int(columns[entry])
                    gradient[column] += values[entry] * delta
                    valueGradient?[entry] += delta * input[column]
                }
            }
        }
    }
}
