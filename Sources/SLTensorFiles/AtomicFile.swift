import Foundation
import Glibc
public import SLSpec

/// A file that appears whole or not at all: written beside its place under another name, brought to the disk, then renamed.
///
/// A process that dies meanwhile leaves the other name behind, which ``removeLeftovers(in:)`` clears away.
public final class AtomicFile {
    private static let ending = ".partial"

    public let path: String
    private let temporary: String
    private var descriptor: Int32
    public private(set) var count = 0

    /// - Throws: `FileError` when the folder can't be written.
    public init(path: String) throws(FileError) {
        self.path = path
        // On storage that several machines write to, a process of another one may have the same number.
        temporary = "\(path).\(UUID().uuidString.prefix(8)).\(getpid())\(Self.ending)"
        descriptor = unsafe open(temporary, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError(errno: errno, file: path, doing: "written") }
    }

    /// Without ``commit()`` nothing stays.
    deinit { abandon() }

    /// - Throws: `FileError`; nothing of the file stays then.
    public func write(_ bytes: RawSpan) throws(FileError) {
        try put(bytes, at: nil)
        count += bytes.byteCount
    }

    /// Overwrites what was written before.
    ///
    /// - Precondition: the range was written.
    public func overwrite(_ bytes: RawSpan, at offset: Int) throws(FileError) {
        precondition(offset >= 0 && offset + bytes.byteCount <= count, "bytes \(offset)..<\(offset + bytes.byteCount) of \(count)")
        try put(bytes, at: offset)
    }

    /// Brings everything to the disk and gives the file its name, in place of what had it.
    ///
    /// - Throws: `FileError`; what had the name before is untouched then.
    public func commit() throws(FileError) {
        guard descriptor >= 0 else { throw FileError(file: path, problem: "was closed before it was complete") }
        guard fsync(descriptor) == 0 else { throw failure("brought to the disk") }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0, unsafe rename(temporary, path) == 0 else {
            let code = errno
            unsafe unlink(temporary)
            throw FileError(errno: code, file: path, doing: "written")
        }
        Self.synchronizeFolder(of: path)
    }

    private func put(_ bytes: RawSpan, at offset: Int?) throws(FileError) {
        var done = 0
        while done < bytes.byteCount {
            guard descriptor >= 0 else { throw FileError(file: path, problem: "is closed") }
            // Pieces below 1 GiB: Linux takes no more than 2 GiB at once.
            let piece = bytes.extracting(done..<min(bytes.byteCount, done + 1 << 30))
            let written = unsafe piece.withUnsafeBytes { piece in
                if let offset {
                    unsafe pwrite(descriptor, piece.baseAddress, piece.count, off_t(offset + done))
                } else {
                    unsafe Glibc.write(descriptor, piece.baseAddress, piece.count)
                }
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("written") }
            done += written
        }
    }

    private func failure(_ doing: String) -> FileError {
        let error = FileError(errno: errno, file: path, doing: doing)
        abandon()
        return error
    }

    private func abandon() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unsafe unlink(temporary)
    }

    /// A rename is on the disk when its folder is. Where folders can't be opened nothing more can be done.
    private static func synchronizeFolder(of path: String) {
        let folder = unsafe open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// Removes what processes that died left half-written in a folder. Files of processes that live stay.
    public static func removeLeftovers(in folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(ending) {
            let number = name.dropLast(ending.count).split(separator: ".").last.flatMap { pid_t($0) }
            if let number, number != getpid(), kill(number, 0) == 0 { continue }
            unsafe unlink("\(folder)/\(name)")
        }
    }
}
