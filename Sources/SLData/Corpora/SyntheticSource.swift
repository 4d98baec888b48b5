import Foundation
import SLRandom

/// Text from a Markov chain over made-up words, whose entropy rate is known exactly.
///
/// There are V words. After word i comes one of four: with σ a random permutation of 0 ..< V, word σ(i + k mod V) follows
/// with probability p_k, p = (1/2, 1/4, 1/8, 1/8). Every word is followed by its own separator: a blank, or, for one word in
/// sixteen, a full stop and a line break.
///
/// *Per word.* Given word i the four successors differ (σ is a bijection), so each choice costs
/// H = −Σ p_k ln p_k = 7/4 · ln 2 nats, whatever i is.
///
/// *Per byte.* For each k, i ↦ σ(i + k) is a bijection, so the transition matrix is doubly stochastic and the uniform
/// distribution is stationary; the chain starts in it. A word with its separator takes L̄ bytes on average over all V, and
/// the words can be read back from the bytes (letters only, none twice). Hence the entropy rate is H / L̄ nats per byte.
///
/// The floor holds for a reader who knows the whole past; one who starts in the middle of a word, or sees no more than a
/// window, needs a little more.
package struct SyntheticSource: Sendable, Hashable {
    package let words: [[UInt8]]
    /// Word σ(j) for j.
    private let permutation: [Int]
    private let seed: UInt64
    package let leastBytes: Int

    package static let successorCount = 4

    /// - Precondition: `wordCount` is at least 16.
    package init(seed: UInt64 = 1, wordCount: Int = 256, leastBytes: Int = 2_000_000) {
        precondition(wordCount >= 16, "too few words for a chain")
        var stream = RandomStream(seed: seed, name: "corpus/synthetic/structure")
        words = Self.drawWords(wordCount, from: &stream)
        permutation = Self.drawPermutation(wordCount, from: &stream)
        self.seed = seed
        self.leastBytes = leastBytes
    }

    /// Nats per word, separator included.
    package var entropyPerWord: Double { 1.75 * log(2.0) }

    package var meanWordBytes: Double { Double(words.reduce(0) { $0 + $1.count }) / Double(words.count) }

    /// Nats per byte.
    package var entropyPerByte: Double { entropyPerWord / meanWordBytes }

    package func successor(of word: Int, choice: Int) -> Int { permutation[(word + choice) % words.count] }

    /// At least `leastBytes` of text, to the end of a line.
    package func generate() -> [UInt8] {
        var stream = RandomStream(seed: seed, name: "corpus/synthetic/text")
        var text: [UInt8] = []
        text.reserveCapacity(leastBytes + 4096)
        var word = stream.below(words.count)
        while true {
            text.append(contentsOf: words[word])
            if text.count >= leastBytes, text.last == 0x0A { return text }
            let choice =
                switch stream.next() >> 61 {
                case 0..<4: 0
                case 4, 5: 1
                case 6: 2
                default: 3
                }
            word = successor(of: word, choice: choice)
        }
    }

    /// Distinct words of one to three syllables, separators included.
    private static func drawWords(_ count: Int, from stream: inout RandomStream) -> [[UInt8]] {
        let consonants = Array("bdfgklmnprstvz".utf8)
        let vowels = Array("aeiou".utf8)
        var seen: Set<[UInt8]> = []
        var words: [[UInt8]] = []
        while words.count < count {
            var word: [UInt8] = []
            for _ in 0..<(1 + stream.below(3)) {
                word.append(consonants[stream.below(consonants.count)])
                word.append(vowels[stream.below(vowels.count)])
            }
            guard seen.insert(word).inserted else { continue }
            words.append(word + Array((words.count % 16 == 0 ? ".\n" : " ").utf8))
        }
        return words
    }

    /// A permutation that makes every word reachable from every other, so that time averages are the averages above.
    private static func drawPermutation(_ count: Int, from stream: inout RandomStream) -> [Int] {
        var permutation = Array(0..<count)
        repeat { permutation.shuffle(using: &stream) } while !isConnected(permutation)
        return permutation
    }

    /// In a doubly stochastic chain what can be reached from one state is a closed class; if it is everything, there is one.
    private static func isConnected(_ permutation: [Int]) -> Bool {
        var reached: Set<Int> = [0]
        var open = [0]
        while let word = open.popLast() {
            for choice in 0..<successorCount {
                let next = permutation[(word + choice) % permutation.count]
                if reached.insert(next).inserted { open.append(next) }
            }
        }
        return reached.count == permutation.count
    }
}
