import Glibc
import Synchronization

/// The threads that all parallel work of the process runs on, products included: one team, so that no two pools compete
/// for the same cores.
///
/// The caller is worker 0; the others wait for the next job by watching a counter for a short while, then asleep. Regions
/// of a training step follow each other within microseconds, so inside a step nobody sleeps; a team that computes nothing
/// costs nothing.
final class WorkerTeam: Sendable {
    private struct Job: @unchecked Sendable {
        var workers = 0
        var body: ((Int) -> Void)?
        /// Where the caller's products are remembered, if they are.
        var log: ProductLog?
    }

    /// How long a worker watches before it sleeps, in nanoseconds.
    private static let patience = 200_000

    private let size: Int
    /// Written by the caller while nobody works, read by workers after they see the new generation.
    private nonisolated(unsafe) var job = Job()
    private let generation = Atomic<Int>(0)
    private let working = Atomic<Int>(0)
    private let isBusy = Atomic<Bool>(false)
    private let sleepers = Atomic<Int>(0)
    private let isRetired = Atomic<Bool>(false)
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private nonisolated(unsafe) let condition: UnsafeMutablePointer<pthread_cond_t>

    /// - Parameter size: workers besides the caller. They live until the team retires.
    init(size: Int) {
        self.size = size
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        for index in 1..<(size + 1) { start(index) }
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Lets the workers go. Every region waits for all of a team, so that one with more threads than are used would slow all of them down.
    ///
    /// A region that runs is waited for; whoever asks for another later is told that the team is at work.
    func retire() {
        while !isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged { sched_yield() }
        isRetired.store(true, ordering: .sequentiallyConsistent)
        generation.add(1, ordering: .sequentiallyConsistent)
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    private func start(_ index: Int) {
        let context = Unmanaged.passRetained(Seat(team: self, index: index))
        var thread = pthread_t()
        let refused = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let seat = Unmanaged<Seat>.fromOpaque(pointer).takeRetainedValue()
                seat.team.serve(as: seat.index)
                return nil
            }, context.toOpaque())
        if refused != 0 {
            context.release()
            missing.add(1, ordering: .relaxed)
        } else {
            pthread_detach(thread)
        }
    }

    /// Threads that the system refused to start.
    private let missing = Atomic<Int>(0)

    private final class Seat {
        let team: WorkerTeam
        let index: Int
        init(team: WorkerTeam, index: Int) {
            self.team = team
            self.index = index
        }
    }

    /// Runs `body` for workers 0 ..< workers side by side and waits for all.
    ///
    /// - Returns: `false`, and nothing run, when the team is at work already (a region inside a region) or too small.
    func run(workers: Int, _ body: (Int) -> Void) -> Bool {
        guard workers <= size + 1, missing.load(ordering: .relaxed) == 0,
            isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else { return false }
        let log = ProductLog.current
        log?.boundary()
        withoutActuallyEscaping(body) { body in
            job = Job(workers: workers, body: body, log: log)
            working.store(size, ordering: .relaxed)
            generation.add(1, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                pthread_mutex_lock(mutex)
                pthread_cond_broadcast(condition)
                pthread_mutex_unlock(mutex)
            }
            body(0)
            var looks = 0
            while working.load(ordering: .acquiring) > 0 {
                looks &+= 1
                // A worker that lost its core needs ours.
                if looks & 0xfff == 0 { sched_yield() }
            }
            job = Job()
        }
        log?.boundary()
        isBusy.store(false, ordering: .releasing)
        return true
    }

    private func serve(as index: Int) {
        var seen = 0
        while true {
            seen = nextGeneration(after: seen)
            if isRetired.load(ordering: .sequentiallyConsistent) { return }
            if index < job.workers { ProductLog.write(to: job.log) { job.body?(index) } }
            working.subtract(1, ordering: .releasing)
        }
    }

    private func nextGeneration(after seen: Int) -> Int {
        let deadline = MonotonicClock.nanoseconds + Self.patience
        var looks = 0
        while true {
            let now = generation.load(ordering: .acquiring)
            if now != seen { return now }
            looks &+= 1
            if looks & 0xff == 0, MonotonicClock.nanoseconds > deadline { break }
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        sleepers.add(1, ordering: .sequentiallyConsistent)
        defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
        while true {
            let now = generation.load(ordering: .sequentiallyConsistent)
            if now != seen { return now }
            pthread_cond_wait(condition, mutex)
        }
    }
}
