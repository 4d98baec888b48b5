import Foundation
import SLSpec

extension RunsFolder {
    /// What came along with a merge.
    public struct Taken: Sendable, Hashable {
        public var weights = 0
        public var checkpoints = 0
        /// Folders whose files could not be brought along, and why.
        public var left: [String] = []
    }

    /// Brings weights and checkpoints of another database's runs along. The files there stay; nothing here is overwritten.
    ///
    /// - Parameters:
    ///   - weights: ids of runs that both databases now have the same result of.
    ///   - checkpoints: ids of runs whose record was taken over before its end.
    public func bring(from other: RunsFolder, weights: [String], checkpoints: [String]) -> Taken {
        var taken = Taken()
        for run in weights {
            guard let source = other.weights(run), self.weights(run) == nil else { continue }
            if bring(source, to: folder(run), &taken) { taken.weights += 1 }
        }
        for run in checkpoints {
            let source = [other.folder(run), other.shared.appendingPathComponent(run)].first { !Self.checkpoints(in: $0).isEmpty }
            guard let source else { continue }
            // What is here belongs to the record that was replaced.
            for old in Self.checkpoints(in: folder(run)) { try? FileManager.default.removeItem(at: old) }
            if Self.checkpoints(in: source).map({ bring($0, to: folder(run), &taken) }).contains(true) { taken.checkpoints += 1 }
        }
        return taken
    }

    private static func checkpoints(in folder: URL) -> [URL] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
            .filter { $0.hasPrefix("step-") && $0.hasSuffix(".safetensors") }.sorted().map { folder.appendingPathComponent($0) }
    }

    /// A second name of the same file where that can be, since files of runs are replaced and never changed; else a copy.
    private func bring(_ source: URL, to folder: URL, _ taken: inout Taken) -> Bool {
        let target = folder.appendingPathComponent(source.lastPathComponent)
        let part = target.path + ".\(getpid()).partial"
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            if unsafe link(source.path, target.path) == 0 { return true }
            try FileManager.default.copyItem(atPath: source.path, toPath: part)
            guard unsafe rename(part, target.path) == 0 else { throw FileError(errno: errno, file: target.path, doing: "written") }
            return true
        } catch {
            unsafe unlink(part)
            let reason = (error as? FileError)?.problem ?? error.localizedDescription
            taken.left.append("\(source.path): \(reason)")
            return false
        }
    }
}
