import ArgumentParser
import SLMethodKit
import SLSpec

struct DocsCommand: ParsableCommand {
    enum Topic: String, ExpressibleByArgument, CaseIterable { case man, config, methods, schema }

    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Print the manual, made from the program's own definitions.",
        discussion: """
            man is the manual page, config what every key of a config means, methods every method's options and tensors, schema the
            tables, columns and views of the results database.

              slbench docs man | man -l -
              slbench docs schema
            """)

    @Argument(help: "man, config, methods or schema.")
    var topic: Topic

    func run() throws {
        switch topic {
        case .man: print(try ManualPage.text(), terminator: "")
        case .config: print(ConfigReference.markdown(catalog: Program.registry.catalog), terminator: "")
        case .methods: print(try MethodReference.markdown(), terminator: "")
        case .schema: print(try SchemaReference.markdown(), terminator: "")
        }
    }
}
