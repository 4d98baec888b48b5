/// Multiple of an orthogonalised step by the shape of its matrix [m, n], so that one learning rate serves matrices of all shapes.
public enum ShapeFactor: String, Sendable, Hashable, CaseIterable {
    /// √max(1, m/n). Source: Jordan et al. 2024, Muon.
    case kj
    /// 0.2·√max(m, n), which gives steps of AdamW's size. Source: Liu et al. 2025, arXiv:2502.16982, §2.2.
    case kimi
    /// √(m/n), under which inputs and outputs of one size change by one size. Source: Ahn et al. 2025, Dion, arXiv:2504.05295.
    case dion
    case one = "none"

    public func factor(rows: Int, columns: Int) -> Double {
        switch self {
        case .kj: max(1, Double(rows) / Double(columns)).squareRoot()
        case .kimi: 0.2 * Double(max(rows, columns)).squareRoot()
        case .dion: (Double(rows) / Double(columns)).squareRoot()
        case .one: 1
        }
    }
}
