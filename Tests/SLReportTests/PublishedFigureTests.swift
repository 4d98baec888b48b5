import SLReport
import Testing

@Suite struct PublishedFigureTests {
    @Test func tablesAreWhole() {
        for method in ["full_rank", "low_rank", "lora", "relora", "galore", "sltrain"] {
            for size in ["60m", "130m", "350m", "1b"] {
                #expect(PublishedFigures.perplexity(method: method, size: size)?.perplexity != nil, "\(method) \(size)")
                #expect(PublishedFigures.figures(method: method, size: size).contains { $0.memoryGB != nil }, "\(method) \(size)")
            }
        }
        #expect(PublishedFigures.perplexity(method: "lost", size: "60m")?.isVerified == false)
        #expect(PublishedFigures.perplexity(method: "lost", size: "1b") == nil)
    }

    @Test func literalFigures() {
        #expect(PublishedFigures.perplexity(method: "full_rank", size: "60m")?.perplexity == 34.06)
        #expect(PublishedFigures.perplexity(method: "low_rank", size: "1b")?.perplexity == 142.53)
        #expect(PublishedFigures.perplexity(method: "galore", size: "350m")?.perplexity == 18.95)
        #expect(PublishedFigures.memory(method: "sltrain", size: "1b")?.memoryGB == 4.16)
        #expect(PublishedFigures.memory(method: "full_rank", size: "130m")?.memoryGB == 0.81)
        #expect(PublishedFigures.memory(method: "lora", size: "130m") == nil)
        #expect(PublishedFigures.memory(method: "galore", size: "350m")?.isVerified == false)
        #expect(PublishedFigures.tokens(size: "350m") == 6_400_000_000)
        #expect(PublishedFigures.tokens(size: "9m") == nil)
        #expect(PublishedFigures.figures(method: "galore", size: "130m").map(\.rank) == [256, 256])
        #expect(PublishedFigures.perplexity(method: "fira", size: "1b")?.perplexity == 14.31)
        #expect(PublishedFigures.perplexity(method: "apollo", size: "60m")?.perplexity == 31.55)
        #expect(PublishedFigures.perplexity(method: "apollo_mini", size: "350m")?.perplexity == 17.18)
        #expect(PublishedFigures.figures(method: "q_galore", size: "1b").map(\.memoryGB) == [3.08])
    }

    @Test func everyFigureHasItsSource() {
        for figure in PublishedFigures.all {
            #expect(!figure.source.isEmpty)
            #expect(figure.isVerified || !figure.note.isEmpty, "an unchecked figure says why: \(figure)")
        }
    }
}
