/// A contiguous piece of a tensor as it is kept, for files that hold it to the bit.
public struct StoredPart: @unchecked Sendable {
    public enum Kind: Sendable, Hashable { case float64, float32, bfloat16, uint8, int32 }

    /// What is added to the tensor's name: empty for the elements, `absmax` for the scales of 8-bit codes, `scale` and `zero` for what groups have.
    public let suffix: String
    public let kind: Kind
    public let shape: [Int]
    /// The memory itself; valid while this part lives.
    public let bytes: UnsafeMutableRawBufferPointer
    private let owner: AnyObject

    init<Value>(_ storage: Pages, from base: UnsafeMutablePointer<Value>, suffix: String, kind: Kind, shape: [Int]) {
        self.suffix = suffix
        self.kind = kind
        self.shape = shape
        owner = storage
        bytes = UnsafeMutableRawBufferPointer(start: base, count: shape.reduce(1, *) * MemoryLayout<Value>.stride)
    }
}

extension StoredTensor {
    /// Everything that makes up the tensor: one part, or codes and their scales.
    public var parts: [StoredPart] {
        switch content {
        case .full(let matrix):
            precondition(matrix.isContiguous)
            let kind: StoredPart.Kind = MemoryLayout<Element>.size == 8 ? .float64 : .float32
            return [StoredPart(matrix.storage, from: matrix.base, suffix: "", kind: kind, shape: [rows, columns])]
        case .half(let storage, _):
            return [StoredPart(storage, from: storage.base, suffix: "", kind: .bfloat16, shape: [rows, columns])]
        case .codes(let storage, let scales, _, _):
            return [
                StoredPart(storage, from: storage.base, suffix: "", kind: .uint8, shape: [rows, columns]),
                StoredPart(scales, from: scales.base, suffix: "absmax", kind: .float32, shape: [scales.count]),
            ]
        case .companded(let storage, let scales, _):
            return [
                StoredPart(storage, from: storage.base, suffix: "", kind: .uint8, shape: [rows, columns]),
                StoredPart(scales, from: scales.base, suffix: "scale", kind: .float32, shape: [scales.count]),
            ]
        case .affine(let affine):
            return [
                StoredPart(affine.codes, from: affine.codes.base, suffix: "", kind: .uint8, shape: affine.code.bits == 8 ? [rows, columns] : [affine.codes.count]),
                StoredPart(affine.scales, from: affine.scales.base, suffix: "scale", kind: .float32, shape: [affine.scales.count]),
                StoredPart(affine.zeros, from: affine.zeros.base, suffix: "zero", kind: .uint8, shape: [affine.zeros.count]),
            ]
        }
    }
}

extension IndexVector {
    public var part: StoredPart { StoredPart(storage, from: storage.base, suffix: "", kind: .int32, shape: [count]) }
}
