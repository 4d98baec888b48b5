import SLReport
import Testing

@Suite struct InlineTextTests {
    @Test func markupIsReadOnce() {
        #expect(InlineText.parse("plain") == [.text("plain")])
        #expect(InlineText.parse("") == [])
        #expect(InlineText.parse("**7.1 ± 0.1** †") == [.strong([.text("7.1 ± 0.1")]), .text(" †")])
        #expect(InlineText.parse("*vs full_rank* is") == [.emphasis([.text("vs full_rank")]), .text(" is")])
        #expect(InlineText.parse("a `b*c*&amp;` d") == [.text("a "), .code("b*c*&amp;"), .text(" d")])
        #expect(InlineText.parse("``a`b``") == [.code("a`b")])
        #expect(InlineText.parse("**a *b* c**") == [.strong([.text("a "), .emphasis([.text("b")]), .text(" c")])])
        #expect(InlineText.parse("*a **b** c*") == [.emphasis([.text("a "), .strong([.text("b")]), .text(" c")])])
        #expect(InlineText.parse("*`galore-compat`: x*") == [.emphasis([.code("galore-compat"), .text(": x")])])
        #expect(InlineText.parse("***a***") == [.strong([.emphasis([.text("a")])])])
    }

    @Test func whatIsNotClosedStandsForItself() {
        for text in ["*", "**", "***", "a * b", "2 ** 3", "*a", "`a", "a`", "\\", "a\\", "&", "&lt", "**", "* a*", "*a *"] {
            #expect(InlineText.plain(text) == text, "\(text)")
        }
        #expect(InlineText.plain("**a ** b") == "**a ** b")
    }

    @Test func escapesAndEntitiesAreResolved() {
        #expect(InlineText.parse(#"\*\*now\*\* \a \\ &lt;b>&amp;lt; &#124;"#) == [.text(#"**now** \a \ <b>&lt; |"#)])
        #expect(InlineText.plain("**a\\*\\***") == "a**")
        #expect(InlineText.plain("two\nlines\r") == "two lines ")
    }

    /// What ``MarkdownText`` tames comes back as it was, but for control characters and paths.
    @Test(arguments: Hostile.texts) func foreignTextComesBack(text: String) {
        #expect(InlineText.plain(MarkdownText.inline(text)) == text)
        #expect(InlineText.parse(MarkdownText.inline(text)) == [.text(text)])
    }

    @Test func aLongTextWithoutEndIsReadInTime() {
        let text = String(repeating: "*a `", count: 2000)
        #expect(InlineText.plain(text).count >= 4000)
    }

    @Test func slugs() {
        #expect(Slug.make("Results 60m (lr 0.003)") == "results-60m-lr-0-003")
        #expect(Slug.make("../../etc/passwd") == "etc-passwd")
        #expect(Slug.make("±×") == "part" && Slug.make("") == "part")
        var taken = Set<String>()
        #expect((0..<3).map { _ in Slug.unique("a", among: &taken) } == ["a", "a-2", "a-3"])
    }
}

/// Text that breaks careless writers.
enum Hostile {
    static let texts = [
        "a|b", "</script><script>alert(1)</script>", "a & b &lt; &amp;amp;", "100 % of $5 #1 a_b {x} ~ ^", #"\textbf{x} \\ \end{document}"#, "**a** *b* `c`",
        "[link](http://a)", "\"quoted\" 'single'", "a--b ---", "中文 é ñ ß 🙂 μ−≤ ∑", "-1 and +2", "*", "end\\", "<!-- -->", "]]>", "%\\", "x*y*z",
    ]
}
