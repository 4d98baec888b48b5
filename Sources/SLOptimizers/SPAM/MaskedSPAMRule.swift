public import SLNumerics
import SLRandom

/// SPAM on a random share of a matrix's entries: only they have moments, and only they move until the next reset.
///
/// The moments lie side by side, in the order of the mask. The first mask has ⌊density·m·n⌋ entries; later ones are drawn entry by
/// entry, with room for six deviations above the mean. The code draws a mask at the end of the update before a reset; here it is drawn
/// at the reset itself, before anything has used it.
///
/// Source: as ``SPAMRule``. There weight decay acts on a copy of the masked entries and so does nothing.
public struct MaskedSPAMRule: UpdateRule, Hashable {
    public var settings: SPAMSettings

    public init(_ settings: SPAMSettings) { self.settings = settings }

    /// One byte an entry of the mask, as in PyTorch.
    private static let maskFormat = StorageFormat.dynamic8Bit(blockSize: 2048, signed: false, search: .nearest)

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let capacity = settings.capacity(count: rows * columns)
        // Neither has a meaning in turned coordinates.
        return settings.adam.moments(rows: 1, columns: capacity).map {
            StateDeclaration(name: $0.name, rows: 1, columns: capacity, format: $0.format)
        } + [StateDeclaration(name: "mask", rows: rows, columns: columns, format: Self.maskFormat)]
    }

    public func scratchCount(rows: Int, columns: Int) -> Int { rows * columns + settings.capacity(count: rows * columns) }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        MaskedSPAMUpdater<Element>(settings: settings, state: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}

final class MaskedSPAMUpdater<Element: Scalar>: TensorUpdater {
    private let settings: SPAMSettings
    private let parts: RuleState<Element>

    init(settings: SPAMSettings, state: RuleState<Element>) {
        self.settings = settings
        parts = state
    }

    var state: [(name: String, value: StoredTensor<Element>)] { parts.tensors }
    private var held: StoredTensor<Element> { parts[2] }

    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double {
        try step(gradient, context: context).size
    }

    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        let (size, mask) = try step(gradient, context: context)
        var undecayed = context
        undecayed.weightDecay = 0
        undecayed.step(weight, along: gradient, by: size, .afterStep)
        guard settings.decaysMasked, context.decay != 1 else { return }
        let rate = Element(1 - context.decay)
        StoredPass.run(over: [weight], key: context.key &+ 2) { start, count, rows in
            Element.scale(rows[0], 1 - rate, where: mask.base + start, count)
        }
    }

    private func step(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> (size: Double, mask: Matrix<Element>) {
        precondition(gradient.isContiguous)
        context.clip(gradient)
        var scratch = context.scratch
        let mask = scratch.take(rows: gradient.rows, columns: gradient.columns)
        let capacity = parts[0].count
        let dense = scratch.take(rows: 1, columns: capacity)
        if context.age == 1 || settings.resets(atAge: context.age) {
            try draw(mask, context)
            held.write(from: mask, key: nil)
        }
        held.read(into: mask)
        SPAMKernel.gather(dense.base, capacity: capacity, gradient.base, where: mask.base, gradient.count)
        let size = settings.direction(dense, first: parts[0], second: parts[1], context: context)
        SPAMKernel.scatter(gradient.base, dense.base, capacity: capacity, where: mask.base, gradient.count)
        return (size, mask)
    }

    private func draw(_ mask: Matrix<Element>, _ context: UpdateContext<Element>) throws {
        let capacity = parts[0].count
        if let recorded = try context.recorded?("mask") {
            guard recorded.count == mask.count, recorded.count(where: { $0 != 0 }) <= capacity else {
                throw MaskError(entries: recorded.count, chosen: recorded.count { $0 != 0 }, allowed: mask.count, capacity: capacity)
            }
            return mask.assign(recorded.map { Element($0) })
        }
        var stream = context.stream("mask")
        // Without replacement: each entry by the share of those still to choose. (Knuth 1997, TAOCP 2, §3.4.2, Algorithm S.)
        let exact = context.age == 1
        var left = exact ? Int(settings.density * Double(mask.count)) : capacity
        for entry in 0..<mask.count {
            let share = exact ? Double(left) / Double(mask.count - entry) : settings.density
            let isChosen = left > 0 && stream.uniform() < share
            mask.base[entry] = isChosen ? 1 : 0
            if isChosen { left -= 1 }
        }
    }
}

/// A recorded mask that does not fit the tensor that it is for.
public struct MaskError: Error, Sendable, CustomStringConvertible {
    public let entries: Int
    public let chosen: Int
    public let allowed: Int
    public let capacity: Int
    public var description: String { "a mask of \(entries) entries with \(chosen) chosen, for \(allowed) entries with at most \(capacity) chosen" }
}
