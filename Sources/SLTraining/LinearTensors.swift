import SLMethodKit
import SLNumerics

/// The trained tensors of a linear whose parameterization makes their step: it is made as soon as the last of them has its gradient.
final class LinearTensors<Element: Scalar> {
    private let positions: [Int]
    private let parameterization: any Parameterization<Element>
    private var waiting: [Int: LinearStep<Element>.Member] = [:]

    /// - Parameter positions: of the tensors, in the order of their declarations.
    init(positions: [Int], parameterization: any Parameterization<Element>) {
        self.positions = positions
        self.parameterization = parameterization
    }

    func add(_ member: LinearStep<Element>.Member, at position: Int) throws {
        waiting[position] = member
        guard waiting.count == positions.count else { return }
        let members = positions.compactMap { waiting[$0] }
        waiting = [:]
        try parameterization.step(LinearStep(members: members))
    }
}
