import Foundation
import SLMethods
import SLSpec
import Testing

/// The key `activations`: what it may hold, what it becomes, and what it leaves alone.
@Suite struct ActivationKeysTests {
    private func method(_ keys: String, model: String = "60m") -> String { #"{"model": "\#(model)", "methods": [{"method": "lost", \#(keys)}]}"# }
    private func schemes(_ text: String) throws -> [ActivationSpec?] { try load(text).cells.map(\.training.activations) }

    @Test func defaultsAreTheAuthors() throws {
        let (small, large, other) = (
            try schemes(method(#""activations": "velora""#)), try schemes(method(#""activations": {"scheme": "velora"}"#, model: "130m")),
            try schemes(method(#""activations": "velora""#, model: "9m"))
        )
        #expect(small == [ActivationSpec(groups: [.value: 64, .down: 86], scale: 1.5)])
        #expect(large == [ActivationSpec(groups: [.value: 64, .down: 64], scale: 1)])
        #expect(other == [ActivationSpec(groups: [.value: 64, .down: 44], scale: 1)])
    }

    @Test func rolesAreThoseThatAreNamed() throws {
        let given = try schemes(method(#""activations": {"scheme": "velora", "groups": {"o_proj": 32, "down_proj": null}, "scale": 1}"#))
        #expect(given == [ActivationSpec(groups: [.output: 32, .down: 86], scale: 1)])
    }

    @Test func everythingInItIsSwept() throws {
        let swept = try schemes(
            method(#""activations": [null, "velora", {"scheme": "velora", "groups": {"o_proj": [8, 16]}, "scale": [1, 2]}]"#))
        #expect(swept == [
            nil, ActivationSpec(groups: [.value: 64, .down: 86], scale: 1.5), ActivationSpec(groups: [.output: 8], scale: 1),
            ActivationSpec(groups: [.output: 8], scale: 2), ActivationSpec(groups: [.output: 16], scale: 1), ActivationSpec(groups: [.output: 16], scale: 2),
        ])
    }

    /// A method's own scheme replaces the shared one with all its options, and null takes it away.
    @Test func aMethodsSchemeReplacesTheSharedOne() throws {
        let text = #"""
            {"model": "60m", "methods": ["lost", {"method": "lora", "activations": null}, {"method": "cola", "activations": "velora"}],
             "training": {"activations": {"scheme": "velora", "groups": {"o_proj": 8}, "scale": 3}}}
            """#
        #expect(try schemes(text) == [
            ActivationSpec(groups: [.output: 8], scale: 3), nil, ActivationSpec(groups: [.value: 64, .down: 86], scale: 1.5),
        ])
    }

    @Test func aSpecComesBackAsItWasAndIsNoPartOfOthers() throws {
        let cells = try load(method(#""activations": [null, {"scheme": "velora", "groups": {"o_proj": 8}}]"#)).cells
        for cell in cells { #expect(try JSONDecoder().decode(TrainingSpec.self, from: JSONEncoder().encode(cell.training)) == cell.training) }
        let text = try #require(String(data: JSONEncoder().encode(cells[0].training), encoding: .utf8))
        #expect(!text.contains("activations"), "identities of runs without a scheme stay what they were")
        #expect(cells[1].training.words == ["velora"])
        #expect(try load(#"{"model": "60m", "methods": ["lost"]}"#).cells.map(\.training) == [cells[0].training])
    }

    @Test(arguments: [
        (#""activations": "velor""#, #"methods[0].activations: "velor" given"#, "did you mean"),
        (#""activations": 3"#, "methods[0].activations: 3 given", "null for exact inputs"),
        (#""activations": {"scale": 1}"#, #"methods[0].activations: an object without "scheme""#, "velora"),
        (#""activations": {"scheme": "velora", "group": {}}"#, "methods[0].activations.group: unknown key", "did you mean 'groups'?"),
        (#""activations": {"scheme": "velora", "groups": {"v": 8}}"#, "methods[0].activations.groups.v: unknown key", "v_proj"),
        (#""activations": {"scheme": "velora", "groups": {}}"#, "methods[0].activations.groups: no role", "v_proj"),
        (#""activations": {"scheme": "velora", "groups": {"v_proj": 0}}"#, "methods[0].activations.groups.v_proj: 0 given", "from 1"),
        (#""activations": {"scheme": "velora", "groups": {"v_proj": 7}}"#, "methods[0].activations.groups.v_proj: 7 groups do not divide 512", "a divisor of 512"),
        (#""activations": {"scheme": "velora", "scale": 0}"#, "methods[0].activations.scale: 0 given", "above 0"),
        (#""activations": []"#, "methods[0].activations: an empty list", "velora"),
    ])
    func whatIsNoScheme(keys: String, start: String, words: String) {
        let text = problem(method(keys))
        #expect(text.hasPrefix("test.json: \(start)") && text.contains(words), "\(text)")
    }
}
