import Foundation
import SLSpec
import SLSystem

extension Corpus {
    /// What fetched corpora come with besides their text.
    private static let fetchedWithText: Set<String> = ["SHA256SUMS", "MANIFEST.json"]

    /// Finds the text a config names.
    ///
    /// - Parameter excluded: files and folders of its folder that are no part of it.
    /// - Throws: `DataError` when there is none, or its kind isn't known.
    static func resolve(_ name: String, directory: DataDirectory, excluding excluded: [String] = []) throws(DataError) -> Corpus {
        switch name {
        case "synthetic":
            try refuseExclusion(excluded, place: name)
            return Corpus(name: name, place: name, layout: .text, source: .synthetic(SyntheticSource()))
        case "sotu", "core":
            return try fetched(name, in: directory, excluding: excluded)
        default:
            guard CorpusName.isPart(name) else { return try resolvePath(name, excluding: excluded) }
            return try part(String(name.dropFirst(CorpusName.partPrefix.count)), in: directory, excluding: excluded)
        }
    }

    private static func fetched(_ name: String, in directory: DataDirectory, excluding excluded: [String]) throws(DataError) -> Corpus {
        let folder = directory.corpus(named: name).path
        guard FileManager.default.fileExists(atPath: folder) else { throw missing(name, folder) }
        let inside = try CorpusFolder(folder, ignoring: fetchedWithText)
        guard !inside.found.isEmpty else { throw missing(name, folder) }
        return try corpus(try inside.excluding(excluded, place: folder), name: named(name, excluded), place: folder, path: folder)
    }

    /// One source of `core`, a folder in its folder.
    private static func part(_ source: String, in directory: DataDirectory, excluding excluded: [String]) throws(DataError) -> Corpus {
        let core = directory.corpus(named: "core").path
        guard FileManager.default.fileExists(atPath: core) else { throw missing("core", core) }
        let sources = try CorpusFolder(core, ignoring: fetchedWithText).folders
        guard sources.contains(source) else {
            throw DataError(
                file: CorpusName.partPrefix + source, problem: "the corpus 'core' has no source '\(source)'",
                fix: "its sources: \(sources.joined(separator: ", "))")
        }
        let folder = core + "/" + source
        let name = CorpusName.partPrefix + source
        return try corpus(
            try CorpusFolder(folder).excluding(excluded, place: folder), name: named(name, excluded), place: folder, path: folder)
    }

    private static func named(_ name: String, _ excluded: [String]) -> String {
        excluded.isEmpty ? name : "\(name) without \(excluded.joined(separator: ", "))"
    }

    private static func refuseExclusion(_ excluded: [String], place: String) throws(DataError) {
        guard let first = excluded.first else { return }
        throw DataError(
            file: place, problem: "is no folder, of which '\(first)' could be left out (data.exclude)", fix: "name a folder in data.corpus, or leave data.exclude out")
    }

    private static func missing(_ name: String, _ folder: String) -> DataError {
        let (whose, command) = name == "sotu" ? ("the default corpus 'sotu'", "scripts/fetch-corpus") : ("the corpus '\(name)'", "scripts/fetch-corpus \(name)")
        return DataError(
            file: folder, problem: "\(whose) is not there",
            fix: "run \(command), set SLBENCH_DATA_DIR to the folder that holds corpora/\(name), or use the corpus 'synthetic'",
            isMissingFile: true)
    }

    private static func resolvePath(_ path: String, excluding excluded: [String]) throws(DataError) -> Corpus {
        let fix = "name \(CorpusName.accepted), or the path of \(CorpusFormat.accepted)"
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
        case S_IFDIR:
            return try corpus(
                try CorpusFolder(absolute).excluding(excluded, place: path), name: named(name, excluded), place: path, path: absolute)
        case S_IFREG:
            try refuseExclusion(excluded, place: path)
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
