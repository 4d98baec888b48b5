import SLSpec

extension Fixture {
    static let adapterMemory = memory(paper: 45_000_000, tracked: 80_000_000, resident: nil)

    /// One seed: a finished baseline, a finished galore with events, a finished low_rank with values missing, and a
    /// relora that diverged.
    static let oneSeed = SweepHistory(
        name: "first | try",
        runs: [
            finished(
                spec("full_rank"), id: "run-a", loss: 7,
                memory: memory(paper: 54_000_000, tracked: 90_000_000, resident: 150_000_000, constant: 55_000_000)),
            finished(
                spec("galore", rank: 64, lr: 0.01, extra: ["scale": .real(0.25)]), id: "run-b", loss: 7.25,
                memory: memory(paper: 48_000_000, tracked: 85_000_000, resident: 140_000_000),
                speed: 800, refresh: 0.375, train: 1.5,
                events: [
                    LifecycleRecord(step: 0, kind: "refresh", measurements: ["seconds": 0.1, "matrices": 28]),
                    LifecycleRecord(step: 2, kind: "refresh", measurements: ["seconds": 0.3, "matrices": 28]),
                ]),
            finished(
                spec("low_rank", rank: 64), id: "run-c", loss: 7.5, bitsPerByte: nil, parameters: 8_500_000, memory: adapterMemory, speed: 1250.4,
                environment: nil),
            diverged(spec("relora", rank: 64), id: "run-d"),
        ])

    /// Two seeds of a baseline and of galore, of which the second seed diverged in one cell.
    static let twoSeeds = SweepHistory(
        name: "seeds",
        runs: [
            finished(spec("full_rank", seed: 1), id: "a1", loss: 7),
            finished(spec("full_rank", seed: 2), id: "a2", loss: 7.2, speed: 1100),
            finished(spec("galore", rank: 64, seed: 1), id: "b1", loss: 7.1),
            finished(spec("galore", rank: 64, seed: 2), id: "b2", loss: 7.4),
            finished(spec("relora", rank: 64, seed: 1), id: "c1", loss: 7.3),
            diverged(spec("relora", rank: 64, seed: 2), id: "c2"),
        ])
}
