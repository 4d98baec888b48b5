public import Foundation
import SLSpec
import SLSystem

/// Runs gnuplot, if it is there, as a child process with files for its streams: no pipe can fill up or be held open. Gnuplot and all
/// that it starts are one group, which is ended when its time is over, when this process is asked to stop, and when gnuplot is done.
public struct GnuplotRunner: Sendable {
    public var executable: URL
    /// Seconds until gnuplot is killed.
    public var timeout: Double
    /// A folder that can be written where there is none for temporary files: that of the report.
    public var scratch: URL?

    public init(executable: URL, timeout: Double = 60) {
        self.executable = executable
        self.timeout = timeout
    }

    /// The gnuplot on the search path; `nil` when there is none.
    ///
    /// - Parameter path: a search path in place of the environment's `PATH`.
    public static func find(path: String? = nil, timeout: Double = 60) -> GnuplotRunner? {
        SearchPath.find("gnuplot", path: path).map { GnuplotRunner(executable: $0, timeout: timeout) }
    }

    /// Draws a script from ``PlotScript``: the picture as SVG text.
    ///
    /// - Throws: ``PictureError`` when there is no room for its files, gnuplot can't be started, fails, takes too long or writes no
    ///   picture.
    public func svg(script: String) throws(PictureError) -> String {
        guard let folder = ScratchFolder(prefix: "slbench-plot", otherwise: [scratch].compactMap(\.self)) else {
            throw PictureError(problem: "no folder for temporary files can be written (TMPDIR names one)", isLasting: true)
        }
        defer { folder.remove() }
        let source = folder.url.appendingPathComponent("plot.gp")
        let picture = folder.url.appendingPathComponent("plot.svg")
        let messages = folder.url.appendingPathComponent("messages.txt")
        do {
            try Data(script.utf8).write(to: source)
        } catch {
            throw PictureError(problem: "the folder for temporary files can't be written", isLasting: true)
        }
        try launch(source, picture, messages)
        let text = (try? String(contentsOf: picture, encoding: .utf8)) ?? ""
        guard text.contains("<svg"), text.contains("</svg>") else {
            throw PictureError(problem: "gnuplot wrote no picture" + Self.detail(messages))
        }
        return PictureStyle.applied(to: Self.cleaned(text))
    }

    private func launch(_ source: URL, _ picture: URL, _ messages: URL) throws(PictureError) {
        let streams = unsafe (input: open("/dev/null", O_RDONLY | O_CLOEXEC), output: Self.newFile(picture), errors: Self.newFile(messages))
        defer { for descriptor in [streams.input, streams.output, streams.errors] where descriptor >= 0 { close(descriptor) } }
        guard streams.input >= 0, streams.output >= 0, streams.errors >= 0 else {
            throw PictureError(problem: "the folder for temporary files can't be written", isLasting: true)
        }
        let requests = StopFlag.requests
        let process: ChildProcess
        do throws(ChildProcess.StartError) {
            process = try ChildProcess(
                executable: executable.path,
                // -d: the user's own ~/.gnuplot must not change the picture.
                arguments: ["-d", source.path],
                environment: [
                    "PATH=\(EnvironmentVariable.value("PATH") ?? "")", "LC_ALL=C.UTF-8", "HOME=\(source.deletingLastPathComponent().path)",
                ],
                streams: streams, leadsGroup: true)
        } catch {
            throw PictureError(problem: "gnuplot could not be run: \(error)", isLasting: true)
        }
        let end = process.wait(atMost: timeout) { StopFlag.requests == requests }
        // What it started and left behind has nobody else to end it.
        process.endGroup()
        switch end {
        case .status(0)?: return
        case .status(let number)?: throw PictureError(problem: "gnuplot failed with status \(number)" + Self.detail(messages))
        case .signal(let number)?: throw PictureError(problem: "gnuplot was ended by signal \(number)" + Self.detail(messages))
        case nil where StopFlag.requests != requests:
            throw PictureError(problem: "the program was told to stop", isLasting: true)
        case nil:
            throw PictureError(problem: "gnuplot took longer than \(NumberFormat.duration(seconds: timeout)) and was stopped", isLasting: true)
        }
    }

    private static func newFile(_ file: URL) -> Int32 { unsafe open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }

    /// The line that says what gnuplot complains of: it stands below the command that it is about.
    private static func detail(_ messages: URL) -> String {
        let text = (try? String(contentsOf: messages, encoding: .utf8)) ?? ""
        let lines = text.split(whereSeparator: \.isNewline)
        let line = lines.first { $0.contains(/line \d+:/) } ?? lines.first { $0.contains { $0.isLetter } }
        return line.map { ": " + MarkdownText.withoutPaths($0.trimmingCharacters(in: .whitespaces)) } ?? ""
    }

    /// Without what gnuplot says of itself: the line with its version, and the names of its plots, which browsers show
    /// when the pointer rests on a curve.
    package static func cleaned(_ svg: String) -> String {
        let pattern = #"<title>[^<]*</title>\n?|<desc>Produced by GNUPLOT[^<]*</desc>\n?"#
        return svg.replacingOccurrences(of: pattern, with: "", options: .regularExpression)
    }
}

/// A picture could not be drawn. The report stands without it.
public struct PictureError: Error, Sendable, Hashable, CustomStringConvertible {
    public var problem: String
    /// Whether the next picture would fare no better.
    public var isLasting: Bool

    public init(problem: String, isLasting: Bool = false) {
        self.problem = problem
        self.isLasting = isLasting
    }

    public var description: String { problem }
}
