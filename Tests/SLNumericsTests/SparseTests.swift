import SLNumerics
import SLRandom
import SLTestSupport
import Testing

struct SparseTests {
    /// A support with empty rows, full rows and everything between.
    private func support(rows: Int, columns: Int) throws -> (support: SparseSupport, positions: [(Int, Int)]) {
        var stream = RandomStream(seed: 1, name: "support")
        var positions: [(Int, Int)] = []
        var starts = [0]
        for row in 0..<rows {
            for column in 0..<columns where row % 3 == 1 || (row % 3 == 2 && stream.uniform() < 0.3) { positions.append((row, column)) }
            starts.append(positions.count)
        }
        return (SparseSupport(rowStarts: try .of(starts), columns: try .of(positions.map(\.1))), positions)
    }

    @Test(.everyVectorUnit(threads: 2), arguments: [(1, 1), (2, 5), (7, 9), (13, 257), (300, 120)]) func scatterAndGather(rows: Int, columns: Int)
        throws
    {
        let (support, positions) = try support(rows: rows, columns: columns)
        #expect(support.entryCount == positions.count && support.rowCount == rows)
        let values = try Matrix<Float>.normal(1, max(1, positions.count), "values").window(rows: 0..<1, columns: 0..<positions.count)
        let dense = try Matrix<Float>.normal(rows, columns, "dense").asWindow()
        let expected = try dense.duplicate()
        for (entry, (row, column)) in positions.enumerated() { expected[row, column] += values[0, entry] }
        support.scatterAdd(values, into: dense)
        #expect(dense.elements == expected.elements)
        let before = values.elements
        support.gatherAdd(dense, into: values)
        #expect(values.elements == zip(before, positions).map { $0 + dense[$1.0, $1.1] })
    }

    @Test(.everyVectorUnit(threads: 2), arguments: [(1, 1), (3, 7), (40, 33), (200, 257)]) func columns(rows: Int, count: Int) throws {
        let source = try Matrix<Float>.normal(rows, count, "source").asWindow()
        let chosen = stride(from: 0, to: count, by: 3).reversed() + [count - 1]
        let indices = try IndexVector.of(Array(chosen))
        let taken = try Matrix<Float>.zeros(rows, indices.count).asWindow()
        taken.gatherColumns(indices, of: source)
        let target = try Matrix<Float>.normal(rows, count, "target").asWindow()
        let expected = try target.duplicate()
        for row in 0..<rows {
            for (position, column) in chosen.enumerated() {
                #expect(taken[row, position] == source[row, column])
                expected[row, column] += taken[row, position]
            }
        }
        target.scatterAddColumns(indices, from: taken)
        #expect(target.elements == expected.elements, "a column named twice receives twice")
    }
}
