public import SLNumerics

/// A linear's weight in whatever parameterization a method gives it: the first axis.
///
/// Legend: N tokens; x [N, in]; y [N, out]; δ = ∂L/∂y [N, out].
public protocol Parameterization<Element>: AnyObject {
    associatedtype Element: Scalar

    /// y ← (keep ? y : 0) + this linear of x.
    ///
    /// - Parameters:
    ///   - saved: [N, columns] if the method's ``SavedActivations`` asks for any: written here, read by ``backward``. Columns that stand for
    ///     an approximate input come behind the others, where they are kept: ``ModelPass/keepsApproximation``.
    ///   - scratch: as many elements as the method declared.
    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) throws

    /// y ← (keep ? y : 0) + this linear of the x of the forward pass, from what it saved alone: the same bits. Asked only where the method says
    /// that what it saves gives the output: ``SavedActivations/givesOutput``.
    func restoreOutput(from saved: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, scratch: Scratch<Element>) throws

    /// Gradients of every trainable tensor, and ∂L/∂x.
    ///
    /// - Parameters:
    ///   - x: the input again, or `nil` where the method declared that it saves its own compressed copy. Where it declared that an
    ///     approximation will do, space of the input's shape that may be overwritten: it holds the input, or nothing where the
    ///     approximation's columns are kept.
    ///   - dx: ← (accumulateInput ? dx : 0) + ∂L/∂x.
    ///   - accumulate: whether parameter gradients are added to what earlier micro-batches left, or overwritten.
    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool) throws

    /// Writes the dense W [out, in] that this parameterization equals.
    ///
    /// - Returns: `false`, and nothing written, where no dense matrix does the same.
    func writeDenseEquivalent(into weight: Matrix<Element>) throws -> Bool

    /// Told before every pass what it is for. Nothing needs to be done for a parameterization that does the same in all.
    func prepare(for pass: ModelPass)

    /// Asked after ``prepare(for:)`` of a training pass: what the update's first micro-batch fixes that is not fixed yet. A process that
    /// shares the update and has other micro-batches rehearses the first one then.
    var needOfFirstMicroBatch: FirstMicroBatchNeed { get }

    /// Rewrites the parameterization's own tensors between updates.
    ///
    /// - Throws: ``ContractError/unsupportedRewrite(_:module:)``.
    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws

    /// One update of the trained tensors, for a method that declares ``PretrainingMethod/linearStep(at:phase:)``: gradients are complete and
    /// were measured, nothing has moved yet.
    func step(_ step: LinearStep<Element>) throws

    /// Whether positions that came from a file point inside the matrices they belong to.
    var supportIsValid: Bool { get }
}

extension Parameterization {
    public var supportIsValid: Bool { true }

    public func prepare(for pass: ModelPass) {}
    public var needOfFirstMicroBatch: FirstMicroBatchNeed { .nothing }

    public func restoreOutput(from saved: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, scratch: Scratch<Element>) throws {
        throw ContractError.outputNotRestored(form: "\(Self.self)")
    }

    public func step(_ step: LinearStep<Element>) throws { for member in step.members { try member.update() } }

    public func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        throw ContractError.unsupportedRewrite(rewrite, module: "\(Self.self)")
    }
}

/// What a linear saves from the forward pass for the backward pass: the fourth axis.
public struct SavedActivations: Sendable, Hashable {
    public enum Input: Sendable, Hashable {
        /// The engine hands the exact input to the backward pass: stored once for all linears that share it, or computed again
        /// from what is stored anyway.
        case exact
        /// The parameterization saves its own copy, as lossy as it likes, in its columns; the backward pass gets no input, and an input that no
        /// linear asks for exactly is not stored.
        case compressed
        /// An approximation of the input will do, which so many columns hold. The engine keeps these in place of an input that is stored
        /// for its linear's sake; an input that follows from what is stored anyway is computed again and handed over, to be approximated
        /// where it stands. So the approximation never costs more than the input did.
        case approximate(columns: Int)
    }

    public var input: Input
    /// Elements a token that the parameterization saves; 0 saves nothing, and what is missing is computed again.
    public var columns: Int
    /// Whether the output follows from these columns alone, without the input: they are the bottleneck of the linear.
    public var givesOutput: Bool

    /// Columns that an approximate input takes where it is kept; 0 for any other.
    public var approximationColumns: Int { if case .approximate(let columns) = input { columns } else { 0 } }

    public init(input: Input = .exact, columns: Int = 0, givesOutput: Bool = false) {
        self.input = input
        self.columns = columns
        self.givesOutput = givesOutput
    }
}
