public import Foundation
public import SLSpec

/// The tasks of a batch job: which assignments each element of an array carries out. `{"tasks": {"1": ["/shared/…/assignment.json"]}}`
public struct BatchTasks: Sendable, Hashable, Codable {
    /// Absolute paths of assignments by the element's number; of several one after the other.
    public var tasks: [String: [String]]
    /// After so many runs beside this list failed or diverged no other is begun; `nil` for no bound.
    public var maxFailures: Int?

    public init(tasks: [String: [String]], maxFailures: Int? = nil) {
        self.tasks = tasks
        self.maxFailures = maxFailures
    }

    enum CodingKeys: String, CodingKey {
        case tasks
        case maxFailures = "max_failures"
    }

    /// - Throws: `FileError` when the file can't be written.
    public func write(to file: URL) throws(FileError) {
        do {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try RecordJSON.encoder(isPretty: true).encode(self).write(to: file, options: .atomic)
        } catch {
            throw FileError(
                file: file.path, problem: "the tasks can't be written: \(error.localizedDescription)", fix: "free some space or make the folder writable")
        }
    }

    /// - Throws: `DataError` when the file is missing or not a list of tasks.
    public init(contentsOf file: URL) throws(DataError) {
        let bytes = try DataError.contents(of: file.path, missing: "there is no such list of tasks")
        do {
            self = try RecordJSON.decoder().decode(BatchTasks.self, from: Data(bytes))
        } catch {
            throw DataError(file: file.path, problem: "not a list of tasks: \(error)")
        }
    }

    /// The assignments of one element, at least one.
    ///
    /// - Throws: `DataError` when the list has no such task, or one with a path that is not absolute.
    public func assignments(_ task: Int, file: String) throws(DataError) -> [URL] {
        guard let paths = tasks[String(task)], !paths.isEmpty else {
            let known = tasks.keys.compactMap { Int($0) }.sorted()
            let range = known.first.flatMap { first in known.last.map { "\(first) to \($0)" } } ?? "none"
            throw DataError(file: file, problem: "there is no task \(task)", fix: "its tasks are \(range)")
        }
        for path in paths where !path.hasPrefix("/") {
            throw DataError(file: file, problem: "task \(task) is '\(path)'", fix: "a job may start in any folder: name the assignment by its absolute path")
        }
        return paths.map { URL(fileURLWithPath: $0) }
    }
}
