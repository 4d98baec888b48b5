/// Which side of a gradient is projected. m = rows (out), n = columns (in).
public enum ProjectionSide: String, Sendable, Hashable, CaseIterable {
    /// The shorter side: right when m ≥ n, left when m < n. The projector is r × min(m, n), the moments r × max(m, n).
    case std
    /// The longer side.
    case reverseStd = "reverse_std"
    case right
    case left

    /// `true`: R = G·Pᵀ [m, r] with P [r, n]. `false`: R = Pᵀ·G [r, n] with P [m, r].
    public func isRight(rows: Int, columns: Int) -> Bool {
        switch self {
        case .std: rows >= columns
        case .reverseStd: rows < columns
        case .right: true
        case .left: false
        }
    }
}

/// The sizes that a projection of an m × n gradient goes by.
struct SubspaceShape: Sendable, Hashable {
    let rows: Int
    let columns: Int
    let rank: Int
    let isRight: Bool

    /// A rank above the smaller side means the smaller side.
    init(rows: Int, columns: Int, rank: Int, side: ProjectionSide) {
        self.rows = rows
        self.columns = columns
        self.rank = min(rank, rows, columns)
        isRight = side.isRight(rows: rows, columns: columns)
    }

    /// The side that is projected: the dimension of the space that the basis lies in.
    var projectedSide: Int { isRight ? columns : rows }
    /// The side that stays: the channels.
    var channels: Int { isRight ? rows : columns }
    /// Of the basis: right [r, n], left [m, r].
    var basis: (rows: Int, columns: Int) { isRight ? (rank, columns) : (rows, rank) }
    /// Of the projected gradient: right [m, r], left [r, n].
    var projected: (rows: Int, columns: Int) { isRight ? (rows, rank) : (rank, columns) }
    var basisCount: Int { rank * projectedSide }
    var projectedCount: Int { rank * channels }
}
