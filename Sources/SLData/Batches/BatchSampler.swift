import Foundation
public import SLRandom
import SLSpec

/// Training batches: every row once an epoch, in an order of its own for each.
///
/// The order comes from the random stream `batches/train` of the seed and from nothing else, so all methods with one seed
/// see the same tokens in the same order. A batch that reaches the end of an epoch goes on with the next one.
public struct BatchSampler: Sendable {
    /// What is to be kept to go on later.
    public struct State: Sendable, Hashable, Codable {
        /// Epochs begun before this one.
        public var epoch: Int
        /// Rows of this epoch handed out.
        public var position: Int
        /// The stream as it was before this epoch's order was drawn.
        public var stream: RandomStream
    }

    public private(set) var state: State
    private let layout: RowLayout
    private var order: [UInt32]
    /// The stream behind this epoch's order: the next one's comes from it.
    private var following: RandomStream

    /// - Parameter batchRows: Rows of the largest batch that will be asked for; a split with fewer is refused.
    /// - Throws: `DataError` when the split is shorter than one batch, or was prepared for another sequence length.
    public init(tokens: TokenFile, sequenceLength: Int, seed: UInt64, batchRows: Int = 1) throws {
        let stream = RandomStream(seed: seed, name: "batches/train")
        try self.init(
            tokens: tokens, sequenceLength: sequenceLength, batchRows: batchRows, state: State(epoch: 0, position: 0, stream: stream))
    }

    /// Goes on where `state` was taken.
    ///
    /// - Throws: as above; `DataError` when the state belongs to other tokens.
    public init(tokens: TokenFile, sequenceLength: Int, batchRows: Int = 1, state: State) throws {
        layout = try RowLayout(tokens, sequenceLength: sequenceLength)
        guard layout.fullRows >= max(batchRows, 1) else {
            throw DataError(
                file: tokens.url.path,
                problem:
                    "the training part gives \(layout.fullRows) rows of \(sequenceLength) tokens, "
                    + "fewer than one batch of \(max(batchRows, 1))",
                fix: "use more text, shorter sequences or a smaller batch")
        }
        guard layout.fullRows <= Int(UInt32.max), state.position >= 0, state.position <= layout.fullRows, state.epoch >= 0 else {
            throw DataError(
                file: tokens.url.path, problem: "has \(layout.fullRows) rows, but sampling is to go on at row \(state.position)")
        }
        self.state = state
        (order, following) = Self.order(layout.fullRows, state.stream)
    }

    /// Rows in an epoch.
    public var rowsPerEpoch: Int { layout.fullRows }

    /// The next rows.
    ///
    /// - Precondition: `rows > 0`.
    public mutating func next(rows: Int) -> TokenBatch {
        precondition(rows > 0, "a batch of \(rows) rows")
        var chosen: [Int] = []
        chosen.reserveCapacity(rows)
        while chosen.count < rows {
            if state.position == order.count { beginEpoch() }
            chosen.append(Int(order[state.position]))
            state.position += 1
        }
        return layout.batch(chosen)
    }

    private mutating func beginEpoch() {
        state = State(epoch: state.epoch + 1, position: 0, stream: following)
        (order, following) = Self.order(order.count, following)
    }

    /// The rows in the order that `stream` gives (Fisher and Yates), and the stream behind it.
    private static func order(_ count: Int, _ stream: RandomStream) -> ([UInt32], RandomStream) {
        var stream = stream
        var order = Array(0..<UInt32(count))
        for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, stream.below(last + 1)) }
        return (order, stream)
    }
}
