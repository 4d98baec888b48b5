extension RandomStream {
    /// 0 ..< count in an order of which all are equally likely. Source: Durstenfeld 1964, Algorithm 235.
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<max(0, count))
        for last in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(last, below(last + 1)) }
        return order
    }
}
