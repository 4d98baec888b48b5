public import Foundation

/// A file of claims.
public enum Claims {
    /// The keys of the file, of a claim, and of a comparison.
    package static let topKeys = ["$schema", "claims"]
    package static let claimKeys = ["id", "paper", "source", "place", "read", "claim", "expect", "note"]
    package static let testKeys = ["quantity", "row", "relation", "against", "margin", "sizes"]

    /// Reads and checks a file of claims.
    ///
    /// - Parameter catalog: the methods and options that rows may name; `nil` to take any names.
    /// - Throws: `ConfigError` with everything that is wrong, `DataError` where the file can't be read.
    public static func load(file: URL, catalog: Catalog? = nil) throws -> [Claim] {
        let name = file.relativePath
        let bytes = try DataError.contents(
            of: file.path, as: name, missing: "there is no such file of claims", fix: "name one, for example results/claims.json")
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigError([ConfigIssue(file: name, keyPath: "", problem: "the file is not UTF-8 text", allowed: "JSON in UTF-8")])
        }
        return try load(text: text, name: name, catalog: catalog)
    }

    /// The same from a text.
    public static func load(text: String, name: String, catalog: Catalog? = nil) throws -> [Claim] {
        let reader = ConfigReader(file: name, overridden: [])
        let tree: JSONValue
        do {
            tree = try JSONValue.parse(text)
        } catch {
            reader.report("", error)
            throw ConfigError(reader.issues)
        }
        let claims = ClaimsDecoder(reader: reader, catalog: catalog).claims(tree)
        guard reader.issues.isEmpty else { throw ConfigError(reader.issues) }
        return claims
    }
}
