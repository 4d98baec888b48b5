import SLNumerics
import SLTestSupport
import Testing

/// Short formats in random shapes and pieces, against one element after the other; Adam's step on them against the same
/// step on whole fp32 tensors.
@Suite(.serialized) struct FormatShapeFuzzTests {
    private static let formats: [StorageFormat] = [
        .full, .bf16(.nearest), .bf16(.stochastic),
        .dynamic8Bit(blockSize: 256, signed: true, search: .nearest), .dynamic8Bit(blockSize: 256, signed: false, search: .nearest),
        .dynamic8Bit(blockSize: 2048, signed: true, search: .nearest), .dynamic8Bit(blockSize: 2048, signed: false, search: .grid),
        .dynamic8Bit(blockSize: 256, signed: true, search: .grid),
        .affine(AffineCode(bits: 4), groupSize: 64, .nearest), .affine(AffineCode(bits: 8), groupSize: 256, .nearest),
        .affine(AffineCode(bits: 4), groupSize: 8, .stochastic), .companded(CompandedCode(isSigned: true)), .companded(CompandedCode(isSigned: false)),
    ]

    private func stored(_ rows: Int, _ columns: Int, _ format: StorageFormat) throws -> StoredTensor<Float> {
        try StoredTensor(rows: rows, columns: columns, format: format, category: .optimizer, ledger: MemoryLedger())
    }

    /// What a format keeps of numbers, by the rule and an element at a time.
    private func kept(_ values: [Float], _ format: StorageFormat) -> [Float] {
        switch format {
        case .full: values
        case .bf16: values.map { BFloat16(nearest: $0).value }
        case .dynamic8Bit(let size, let signed, let search):
            stride(from: 0, to: values.count, by: size).flatMap { start in
                let block = values[start..<min(start + size, values.count)]
                let largest = block.map(\.magnitude).max() ?? 0
                let book = Dynamic8BitCode.book(signed: signed, search: search)
                return block.map { largest > 0 ? nearest($0 / largest, book, search) * largest : 0 }
            }
        case .companded(let code):
            // A group alone; what a group becomes is CompandedCodeTests' matter.
            stride(from: 0, to: values.count, by: CompandedCode.groupSize).flatMap { start in
                let group = Array(values[start..<min(start + CompandedCode.groupSize, values.count)])
                var (codes, scale, back) = ([UInt8](repeating: 0, count: group.count), Float(0), group)
                code.quantize(group, into: &codes, scales: &scale, group.count)
                code.dequantize(codes, scales: &scale, into: &back, group.count)
                return back
            }
        case .affine(let code, let size, _):
            stride(from: 0, to: values.count, by: size).flatMap { start in
                let group = values[start..<min(start + size, values.count)]
                let top = Float(code.largest)
                let scale = max((group.max() ?? 0) - (group.min() ?? 0), 1e-5) / top
                func cut(_ value: Float) -> Float { min(top, max(0, value)) }
                let zero = cut(-((group.min() ?? 0) / scale).rounded(.toNearestOrEven))
                return group.map { scale * (cut(($0 / scale).rounded(.toNearestOrEven) + zero) - zero) }
            }
        }
    }

    /// Of 256 values the nearest; half way the even code; nothing below zero becomes zero in the signed book.
    private func nearest(_ quotient: Float, _ book: Dynamic8BitCode, _ search: Dynamic8BitCode.Search) -> Float {
        var number = quotient
        if search == .grid {
            let cell = max(0, min(65535, Int((quotient + 1) * 32768)))
            number = (Float(cell) + 0.5) / 32768 - 1
        }
        let values = book.values
        let above = values.firstIndex { $0 >= number } ?? values.count - 1
        guard above > 0, values[above] != number else { return values[above] }
        let half = (values[above - 1] + values[above]) * 0.5
        var chosen = number < half ? above - 1 : number > half ? above : above.isMultiple(of: 2) ? above : above - 1
        if number < 0, values[chosen] == 0, chosen > 0 { chosen -= 1 }
        return values[chosen]
    }

    private func values(_ fuzz: inout ShapeFuzz, _ count: Int, _ format: StorageFormat) -> [Float] {
        var values = fuzz.normals(count, deviation: [1e-6, 1, 300][fuzz.below(3)])
        if case .dynamic8Bit(_, false, _) = format { values = values.map { $0 * $0 } }
        if case .companded(CompandedCode(isSigned: false)) = format { values = values.map { $0 * $0 } }
        // A block of zeros now and then.
        if fuzz.below(4) == 0 { for index in 0..<min(count, 2048) { values[index] = 0 } }
        return values
    }

    private func pieces() throws {
        var fuzz = ShapeFuzz("pieces")
        for _ in 0..<ShapeFuzz.rounds {
            let (rows, columns) = (fuzz.size(70), fuzz.size(600))
            let count = rows * columns
            for format in Self.formats {
                let what = "\(format), \(rows)x\(columns)"
                let values = values(&fuzz, count, format)
                let tensor = try stored(rows, columns, format)
                tensor.write(from: try .of(rows, columns, values), key: nil)
                let expected = kept(values, format)
                #expect(same(tensor.elements, expected), "\(what)")
                let whole = try Matrix<Float>.zeros(rows, columns)
                tensor.read(into: whole)
                #expect(same(whole.elements, expected), "\(what), read whole")
                if tensor.alignment == 1 {
                    let first = fuzz.below(rows)
                    let range = first..<first + fuzz.size(rows - first)
                    let some = try Matrix<Float>.zeros(range.count, columns)
                    tensor.read(rows: range, into: some)
                    #expect(same(some.elements, Array(expected[range.lowerBound * columns..<range.upperBound * columns])), "\(what), \(range)")
                }
                // Any piece that starts at a block, into a row between sentinels.
                let start = fuzz.below(count) / tensor.alignment * tensor.alignment
                let piece = start..<start + fuzz.size(count - start)
                let row = GuardedRow([Float](repeating: 0, count: piece.count), offset: fuzz.below(9))
                tensor.read(piece, into: row.base)
                #expect(same(row.elements, Array(expected[piece])) && row.isIntact, "\(what), \(piece)")
                tensor.clear()
                #expect(tensor.elements.allSatisfy { $0 == 0 }, "\(what), cleared")
            }
        }
    }

    /// Every element becomes one of its two neighbours, and the same one however the tensor is cut.
    private func stochastic() throws {
        var fuzz = ShapeFuzz("stochastic")
        for round in 0..<ShapeFuzz.rounds {
            let (rows, columns) = (fuzz.size(70), fuzz.size(600))
            let count = rows * columns
            let values = fuzz.normals(count)
            let (whole, cut) = (try stored(rows, columns, .bf16(.stochastic)), try stored(rows, columns, .bf16(.stochastic)))
            whole.write(from: try .of(rows, columns, values), key: UInt64(round))
            var start = 0
            while start < count {
                let end = start + fuzz.size(count - start)
                let row = GuardedRow(Array(values[start..<end]), offset: fuzz.below(9))
                cut.write(start..<end, from: row.base, key: UInt64(round))
                start = end
            }
            let (found, pieces) = (whole.elements, cut.elements)
            #expect(same(found, pieces), "\(rows)x\(columns) in pieces")
            let strangers = zip(values, found).filter { value, kept in
                let low = Float(bitPattern: value.bitPattern & 0xffff_0000)
                let high = Float(bitPattern: (value.bitPattern & 0xffff_0000) &+ (value == low ? 0 : 0x1_0000))
                return kept != low && kept != high
            }
            #expect(strangers.isEmpty, "\(rows)x\(columns): \(strangers.prefix(3))")
        }
    }

    private func steps() throws {
        var fuzz = ShapeFuzz("steps")
        let coefficients = AdamCoefficients<Float>(
            beta1: 0.75, beta2: 0.875, secondMomentScale: 2, epsilon: 0x1p-10, stepSize: 0.25, decay: 0.9375, gradientScale: 0.5)
        for _ in 0..<ShapeFuzz.rounds {
            let (rows, columns) = (fuzz.size(70), fuzz.size(600))
            let half: StorageFormat = fuzz.coin() ? .bf16(.nearest) : .full
            let size = fuzz.coin() ? 256 : 2048
            func moment(_ choice: Int, _ signed: Bool) -> StorageFormat {
                switch choice {
                case 0: half
                case 1: .companded(CompandedCode(isSigned: signed))
                default: .dynamic8Bit(blockSize: size, signed: signed, search: .nearest)
                }
            }
            let choice = fuzz.below(3)
            let formats = [half, moment(choice, true), moment(choice, false)]
            let what = "\(rows)x\(columns), \(formats)"
            let first = (0..<3).map { index in fuzz.normals(rows * columns).map { index == 2 ? $0 * $0 : $0 } }
            let tensors = try formats.map { try stored(rows, columns, $0) }
            for (tensor, values) in zip(tensors, first) { tensor.assign(values) }
            let plain = try tensors.map { StoredTensor(try Matrix<Float>.of(rows, columns, $0.elements)) }
            let gradient = try fuzz.whole(rows, columns).matrix
            let before = gradient.elements
            // The plain step, in `Double`.
            let doubles = try [plain[0].elements, before, plain[1].elements, plain[2].elements].map {
                try Matrix<Double>.of(rows, columns, $0.map { Double($0) })
            }
            Reference.adam(
                doubles[0].base, doubles[1].base, doubles[2].base, doubles[3].base, rows * columns,
                AdamCoefficients<Double>(
                    beta1: 0.75, beta2: 0.875, secondMomentScale: 2, epsilon: 0x1p-10, stepSize: 0.25, decay: 0.9375, gradientScale: 0.5))
            doubles[0].scale(by: 0.5)
            AdamKernel.update(
                weight: tensors[0], gradient: gradient, first: tensors[1], second: tensors[2], coefficients, trailingDecay: 0.5)
            AdamKernel.update(weight: plain[0], gradient: gradient, first: plain[1], second: plain[2], coefficients, trailingDecay: 0.5)
            #expect(same(gradient.elements, before), "\(what): the gradient stays")
            for (index, exact) in [doubles[0], doubles[2], doubles[3]].enumerated() {
                #expect(error(plain[index].elements, from: exact.elements) < 1e-5, "\(what): tensor \(index) in full")
                // Stored short, the very same step is rounded once.
                #expect(same(tensors[index].elements, kept(plain[index].elements, formats[index])), "\(what): tensor \(index)")
            }
            let moments = try tensors.map { StoredTensor(try Matrix<Float>.of(rows, columns, $0.elements)) }
            let twin = try gradient.duplicate()
            AdamKernel.direction(gradient: gradient, first: tensors[1], second: tensors[2], coefficients)
            AdamKernel.direction(gradient: twin, first: moments[1], second: moments[2], coefficients)
            #expect(same(gradient.elements, twin.elements), "\(what): direction")
            for index in 1...2 {
                #expect(same(tensors[index].elements, kept(moments[index].elements, formats[index])), "\(what): moment \(index)")
            }
        }
    }

    private func everything() throws {
        try pieces()
        try stochastic()
        try steps()
    }

    @Test(.everyVectorUnit(threads: 1)) func onOneThread() throws { try everything() }
    @Test(.everyVectorUnit(threads: 2)) func onTwoThreads() throws { try everything() }
}
