import Foundation
import SLSpec

/// Folders and files that are either there completely or not at all.
enum AtomicFolder {
    /// Fills a folder beside `destination` and renames it into place; whatever was there before is replaced.
    ///
    /// Readers that have the old files mapped keep them. Leftovers of a process that died are swept away, so the
    /// caller must hold the lock of `destination`.
    ///
    /// - Throws: what `fill` throws, or `FileError`; nothing of the new folder remains then.
    static func replace(_ destination: URL, fill: (URL) throws -> Void) throws {
        let parent = destination.deletingLastPathComponent()
        let prefix = ".\(destination.lastPathComponent).partial-"
        try createFolder(parent)
        for leftover in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? [] where leftover.hasPrefix(prefix) {
            try? FileManager.default.removeItem(at: parent.appendingPathComponent(leftover))
        }
        let partial = parent.appendingPathComponent("\(prefix)\(UUID().uuidString)", isDirectory: true)
        try createFolder(partial)
        do {
            try fill(partial)
            try synchronizeFolder(partial)
            try move(partial, to: destination, aside: parent.appendingPathComponent("\(prefix)old-\(UUID().uuidString)"))
            try synchronizeFolder(parent)
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw error
        }
    }

    /// Writes a file under a temporary name, flushes it and renames it into place.
    static func write(_ bytes: Data, to destination: URL) throws(FileError) {
        let partial = destination.deletingLastPathComponent().appendingPathComponent(
            ".\(destination.lastPathComponent).partial-\(UUID().uuidString)")
        do throws(FileError) {
            try write(bytes, flushedTo: partial)
            guard unsafe rename(partial.path, destination.path) == 0 else { throw FileError.writing(destination.path, code: errno) }
        } catch {
            unsafe unlink(partial.path)
            throw error
        }
    }

    /// Writes a file in a folder that isn't in place yet.
    static func write(_ bytes: Data, flushedTo file: URL) throws(FileError) {
        let descriptor = try FileDescriptor.creating(file.path)
        try descriptor.write(bytes.span)
        try descriptor.synchronize()
    }

    static func createFolder(_ folder: URL) throws(FileError) {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw FileError(
                file: folder.path, problem: "the folder can't be made: \(error.localizedDescription)",
                fix: "set SLBENCH_DATA_DIR to a folder that can be written")
        }
    }

    /// rename(2) replaces an empty folder only, so a full one steps aside first.
    private static func move(_ folder: URL, to destination: URL, aside: URL) throws(FileError) {
        if unsafe rename(folder.path, destination.path) == 0 { return }
        guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else { throw FileError.writing(destination.path, code: errno) }
        guard unsafe rename(destination.path, aside.path) == 0 else { throw FileError.writing(destination.path, code: errno) }
        guard unsafe rename(folder.path, destination.path) == 0 else { throw FileError.writing(destination.path, code: errno) }
        try? FileManager.default.removeItem(at: aside)
    }

    private static func synchronizeFolder(_ folder: URL) throws(FileError) {
        let raw = unsafe open(folder.path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw FileError.writing(folder.path, code: errno) }
        defer { close(raw) }
        // Some file systems refuse to flush a folder; the rename is atomic all the same.
        guard fsync(raw) == 0 || errno == EINVAL || errno == EBADF else { throw FileError.writing(folder.path, code: errno) }
    }
}
