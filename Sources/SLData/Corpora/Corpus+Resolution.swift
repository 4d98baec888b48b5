import Foundation
import SLSpec

extension Corpus {
    private static let textExtensions: Set<String> = ["txt"]
    private static let recordExtensions: Set<String> = ["jsonl", "json", "ndjson"]
    private static let accepted = "a .txt file or a folder of them, or JSON lines with a \"text\" field (.jsonl, .json, each also .gz)"

    /// Finds the text a config names.
    ///
    /// - Throws: `DataError` when there is none, or its kind isn't known.
    static func resolve(_ name: String, directory: DataDirectory) throws(DataError) -> Corpus {
        switch name {
        case "synthetic":
            return Corpus(name: name, place: name, layout: .text, source: .synthetic(SyntheticSource()))
        case "sotu":
            let folder = directory.corpora.appendingPathComponent(name, isDirectory: true)
            let files = try files(below: folder.path).filter { layout(of: $0) == .text }
            guard !files.isEmpty else {
                throw DataError(
                    file: folder.path, problem: "the default corpus 'sotu' is not there",
                    fix:
                        "run scripts/fetch-corpus, set SLBENCH_DATA_DIR to the folder that holds corpora/sotu, or use the corpus 'synthetic'",
                    isMissingFile: true)
            }
            return Corpus(name: name, place: folder.path, layout: .text, source: .files(files))
        default:
            return try resolvePath(name)
        }
    }

    private static func resolvePath(_ path: String) throws(DataError) -> Corpus {
        let expanded = (path as NSString).expandingTildeInPath
        let absolute = URL(fileURLWithPath: expanded).resolvingSymlinksInPath()
        var isFolder: ObjCBool = false
        guard !path.isEmpty, FileManager.default.fileExists(atPath: absolute.path, isDirectory: &isFolder) else {
            throw DataError(
                file: path, problem: "no such corpus", fix: "name 'sotu', 'synthetic', or the path of \(accepted)", isMissingFile: true)
        }
        if !isFolder.boolValue {
            guard let layout = layout(of: absolute.path) else {
                throw DataError(file: path, problem: "not a kind of corpus that is known by its name", fix: "name \(accepted)")
            }
            return Corpus(name: absolute.lastPathComponent, place: path, layout: layout, source: .files([absolute.path]))
        }
        let files = try files(below: absolute.path)
        let layouts = Set(files.compactMap(layout(of:)))
        guard let layout = layouts.first else { throw DataError(file: path, problem: "the folder holds no text", fix: "name \(accepted)") }
        guard layouts.count == 1 else {
            throw DataError(file: path, problem: "the folder mixes .txt files and JSON lines", fix: "keep one kind in a folder")
        }
        return Corpus(name: absolute.lastPathComponent, place: path, layout: layout, source: .files(files))
    }

    private static func layout(of path: String) -> Layout? {
        var name = (path as NSString).lastPathComponent.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        let suffix = (name as NSString).pathExtension
        if textExtensions.contains(suffix) { return .text }
        return recordExtensions.contains(suffix) ? .records : nil
    }

    /// All files of a known kind in a folder and the folders in it, in the order of their relative names' bytes;
    /// none when there is no such folder. Left out are hidden ones, and plain `.json`: beside text that is a manifest
    /// or the like.
    private static func files(below folder: String) throws(DataError) -> [String] {
        let manager = FileManager.default
        guard manager.fileExists(atPath: folder) else { return [] }
        guard let walker = manager.enumerator(atPath: folder) else { throw DataError(file: folder, problem: "the folder can't be read") }
        var found: [String] = []
        for case let name as String in walker where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            var isFolder: ObjCBool = false
            let path = folder + (folder.hasSuffix("/") ? "" : "/") + name
            guard layout(of: name) != nil, !name.lowercased().hasSuffix(".json"), manager.fileExists(atPath: path, isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            found.append(name)
        }
        // Bytes, not letters: the same order in every locale.
        found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return found.map { folder + (folder.hasSuffix("/") ? "" : "/") + $0 }
    }
}
