import Foundation

/// What `~` stands for.
public enum HomeFolder {
    /// Why a path that begins with `~` names nothing.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// `$HOME`; where it is not set, what the system's list of users says. `nil` for a user of whom it says nothing.
    public static func own(in environment: [String: String] = EnvironmentVariable.all) -> String? {
        unsafe EnvironmentVariable.value("HOME", in: environment) ?? folder { unsafe getpwuid_r(getuid(), $0, $1, $2, $3) }
    }

    /// The path with `~` and `~/…` as the own home and `~NAME` as that user's; any other as it is.
    public static func expanded(_ path: String, in environment: [String: String] = EnvironmentVariable.all) throws(Problem) -> String {
        guard path.hasPrefix("~") else { return path }
        let user = path.dropFirst().prefix { $0 != "/" }
        let rest = path.dropFirst(1 + user.count)
        if user.isEmpty {
            guard let home = own(in: environment) else { throw Problem(description: "'\(path)': HOME is not set, so '~' means nothing") }
            return home + rest
        }
        guard let home = unsafe folder({ unsafe getpwnam_r(String(user), $0, $1, $2, $3) }) else {
            throw Problem(description: "'\(path)': there is no user '\(user)'; a file of that name is './\(path)'")
        }
        return home + rest
    }

    private static func folder(
        _ ask: (UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>) -> Int32
    ) -> String? {
        var (entry, found) = unsafe (passwd(), UnsafeMutablePointer<passwd>?.none)
        var text = [CChar](repeating: 0, count: 16_384)
        return unsafe text.withUnsafeMutableBufferPointer { buffer -> String? in
            guard let base = buffer.baseAddress, unsafe ask(&entry, base, buffer.count, &found) == 0, let found = unsafe found,
                let home = unsafe found.pointee.pw_dir
            else { return nil }
            let path = unsafe String(cString: home)
            return path.isEmpty ? nil : path
        }
    }
}
