import Foundation
import SLHarness
import Testing

/// The commit of a program is the one that its build noted, or none.
@Suite struct SourceTreeTests {
    /// A checkout with one source, the building scripts, and an executable that stands for the program.
    private func inCheckout(_ body: (URL, URL) throws -> Void) throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        try inFolder { folder in
            let program = folder.appending(path: ".build/release/slbench")
            for name in ["Sources", ".build/release", "scripts"] {
                try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
            }
            try FileManager.default.copyItem(at: package.appending(path: "scripts/lib"), to: folder.appending(path: "scripts/lib"))
            try bash(folder, "echo one >Sources/a.swift; touch Package.swift; echo .build >.gitignore; git init -q; git add .; \(Self.commit) one")
            try body(folder, program)
        }
    }

    private static let commit = "git -c user.name=a -c user.email=a@b -c commit.gpgsign=false commit -q -m"

    /// What `ensure_program` does, with a compiler that copies the source.
    private static let build =
        "source scripts/lib/common.sh; source scripts/lib/build.sh; run_build() { cp Sources/a.swift \"$RELEASE_BINARY\"; chmod +x \"$RELEASE_BINARY\"; }; ensure_program"

    @discardableResult private func bash(_ folder: URL, _ script: String) throws -> String {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-euc", script]
        process.currentDirectoryURL = folder
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(script)")
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func aBuildNotesItsCommit() throws {
        try inCheckout { folder, program in
            #expect(SourceTree.ofProgram(executable: program) == nil)
            try bash(folder, Self.build)
            let first = SourceTree(commit: try bash(folder, "git rev-parse HEAD"), isDirty: false)
            #expect(SourceTree.ofProgram(executable: program) == first)
            // Edited and committed after the build: the program is still that of the first commit.
            try bash(folder, "echo two >Sources/a.swift; \(Self.commit) two -a")
            #expect(SourceTree.ofProgram(executable: program) == first)
            try bash(folder, Self.build)
            let second = SourceTree(commit: try bash(folder, "git rev-parse HEAD"), isDirty: false)
            #expect(SourceTree.ofProgram(executable: program) == second && second != first)
        }
    }

    @Test func editedSourcesAreSaidToBe() throws {
        try inCheckout { folder, program in
            try bash(folder, "echo two >Sources/a.swift; \(Self.build)")
            #expect(SourceTree.ofProgram(executable: program)?.isDirty == true)
            // Committed without a change since: what was built is now that commit.
            try bash(folder, "\(Self.commit) two -a; \(Self.build)")
            #expect(SourceTree.ofProgram(executable: program) == SourceTree(commit: try bash(folder, "git rev-parse HEAD"), isDirty: false))
        }
    }

    /// Built by hand, edited while it was built, or no note at all: no commit rather than a wrong one.
    @Test func aProgramThatNobodyVouchesForHasNoCommit() throws {
        try inCheckout { folder, program in
            try bash(folder, Self.build)
            try bash(folder, "mkdir elsewhere; cp -p .build/release/slbench* elsewhere/")
            #expect(SourceTree.ofProgram(executable: folder.appending(path: "elsewhere/slbench")) != nil, "an installed copy")
            try bash(folder, "echo by hand >.build/release/slbench")
            #expect(SourceTree.ofProgram(executable: program) == nil)
            try bash(folder, "echo three >Sources/a.swift; \(Self.build.replacing("run_build() {", with: "run_build() { sleep 0.05; echo four >>Sources/a.swift;"))")
            #expect(SourceTree.ofProgram(executable: program) == nil)
            try bash(folder, "\(Self.build); echo 'not a note' >.build/release/slbench.commit")
            #expect(SourceTree.ofProgram(executable: program) == nil)
            #expect(SourceTree.ofProgram(executable: folder.appending(path: "none")) == nil)
        }
    }
}
