import Foundation
import SLSpec
import SLSystem

/// A file must not be written where somebody asked for it. Exit code 64.
public struct OutputRefusal: Error, Sendable, Hashable {
    public var file: String
    public var problem: String
    public var fix: String
}

/// Where a path that somebody named leads: through links, from the working directory, with `~` for the home folder.
struct OutputPlace {
    /// As it was named.
    let name: String
    /// Without a link in it, whether or not there is a file.
    let path: String

    /// - Throws: `OutputRefusal` for a name that is none, `FileError` for a way that leads nowhere.
    init(_ name: String) throws {
        self.name = name
        guard !name.isEmpty else {
            throw OutputRefusal(file: "''", problem: "an empty name is no place for an output", fix: "name a file")
        }
        var path = Self.absolute(name)
        var links = 0
        while let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
            links += 1
            guard links <= 40 else { throw FileError(file: name, problem: "its links lead round in a circle", fix: "name another file") }
            let folder = (path as NSString).deletingLastPathComponent
            path = target.hasPrefix("/") ? target : folder + "/" + target
        }
        let (folder, rest) = try Self.existing(above: path, name: name)
        guard let real = unsafe realpath(folder, nil) else { throw FileError(errno: errno, file: name, doing: "reached") }
        defer { unsafe free(real) }
        let base = unsafe String(cString: real)
        self.path = rest.isEmpty ? base : (base == "/" ? "" : base) + "/" + rest.joined(separator: "/")
    }

    static func absolute(_ name: String) -> String {
        let name = (try? HomeFolder.expanded(name)) ?? name
        let path = name.hasPrefix("/") ? name : FileManager.default.currentDirectoryPath + "/" + name
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The nearest place on the way that is there, and what comes behind it.
    private static func existing(above path: String, name: String) throws -> (String, [String]) {
        var (place, rest) = (path, [String]())
        var status = stat()
        while unsafe stat(place, &status) != 0 {
            // EACCES and the like: it may be there, and can't be seen.
            guard errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG else { throw FileError(errno: errno, file: name, doing: "reached") }
            if unsafe lstat(place, &status) == 0 {
                throw FileError(file: name, problem: "\(place) is a link to a place that is not there", fix: "make that place, or name another")
            }
            let last = (place as NSString).lastPathComponent
            if last != "." && last != "" {
                guard last != ".." else { throw FileError(file: name, problem: "leads back from a folder that is not there", fix: "name the place without '..'") }
                rest.insert(last, at: 0)
            }
            let above = (place as NSString).deletingLastPathComponent
            guard above != place, !above.isEmpty else { break }
            place = above
        }
        guard rest.isEmpty || status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(file: name, problem: "\(place) is a file, and a folder is needed there", fix: "name another place")
        }
        return (place, rest)
    }

    /// - Parameter reserve: bytes that names of files beside it are longer by.
    func checkLength(reserve: Int) throws {
        let longest = path.split(separator: "/").map(\.utf8.count).max() ?? 0
        guard longest + reserve <= 255, path.utf8.count + reserve < 4096 else {
            throw FileError(
                file: name.count > 120 ? name.prefix(100) + "…" : name,
                problem: "the name is too long: a file's name has room for 255 bytes, and those of files beside it are longer", fix: "name a shorter one")
        }
    }

    /// Whether files can be made where it is to be.
    func checkRights() throws {
        var place = (path as NSString).deletingLastPathComponent
        var status = stat()
        while unsafe stat(place, &status) != 0, place != "/" { place = (place as NSString).deletingLastPathComponent }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(file: name, problem: "\(place) is a file, and a folder is needed there", fix: "name another place")
        }
        try Self.probe(place, name: name)
        guard unsafe stat(path, &status) != 0 || faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 else { throw unwritable(path) }
    }

    /// Makes a file there and takes it away: rights say too little of a folder that no file can be made in.
    static func probe(_ folder: String, name: String) throws {
        let file = "\(folder == "/" ? "" : folder)/.slbench-\(getpid()).partial"
        let descriptor = unsafe open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw FileError(
                file: name, problem: unsafe "nothing can be written in \(folder): \(String(cString: strerror(errno)))",
                fix: "make the folder writable, or name another place")
        }
        close(descriptor)
        unsafe unlink(file)
    }

    private func unwritable(_ path: String) -> FileError {
        FileError(
            file: name, problem: unsafe "\(path) can't be written: \(String(cString: strerror(errno)))", fix: "make it writable, or name another place")
    }
}
