import Foundation
import SLDigest
public import SLSpec

extension TensorFile {
    /// Types that weights are kept in.
    public static let weightTypes: [TensorType] = [.float32, .bfloat16, .float16]

    /// A tensor of weights in fp32, exactly.
    ///
    /// - Throws: `DataError` when there is no such tensor or it holds no weights.
    public func weights(_ name: String) throws(DataError) -> [Float] {
        let entry = try entry(name)
        switch entry.type {
        case .float32: return try floats(name)
        case .bfloat16: return try patterns(entry).map { Float(bitPattern: UInt32($0) << 16) }
        case .float16: return try patterns(entry).map { Float(Float16(bitPattern: $0)) }
        default: throw DataError(file: path, problem: "tensor '\(name)' is \(entry.type.rawValue), F32, BF16 or F16 needed")
        }
    }

    /// A tensor of whole numbers.
    ///
    /// - Throws: `DataError` when there is no such tensor or it holds something else.
    public func integers(_ name: String) throws(DataError) -> [Int] {
        try entry(name).type == .int64 ? try int64s(name).map { Int($0) } : try int32s(name).map { Int($0) }
    }

    private func patterns(_ entry: TensorTable.Entry) throws(DataError) -> [UInt16] { try contents(entry) }

    /// SHA-256 over the tensors in the order of their names, each behind its name, type and shape: what the file says, however its
    /// bytes are ordered and whatever its metadata are.
    ///
    /// - Throws: `DataError` when the file can't be read.
    public func contentDigest() throws(DataError) -> String {
        let hash = SHA256()
        for (name, entry) in table.entries.sorted(by: { $0.key < $1.key }) {
            hash.update("\(name) \(entry.type.rawValue) \(entry.shape)\n".utf8.span)
            let bytes: [UInt8] = try contents(entry)
            hash.update(bytes.span)
        }
        return hash.hexDigest()
    }
}
