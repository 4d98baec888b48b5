/// How long runs take together when so many are at work at once.
enum Makespan {
    /// - Parameters:
    ///   - running: seconds that each run at work still takes.
    ///   - waiting: seconds of each run to come, in the order in which they are started.
    static func seconds(running: [Double] = [], waiting: [Double], jobs: Int) -> Double {
        var places = running + [Double](repeating: 0, count: max(0, min(max(1, jobs) - running.count, waiting.count)))
        for seconds in waiting {
            guard let first = places.indices.min(by: { places[$0] < places[$1] }) else { break }
            places[first] += seconds
        }
        return places.max() ?? 0
    }
}
