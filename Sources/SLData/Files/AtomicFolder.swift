import Foundation
import SLSpec

/// Folders and files that are either there completely or not at all.
enum AtomicFolder {
    /// Fills a folder beside `destination` and renames it into place; whatever was there before is replaced.
    ///
    /// Readers that have the old files mapped keep them. Leftovers of a process that died are swept away, so the
    /// caller must hold the lock of `destination`.
    ///
    /// - Throws: what `fill` throws, or `StorageError`; nothing of the new folder remains then.
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
    static func write(_ bytes: Data, to destination: URL) throws(StorageError) {
        let partial = destination.deletingLastPathComponent().appendingPathComponent(
            ".\(destination.lastPathComponent).partial-\(UUID().uuidString)")
        do throws(StorageError) {
            try write(bytes, flushedTo: partial)
            guard rename(partial.path, destination.path) == 0 else { throw StorageError.writing(destination.path, code: errno) }
        } catch {
            unlink(partial.path)
            throw error
        }
    }

    /// Writes a file in a folder that isn't in place yet.
    static func write(_ bytes: Data, flushedTo file: URL) throws(StorageError) {
        let descriptor = try FileDescriptor.creating(file.path)
        var failure: StorageError?
        bytes.withUnsafeBytes { buffer in
            do throws(StorageError) { try descriptor.write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        try descriptor.synchronize()
    }

    static func createFolder(_ folder: URL) throws(StorageError) {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw StorageError(
                file: folder.path, problem: "the folder can't be made: \(error.localizedDescription)",
                fix: "set SLBENCH_DATA_DIR to a folder that can be written")
        }
    }

    /// rename(2) replaces an empty folder only, so a full one steps aside first.
    private static func move(_ folder: URL, to destination: URL, aside: URL) throws(StorageError) {
        if rename(folder.path, destination.path) == 0 { return }
        guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else { throw StorageError.writing(destination.path, code: errno) }
        guard rename(destination.path, aside.path) == 0 else { throw StorageError.writing(destination.path, code: errno) }
        guard rename(folder.path, destination.path) == 0 else { throw StorageError.writing(destination.path, code: errno) }
        try? FileManager.default.removeItem(at: aside)
    }

    private static func synchronizeFolder(_ folder: URL) throws(StorageError) {
        let raw = open(folder.path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw StorageError.writing(folder.path, code: errno) }
        defer { close(raw) }
        // Some file systems refuse to flush a folder; the rename is atomic all the same.
        guard fsync(raw) == 0 || errno == EINVAL || errno == EBADF else { throw StorageError.writing(folder.path, code: errno) }
    }
}
