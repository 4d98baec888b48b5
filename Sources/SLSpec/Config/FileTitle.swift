import Foundation

/// What a file is called where it has no name of its own inside.
enum FileTitle {
    /// Names that say what kind of file it is and not which one: of those the folder tells which.
    private static let kinds: Set<String> = ["config", "configuration", "model", "sweep", "params", "settings", "index", "main", "default", "slbench"]

    /// The name without its extension; for a name that many files have, the folder's.
    ///
    /// - Parameter folders: how many folders tell it from files of the same title: 2 gives `a-llama` for `a/llama/config.json`.
    static func of(_ file: URL, folders: Int = 1) -> String {
        let stem = file.deletingPathExtension().lastPathComponent
        let isKind = kinds.contains(stem.lowercased())
        guard isKind || folders > 1 else { return stem }
        let above = file.absoluteURL.standardizedFileURL.pathComponents.dropLast().filter { $0 != "/" }.suffix(isKind ? folders : folders - 1)
        let text = (above + (isKind ? [] : [stem])).joined(separator: "-")
        let name = String(text.map { ConfigReader.isNameCharacter($0) ? $0 : "-" }.drop { $0 == "." })
        return name.contains { $0.isLetter || $0.isNumber } ? name : stem
    }
}
