import ArgumentParser
import Foundation
import SLMethodKit
import SLReport
import SLSpec

struct MethodsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "methods", abstract: "List methods and optimizers, or the options of one with defaults, sources and the authors' own names.",
        discussion: "  slbench methods\n  slbench methods galore\n  slbench methods --format json      every option of all of them")

    @Argument(help: "A method or an optimizer.")
    var name: String?

    @OptionGroup var output: FormatOptions

    func run() throws {
        let all = Program.registry.catalog.methods.map { Described($0) } + Program.registry.catalog.optimizers.map { Described($0) }
        if let name {
            let canonical = name.replacing("-", with: "_")
            guard let found = all.first(where: { $0.name == canonical }) else {
                throw UnknownMethodError(name: name, known: all.map(\.name))
            }
            if output.format == .table { Self.describe(found) } else { output.write(Self.options([found])) }
        } else if output.format == .table {
            output.write(Self.summary(all))
            print("`slbench methods NAME` shows the options of one.")
        } else {
            output.write(Self.options(all))
        }
    }

    private static func summary(_ all: [Described]) -> ValueTable {
        ValueTable(
            columns: ["name", "kind", "family", "what", "options", "source"],
            rows: inFamilies(all).map { one in
                [
                    .text(one.name), .text(one.kind), .init(one.family?.rawValue), .text(one.summary),
                    .text(one.options.map(\.name).joined(separator: ", ")), .text(one.paper),
                ]
            })
    }

    /// Methods family by family, then optimizers.
    private static func inFamilies(_ all: [Described]) -> [Described] {
        (MethodFamily.allCases.map(Optional.some) + [nil]).flatMap { family in all.filter { $0.family == family } }
    }

    private static func options(_ all: [Described]) -> ValueTable {
        ValueTable(
            columns: ["name", "kind", "option", "default", "allowed", "authors_name", "help", "source"],
            rows: all.flatMap { one in
                one.options.map { option in
                    [
                        .text(one.name), .text(one.kind), .text(option.name), .text(option.defaultDescription), .text(option.allowed),
                        .init(option.authorsName), .text(option.help), .text(option.source),
                    ]
                }
            })
    }

    private static func describe(_ one: Described) {
        print("\(one.title) (\(one.name)), \(one.family.map { "a method, \($0.rawValue)" } ?? "an optimizer"): \(one.summary)\nSource: \(one.paper)")
        print(one.recipe)
        if one.options.isEmpty { print("\nNo options of its own.") }
        for option in one.options {
            print("\n  \(option.name): \(option.help)")
            print("    default: \(option.defaultDescription)")
            print("    allowed: \(option.allowed)")
            if let theirs = option.authorsName { print("    authors: \(theirs)") }
            print("    source:  \(option.source)")
        }
    }
}
