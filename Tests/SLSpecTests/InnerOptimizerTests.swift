import SLSpec
import Testing

/// An option of a method that names an optimizer.
@Suite struct InnerOptimizerTests {
    private func cells(_ entry: String) throws -> [MethodOptions] {
        try load(#"{"model": "60m", "methods": [\#(entry)]}"#).cells.map(\.options)
    }

    @Test func aNameAnObjectAListAndNull() throws {
        let plain = try cells(#"{"method": "galore"}"#)
        #expect(try cells(#"{"method": "galore", "inner": null}"#) == plain && plain[0]["inner"] == nil)
        #expect(try cells(#"{"method": "galore", "inner": "adamw"}"#)[0]["inner"] == "adamw")
        let own = try cells(#"{"method": "galore", "projector": "dct", "inner": {"name": "adamw", "beta1": [0.5, 0.75]}}"#)
        #expect(own.map { $0["inner.beta1"] } == [0.5, 0.75] && own.allSatisfy { $0["inner"] == "adamw" && $0["projector"] == "dct" })
        #expect(try cells(#"{"method": "fira", "inner": [null, "adamw"]}"#).map { $0["inner"] } == [.null, "adamw"])
        let inner = try #require(try own[1].optimizer("inner"))
        #expect(inner.name == "adamw" && inner.options["beta1"] == 0.75)
    }

    @Test func slipsAreNamed() {
        #expect(problem(#"{"model": "60m", "methods": [{"method": "galore", "inner": "adamv"}]}"#).contains("methods[0].inner: \"adamv\" given"))
        #expect(problem(#"{"model": "60m", "methods": [{"method": "galore", "inner": {"name": "adamw", "beta3": 1}}]}"#).contains("methods[0].inner.beta3: unknown key"))
        #expect(problem(#"{"model": "60m", "methods": [{"method": "galore", "inner": "adamw8bit"}]}"#).contains("states"))
        #expect(problem(#"{"model": "60m", "methods": [{"method": "lost", "inner": "adamw"}]}"#).contains("unknown key 'inner'"))
    }
}
