import Foundation
import GRDB
import SLSpec

extension FileError {
    /// What went wrong in words a user can act on.
    package init(_ error: any Error, file: String) {
        switch error {
        case let error as FileError: self = error
        case let error as DatabaseError: self.init(database: error, file: file)
        case let error as DecodingError:
            self.init(file: file, problem: "holds a value that this program cannot read: \(error)", fix: "was it edited by hand?")
        default: self.init(file: file, problem: "\(error)")
        }
    }

    private init(database error: DatabaseError, file: String) {
        let message = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        let (problem, fix): (String, String?) =
            switch error.resultCode {
            case .SQLITE_NOTADB:
                ("is not a SQLite database", "name another file, or move this one away")
            case .SQLITE_CORRUPT:
                ("is damaged (\(message))", "restore a copy, or rescue what is left: sqlite3 FILE .recover | sqlite3 NEW")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                ("is locked by another process (\(message))", "wait for it or end it (fuser -v FILE names it), then try again")
            case .SQLITE_READONLY:
                ("cannot be written (\(message))", "make the file and its folder writable, or choose another database")
            case .SQLITE_CANTOPEN:
                ("cannot be opened (\(message))", "check that the path exists and that its folder may be read and written")
            case .SQLITE_FULL:
                ("the disk is full (\(message))", "free some space and run the same command again: what was recorded stays")
            case .SQLITE_IOERR:
                ("the disk failed to read or write (\(message))", "check the disk, its free space and the quota, then try again")
            case .SQLITE_PERM, .SQLITE_AUTH:
                ("access was refused (\(message))", "check the permissions of the file and its folder")
            case .SQLITE_NOMEM:
                ("SQLite ran out of memory", "end other programs, or ask for less at once")
            case .SQLITE_CONSTRAINT:
                ("refused a value that breaks a rule of its tables: \(message)", nil)
            default:
                ("\(message) (SQLite error \(error.extendedResultCode.rawValue))", nil)
            }
        self.init(file: file, problem: problem, fix: fix, condition: Self.condition(error.resultCode))
    }

    private static func condition(_ code: ResultCode) -> Condition? {
        switch code {
        case .SQLITE_FULL: .diskFull
        case .SQLITE_BUSY, .SQLITE_LOCKED: .locked
        case .SQLITE_IOERR, .SQLITE_CANTOPEN: .vanished
        default: nil
        }
    }
}
