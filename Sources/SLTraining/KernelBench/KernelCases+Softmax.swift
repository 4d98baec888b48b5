import SLNumerics
import SLSpec

extension KernelSizes {
    /// Attention and the loss.
    var softmaxCases: [KernelCase] { [attentionForward, attentionBackward, crossEntropy(rounded: false), crossEntropy(rounded: true)] }

    /// Query and key pairs under the causal mask, over all sequences and heads.
    private var pairs: Int { tokens / sequenceLength * model.headCount * (sequenceLength * (sequenceLength + 1) / 2) }
    private var attentionSize: String { "\(tokens / sequenceLength) × \(sequenceLength), \(model.headCount) × \(model.headSize)" }

    private func attention(_ bench: Workbench) throws -> Attention<Float> {
        try Attention(
            sequenceLength: sequenceLength, heads: model.headCount, headSize: model.headSize, threads: bench.threads, ledger: bench.ledger)
    }

    private var attentionForward: KernelCase {
        let (n, h, heads) = (tokens, hidden, model.headCount)
        let work = KernelWork(
            bytes: 16 * n * h + 4 * n * heads, traffic: .copy, vectorOperations: 5 * pairs, productOperations: 4 * pairs * model.headSize,
            exponentials: pairs)
        return KernelCase("Attention forward", attentionSize, "16·N·h", work) { [self] bench, sets in
            let attention = try attention(bench)
            return .init(
                calls: try (0..<sets).map { _ in
                    let (q, k, v) = (try bench.matrix(n, h), try bench.matrix(n, h), try bench.matrix(n, h))
                    let (o, sums) = (try bench.matrix(n, h), try bench.matrix(heads, n))
                    return { attention.forward(query: q, key: k, value: v, into: o, logSumExp: sums) }
                })
        }
    }

    private var attentionBackward: KernelCase {
        let (n, h, heads) = (tokens, hidden, model.headCount)
        let work = KernelWork(
            bytes: 32 * n * h + 4 * n * heads, traffic: .update, vectorOperations: 5 * pairs + 2 * n * h,
            productOperations: 10 * pairs * model.headSize, exponentials: pairs)
        return KernelCase("Attention backward", attentionSize, "32·N·h", work) { [self] bench, sets in
            let attention = try attention(bench)
            let buffers = try (0..<sets).map { _ in try (0..<5).map { _ in try bench.matrix(n, h) } + [try bench.matrix(heads, n)] }
            return .init(
                calls: buffers.map { b in
                    {
                        attention.backward(
                            query: b[0], key: b[1], value: b[2], output: b[3], outputGradient: b[4], logSumExp: b[5])
                    }
                },
                restore: {
                    for b in buffers {
                        for matrix in b { bench.fill(matrix) }
                        attention.forward(query: b[0], key: b[1], value: b[2], into: b[3], logSumExp: b[5])
                    }
                })
        }
    }

    /// - Parameter rounded: whether the gradient is written in brain floats.
    private func crossEntropy(rounded: Bool) -> KernelCase {
        let (rows, vocabulary) = (logitRows, model.vocabularySize)
        let count = rows * vocabulary
        let work = KernelWork(
            bytes: (rounded ? 6 : 8) * count + 4 * rows, traffic: .update, vectorOperations: 4 * count, exponentials: count)
        let name = rounded ? "Cross-entropy with gradient in bf16" : "Cross-entropy with gradient"
        return KernelCase(name, "\(rows) × \(vocabulary)", rounded ? "6·n·V" : "8·n·V", work) { [tokens] bench, sets in
            let buffers = try (0..<sets).map { _ in try bench.matrix(rows, vocabulary) }
            let targets = bench.tokens(rows, vocabulary: vocabulary)
            let scale = 1 / Float(tokens)
            return .init(
                calls: buffers.map { logits in
                    {
                        unsafe targets.withUnsafeBufferPointer {
                            _ = unsafe CrossEntropy.gradient(logits, targets: $0, scale: scale, precision: rounded ? .bf16 : .full)
                        }
                    }
                }, restore: { for logits in buffers { bench.fill(logits) } })
        }
    }
}
