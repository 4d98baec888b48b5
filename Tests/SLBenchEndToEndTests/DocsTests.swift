import Foundation
import Testing

/// The manual is made from definitions, and what is committed of it is what they say now. SLBENCH_RECORD=1 writes it anew.
@Suite(.enabled(if: Workplace.binary != nil, Workplace.missing)) struct DocsTests {
    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// What stands above it in the file is written by hand.
    private static let marker = "<!-- From here on made by `slbench docs config`. -->\n\n"

    @Test(arguments: [("config", "configs/README.md"), ("methods", "configs/METHODS.md"), ("schema", "results/SCHEMA.md")])
    func committedReferencesAreWhatTheProgramPrints(topic: String, name: String) throws {
        try inWorkplace { place in
            let printed = try place.run("docs", topic)
            #expect(printed.status == 0 && printed.output.count > 2000, "\(printed.talk)")
            let file = Self.package.appending(path: name)
            let parts = (try? String(contentsOf: file, encoding: .utf8))?.components(separatedBy: Self.marker) ?? [""]
            let head = parts.count > 1 ? parts[0] + Self.marker : ""
            if ProcessInfo.processInfo.environment["SLBENCH_RECORD"] != nil {
                try (head + printed.output).write(to: file, atomically: true, encoding: .utf8)
            }
            #expect(try String(contentsOf: file, encoding: .utf8) == head + printed.output, "SLBENCH_RECORD=1 writes \(name) anew")
        }
    }

    /// A table or column that is added to the schema is explained, too.
    @Test func everyTableAndColumnHasAMeaning() throws {
        try inWorkplace { place in
            let lines = try place.run("docs", "schema").output.split(separator: "\n", omittingEmptySubsequences: false)
            for (number, line) in lines.enumerated() {
                if line.hasPrefix("### ") { #expect(!lines[number + 2].isEmpty, "\(line) has no meaning") }
                if line.hasPrefix("| `") { #expect(!line.hasSuffix("|  |") && !line.contains("|  (→"), "no meaning: \(line)") }
            }
            #expect(lines.count { $0.hasPrefix("### ") } > 12)
        }
    }

    @Test func theManualPageHasEveryCommandAndOption() throws {
        try inWorkplace { place in
            let page = try place.run("docs", "man").output
            #expect(page.hasPrefix(".TH \"SLBENCH\" \"1\""))
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "ENVIRONMENT", "FILES"] { #expect(page.contains(".SH \"\(section)\"\n")) }
            let help = try place.run("--help").output
            let names = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").last).matches(of: #/(?m)^  ([a-z]+) /#).map { String($0.1) }
            #expect(names.count > 10)
            for name in names { #expect(page.contains(".SS \"slbench \(name)\""), "\(name) is missing") }
            for option in ["\\-\\-retry\\-failed", "\\-\\-init <file>", "\\-\\-format <format>", "\\-o, \\-\\-output <output>"] {
                #expect(page.contains(option), "\(option) is missing")
            }
            #expect(!page.contains("run\\-cell"), "hidden commands stay hidden")
            // No line is a macro that roff doesn't know.
            for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
                #expect(line.firstMatch(of: #/^\.(TH|SH|SS|PP|TP|br|nf|fi)( ".*)?$/#) != nil, "\(line)")
            }
        }
    }

    /// groff finds nothing to say about the page, and shows what stands in it.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/man"), "no man")) func manShowsThePage() throws {
        try inWorkplace { place in
            try place.write(try place.run("docs", "man").output, to: "slbench.1")
            let shown = try place.shell("MANPAGER=cat MANWIDTH=100 man --warnings=w -l slbench.1")
            #expect(shown.status == 0)
            guard !shown.talk.contains("minimi") else { return }
            #expect(shown.talk.isEmpty, "\(shown.talk)")
            #expect(shown.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("slbench - Pretrains LLaMA models"))
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func completionsAreMadeForEveryShell(shell: String) throws {
        try inWorkplace { place in
            let script = try place.run("--generate-completion-script", shell)
            #expect(script.status == 0 && script.output.contains("retry-failed") && script.output.contains("tensorboard"))
        }
    }

    /// A real bash completes commands, options and their values.
    @Test func bashCompletes() throws {
        try inWorkplace { place in
            try place.write(try place.run("--generate-completion-script", "bash").output, to: "slbench.bash")
            func completions(_ words: String...) throws -> Set<String> {
                let line = words.map { "'\($0)'" }.joined(separator: " ")
                let script = """
                    source slbench.bash; COMP_WORDS=(\(line)); COMP_CWORD=\(words.count - 1); COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
                    COMPREPLY=(); $(complete -p slbench | sed 's/.*-F \\([^ ]*\\).*/\\1/') slbench "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """
                let result = try place.shell(script)
                return Set(result.output.split(whereSeparator: \.isWhitespace).map(String.init))
            }
            #expect(try completions("slbench", "swe").contains("sweep"))
            #expect(try completions("slbench", "sweep", "--retry").contains("--retry-failed"))
            #expect(try completions("slbench", "query", "--format", "mark").contains("markdown"))
        }
    }
}
