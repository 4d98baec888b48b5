public import Foundation

extension ModelShape {
    /// The shape that a JSON file with Hugging Face's LLaMA keys describes, e.g. the `config.json` beside exported weights.
    ///
    /// - Throws: `DataError` when there is no such file, `ConfigError` with everything that is wrong with it.
    public init(contentsOf file: URL) throws {
        let bytes = try DataError.contents(
            of: file.path, as: file.relativePath, missing: "there is no such model file", fix: "name a preset or a config.json with Hugging Face's LLaMA keys")
        let reader = ConfigReader(file: file.relativePath, overridden: [])
        do throws(JSONSyntaxError) {
            let tree = try JSONValue.parse(String(decoding: bytes, as: UTF8.self))
            if let shape = ShapeDecoder(reader: reader, path: "").shape(tree, fallbackName: FileTitle.of(file)), reader.issues.isEmpty {
                self = shape
                return
            }
        } catch {
            reader.report("", error)
        }
        throw ConfigError(reader.issues)
    }
}
