public import Foundation
import SLSpec

/// What stands between an output and the files that it must not take the place of: what the command reads, databases, and
/// files that the program did not write as an output of the same kind. Asked before anything runs, and again before writing.
public struct OutputGuard: Sendable {
    private struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64

        init?(_ path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return nil }
            (device, inode) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino))
        }
    }

    /// By identity, so that links and other spellings are the same; by path, where there is no file yet.
    private var identities: [Identity: String] = [:]
    private var paths: [String: String] = [:]

    /// Names of files beside an output are longer by this at most: `-parameters.svg`, `.partial`, and what a file is called
    /// while it is written.
    private static let reserve = 48

    /// - Parameters:
    ///   - inputs: paths of files and folders that the command reads, with what they are: "the config".
    ///   - databases: the results databases that it reads or writes; what SQLite keeps beside them belongs to them.
    public init(inputs: [(path: String, what: String)], databases: [String]) {
        for input in inputs { add(input.path, input.what) }
        for database in databases {
            let path = (try? OutputPlace(database))?.path ?? OutputPlace.absolute(database)
            for suffix in [""] + Self.sideSuffixes { add(path + suffix, "the database") }
        }
    }

    private static let sideSuffixes = ["-wal", "-shm", "-journal"]

    private mutating func add(_ path: String, _ what: String) {
        if let identity = Identity(OutputPlace.absolute(path)) { identities[identity] = what }
        if let place = try? OutputPlace(path) { paths[place.path] = what }
    }

    /// - Parameter isFormer: whether a file is a former output of the same kind.
    /// - Returns: where to write: without a link, so that a link stays one.
    /// - Throws: `OutputRefusal` when the output would take the place of something else, `FileError` when it can't be written there.
    @discardableResult
    public func file(_ name: String, what: String, isFormer: (FileHead) -> Bool) throws -> URL {
        guard !name.hasSuffix("/") else { throw OutputRefusal(file: name, problem: "is the name of a folder", fix: "name a file in it") }
        var status = stat()
        // Asked of the name: a link of /dev or /proc need not lead to a path.
        if !name.isEmpty, unsafe stat(OutputPlace.absolute(name), &status) == 0 {
            let kind = status.st_mode & S_IFMT
            guard kind != S_IFDIR else { throw OutputRefusal(file: name, problem: "is a folder", fix: "name a file in it") }
            guard kind == S_IFREG else {
                throw OutputRefusal(
                    file: name, problem: "is no ordinary file, and a \(what) is written whole and then put in its place", fix: "name a file")
            }
        }
        let place = try OutputPlace(name)
        try place.checkLength(reserve: Self.reserve)
        try refuse(place)
        if unsafe stat(place.path, &status) == 0 {
            if status.st_size > 0 {
                guard let head = FileHead(path: place.path) else { throw FileError(errno: errno, file: name, doing: "read") }
                guard isFormer(head) else {
                    throw OutputRefusal(
                        file: name, problem: "is there already and is no \(what) that slbench wrote: it stays as it is",
                        fix: "name another file, or move that one away")
                }
            }
        }
        try place.checkRights()
        return URL(fileURLWithPath: place.path)
    }

    /// A folder for several outputs, each of which is asked about by ``file(_:what:isFormer:)``.
    @discardableResult
    public func folder(_ name: String) throws -> URL {
        let place = try OutputPlace(name)
        try place.checkLength(reserve: Self.reserve)
        try refuse(place)
        var status = stat()
        if unsafe stat(place.path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw OutputRefusal(file: name, problem: "is a file", fix: "name a folder") }
            try OutputPlace.probe(place.path, name: name)
        } else {
            try place.checkRights()
        }
        return URL(fileURLWithPath: place.path)
    }

    private func refuse(_ place: OutputPlace) throws {
        if let what = Identity(place.path).flatMap({ identities[$0] }) ?? paths[place.path] {
            throw OutputRefusal(file: place.name, problem: "is \(what), which an output must not take the place of", fix: "name another file")
        }
        let isBeside = Self.sideSuffixes.contains { place.path.hasSuffix($0) && FileHead.isDatabase(String(place.path.dropLast($0.count))) }
        guard !isBeside, !FileHead.isDatabase(place.path) else {
            throw OutputRefusal(
                file: place.name, problem: isBeside ? "belongs to a database" : "is a database, which an output must not take the place of",
                fix: "name another file")
        }
    }
}
