public import Foundation

extension SweepConfig {
    /// Reads, overrides and checks a config.
    ///
    /// - Parameters:
    ///   - overrides: `key.path=value` each, as of `--set`.
    ///   - catalog: the methods and optimizers that may be named.
    /// - Throws: `DataError` when the file is missing or unreadable, `ConfigError` with every problem found.
    ///   - work: FLOPs of all updates of a cell whose rows have no padding, for budgets in FLOPs; `nil` for a cell that no method
    ///     can make.
    ///   - measure: how large a cell is, for shapes that are picked to match another row.
    ///   - targetShare: share of the positions of a cell's rows that are targets, for budgets in tokens and FLOPs; asked only
    ///     where there is one.
    public static func load(
        file: URL, overrides: [String] = [], catalog: Catalog, work: @escaping (PredictionSpec) -> Double? = { _ in nil },
        measure: @escaping (MatchQuantity, PredictionSpec) -> Double? = { _, _ in nil }, targetShare: @escaping (PredictionSpec) -> Double = { _ in 1 }
    ) throws -> SweepConfig {
        let name = file.relativePath
        let bytes = try DataError.contents(
            of: file.path, as: name, missing: "there is no such config file", fix: "name a JSON file, for example configs/quick.json")
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigError([ConfigIssue(file: name, keyPath: "", problem: "the file is not UTF-8 text", allowed: "JSON in UTF-8")])
        }
        return try load(
            text: text, name: name, folder: file.deletingLastPathComponent(), overrides: overrides, catalog: catalog, work: work, measure: measure,
            targetShare: targetShare)
    }

    /// The same from a text.
    ///
    /// - Parameter folder: what relative model paths are relative to.
    public static func load(
        text: String, name: String, folder: URL, overrides: [String] = [], catalog: Catalog,
        work: @escaping (PredictionSpec) -> Double? = { _ in nil },
        measure: @escaping (MatchQuantity, PredictionSpec) -> Double? = { _, _ in nil }, targetShare: @escaping (PredictionSpec) -> Double = { _ in 1 }
    ) throws -> SweepConfig {
        var tree: JSONValue
        do {
            tree = try JSONValue.parse(text)
        } catch {
            let reader = ConfigReader(file: name, overridden: [])
            reader.report("", error)
            throw ConfigError(reader.issues)
        }
        var overridden: Set<String> = []
        var setIssues: [ConfigIssue] = []
        for override in overrides {
            do {
                overridden.formUnion(try ConfigOverride(override).apply(to: &tree))
            } catch {
                setIssues.append(error)
            }
        }
        let reader = ConfigReader(file: name, overridden: overridden)
        let stem = FileTitle.of(folder.appendingPathComponent(URL(filePath: name).lastPathComponent))
        let config = SweepDecoder(reader: reader, catalog: catalog, folder: folder, work: work, measure: measure, targetShare: targetShare)
            .decode(tree, stem: stem)
        let issues = setIssues + reader.issues
        guard issues.isEmpty, let config else { throw ConfigError(issues) }
        return config
    }
}
