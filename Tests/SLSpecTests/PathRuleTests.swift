import Foundation
import SLMethodKit
import SLMethods
import SLSpec
import Testing

/// A config's paths are relative to its folder, those of the command line to the working folder.
@Suite struct PathRuleTests {
    private let working = FileManager.default.currentDirectoryPath

    private func load(_ data: String, _ top: String = "", set overrides: [String] = [], folder: String) throws -> SweepConfig {
        try SweepConfig.load(
            text: #"{"model": "9m", "methods": ["full_rank"], "data": {\#(data)}\#(top)}"#, name: "x.json", folder: URL(filePath: folder),
            overrides: overrides, catalog: BuiltinMethods.registry.catalog)
    }

    @Test func everyPathKeyIsRelativeToTheConfig() throws {
        let data = #""corpus": "c.txt", "validation": "../v", "tokenizer": "t/t.model""#
        let config = try load(data, #", "database": "r.sqlite", "report": "./r.md""#, folder: "/somewhere/else")
        #expect(config.data.corpus == "/somewhere/else/c.txt" && config.data.validation == "/somewhere/v")
        #expect(config.data.tokenizer == "/somewhere/else/t/t.model")
        #expect(config.database == "/somewhere/else/r.sqlite" && config.report == "/somewhere/else/r.md")
        let here = try load(data, #", "database": "r.sqlite""#, folder: working)
        #expect(here.data.corpus == "c.txt" && here.database == "r.sqlite", "as written where that means the same")
    }

    @Test func theCommandLineIsRelativeToTheWorkingFolder() throws {
        let data = #""corpus": "c.txt", "validation": "v", "tokenizer": "t.model""#
        let config = try load(
            data, #", "database": "r.sqlite", "report": "r.md""#, set: ["data.corpus=d.txt", "data.validation=w", "data.tokenizer=u.model", "database=s.sqlite", "report=s.md"],
            folder: "/somewhere/else")
        #expect(config.data.corpus == "d.txt" && config.data.validation == "w" && config.data.tokenizer == "u.model")
        #expect(config.database == "s.sqlite" && config.report == "s.md")
    }

    @Test func namesAreNoPaths() throws {
        for (corpus, tokenizer) in [("sotu", "bytes"), ("synthetic", "sentencepiece:400")] {
            let config = try load(#""corpus": "\#(corpus)", "tokenizer": "\#(tokenizer)""#, folder: "/somewhere/else")
            #expect(config.data.corpus == corpus && config.data.tokenizer == tokenizer)
        }
        #expect(try load(#""corpus": "/abs/c.txt", "tokenizer": "bytes""#, folder: "/somewhere").data.corpus == "/abs/c.txt")
        #expect(try load(#""corpus": "t.bin", "tokenizer": "none""#, folder: "/somewhere").data.tokenizer == DataSpec.noTokenizer)
    }

    @Test func homesAreFound() throws {
        #expect(try load(#""corpus": "~/c.txt", "tokenizer": "bytes""#, folder: "/somewhere").data.corpus.hasPrefix("/"))
        #expect(throws: ConfigError.self) { try load(#""corpus": "~no-such-user/c.txt", "tokenizer": "bytes""#, folder: "/somewhere") }
        #expect(throws: ConfigError.self) { try load(#""corpus": "sotu", "tokenizer": "bytes""#, set: ["database=~no-such-user/r.sqlite"], folder: "/somewhere") }
    }
}
