import SLNumerics
import SLRandom

/// How one tensor's gradient becomes a change of the tensor: the second axis of a method.
///
/// A rule is a value that knows shapes only; what it keeps between steps lives in the ``TensorUpdater`` it makes. So the
/// planner can count bytes without allocating any.
public protocol UpdateRule: Sendable {
    /// Tensors kept between steps for a parameter of this shape, in order.
    func state(rows: Int, columns: Int) -> [StateDeclaration]
    /// Elements of temporary space an ordinary step needs.
    func scratchCount(rows: Int, columns: Int) -> Int
    /// Elements that the rule allocates and frees inside a refresh, besides its state.
    func refreshCount(rows: Int, columns: Int) -> Int
    func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element>
}

extension UpdateRule {
    public func scratchCount(rows: Int, columns: Int) -> Int { 0 }
    public func refreshCount(rows: Int, columns: Int) -> Int { 0 }

    /// Elements of state for a parameter of this shape.
    public func stateCount(rows: Int, columns: Int) -> Int {
        state(rows: rows, columns: columns).reduce(0) { $0 + $1.count }
    }

    /// Bytes of state for a parameter of this shape.
    public func stateBytes(rows: Int, columns: Int) -> Int {
        state(rows: rows, columns: columns).reduce(0) { $0 + $1.format.byteCount($1.count) }
    }
}

/// One tensor of optimizer state: name, shape and format.
public struct StateDeclaration: Sendable, Hashable {
    public let name: String
    public let rows: Int
    public let columns: Int
    public let format: StorageFormat

    public init(name: String, rows: Int, columns: Int, format: StorageFormat = .full) {
        self.name = name
        self.rows = rows
        self.columns = columns
        self.format = format
    }

    public var count: Int { rows * columns }

    func allocate<Element: Scalar>(ledger: MemoryLedger) throws -> StoredTensor<Element> {
        try StoredTensor(rows: rows, columns: columns, format: format, category: .optimizer, ledger: ledger)
    }
}

/// The state of one parameter's optimizer, and the step it makes.
public protocol TensorUpdater<Element>: AnyObject {
    associatedtype Element: Scalar

    /// In the order of the rule's ``UpdateRule/state(rows:columns:)``.
    var state: [(name: String, value: StoredTensor<Element>)] { get }

    /// One step. `gradient` may be overwritten.
    ///
    /// - Throws: ``LinearAlgebraError``, ``OutOfMemoryError`` from a refresh.
    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws
}

extension TensorUpdater {
    /// One step of a weight that is kept in full.
    public func update(weight: Matrix<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        try update(weight: StoredTensor(weight), gradient: gradient, context: context)
    }
}

/// What every tensor's step of one update shares.
public struct UpdateContext<Element: Scalar> {
    public let learningRate: Double
    /// Of the run; 1 for the first update. What random choices are named by.
    public let step: Int
    /// Of the tensor: updates that it has received since it became fresh, this one counted. What bias corrections and the
    /// intervals of a subspace go by; ``AgedUpdater`` sets it.
    public var age: Int
    /// Gradient clipping: what gradients are multiplied with first.
    public let gradientScale: Double
    public let scratch: Scratch<Element>
    public let ledger: MemoryLedger
    public let log: RefreshLog
    /// What random choices of this tensor's step draw from: another for every tensor and step.
    public var key: UInt64

    public init(
        learningRate: Double, step: Int, age: Int = 0, gradientScale: Double, scratch: Scratch<Element>, ledger: MemoryLedger, log: RefreshLog,
        key: UInt64 = 0
    ) {
        self.key = key
        self.learningRate = learningRate
        self.step = step
        self.age = age
        self.gradientScale = gradientScale
        self.scratch = scratch
        self.ledger = ledger
        self.log = log
    }
}

/// What subspace refreshes of one update did, summed over tensors.
public final class RefreshLog {
    public private(set) var matrices = 0
    public private(set) var seconds = 0.0
    private var capturedEnergy = 0.0

    public init() {}

    /// - Parameter energy: share of the squared gradient norm inside the new subspace.
    func add(seconds: Double, energy: Double) {
        matrices += 1
        self.seconds += seconds
        capturedEnergy += energy
    }

    /// Mean over the refreshed matrices of ‖projected gradient‖² / ‖gradient‖².
    public var meanCapturedEnergy: Double? { matrices == 0 ? nil : capturedEnergy / Double(matrices) }
}
