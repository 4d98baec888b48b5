import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRanks
import SLSpec

/// What an owner tells of its updates.
private struct OwnUpdates: Codable {
    /// Of its tensors, in the model's order.
    var ages: [Int]
    var log: [RefreshLog.Entry]
    /// By place of the tensor: what a linear's step left as it was.
    var spared: [Int: Set<String>]
}

/// Optimizer state that processes share out among them (``StateOwners``): each updates its own tensors and hands them to the others.
extension ModelOptimizer {
    /// Whether this process keeps the state of an entry.
    func isOwn(_ entry: TrainedTensor<Element>) -> Bool { owner(of: entry.parameter.parameter.name).map { $0 == ranks.rank } ?? true }

    /// `nil` where every process has it.
    func owner(of tensor: String) -> Int? { owners?[tensor] }

    /// Norms from those who have the whole gradient.
    ///
    /// - Parameter squares: this process's, of as many tensors on each; 0 for others' tensors.
    func gatherSquares(_ squares: [Double], of tensors: [String]) throws -> [Double] {
        guard owners != nil else { return squares }
        let all = try ranks.gatherNumbers(squares)
        return tensors.enumerated().map { all[owner(of: $1) ?? ranks.rank][$0] }
    }

    /// After this process's own updates: everybody gets everybody's weights.
    ///
    /// - Returns: the log as one process would have written it.
    func handOut(_ log: RefreshLog) throws -> RefreshLog {
        let own = entries.filter { owner(of: $0.parameter.parameter.name) == ranks.rank }
        let all = try ranks.gatherValues(OwnUpdates(ages: own.map(\.updater.age), log: log.entries, spared: log.spared))
        var parts: [(part: StoredPart, owner: Int)] = []
        var next = Array(repeating: 0, count: ranks.count)
        for entry in entries {
            guard let owner = owner(of: entry.parameter.parameter.name) else { continue }
            entry.updater.age = all[owner].ages[next[owner]]
            next[owner] += 1
            parts += entry.parameter.parameter.stored.parts.map { ($0, owner) }
        }
        let (rewritten, buffers) = rewrittenParts(sparing: all.map(\.spared))
        try PartExchange(ranks: ranks).handOut(parts + rewritten)
        for buffer in buffers { buffer.releaseFromMemory() }
        return RefreshLog(joining: all.map(\.log))
    }

    /// What linears' steps change besides the trained tensors, and those of it that are buffers.
    private func rewrittenParts(sparing spared: [[Int: Set<String>]]) -> (parts: [(part: StoredPart, owner: Int)], buffers: [Matrix<Element>]) {
        let spared = spared.reduce(into: [Int: Set<String>]()) { $0.merge($1) { $0.union($1) } }
        var places: [LinearModule: [Int]] = [:]
        for (place, entry) in entries.enumerated() { if let module = entry.parameter.module { places[module, default: []].append(place) } }
        var changed: [(name: String, owner: Int)] = []
        for module in model.shape.modules {
            guard let members = places[module], let first = members.first, let owner = owner(of: entries[first].parameter.parameter.name),
                let needs = model.method.linearStep(at: module, phase: model.phase)
            else { continue }
            let left = members.reduce(into: Set<String>()) { $0.formUnion(spared[$1] ?? []) }
            changed += needs.rewrites.subtracting(left).sorted().map { ("\(module.name).\($0)", owner) }
        }
        guard !changed.isEmpty else { return ([], []) }
        let weights = Dictionary(model.parameters.map { ($0.parameter.name, $0.parameter) }, uniquingKeysWith: { first, _ in first })
        let buffers = Dictionary(model.methodBuffers.map { ($0.name, $0.matrix) }, uniquingKeysWith: { first, _ in first })
        let parts = changed.flatMap { name, owner in
            ((weights[name]?.stored.parts ?? []) + (buffers[name].map { StoredTensor($0).parts } ?? [])).map { (part: $0, owner: owner) }
        }
        return (parts, changed.compactMap { buffers[$0.name] })
    }

    /// The elements of a state tensor that another process may keep.
    ///
    /// Asked inside a rewrite, which can't pass on that a process is gone: that is kept for ``throwFailure()``.
    func sharedState(of parameter: String, named name: String) -> [Double]? {
        let own = state(of: parameter, named: name)
        guard let owner = owner(of: parameter), failure == nil else { return own }
        do {
            // A first number tells a state of no elements from none.
            let all = try ranks.gatherNumbers(owner == ranks.rank ? own.map { [1] + $0 } ?? [] : [])
            return all[owner].isEmpty ? nil : Array(all[owner].dropFirst())
        } catch {
            failure = error
            return nil
        }
    }

    func throwFailure() throws { if let failure { throw failure } }

    /// What an edit did, over all processes that keep state.
    func sum(_ outcome: StateEditOutcome) throws -> StateEditOutcome {
        guard owners != nil else { return outcome }
        var sum = StateEditOutcome()
        for numbers in try ranks.gatherNumbers([Double(outcome.entries), Double(outcome.zeros), Double(outcome.left)]) where numbers.count == 3 {
            sum.entries += Int(numbers[0])
            sum.zeros += Int(numbers[1])
            sum.left += Int(numbers[2])
        }
        return sum
    }
}

/// Stands where another process keeps a tensor's state.
final class AbsentUpdater<Element: Scalar>: TensorUpdater {
    var state: [(name: String, value: StoredTensor<Element>)] { [] }

    /// A mistake of the program: nobody asks for another process's update.
    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double {
        throw AbsentState()
    }
}

struct AbsentState: Error, CustomStringConvertible {
    var description: String { "another process keeps the state of this tensor" }
}
