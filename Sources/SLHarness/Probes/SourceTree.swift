public import Foundation

/// The commit that a program was built from, as its build noted it beside the executable.
///
/// The scripts that build write `slbench.commit`: size and time of change of the executable they made, the commit, and whether the
/// sources were that commit's. It is believed of the very file that it describes and of no other, so that a build by hand, an edit or a
/// checkout after the build give no commit rather than a wrong one.
public struct SourceTree: Sendable, Hashable {
    public var commit: String
    /// Whether the program's own sources differed from the commit.
    public var isDirty: Bool

    public init(commit: String, isDirty: Bool) {
        self.commit = commit
        self.isDirty = isDirty
    }

    /// - Returns: `nil` when nothing trustworthy says what the program was built from.
    public static func ofProgram(executable: URL? = ProgramFile.location) -> SourceTree? {
        guard let executable, let identity = identity(executable),
            let text = try? String(contentsOfFile: executable.path + ".commit", encoding: .utf8)
        else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[0] == identity.size, words[1] == identity.changed, words[2].count >= 40, words[2].allSatisfy(\.isHexDigit),
            words[3] == "clean" || words[3] == "modified"
        else { return nil }
        return SourceTree(commit: String(words[2]), isDirty: words[3] == "modified")
    }

    /// Size in bytes and time of change to the nanosecond, as `stat -c '%s %.9Y'` prints them. Of this program itself the file that
    /// runs is asked, which stays when a newer build takes its name.
    private static func identity(_ executable: URL) -> (size: String, changed: String)? {
        var status = stat()
        guard unsafe stat(executable == ProgramFile.location ? "/proc/self/exe" : executable.path, &status) == 0 else { return nil }
        let fraction = String(status.st_mtim.tv_nsec)
        return (String(status.st_size), "\(status.st_mtim.tv_sec).\(String(repeating: "0", count: 9 - fraction.count))\(fraction)")
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
