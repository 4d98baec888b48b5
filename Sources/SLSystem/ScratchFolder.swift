public import Foundation

/// A folder for files that are gone when the work is done.
public struct ScratchFolder: Sendable {
    public let url: URL

    /// Makes one in the first place that takes it: `$TMPDIR`, the system's folders for temporary files, then those given.
    ///
    /// - Parameters:
    ///   - prefix: what its name begins with.
    ///   - others: where the work's own results go, which can be written if anything can.
    /// - Returns: `nil` when none of them can be written.
    public init?(prefix: String, otherwise others: [URL] = [], environment: [String: String] = EnvironmentVariable.all) {
        let usual = [EnvironmentVariable.value("TMPDIR", in: environment), "/tmp", "/var/tmp"].compactMap(\.self).map { URL(fileURLWithPath: $0, isDirectory: true) }
        for place in usual + others {
            let hidden = others.contains(place) ? "." : ""
            let folder = place.appendingPathComponent("\(hidden)\(prefix)-\(UUID().uuidString)", isDirectory: true)
            // A folder that can be made on a full disk holds no file.
            guard unsafe mkdir(folder.path, 0o700) == 0 else { continue }
            guard Self.takesBytes(folder) else {
                try? FileManager.default.removeItem(at: folder)
                continue
            }
            url = folder
            return
        }
        return nil
    }

    private static func takesBytes(_ folder: URL) -> Bool {
        let probe = folder.appendingPathComponent("probe")
        defer { unsafe unlink(probe.path) }
        return (try? Data(repeating: 0, count: 4096).write(to: probe)) != nil
    }

    public func remove() { try? FileManager.default.removeItem(at: url) }
}
