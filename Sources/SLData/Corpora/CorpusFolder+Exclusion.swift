import Foundation
import SLSpec

extension CorpusFolder {
    /// Names of the folders right in it that hold text.
    var folders: [String] {
        var names: [String] = []
        for file in found {
            guard let slash = file.name.firstIndex(of: "/") else { continue }
            let name = String(file.name[..<slash])
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The same without files and folders of these names, each relative to the folder and, of a file, with or without its extension.
    ///
    /// - Throws: `DataError` for a name that nothing has, which may be a slip, and where nothing is left.
    func excluding(_ names: [String], place: String) throws(DataError) -> CorpusFolder {
        guard !names.isEmpty else { return self }
        var rest = self
        for name in names {
            let before = rest.found.count
            rest.found.removeAll { Self.isNamed($0.name, name) }
            guard rest.found.count < before else {
                let known = Set(found.map { file in file.name.split(separator: "/").first.map(String.init) ?? file.name }).sorted()
                throw DataError(
                    file: place, problem: "holds no '\(name)' that could be left out (data.exclude)",
                    fix: "it holds \(known.prefix(12).joined(separator: ", "))\(known.count > 12 ? ", …" : "")")
            }
        }
        guard !rest.found.isEmpty else {
            throw DataError(file: place, problem: "nothing is left of it without \(names.joined(separator: ", ")) (data.exclude)", fix: "leave less out")
        }
        return rest
    }

    private static func isNamed(_ file: String, _ name: String) -> Bool {
        let name = name.hasSuffix("/") ? String(name.dropLast()) : name
        guard file != name, !file.hasPrefix(name + "/") else { return true }
        // `a.txt.gz` is called `a`, too.
        return file.hasPrefix(name + ".") && CorpusFormat.layout(of: file) != nil && !file.dropFirst(name.count).contains("/")
    }
}
