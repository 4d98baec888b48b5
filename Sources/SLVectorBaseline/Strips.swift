/// Strips: a few tokens turned so that the values of one feature lie side by side, which is how sparse entries want them.

/// Eight rows of eight become eight columns.
@inline(__always)
private func transpose(
    _ a: EightLanes, _ b: EightLanes, _ c: EightLanes, _ d: EightLanes, _ e: EightLanes, _ f: EightLanes, _ g: EightLanes, _ h: EightLanes
) -> (EightLanes, EightLanes, EightLanes, EightLanes, EightLanes, EightLanes, EightLanes, EightLanes) {
    let (ab0, ab1) = (interleaveLow(a, b), interleaveHigh(a, b))
    let (cd0, cd1) = (interleaveLow(c, d), interleaveHigh(c, d))
    let (ef0, ef1) = (interleaveLow(e, f), interleaveHigh(e, f))
    let (gh0, gh1) = (interleaveLow(g, h), interleaveHigh(g, h))
    let (p0, p1, p2, p3) = (pairsLow(ab0, cd0), pairsHigh(ab0, cd0), pairsLow(ab1, cd1), pairsHigh(ab1, cd1))
    let (q0, q1, q2, q3) = (pairsLow(ef0, gh0), pairsHigh(ef0, gh0), pairsLow(ef1, gh1), pairsHigh(ef1, gh1))
    return (
        EightLanes(lowHalf: p0.lowHalf, highHalf: q0.lowHalf), EightLanes(lowHalf: p1.lowHalf, highHalf: q1.lowHalf),
        EightLanes(lowHalf: p2.lowHalf, highHalf: q2.lowHalf), EightLanes(lowHalf: p3.lowHalf, highHalf: q3.lowHalf),
        EightLanes(lowHalf: p0.highHalf, highHalf: q0.highHalf), EightLanes(lowHalf: p1.highHalf, highHalf: q1.highHalf),
        EightLanes(lowHalf: p2.highHalf, highHalf: q2.highHalf), EightLanes(lowHalf: p3.highHalf, highHalf: q3.highHalf)
    )
}

/// The eight by eight block at `from`, rows `stride` apart, turned over.
@inline(__always)
private func loadTransposed(_ from: UnsafePointer<Float>, _ stride: Int) -> (EightLanes, EightLanes, EightLanes, EightLanes, EightLanes, EightLanes, EightLanes, EightLanes) {
    transpose(
        loadEight(from), loadEight(from + stride), loadEight(from + 2 &* stride), loadEight(from + 3 &* stride), loadEight(from + 4 &* stride),
        loadEight(from + 5 &* stride), loadEight(from + 6 &* stride), loadEight(from + 7 &* stride))
}

/// Eight or sixteen tokens.
@inline(__always)
private func turnBlocks(
    _ rows: UnsafePointer<Float>, _ stride: Int, _ tokens: Int, _ features: Int, into strip: UnsafeMutablePointer<Float>, _ width: Int
) {
    let wholeFeatures = features & ~7
    var feature = 0
    while feature < wholeFeatures {
        var token = 0
        while token < tokens {
            let block = loadTransposed(rows + (token &* stride &+ feature), stride)
            let target = strip + (feature &* width &+ token)
            storeEight(block.0, target)
            storeEight(block.1, target + width)
            storeEight(block.2, target + 2 &* width)
            storeEight(block.3, target + 3 &* width)
            storeEight(block.4, target + 4 &* width)
            storeEight(block.5, target + 5 &* width)
            storeEight(block.6, target + 6 &* width)
            storeEight(block.7, target + 7 &* width)
            token &+= 8
        }
        feature &+= 8
    }
    for feature in wholeFeatures..<features {
        for token in 0..<tokens { strip[feature &* width &+ token] = rows[token &* stride &+ feature] }
    }
}

/// strip[feature, token] = rows[token, feature]; tokens beyond `tokens` become 0.
///
/// - Parameters:
///   - width: tokens a row of the strip has space for, a multiple of 8.
///   - tokens: at most `width`.
func turn(
    _ rows: UnsafePointer<Float>, stride: Int, tokens: Int, features: Int, into strip: UnsafeMutablePointer<Float>, width: Int
) {
    if tokens < width { strip.update(repeating: 0, count: features * width) }
    let wholeTokens = tokens & ~7
    var token = 0
    while token < wholeTokens {
        // Sixteen tokens are a cache line of the strip: written in one visit.
        let count = min(16, wholeTokens &- token)
        turnBlocks(rows + token &* stride, stride, count, features, into: strip + token, width)
        token &+= count
    }
    for token in wholeTokens..<tokens {
        for feature in 0..<features { strip[feature &* width &+ token] = rows[token &* stride &+ feature] }
    }
}

/// rows[token, feature] adds strip[feature, token].
func addTurned(
    _ strip: UnsafePointer<Float>, width: Int, to rows: UnsafeMutablePointer<Float>, stride: Int, tokens: Int, features: Int
) {
    let (wholeTokens, wholeFeatures) = (tokens & ~7, features & ~7)
    var token = 0
    while token < wholeTokens {
        let from = strip + token
        let to = rows + token &* stride
        var feature = 0
        while feature < wholeFeatures {
            let block = loadTransposed(from + feature &* width, width)
            let target = to + feature
            add(block.0, to: target)
            add(block.1, to: target + stride)
            add(block.2, to: target + 2 &* stride)
            add(block.3, to: target + 3 &* stride)
            add(block.4, to: target + 4 &* stride)
            add(block.5, to: target + 5 &* stride)
            add(block.6, to: target + 6 &* stride)
            add(block.7, to: target + 7 &* stride)
            feature &+= 8
        }
        for feature in wholeFeatures..<features {
            for t in 0..<8 { to[t &* stride &+ feature] += from[feature &* width &+ t] }
        }
        token &+= 8
    }
    for token in wholeTokens..<tokens {
        for feature in 0..<features { rows[token &* stride &+ feature] += strip[feature &* width &+ token] }
    }
}

@inline(__always)
private func add(_ value: EightLanes, to target: UnsafeMutablePointer<Float>) { storeEight(loadEight(target) + value, target) }
