import SLMethodKit
import SLSpec

/// What becomes of embedding, head and the last norm, which are in no transformer layer.
enum BAdamTables: String, CaseIterable {
    /// They stay as they are: the authors' default.
    case frozen
    /// Two blocks more: the embedding, and the head with the last norm.
    case blocks
    /// Trained all the while, with whatever block there is.
    case trained
}

/// The tensors of a model in blocks of which one is trained at a time.
struct BAdamBlocks: Codable, Sendable, Hashable {
    /// Full names.
    var blocks: [[String]] = []
    /// Of no block, and never trained.
    var frozen: [String] = []

    init() {}

    /// A block for every layer, with its norms; from the first to the last.
    init(_ tensors: [TensorPlace], tables: BAdamTables) {
        var layers: [Int: [String]] = [:]
        var (embedding, head): ([String], [String]) = ([], [])
        for tensor in tensors {
            if let layer = Self.layer(of: tensor) {
                layers[layer, default: []].append(tensor.fullName)
            } else if tensor.part == .embedding {
                embedding.append(tensor.fullName)
            } else {
                head.append(tensor.fullName)
            }
        }
        blocks = layers.sorted { $0.key < $1.key }.map(\.value)
        switch tables {
        case .frozen: frozen = embedding + head
        case .blocks: blocks = [embedding] + blocks + [head]
        case .trained: break
        }
    }

    /// Norms tell by their names which layer they are of.
    private static func layer(of tensor: TensorPlace) -> Int? {
        if let module = tensor.module { return module.layer }
        let words = tensor.fullName.split(separator: ".")
        return words.firstIndex(of: "layers").flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
    }

    /// All that is frozen while a block is trained.
    func held(but block: Int) -> Set<String> {
        Set(frozen + blocks.indices.filter { $0 != block }.flatMap { blocks[$0] })
    }
}
