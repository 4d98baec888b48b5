public import Foundation
import SLRandom
public import SLSpec

/// One process at a time works on a sweep's name. The lock is the kernel's, on a file beside the runs: it ends with its
/// process, however that ends, and on a network file system it holds between machines.
public final class SweepLock {
    private let descriptor: Int32

    /// - Parameters:
    ///   - folder: where the runs of the sweep's database are.
    ///   - database: for the words of an error.
    /// - Throws: `FileError` that names the process which works on the sweep, or when the file can't be made.
    public init(sweep: String, folder: URL, database: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw FileError(
                file: folder.path, problem: "the folder of the runs can't be made: \(error.localizedDescription)",
                fix: "make the place writable, or name another database")
        }
        let file = folder.appendingPathComponent(Self.fileName(sweep)).path
        let opened = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw FileError(errno: errno, file: file, doing: "opened") }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 || !Self.isTaken(errno) else {
            let holder = Self.words(opened)
            close(opened)
            throw FileError(
                file: database, problem: "another process works on the sweep '\(sweep)'" + (holder.map { ": \($0)" } ?? ""),
                fix: "wait for it or end it, or give the config another \"name\"; `slbench status` shows how it stands", condition: nil)
        }
        descriptor = opened
        // Words for whoever is refused.
        _ = ftruncate(descriptor, 0)
        let words = Array("process \(getpid()) on \(MachineProbe.host)\n".utf8)
        _ = unsafe pwrite(descriptor, words, words.count, 0)
    }

    deinit { close(descriptor) }

    /// Where locks are not to be had, the records of runs at work must do.
    private static func isTaken(_ code: Int32) -> Bool { code == EWOULDBLOCK || code == EAGAIN || code == EACCES }

    private static func words(_ descriptor: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 400)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let text = String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }

    /// A name that any file system takes and that no other sweep has.
    static func fileName(_ sweep: String) -> String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
        let encoded = sweep.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
        guard encoded.utf8.count > 200 else { return encoded + ".lock" }
        let digest = FNV1a.hash(sweep)
        return encoded.prefix(180) + String(digest, radix: 16) + ".lock"
    }
}
