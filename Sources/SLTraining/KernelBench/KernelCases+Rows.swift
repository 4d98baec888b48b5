import SLNumerics
import SLSpec

extension KernelSizes {
    /// Norm, rotary positions, gate, embedding.
    var rowCases: [KernelCase] { normCases + [rotary] + gateCases + embeddingCases }

    private var normCases: [KernelCase] {
        let (n, h) = (tokens, hidden)
        let size = activations(h)
        let small = 4 * (h + n)
        let forward = KernelWork(bytes: 8 * n * h + small, traffic: .copy, vectorOperations: 4 * n * h)
        let again = KernelWork(bytes: 8 * n * h + small, traffic: .copy, vectorOperations: 2 * n * h)
        let backward = KernelWork(bytes: 16 * n * h + small + 8 * h, traffic: .update, vectorOperations: 10 * n * h)
        return [
            .repeatable("RMSNorm forward", size, "8·N·h", forward) { bench in
                let (x, y, weight, r) = (try bench.matrix(n, h), try bench.matrix(n, h), try bench.matrix(1, h), try bench.matrix(1, n))
                return { RMSNorm.forward(x, weight: weight, into: y, reciprocal: r, epsilon: 1e-6) }
            },
            .repeatable("RMSNorm recompute", size, "8·N·h", again) { bench in
                let (x, y, weight, r) = (try bench.matrix(n, h), try bench.matrix(n, h), try bench.matrix(1, h), try bench.matrix(1, n))
                return { RMSNorm.recompute(x, weight: weight, into: y, reciprocal: r) }
            },
            .repeatable("RMSNorm backward", size, "16·N·h", backward) { bench in
                let (x, dy, dx, r) = (try bench.matrix(n, h), try bench.matrix(n, h), try bench.matrix(n, h), try bench.matrix(1, n))
                let (weight, dWeight, partial) = (try bench.matrix(1, h), try bench.matrix(1, h), try bench.matrix(bench.threads, h))
                return {
                    RMSNorm.backward(
                        x, weight: weight, reciprocal: r, outputGradient: dy, inputGradient: dx, weightGradient: dWeight, partial: partial)
                }
            },
        ]
    }

    private var rotary: KernelCase {
        let (n, h, length, heads) = (tokens, hidden, sequenceLength, model.headCount)
        let work = KernelWork(bytes: 8 * n * h + 4 * length * model.headSize, traffic: .update, vectorOperations: 3 * n * h)
        return KernelCase("Rotary apply", activations(h), "8·N·h", work) { [model] bench, sets in
            let table = try RotaryTable<Float>(length: length, headSize: model.headSize, theta: model.ropeTheta, ledger: bench.ledger)
            return .init(
                calls: try (0..<sets).map { _ in
                    let x = try bench.matrix(n, h)
                    return { table.apply(x, sequenceLength: length, heads: heads) }
                })
        }
    }

    private var gateCases: [KernelCase] {
        let (n, i) = (tokens, inner)
        let forward = KernelWork(bytes: 12 * n * i, traffic: .copy, vectorOperations: 2 * n * i, sigmoids: n * i)
        let backward = KernelWork(bytes: 20 * n * i, traffic: .update, vectorOperations: 7 * n * i, sigmoids: n * i)
        return [
            .repeatable("SwiGLU forward", activations(i), "12·N·i", forward) { bench in
                let (gate, up, y) = (try bench.matrix(n, i), try bench.matrix(n, i), try bench.matrix(n, i))
                return { SwiGLU.forward(gate: gate, up: up, into: y) }
            },
            // What it writes is smaller than what it reads: without fresh values a few calls would end in denormal numbers.
            KernelCase("SwiGLU backward", activations(i), "20·N·i", backward) { bench, sets in
                let buffers = try (0..<sets).map { _ in try (0..<3).map { _ in try bench.matrix(n, i) } }
                return .init(
                    calls: buffers.map { b in { SwiGLU.backward(gate: b[0], up: b[1], outputGradient: b[2]) } },
                    restore: { for b in buffers { for matrix in b { bench.fill(matrix) } } })
            },
        ]
    }

    private var embeddingCases: [KernelCase] {
        let (n, h, vocabulary) = (tokens, hidden, model.vocabularySize)
        let forward = KernelWork(bytes: 8 * n * h + 4 * n, traffic: .copy)
        let backward = KernelWork(bytes: 12 * n * h + 4 * n, traffic: .update, vectorOperations: n * h)
        func calls(
            _ bench: Workbench, _ sets: Int, _ call: @escaping (Matrix<Float>, UnsafeBufferPointer<Int32>, Matrix<Float>) -> Void
        ) throws -> KernelCase.Calls {
            let table = try bench.matrix(vocabulary, h)
            return .init(
                calls: try (0..<sets).map { _ in
                    let rows = try bench.matrix(n, h)
                    let ids = bench.tokens(n, vocabulary: vocabulary)
                    return { unsafe ids.withUnsafeBufferPointer { unsafe call(table, $0, rows) } }
                })
        }
        return [
            KernelCase("Embedding forward", activations(h), "8·N·h", forward) { bench, sets in
                unsafe try calls(bench, sets) { unsafe Embedding.forward($0, tokens: $1, into: $2) }
            },
            KernelCase("Embedding backward", activations(h), "12·N·h", backward) { bench, sets in
                unsafe try calls(bench, sets) { unsafe Embedding.backward($2, tokens: $1, into: $0) }
            },
        ]
    }
}
