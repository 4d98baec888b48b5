import Foundation

/// The git checkout a program was built in, if it was built in one.
public struct SourceTree: Sendable, Hashable {
    public var commit: String
    /// Whether the program's own sources differ from the commit.
    public var isDirty: Bool

    /// Looks upwards from the executable for this package's manifest and asks git about it.
    ///
    /// - Returns: `nil` when the program lies elsewhere, as an installed copy does, or git doesn't answer.
    public static func ofProgram(executable: URL? = ProgramFile.location) -> SourceTree? {
        guard let executable else { return nil }
        var folder = executable.deletingLastPathComponent()
        while folder.path != "/" {
            let manifest = folder.appendingPathComponent("Package.swift")
            if let text = try? String(contentsOf: manifest, encoding: .utf8) {
                return text.contains("name: \"slbench\"") ? asked(folder) : nil
            }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    private static func asked(_ folder: URL) -> SourceTree? {
        guard let commit = git(folder, ["rev-parse", "--verify", "HEAD"])?.trimmingCharacters(in: .whitespacesAndNewlines),
            commit.count >= 40, commit.allSatisfy(\.isHexDigit)
        else { return nil }
        let changes = git(folder, ["status", "--porcelain", "--", "Package.swift", "Package.resolved", "Sources"])
        return SourceTree(commit: commit, isDirty: changes.map { !$0.isEmpty } ?? true)
    }

    private static func git(_ folder: URL, _ arguments: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", folder.path] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = try? output.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else { return nil }
        return String(decoding: text ?? Data(), as: UTF8.self)
    }
}

/// Where this program's file is.
public enum ProgramFile {
    /// The file itself, links resolved.
    public static var location: URL? {
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            return URL(fileURLWithPath: path)
        }
        return Bundle.main.executableURL
    }

    /// What to start for another process of this very program: on Linux a name that holds even when the file is
    /// replaced by a newer build in the middle of a sweep.
    public static var forChildren: URL? {
        let held = "/proc/\(getpid())/exe"
        return FileManager.default.isExecutableFile(atPath: held) ? URL(fileURLWithPath: held) : location
    }
}
