public import SLMethodKit
public import SLOptimizers
public import SLSpec

/// Which process keeps the optimizer's state of which tensor, and updates it: whole tensors, the largest first to the least loaded.
///
/// Whole, because projections, orthogonalisations and codes in blocks are not elementwise. Source: Rajbhandari et al. 2020, ZeRO,
/// arXiv:1910.02054, §5.1 (P_os). Deviation: there everything is cut into equal parts.
///
/// The tensors of a linear that makes their step together have one owner. In a later phase tensors that stay keep theirs, so that no state
/// ever moves. Where tensors are trained in turns, each set of those that are trained at once is dealt out by itself, so that every one
/// of them is shared alike. A tensor that is frozen keeps its owner for when it is thawed; where nobody knows in advance what is trained together, it
/// gets another one then: the least loaded again.
public struct StateOwners: Sendable {
    private let shape: ModelShape
    private let method: any PretrainingMethod
    private let optimizer: RunOptimizer
    private let ranks: Int
    public private(set) var phase: Int
    private var owners: [String: Int] = [:]
    /// Whether what is trained together is known when it is trained only.
    private var isOpen = false

    /// - Parameter phase: of the method; earlier ones are gone through.
    public init(shape: ModelShape, method: any PretrainingMethod, optimizer: RunOptimizer, ranks: Int, phase: Int) {
        (self.shape, self.method, self.optimizer, self.ranks, self.phase) = (shape, method, optimizer, ranks, 0)
        enter(phase: 0)
        while self.phase < phase { enter(phase: self.phase + 1) }
    }

    /// By a tensor's full name; `nil` for one that is not trained.
    public subscript(name: String) -> Int? { owners[name] }

    public mutating func enter(phase: Int) {
        self.phase = phase
        let trainable = trainable
        keep(Set(trainable.map(\.name)))
        let sets = method.trainedSets(of: trainable.map(\.place), phase: phase)
        isOpen = sets.contains(where: \.isOpen)
        if isOpen { return }
        for set in sets { deal(trainable.filter { !set.held.contains($0.name) }) }
    }

    /// The tensors that are trained from now on: those that have no owner get one.
    ///
    /// - Parameter held: full names of those that are frozen although the method declares them as trained.
    public mutating func follow(held: Set<String>) {
        let trained = trainable.filter { !held.contains($0.name) }
        if isOpen { keep(Set(trained.map(\.name))) }
        deal(trained)
    }

    private var trainable: [TensorEntry] { TensorEntry.trainable(shape, method, phase: phase) }

    private mutating func keep(_ names: Set<String>) { owners = owners.filter { names.contains($0.key) } }

    // MARK: Dealing

    /// Tensors that have one owner.
    private struct Unit {
        var names: [String] = []
        var bytes = 0
        var count = 0
    }

    private func units(_ entries: [TensorEntry]) -> [Unit] {
        var units: [Unit] = []
        var places: [LinearModule: Int] = [:]
        for entry in entries {
            let (rows, columns) = (entry.declaration.rows, entry.declaration.columns)
            let together = entry.module.flatMap { method.linearStep(at: $0, phase: phase) == nil ? nil : $0 }
            let place = together.flatMap { places[$0] } ?? units.endIndex
            if place == units.endIndex { units.append(Unit()) }
            if let together { places[together] = place }
            units[place].names.append(entry.name)
            units[place].bytes += method.updateRule(for: entry.place, optimizer: optimizer).stateBytes(rows: rows, columns: columns)
            units[place].count += entry.declaration.count
        }
        return units
    }

    private mutating func deal(_ trained: [TensorEntry]) {
        guard trained.contains(where: { owners[$0.name] == nil }) else { return }
        let units = units(trained)
        var loads = Array(repeating: (bytes: 0, count: 0), count: ranks)
        func take(_ unit: Unit, _ rank: Int) {
            for name in unit.names { owners[name] = rank }
            loads[rank].bytes += unit.bytes
            loads[rank].count += unit.count
        }
        let before = owners
        let known = units.map { unit in unit.names.lazy.compactMap { before[$0] }.first }
        for (unit, owner) in zip(units, known) { if let owner { take(unit, owner) } }
        let fresh = zip(units, known).filter { $0.1 == nil }.map(\.0).enumerated().sorted {
            ($1.element.bytes, $1.element.count, $0.offset) < ($0.element.bytes, $0.element.count, $1.offset)
        }
        for (_, unit) in fresh { take(unit, loads.indices.min { loads[$0] < loads[$1] } ?? 0) }
    }

    // MARK: Loads

    /// The most that the dealing gives one process of a set of tensors that nobody knows in advance.
    ///
    /// A tensor of t bytes goes to whoever has least, at most an equal part of the others' W − t. So nobody gets above (W + (R − 1)·t) / R for
    /// the largest t, also where some of the set had owners from before. Source: Graham 1966, Bounds for certain multiprocessing anomalies.
    ///
    /// - Parameter whole: bytes of state of as many tensors as are trained at once.
    func largestLoad(ofWhole whole: Int, held: Set<String>) -> Int {
        guard isOpen else { return whole }
        let largest = units(trainable.filter { !held.contains($0.name) }).map(\.bytes).max() ?? 0
        return min(whole, (whole + (ranks - 1) * largest + ranks - 1) / ranks)
    }
}
