public import Foundation

/// Programs that other packages bring.
public enum SearchPath {
    /// The first program of that name on the search path; `nil` when there is none.
    ///
    /// - Parameter path: a search path in place of the environment's `PATH`.
    public static func find(_ program: String, path: String? = nil) -> URL? {
        let search = path ?? EnvironmentVariable.value("PATH") ?? ""
        for folder in search.split(separator: ":") {
            let candidate = URL(fileURLWithPath: String(folder), isDirectory: true).appendingPathComponent(program)
            var isFolder: ObjCBool = false
            if unsafe FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue,
                FileManager.default.isExecutableFile(atPath: candidate.path) {
                return candidate
            }
        }
        return nil
    }
}
