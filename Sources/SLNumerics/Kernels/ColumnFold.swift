import Glibc

/// A linear map without weights of its own from `features` values to a few chunks of `width` sums of them, and its transpose.
///
/// - `strided`: value j goes to place j mod (chunks · width). With `wraps` the values are first continued by their own beginning to a
///   multiple of `width`.
/// - `grouped`: neighbours go to one place each; of `width` groups the first (features mod width) have one value more than the others.
/// - `rotated`: the values, continued as above, are cut into chunks, and chunk c is turned as a head of `width` elements at position c
///   is (``RotaryTable``, θ = 10 000).
public struct ColumnFold: Sendable, Hashable {
    public enum Form: Sendable, Hashable { case strided, grouped, rotated }

    public let form: Form
    public let features: Int
    public let width: Int
    public let chunks: Int
    /// How many values are there with those that continue them.
    private let extent: Int

    private static let theta = 10_000.0

    private init(_ form: Form, features: Int, width: Int, chunks: Int, extent: Int) {
        precondition(features > 0 && width > 0 && chunks > 0, "\(features) values to \(chunks) chunks of \(width)")
        self.form = form
        self.features = features
        self.width = width
        self.chunks = chunks
        self.extent = extent
    }

    public static func strided(_ features: Int, width: Int, chunks: Int = 1, wraps: Bool = false) -> ColumnFold {
        ColumnFold(.strided, features: features, width: width, chunks: chunks, extent: wraps ? continued(features, width) : features)
    }

    public static func grouped(_ features: Int, width: Int) -> ColumnFold {
        ColumnFold(.grouped, features: features, width: width, chunks: 1, extent: features)
    }

    /// - Precondition: `width` is even.
    public static func rotated(_ features: Int, width: Int) -> ColumnFold {
        precondition(width % 2 == 0, "chunks of \(width) values have no halves")
        let extent = continued(features, width)
        return ColumnFold(.rotated, features: features, width: width, chunks: extent / width, extent: extent)
    }

    private static func continued(_ features: Int, _ width: Int) -> Int { (features + width - 1) / width * width }

    /// All sums.
    public var foldedCount: Int { chunks * width }

    /// Where value j goes.
    func place(of j: Int) -> (chunk: Int, index: Int) {
        guard form == .grouped else {
            let place = j % foldedCount
            return (place / width, place % width)
        }
        let (less, longer) = (features / width, features % width)
        let head = longer * (less + 1)
        return (0, j < head ? j / (less + 1) : longer + (j - head) / less)
    }

    /// The values that make up one chunk, as runs of neighbours: from where, to which place in the chunk, how many.
    @inline(__always)
    private func forEachRun(_ chunk: Int, _ body: (_ source: Int, _ target: Int, _ count: Int) -> Void) {
        var start = chunk * width
        while start < extent {
            let end = min(start + width, extent)
            var position = start
            while position < end {
                let source = position % features
                let count = min(end - position, features - source)
                body(source, position - start, count)
                position += count
            }
            start += foldedCount
        }
    }

    @inline(__always)
    private func forEachGroup(_ body: (_ place: Int, _ source: Int, _ count: Int) -> Void) {
        var source = 0
        for place in 0..<width {
            let count = features / width + (place < features % width ? 1 : 0)
            body(place, source, count)
            source += count
        }
    }

    /// z ← one chunk of the values x.
    func fold<S: Scalar>(_ x: S.Row, chunk: Int, into z: S.Row, angles: S.Row) {
        if form == .grouped {
            forEachGroup { place, source, count in
                var sum: S = 0
                for j in source..<source + count { sum += x[j] }
                z[place] = sum
            }
            return
        }
        S.fill(z, 0, width)
        forEachRun(chunk) { source, target, count in S.addScaled(z + target, 1, x + source, count) }
        if form == .rotated { rotate(z, chunk, angles, inverse: false) }
    }

    /// x adds the transpose of ``fold(_:chunk:into:angles:)`` of the chunk z.
    ///
    /// - Parameter space: `width` elements for a chunk that is turned back.
    func addTransposed<S: Scalar>(_ z: S.Row, chunk: Int, to x: S.Row, angles: S.Row, space: S.Row) {
        switch form {
        case .grouped:
            forEachGroup { place, source, count in
                for j in source..<source + count { x[j] += z[place] }
            }
        case .strided: forEachRun(chunk) { source, target, count in S.addScaled(x + source, 1, z + target, count) }
        case .rotated:
            space.update(from: z, count: width)
            rotate(space, chunk, angles, inverse: true)
            forEachRun(chunk) { source, target, count in S.addScaled(x + source, 1, space + target, count) }
        }
    }

    private func rotate<S: Scalar>(_ z: S.Row, _ chunk: Int, _ angles: S.Row, inverse: Bool) {
        let table = angles + chunk * width
        S.rotate(z, table, table + width / 2, width / 2, inverse: inverse)
    }

    /// Runs `body` with cosines and sines of every chunk, half a width of either: as many elements as there are sums, for as long as it lasts.
    @inline(__always)
    func withAngles<S: Scalar>(_ type: S.Type, _ body: (S.Row) -> Void) {
        withUnsafeTemporaryAllocation(of: S.self, capacity: form == .rotated ? foldedCount : 1) { buffer in
            guard let angles = buffer.baseAddress else { return }
            if form == .rotated { write(into: angles) }
            body(angles)
        }
    }

    private func write<S: Scalar>(into angles: S.Row) {
        let half = width / 2
        for i in 0..<half {
            let frequency = pow(Self.theta, -2 * Double(i) / Double(width))
            for chunk in 0..<chunks {
                angles[chunk * width + i] = S(cos(Double(chunk) * frequency))
                angles[chunk * width + half + i] = S(sin(Double(chunk) * frequency))
            }
        }
    }
}
