import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct SGDTests {
    @Test(arguments: [0, 0.8], [false, true]) func followsTheAlgorithm(momentum: Double, nesterov: Bool) throws {
        var buffer = PlainMatrix(4, 6)
        let apart = try deviation(SGDRule(momentum: momentum, isNesterov: nesterov), 4, 6) { weight, gradient, rate, decay, _ in
            buffer = buffer.mixed(momentum, gradient, 1)
            let step = nesterov ? gradient.mixed(1, buffer, momentum) : buffer
            weight = weight.map { $0 * (1 - rate * decay) }.mixed(1, step, -rate)
        }
        #expect(apart < 1e-13)
    }

    @Test func withoutMomentumNothingIsKept() throws {
        #expect(SGDRule(momentum: 0).stateCount(rows: 4, columns: 6) == 0)
        #expect(throws: MethodOptionError.self) {
            var options = MethodOptions()
            (options["momentum"], options["nesterov"]) = (0, .bool(true))
            _ = try SGDOptimizer(options: options)
        }
    }
}
