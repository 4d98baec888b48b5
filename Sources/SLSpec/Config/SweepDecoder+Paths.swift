import Foundation
import SLSystem

/// What a path is relative to: in a config to the folder that the config is in, so that it means the same from everywhere; on the
/// command line, `--set` included, to the working folder.
extension SweepDecoder {
    /// - Returns: the path as the program uses it: as written where that means the same, else absolute.
    func path(_ text: String, at key: String) -> String {
        let expanded: String
        do throws(HomeFolder.Problem) {
            expanded = try HomeFolder.expanded(text)
        } catch {
            reader.report(key, "\(error)", allowed: "a path; ~ is the own home")
            return text
        }
        let working = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true).standardizedFileURL
        let base = URL(fileURLWithPath: folder.path, isDirectory: true).standardizedFileURL
        guard !expanded.hasPrefix("/"), !reader.isOverridden(key), base.path != working.path else { return expanded }
        return URL(fileURLWithPath: expanded, relativeTo: base).standardizedFileURL.path
    }
}
