import Foundation
import SLNumerics
import SLRandom
import SLTestSupport
import Testing

/// Every kernel in shapes nobody thought of: the fast `Float` way against the plain `Double` one, which runs the naive
/// twins of ``Reference``. SLBENCH_FUZZ_ROUNDS raises the number of shapes.
@Suite(.serialized) struct KernelShapeFuzzTests {
    private static let rounds = ProcessInfo.processInfo.environment["SLBENCH_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 60

    /// One run's inputs: named, so that `Float` and `Double` get the same numbers.
    private struct Case {
        let tokens: Int, features: Int, outputs: Int, heads: Int, half: Int, length: Int, vocabulary: Int, windowed: Bool

        /// Small odd numbers, ones, and now and then a size that several threads share.
        init(_ stream: inout RandomStream) {
            func size(_ limit: Int) -> Int {
                switch stream.below(4) {
                case 0: 1
                case 1: 1 + stream.below(9)
                default: 1 + stream.below(limit)
                }
            }
            length = size(150)
            tokens = length * (1 + stream.below(3))
            (features, outputs) = (size(300), size(200))
            (heads, half) = (1 + stream.below(3), 1 + stream.below(20))
            vocabulary = stream.below(2) == 0 ? 257 : 2 + stream.below(700)
            windowed = stream.below(2) == 0
        }

        func matrix<S: Scalar>(_ rows: Int, _ columns: Int, _ name: String, _ type: S.Type) throws -> Matrix<S> {
            let values = try Matrix<Float>.normal(rows, columns, name).elements.map { S($0) }
            let matrix = try Matrix<S>.of(rows, columns, values)
            return windowed ? try matrix.asWindow() : matrix
        }
    }

    private static func cases(_ name: String) -> [Case] {
        var stream = RandomStream(seed: 11, name: "fuzz/\(name)")
        return (0..<rounds).map { _ in Case(&stream) }
    }

    /// Runs `body` for both types on every case and compares what comes out.
    private func compare(
        _ name: String, tolerance: Double, _ float: (Case) throws -> [[Float]], _ double: (Case) throws -> [[Double]]
    ) throws {
        for one in Self.cases(name) {
            for (index, (mine, truth)) in zip(try float(one), try double(one)).enumerated() {
                // Inputs are of order 1; what vanishes by symmetry (derivatives of a softmax over one score) is mere rounding.
                let deviation = Deviation(mine, from: truth)
                #expect(
                    deviation.isComparable && deviation.largest < tolerance * max(1, deviation.magnitude),
                    "\(name), result \(index), \(one): \(deviation)")
            }
        }
    }

    private func products<S: Scalar>(_ c: Case, _ type: S.Type) throws -> [[S]] {
        let (x, w) = (try c.matrix(c.tokens, c.features, "x", type), try c.matrix(c.outputs, c.features, "w", type))
        let (y, dx, dw) = (
            try c.matrix(c.tokens, c.outputs, "y", type), try c.matrix(c.tokens, c.features, "dx", type),
            try c.matrix(c.outputs, c.features, "dw", type)
        )
        y.setProduct(x, transposing: w, scale: 0.5, keep: 1)
        dx.setProduct(y, w)
        dw.setProduct(transposing: y, x, keep: 1)
        return [y.elements, dx.elements, dw.elements]
    }

    private func rows<S: Scalar>(_ c: Case, _ type: S.Type) throws -> [[S]] {
        let (x, dy) = (try c.matrix(c.tokens, c.features, "x", type), try c.matrix(c.tokens, c.features, "dy", type))
        let (y, dx) = (try c.matrix(c.tokens, c.features, "y", type), try c.matrix(c.tokens, c.features, "dx", type))
        let gain = try Matrix<S>.of(1, c.features, Matrix<Float>.normal(1, c.features, "gain").elements.map { S($0) })
        let (dGain, reciprocal, partial) = (
            try Matrix<S>.zeros(1, c.features), try Matrix<S>.zeros(1, c.tokens), try Matrix<S>.zeros(Compute.threads, c.features)
        )
        RMSNorm.forward(x, gain: gain, into: y, reciprocal: reciprocal, epsilon: 1e-6)
        RMSNorm.backward(
            x, gain: gain, reciprocal: reciprocal, outputGradient: dy, inputGradient: dx, gainGradient: dGain, partial: partial)
        let turned = try c.matrix(c.tokens, c.heads * c.half * 2, "turned", type)
        let rotary = try RotaryTable<S>(length: c.length, headSize: c.half * 2, theta: 10_000, ledger: MemoryLedger())
        rotary.apply(turned, sequenceLength: c.length, heads: c.heads)
        let once = turned.elements
        rotary.apply(turned, sequenceLength: c.length, heads: c.heads, inverse: true)
        return [y.elements, dx.elements, dGain.elements, once, turned.elements]
    }

    private func gates<S: Scalar>(_ c: Case, _ type: S.Type) throws -> [[S]] {
        func plain(_ name: String) throws -> Matrix<S> {
            try Matrix<S>.of(c.tokens, c.features, Matrix<Float>.normal(c.tokens, c.features, name, deviation: 3).elements.map { S($0) })
        }
        let (gate, up, y, dy) = (try plain("gate"), try plain("up"), try plain("y"), try plain("dy"))
        SwiGLU.forward(gate: gate, up: up, into: y)
        SwiGLU.backward(gate: gate, up: up, outputGradient: dy)
        let (x, z, dz) = (try c.matrix(c.tokens, c.outputs, "x", type), try c.matrix(c.tokens, c.outputs, "z", type), try c.matrix(c.tokens, c.outputs, "dz", type))
        SiLU.forward(x, into: z)
        SiLU.backward(x, gradient: dz)
        return [y.elements, gate.elements, up.elements, z.elements, dz.elements]
    }

    private func ends<S: Scalar>(_ c: Case, _ type: S.Type) throws -> [[S]] {
        var stream = RandomStream(seed: 2, name: "ids")
        let ids = (0..<c.tokens).map { Int32($0 % 5 == 3 ? -1 : stream.below(c.vocabulary)) }
        let table = try c.matrix(c.vocabulary, c.features, "table", type)
        let (y, gradient) = (try c.matrix(c.tokens, c.features, "y", type), try c.matrix(c.vocabulary, c.features, "gradient", type))
        let known = ids.map { max(0, $0) }
        known.withUnsafeBufferPointer { Embedding.forward(table, tokens: $0, into: y) }
        known.withUnsafeBufferPointer { Embedding.backward(y, tokens: $0, into: gradient) }
        let logits = try c.matrix(c.tokens, c.vocabulary, "logits", type)
        let (evaluated, sum) = ids.withUnsafeBufferPointer { ids in
            (CrossEntropy.apply(logits, targets: ids, gradientScale: nil), CrossEntropy.apply(logits, targets: ids, gradientScale: 0.25))
        }
        return [y.elements, gradient.elements, logits.elements, [S(evaluated), S(sum)]]
    }

    private func attention<S: Scalar>(_ c: Case, _ type: S.Type) throws -> [[S]] {
        let width = c.heads * c.half * 2
        let parts = try ["q", "k", "v", "dO", "o"].map { try c.matrix(c.tokens, width, $0, type) }
        let logSumExp = try Matrix<S>.zeros(c.heads, c.tokens)
        let attention = try Attention<S>(
            sequenceLength: c.length, heads: c.heads, headSize: c.half * 2, threads: Compute.threads, ledger: MemoryLedger())
        attention.forward(query: parts[0], key: parts[1], value: parts[2], into: parts[4], logSumExp: logSumExp)
        attention.backward(
            query: parts[0], key: parts[1], value: parts[2], output: parts[4], outputGradient: parts[3], logSumExp: logSumExp)
        return [parts[4].elements, logSumExp.elements, parts[0].elements, parts[1].elements, parts[2].elements]
    }

    private func steps<S: Scalar>(_ c: Case, _ type: S.Type) throws -> [[S]] {
        func plain(_ name: String) throws -> Matrix<S> {
            try Matrix<S>.of(c.tokens, c.features, Matrix<Float>.normal(c.tokens, c.features, name).elements.map { S(abs($0)) })
        }
        let (w, g, m, v) = (try plain("w"), try plain("g"), try plain("m"), try plain("v"))
        let coefficients = AdamCoefficients<S>(
            beta1: 0.75, beta2: 0.5, secondMomentScale: 2, epsilon: 0.5, stepSize: 0.25, decay: 0.75, gradientScale: 0.5)
        AdamKernel.update(
            weight: StoredTensor(w), gradient: g, first: StoredTensor(m), second: StoredTensor(v), coefficients, trailingDecay: 0.5)
        AdamKernel.direction(gradient: g, first: StoredTensor(m), second: StoredTensor(v), coefficients)
        let total = S(w.sumOfSquares())
        return [w.elements, m.elements, v.elements, g.elements, [total]]
    }

    private func everything(_ threads: Int) throws {
        try compare("products", tolerance: 1e-5, { try products($0, Float.self) }, { try products($0, Double.self) })
        try compare("rows", tolerance: 1e-5, { try rows($0, Float.self) }, { try rows($0, Double.self) })
        try compare("gates", tolerance: 1e-5, { try gates($0, Float.self) }, { try gates($0, Double.self) })
        try compare("ends", tolerance: 1e-5, { try ends($0, Float.self) }, { try ends($0, Double.self) })
        try compare("attention", tolerance: 2e-5, { try attention($0, Float.self) }, { try attention($0, Double.self) })
        try compare("steps", tolerance: 1e-5, { try steps($0, Float.self) }, { try steps($0, Double.self) })
    }

    @Test(.compute(threads: 1)) func onOneThread() throws { try everything(1) }
    @Test(.compute(threads: 2)) func onTwoThreads() throws { try everything(2) }
    @Test(.compute(threads: 3)) func onThreeThreads() throws { try everything(3) }

    /// Pieces of any length, anywhere they may start, come back as they were written: to the bit where the format holds
    /// them, within its step where not; elements beside the piece stay.
    @Test(.compute(threads: 2)) func storedTensorsInPieces() throws {
        let formats: [StorageFormat] = [
            .full, .bf16(.nearest), .bf16(.stochastic), .dynamic8Bit(blockSize: 256, signed: true, search: .nearest),
            .dynamic8Bit(blockSize: 2048, signed: false, search: .nearest),
        ]
        var stream = RandomStream(seed: 12, name: "fuzz/stored")
        for round in 0..<Self.rounds {
            let count = 1 + stream.below(9000)
            let values = try Matrix<Float>.normal(1, count, "values/\(round)").elements.map { abs($0) }
            for format in formats {
                let tensor = try StoredTensor<Float>(rows: 1, columns: count, format: format, category: .weights, ledger: MemoryLedger())
                tensor.assign(values)
                let kept = tensor.elements
                let largest = values.max() ?? 1
                let step: Double = format == .full ? 0 : 0.02
                #expect(Deviation(kept, from: values).largest <= step * Double(largest), "\(format) of \(count)")
                let start = stream.below(count) / tensor.alignment * tensor.alignment
                var end = min(count, start + 1 + stream.below(count - start))
                // A block is written whole.
                if tensor.alignment > 1 { end = min(count, (end + tensor.alignment - 1) / tensor.alignment * tensor.alignment) }
                var piece = Array(values[start..<end])
                piece.withUnsafeMutableBufferPointer { tensor.write(start..<end, from: $0.baseAddress.unsafelyUnwrapped, key: nil) }
                #expect(tensor.elements == kept, "\(format), \(start)..<\(end) of \(count)")
                piece.withUnsafeMutableBufferPointer { tensor.read(start..<end, into: $0.baseAddress.unsafelyUnwrapped) }
                #expect(piece == Array(kept[start..<end]), "\(format), \(start)..<\(end) of \(count)")
            }
        }
    }
}
