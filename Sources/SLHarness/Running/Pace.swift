/// How real times compare to expected ones, so that what is left is told better from run to run.
struct Pace {
    private var expected = 0.0
    private var took = 0.0

    mutating func note(expected: Double, took: Double) {
        self.expected += expected
        self.took += took
    }

    func corrected(_ seconds: Double) -> Double { expected > 0 && took > 0 ? seconds * took / expected : seconds }
}
