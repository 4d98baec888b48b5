import SLDigest
import SLModel
import SLNumerics
import SLTensorFiles

extension LlamaModel {
    /// SHA-256 over all weights and supports as they are kept, each behind its name.
    func weightsDigest() -> String {
        let hash = SHA256()
        for item in weightParts {
            hash.update("\(item.name) \(item.type.rawValue) \(item.part.shape)\n".utf8.span)
            item.part.withBytes { hash.update($0) }
        }
        return hash.hexDigest()
    }
}
