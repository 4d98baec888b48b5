public import SLMethodKit
public import SLOptimizers
public import SLSpec

/// One process's share of an optimizer's state.
public struct StateShare: Sendable, Hashable {
    public var ranks: Int
    public var rank: Int

    public init(ranks: Int, rank: Int) {
        self.ranks = ranks
        self.rank = rank
    }
}

/// Which process keeps the optimizer's state of which tensor, and updates it: whole tensors, the largest first to the least loaded.
///
/// Whole, because projections, orthogonalisations and codes in blocks are not elementwise. Source: Rajbhandari et al. 2020, ZeRO,
/// arXiv:1910.02054, §5.1 (P_os). Deviation: there everything is cut into equal parts.
///
/// The tensors of a linear that makes their step together have one owner. In a later phase tensors that stay keep theirs, so that no state
/// ever moves. A tensor that a lifecycle has frozen keeps its owner for when it is thawed.
public struct StateOwners: Sendable, Hashable {
    private var owners: [String: Int] = [:]

    /// - Parameter phase: of the method; earlier ones are gone through.
    public init(shape: ModelShape, method: any PretrainingMethod, optimizer: RunOptimizer, ranks: Int, phase: Int) {
        for phase in 0...phase { follow(shape, method, optimizer, ranks, phase) }
    }

    /// By a tensor's full name; `nil` for one that the method does not train.
    public subscript(name: String) -> Int? { owners[name] }

    /// Tensors that have one owner.
    private struct Unit {
        var names: [String] = []
        var bytes = 0
        var count = 0
    }

    private mutating func follow(_ shape: ModelShape, _ method: any PretrainingMethod, _ optimizer: RunOptimizer, _ ranks: Int, _ phase: Int) {
        var units: [Unit] = []
        var places: [LinearModule: Int] = [:]
        for entry in TensorEntry.all(shape: shape, method: method, phase: phase) where entry.declaration.isTrainable {
            let (rows, columns) = (entry.declaration.rows, entry.declaration.columns)
            let together = entry.module.flatMap { method.linearStep(at: $0, phase: phase) == nil ? nil : $0 }
            let place = together.flatMap { places[$0] } ?? units.endIndex
            if place == units.endIndex { units.append(Unit()) }
            if let together { places[together] = place }
            units[place].names.append(entry.name)
            units[place].bytes += method.updateRule(for: entry.place, optimizer: optimizer).stateBytes(rows: rows, columns: columns)
            units[place].count += entry.declaration.count
        }
        let before = owners
        owners = [:]
        var loads = Array(repeating: (bytes: 0, count: 0), count: ranks)
        func take(_ unit: Unit, _ rank: Int) {
            for name in unit.names { owners[name] = rank }
            loads[rank].bytes += unit.bytes
            loads[rank].count += unit.count
        }
        let known = units.map { unit in unit.names.lazy.compactMap { before[$0] }.first }
        for (unit, owner) in zip(units, known) { if let owner { take(unit, owner) } }
        let fresh = zip(units, known).filter { $0.1 == nil }.map(\.0).enumerated().sorted {
            ($1.element.bytes, $1.element.count, $0.offset) < ($0.element.bytes, $0.element.count, $1.offset)
        }
        for (_, unit) in fresh { take(unit, loads.indices.min { loads[$0] < loads[$1] } ?? 0) }
    }
}
