/// The manual page in roff, made from the definitions of the commands.
enum ManualPage {
    static func text() throws -> String {
        let program = try ProgramHelp.ofProgram()
        var page = Roff()
        page.macro("TH", [program.commandName.uppercased(), "1", "", "\(program.commandName) \(Program.version)", "User Commands"])
        page.section("NAME")
        page.line("\(program.commandName) - \(program.abstract ?? "")")
        page.section("SYNOPSIS")
        for command in program.listed { synopsis(command, of: program.commandName, &page) }
        page.section("DESCRIPTION")
        page.prose(program.discussion ?? "")
        page.section("COMMANDS")
        for command in program.listed { describe(command, of: program.commandName, &page) }
        page.section("ENVIRONMENT")
        for (name, meaning) in environment { page.item(name, meaning) }
        page.section("FILES")
        for (name, meaning) in files { page.item(name, meaning) }
        return page.text
    }

    private static let environment = [
        ("SLBENCH_DB", "Results database where --db is not given."),
        ("SLBENCH_PRODUCTS", "openblas or onednn: the library of fp32 matrix products, in place of the program's own rule. Recorded with each run."),
        ("SLBENCH_THREADS", "Threads of a run where neither --threads nor the config says; otherwise every core that the process may use."),
        ("SLBENCH_VECTOR_UNITS", "baseline, avx2, avx512 or avx512_bf16: the kernels' instructions, in place of the widest that the processor has. Recorded with each run."),
        ("SLBENCH_DATA_DIR", "Where corpora, tokenizers and token files are kept."),
        ("SLBENCH_MPI_LIBRARY", "The library by which ranks talk to MPI, in place of libslbench_mpi.so beside the program."),
        ("NO_COLOR, CI", "Progress without colour, and as plain lines."),
    ]

    private static let files = [
        (Program.defaultDatabase, "The results database where none is named."),
        ("DATABASE.runs/", "Beside the database: assignments, logs, checkpoints and final weights of its runs."),
    ]

    private static func synopsis(_ command: ProgramHelp, of parent: String, _ page: inout Roff) {
        let name = "\(parent) \(command.commandName)"
        guard command.listed.isEmpty else {
            for inner in command.listed { synopsis(inner, of: name, &page) }
            return
        }
        let positional = command.own.filter(\.isPositional).map { argument in
            let value = "<\(argument.valueName ?? "value")>" + (argument.isRepeating ? " ..." : "")
            return argument.isOptional ? "[\(value)]" : value
        }
        let needed = command.own.filter { !$0.isPositional && !$0.isOptional }.map(spelling)
        let hasOptions = command.own.contains { !$0.isPositional && $0.isOptional }
        page.line(bold: name, ([""] + positional + needed + (hasOptions ? ["[options]"] : [])).joined(separator: " "))
        page.macro("br")
    }

    private static func describe(_ command: ProgramHelp, of parent: String, _ page: inout Roff) {
        let name = "\(parent) \(command.commandName)"
        page.macro("SS", [name])
        page.line(command.abstract ?? "")
        if let discussion = command.discussion {
            page.macro("PP")
            page.prose(discussion)
        }
        for argument in command.own {
            let standard = argument.defaultValue.map { argument.takesValue || argument.isPositional ? " Default: \($0)." : "" } ?? ""
            page.item(spelling(argument), (argument.abstract ?? "") + standard)
        }
        for inner in command.listed { describe(inner, of: name, &page) }
    }

    private static func spelling(_ argument: ProgramHelp.Argument) -> String {
        let value = "<\(argument.valueName ?? "value")>"
        if argument.isPositional { return value }
        let names = (argument.names ?? []).map(\.spelled).sorted { $0.count < $1.count }.joined(separator: ", ")
        return argument.takesValue ? "\(names) \(value)" : names
    }
}

/// Text with the macros of man(7).
struct Roff {
    private(set) var text = ""

    mutating func macro(_ name: String, _ arguments: [String] = []) {
        let words = arguments.map { "\"\(Self.escaped($0).replacing("\"", with: "\\(dq"))\"" }
        text += ([".\(name)"] + words).joined(separator: " ") + "\n"
    }

    mutating func section(_ title: String) { macro("SH", [title]) }

    mutating func line(_ words: String) { if !words.isEmpty { text += Self.guarded(Self.escaped(words)) + "\n" } }

    mutating func line(bold: String, _ rest: String) { text += "\\fB\(Self.escaped(bold))\\fR\(Self.escaped(rest))\n" }

    mutating func item(_ tag: String, _ words: String) {
        macro("TP")
        line(bold: tag, "")
        line(words)
    }

    /// Paragraphs that are filled, and indented lines that stay as they are.
    mutating func prose(_ words: String) {
        var (isExample, isBroken) = (false, false)
        for line in words.split(separator: "\n", omittingEmptySubsequences: false) {
            guard !line.isEmpty else {
                isBroken = true
                continue
            }
            let isIndented = line.hasPrefix("  ")
            if isExample, !isIndented { macro("fi") }
            if isBroken { macro("PP") }
            if !isExample, isIndented { macro("nf") }
            (isExample, isBroken) = (isIndented, false)
            text += Self.guarded(Self.escaped(String(line))) + "\n"
        }
        if isExample { macro("fi") }
    }

    private static func escaped(_ words: String) -> String { words.replacing("\\", with: "\\e").replacing("-", with: "\\-") }

    /// A line that begins like a macro must not be one.
    private static func guarded(_ line: String) -> String { line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line }
}
