import ArgumentParser
import Foundation
import SLHarness
import SLSpec

/// One of several equal parts of a sweep, for machines that share nothing: `2/3`.
struct ShardArgument: Hashable {
    /// From 1.
    let index: Int
    let count: Int

    /// - Throws: `ValidationError` that says what is possible.
    init(parsing argument: String) throws {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], (1...10_000).contains(count), (1...count).contains(index) else {
            throw ValidationError("the number of the part and how many there are: 1/3, 2/3 and 3/3")
        }
        (self.index, self.count) = (index, count)
    }

    /// Dealt like cards in the order in which the cells would be run, so that each part has its share of every size and method.
    func dealt(_ cells: [(spec: RunSpec, origin: String)]) -> [(spec: RunSpec, origin: String)] {
        let order = RunOrder.order(of: cells.map { $0.spec })
        let own = order.enumerated().filter { $0.offset % count == index - 1 }.map(\.element).sorted()
        return own.map { cells[$0] }
    }

    /// The database of this part, where none is named: `results/slbench-2-of-3.sqlite`.
    func database(_ path: String) -> String {
        let file = path as NSString
        let (name, ending) = (file.deletingPathExtension, file.pathExtension)
        return "\(name)-\(index)-of-\(count)" + (ending.isEmpty ? "" : ".\(ending)")
    }
}
