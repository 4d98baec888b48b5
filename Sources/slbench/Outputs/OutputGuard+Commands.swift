import Foundation
import SLHarness
import SLReport
import SLSpec
import SLSystem

extension OutputGuard {
    /// For commands that read a database alone.
    init(database: String, inputs: [(path: String, what: String)] = []) { self.init(inputs: inputs, databases: [database]) }

    /// For commands that read a config: every file or folder that it names is an input.
    init(config file: String, _ config: SweepConfig, database: String) {
        var inputs = [(path: file, what: "the config")]
        inputs += [(config.data.corpus, "the corpus"), (config.data.tokenizer, "the tokenizer")]
        if let validation = config.data.validation { inputs.append((validation, "the validation text")) }
        if let test = config.data.test { inputs.append((test, "the test text")) }
        inputs += config.data.heldOut.map { ($0, "a held-out text") }
        let folder = URL(filePath: file).deletingLastPathComponent().path
        inputs += Self.names(in: file).flatMap { [($0, "an input of the config"), ("\(folder)/\($0)", "an input of the config")] }
        self.init(
            inputs: inputs.filter { FileManager.default.fileExists(atPath: (try? HomeFolder.expanded($0.path)) ?? $0.path) }, databases: [database])
    }

    /// Every text of a config but the names of what it makes.
    private static func names(in file: String) -> [String] {
        guard let bytes = FileManager.default.contents(atPath: file), let tree = try? JSONSerialization.jsonObject(with: bytes) else { return [] }
        func texts(_ value: Any) -> [String] {
            switch value {
            case let text as String: text.isEmpty ? [] : [text]
            case let list as [Any]: list.flatMap(texts)
            case let object as [String: Any]: object.filter { !["report", "name"].contains($0.key) }.values.flatMap(texts)
            default: []
            }
        }
        return texts(tree)
    }

    /// Where a report may go, with everything that is written beside it.
    ///
    /// - Throws: `OutputRefusal` or `FileError`.
    @discardableResult
    func report(_ name: String, format: ReportFormat) throws -> URL {
        guard format != .csv else { return try folder(name) }
        let place = try file(name, what: "report", isFormer: FormerOutput.isReport(format))
        guard format != .html else { return place }
        let stem = place.deletingPathExtension().path
        for suffix in ReportPicture.suffixes {
            for ending in format == .latex ? ["svg", "pdf"] : ["svg"] {
                try file("\(stem)-\(suffix).\(ending)", what: "picture", isFormer: FormerOutput.isPicture)
            }
        }
        return place
    }
}
