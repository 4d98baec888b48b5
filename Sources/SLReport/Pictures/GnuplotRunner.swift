import Foundation
import SLSpec

/// Runs gnuplot, if it is there, as a child process with files for its streams: no pipe can fill up.
public struct GnuplotRunner: Sendable {
    public var executable: URL
    /// Seconds until gnuplot is killed.
    public var timeout: Double

    public init(executable: URL, timeout: Double = 60) {
        self.executable = executable
        self.timeout = timeout
    }

    /// The gnuplot on the search path; `nil` when there is none.
    ///
    /// - Parameter path: a search path in place of the environment's `PATH`.
    public static func find(path: String? = nil, timeout: Double = 60) -> GnuplotRunner? {
        let search = path ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
        for folder in search.split(separator: ":") {
            let candidate = URL(fileURLWithPath: String(folder), isDirectory: true).appendingPathComponent("gnuplot")
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue,
                FileManager.default.isExecutableFile(atPath: candidate.path) {
                return GnuplotRunner(executable: candidate, timeout: timeout)
            }
        }
        return nil
    }

    /// Draws a script from ``PlotScript``: the picture as SVG text.
    ///
    /// - Throws: ``PictureError`` when gnuplot can't be started, fails, takes too long or writes no picture; `StorageError`
    ///   when there is no room for its files.
    public func svg(script: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slbench-plot-\(UUID().uuidString)", isDirectory: true)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw StorageError(file: folder.path, problem: "no folder for the picture could be made: \(error.localizedDescription)")
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appendingPathComponent("plot.gp")
        let picture = folder.appendingPathComponent("plot.svg")
        let messages = folder.appendingPathComponent("messages.txt")
        do {
            try Data(script.utf8).write(to: source)
            try Data().write(to: picture)
            try Data().write(to: messages)
            try launch(source, picture, messages)
        } catch let error as PictureError {
            throw error
        } catch {
            throw PictureError(problem: "gnuplot could not be run: \(error.localizedDescription)")
        }
        let text = (try? String(contentsOf: picture, encoding: .utf8)) ?? ""
        guard text.contains("<svg"), text.contains("</svg>") else {
            throw PictureError(problem: "gnuplot wrote no picture" + Self.detail(messages))
        }
        return PictureStyle.applied(to: Self.cleaned(text))
    }

    private func launch(_ source: URL, _ picture: URL, _ messages: URL) throws {
        let output = try FileHandle(forWritingTo: picture)
        let errors = try FileHandle(forWritingTo: messages)
        defer {
            try? output.close()
            try? errors.close()
        }
        let process = Process()
        process.executableURL = executable
        // -d: the user's own ~/.gnuplot must not change the picture.
        process.arguments = ["-d", source.path]
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "LC_ALL": "C.UTF-8", "HOME": source.deletingLastPathComponent().path,
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        guard ended.wait(timeout: .now() + timeout) == .success else {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
            throw PictureError(problem: "gnuplot took longer than \(NumberFormat.duration(seconds: timeout)) and was stopped")
        }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw PictureError(problem: "gnuplot failed with status \(process.terminationStatus)" + Self.detail(messages))
        }
    }

    /// The line that says what gnuplot complains of: it stands below the command that it is about.
    private static func detail(_ messages: URL) -> String {
        let text = (try? String(contentsOf: messages, encoding: .utf8)) ?? ""
        let lines = text.split(whereSeparator: \.isNewline)
        let line = lines.first { $0.contains(/line \d+:/) } ?? lines.first { $0.contains { $0.isLetter } }
        return line.map { ": " + MarkdownText.withoutPaths($0.trimmingCharacters(in: .whitespaces)) } ?? ""
    }

    /// Without what gnuplot says of itself: the line with its version, and the names of its plots, which browsers show
    /// when the pointer rests on a curve.
    static func cleaned(_ svg: String) -> String {
        let pattern = #"<title>[^<]*</title>\n?|<desc>Produced by GNUPLOT[^<]*</desc>\n?"#
        return svg.replacingOccurrences(of: pattern, with: "", options: .regularExpression)
    }
}

/// A picture could not be drawn. The report stands without it.
public struct PictureError: Error, Sendable, Hashable, CustomStringConvertible {
    public var problem: String

    public init(problem: String) { self.problem = problem }

    public var description: String { problem }
}
