import SLNumerics
import SLSpec

extension KernelSizes {
    /// The optimizer, storage formats and plain moves, on tensors of `elements`.
    var tensorCases: [KernelCase] { adamCases + formatCases + moveCases }

    private static let signed = StorageFormat.dynamic8Bit(blockSize: 256, signed: true, search: .nearest)
    private static let unsigned = StorageFormat.dynamic8Bit(blockSize: 256, signed: false, search: .nearest)

    private static let companded = (first: StorageFormat.companded(CompandedCode(isSigned: true)), second: StorageFormat.companded(CompandedCode(isSigned: false)))

    private var adamCases: [KernelCase] {
        [
            adam("fp32", weight: .full, first: .full, second: .full, "28·n"),
            adam("bf16", weight: .bf16(.nearest), first: .bf16(.nearest), second: .bf16(.nearest), "16·n"),
            adam("bf16, stochastic", weight: .bf16(.stochastic), first: .bf16(.stochastic), second: .bf16(.stochastic), "16·n"),
            adam("8-bit moments", weight: .full, first: Self.signed, second: Self.unsigned, "16·n + 16·n/256"),
            adam("companded 8-bit moments", weight: .full, first: Self.companded.first, second: Self.companded.second, "16·n + 16·n/32"),
        ]
    }

    private func adam(_ name: String, weight: StorageFormat, first: StorageFormat, second: StorageFormat, _ formula: String) -> KernelCase {
        let n = elements
        let states = [weight, first, second].reduce(0) { $0 + 2 * $1.byteCount(n) }
        let work = KernelWork(bytes: states + 4 * n, traffic: .update, vectorOperations: 15 * n)
        return .repeatable("Adam, \(name)", tensor, formula, work) { bench in
            let (w, m) = (try bench.stored(n, weight), try bench.stored(n, first))
            let v = try bench.stored(n, second, isSquare: true)
            let g = try bench.matrix(n / 2048, 2048)
            let coefficients = AdamCoefficients<Float>(
                beta1: 0.9, beta2: 0.999, secondMomentScale: 1.1, epsilon: 1e-8, stepSize: 1e-3, decay: 1, gradientScale: 1)
            return { AdamKernel.update(weight: w, gradient: g, first: m, second: v, coefficients, key: 1) }
        }
    }

    private var formatCases: [KernelCase] {
        let n = elements
        let formats: [(String, StorageFormat, String)] = [
            ("bf16", .bf16(.nearest), "6·n"), ("8-bit", Self.signed, "5·n + 4·n/256"), ("companded 8-bit", Self.companded.first, "5·n + 4·n/32"),
        ]
        return formats.flatMap { name, format, formula in
            let work = KernelWork(bytes: 4 * n + format.byteCount(n), traffic: .copy)
            return [
                .repeatable("Expand \(name)", tensor, formula, work) { bench in
                    let (short, full) = (try bench.stored(n, format), try bench.matrix(n / 2048, 2048))
                    return { short.read(into: full) }
                },
                KernelCase.repeatable("Compress to \(name)", tensor, formula, work) { bench in
                    let (short, full) = (try bench.stored(n, format), try bench.matrix(n / 2048, 2048))
                    return { short.write(from: full, key: nil) }
                },
            ]
        }
    }

    private var moveCases: [KernelCase] {
        let n = elements
        func matrices(_ bench: Workbench) throws -> (Matrix<Float>, Matrix<Float>) {
            (try bench.matrix(n / 2048, 2048), try bench.matrix(n / 2048, 2048))
        }
        return [
            .repeatable("Matrix copy", tensor, "8·n", KernelWork(bytes: 8 * n, traffic: .copy)) { bench in
                let (x, y) = try matrices(bench)
                return { y.copy(from: x) }
            },
            .repeatable("Matrix fill", tensor, "4·n", KernelWork(bytes: 4 * n, traffic: .write)) { bench in
                let x = try bench.matrix(n / 2048, 2048)
                return { x.fill(0) }
            },
            .repeatable("Matrix add", tensor, "12·n", KernelWork(bytes: 12 * n, traffic: .update, vectorOperations: 2 * n)) { bench in
                let (x, y) = try matrices(bench)
                return { y.add(x) }
            },
            .repeatable("Matrix scale", tensor, "8·n", KernelWork(bytes: 8 * n, traffic: .update, vectorOperations: n)) { bench in
                let x = try bench.matrix(n / 2048, 2048)
                return { x.scale(by: -1) }
            },
            .repeatable("Sum of squares", tensor, "4·n", KernelWork(bytes: 4 * n, traffic: .read, vectorOperations: 2 * n)) { bench in
                let x = try bench.matrix(n / 2048, 2048)
                return { _ = x.sumOfSquares() }
            },
        ]
    }
}
