import Foundation

/// How SQLite keeps a transaction safe.
package enum JournalMode: Sendable, Hashable {
    /// Readers and one writer at once. Needs memory shared between the processes, so a local disk.
    case writeAhead
    /// A rollback journal: slower, but safe wherever file locks work.
    case delete

    /// With a rollback journal `NORMAL` could lose the file's consistency in a power cut; with a write-ahead log it cannot.
    var pragmas: String {
        switch self {
        case .writeAhead: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"
        case .delete: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL"
        }
    }

    /// The write-ahead log, except where other machines open the file, too: on a file system whose memory maps they do not share, and on a disk that
    /// this machine itself lends them, where only what lies beside the file tells.
    package static func suited(to database: String) -> JournalMode {
        let file = URL(fileURLWithPath: database).resolvingSymlinksInPath()
        guard !FileManager.default.fileExists(atPath: file.path + submissions) else { return .delete }
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        let type = fileSystem(ofFolder: file.deletingLastPathComponent().path, mounts: mounts)
        return type.map(isNetwork) == true ? .delete : .writeAhead
    }

    /// Where jobs of a cluster are noted among the files of a database's runs, by its name.
    private static let submissions = ".runs/sweeps"

    /// The type of the file system that holds a folder, as `/proc/self/mountinfo` names it: that of the longest mount
    /// point above the folder, and of several there the one mounted last.
    package static func fileSystem(ofFolder folder: String, mounts: String) -> String? {
        var found: (length: Int, type: String)?
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields.count > 4 else { continue }
            // The kernel writes a space as \040, a tab as \011, a line end as \012 and a backslash as \134.
            let point = fields[4].replacingOccurrences(of: "\\040", with: " ").replacingOccurrences(of: "\\011", with: "\t")
                .replacingOccurrences(of: "\\012", with: "\n").replacingOccurrences(of: "\\134", with: "\\")
            guard point == "/" || folder == point || folder.hasPrefix(point + "/") else { continue }
            if point.utf8.count >= found?.length ?? 0 { found = (point.utf8.count, String(fields[dash + 1])) }
        }
        return found?.type
    }

    package static func isNetwork(_ type: String) -> Bool { networkFileSystems.contains(type) || type.hasPrefix("fuse.") }

    private static let networkFileSystems: Set<String> = [
        "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "virtiofs", "fuse", "lustre", "ceph", "gpfs", "gfs2", "ocfs2", "afs",
        "kafs", "coda", "beegfs", "panfs", "orangefs", "vboxsf", "vmhgfs", "ncpfs",
    ]
}
