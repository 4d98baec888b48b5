import SLNumerics
import SLTestSupport
import Synchronization
import Testing

struct ComputeTests {
    private func pieces(of count: Int, grain: Int, alignment: Int) -> [Range<Int>] {
        let found = Mutex<[(Int, Range<Int>)]>([])
        Compute.ranges(of: count, grain: grain, alignment: alignment) { piece, range in found.withLock { $0.append((piece, range)) } }
        return found.withLock { $0 }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    @Test(.compute(threads: 2), arguments: [0, 1, 2, 15, 16, 17, 100, 1001], [1, 16, 64]) func rangesCoverEverythingOnce(
        count: Int, alignment: Int
    ) {
        for grain in [1, 10, 2000] {
            let pieces = pieces(of: count, grain: grain, alignment: alignment)
            #expect(pieces.flatMap { Array($0) } == Array(0..<count))
            #expect(pieces.count <= Compute.pieceCount(of: count, grain: grain))
            #expect(pieces.dropLast().allSatisfy { $0.upperBound % alignment == 0 })
        }
    }

    @Test(.compute(threads: 2), arguments: [0, 1, 2, 7]) func everyTaskRunsOnceAndInOrderPerWorker(count: Int) {
        let found = Mutex<[(Int, Int)]>([])
        Compute.tasks(count) { worker, task in found.withLock { $0.append((worker, task)) } }
        let runs = found.withLock { $0 }
        #expect(runs.map(\.1).sorted() == Array(0..<count))
        for worker in 0..<2 {
            let mine = runs.filter { $0.0 == worker }.map(\.1)
            #expect(mine == mine.sorted())
        }
        #expect(BLASEnvironment.threads == 1, "OpenBLAS starts no threads beside the team")
    }

    @Test(.compute(threads: 1)) func oneThreadMeansOne() {
        #expect(Compute.threads == 1 && BLASEnvironment.threads == 1)
        #expect(pieces(of: 1000, grain: 1, alignment: 1) == [0..<1000])
    }

    @Test(.compute(threads: 2)) func theEnvironmentSpeaks() {
        #expect(BLASEnvironment.configuration.contains("OpenBLAS"))
        #expect(!BLASEnvironment.core.isEmpty && BLASEnvironment.core != "unknown")
        #expect(MonotonicClock.nanoseconds > 0 && MonotonicClock.seconds > 0)
    }

    /// The same input on the same threads gives the same bits, every time.
    @Test(.compute(threads: 2)) func sameInputSameBits() throws {
        let (x, w) = (try Matrix<Float>.normal(150, 333, "x"), try Matrix<Float>.normal(257, 333, "w"))
        let weight = try Matrix<Float>.normal(1, 333, "weight")
        func run() throws -> [Float] {
            let (y, reciprocal) = (try Matrix<Float>.zeros(150, 333), try Matrix<Float>.zeros(1, 150))
            RMSNorm.forward(x, weight: weight, into: y, reciprocal: reciprocal, epsilon: 1e-6)
            let logits = try Matrix<Float>.zeros(150, 257)
            logits.setProduct(y, transposing: w)
            let targets = (0..<150).map { Int32($0) }
            let sum = targets.withUnsafeBufferPointer { CrossEntropy.apply(logits, targets: $0, gradientScale: 0.01) }
            let (dx, dWeight) = (try Matrix<Float>.zeros(150, 333), try Matrix<Float>.zeros(1, 333))
            y.setProduct(logits, w)
            RMSNorm.backward(
                x, weight: weight, reciprocal: reciprocal, outputGradient: y, inputGradient: dx, weightGradient: dWeight,
                partial: try .zeros(2, 333))
            return dx.elements + dWeight.elements + [Float(sum), Float(dx.sumOfSquares())]
        }
        let first = try run()
        for _ in 0..<10 { #expect(try run() == first) }
    }

    /// No more workers than there is space for; tasks of one worker come in order, one at a time.
    @Test(.compute(threads: 3), arguments: [1, 2, 3, 8]) func tasksKeepToTheirWorkers(most: Int) {
        let log = Mutex<[Int: [Int]]>([:])
        let inside = (0..<3).map { _ in Counter() }
        Compute.tasks(50, workers: most) { worker, task in
            #expect(inside[worker].value.add(1, ordering: .sequentiallyConsistent).newValue == 1, "worker \(worker) twice at once")
            log.withLock { $0[worker, default: []].append(task) }
            inside[worker].value.subtract(1, ordering: .sequentiallyConsistent)
        }
        let found = log.withLock { $0 }
        #expect(found.count == min(most, 3))
        #expect(found.values.flatMap(\.self).sorted() == Array(0..<50))
        #expect(found.values.allSatisfy { $0 == $0.sorted() })
    }
}
