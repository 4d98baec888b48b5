import ArgumentParser
import Foundation

/// A command and its arguments, as the parser describes itself.
struct ProgramHelp: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String

            var spelled: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        let kind: String
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let abstract: String?

        var isPositional: Bool { kind == "positional" }
        var takesValue: Bool { kind == "option" }
    }

    let commandName: String
    let shouldDisplay: Bool?
    let abstract: String?
    let discussion: String?
    let subcommands: [ProgramHelp]?
    let arguments: [Argument]?

    /// Commands that are listed.
    var listed: [ProgramHelp] { (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" } }
    /// Arguments that are listed; `--help` and `--version` stand for themselves.
    var own: [Argument] {
        (arguments ?? []).filter { argument in argument.shouldDisplay && !(argument.names ?? []).contains { ["help", "version"].contains($0.name) } }
    }

    static func ofProgram() throws -> ProgramHelp {
        struct Document: Decodable { let command: ProgramHelp }
        return try JSONDecoder().decode(Document.self, from: Data(SLBenchCommand._dumpHelp().utf8)).command
    }
}
