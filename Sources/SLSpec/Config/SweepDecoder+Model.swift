import Foundation

extension SweepDecoder {
    /// `model`: a preset, an inline shape, a path, or a list of these. Those that are sound; the reader knows of the rest.
    func models(_ value: JSONValue?, at key: String) -> [ModelShape] {
        guard let value else {
            reader.report(key, "missing", allowed: allowedModels)
            return []
        }
        guard case .array(let items) = value else { return model(value, at: key).map { [$0] } ?? [] }
        if items.isEmpty { reader.report(key, "an empty list", allowed: allowedModels) }
        var shapes: [ModelShape] = []
        for (index, item) in items.enumerated() {
            guard var shape = model(item, at: "\(key)[\(index)]") else { continue }
            func isTaken(_ shape: ModelShape) -> Bool { shapes.contains { $0.name == shape.name && $0 != shape } }
            // Files of one title are told apart by more of their folders.
            if isTaken(shape), case .string(let path) = item, path.hasSuffix(".json") {
                let others = (2...4).lazy.compactMap { file(path, at: "\(key)[\(index)]", folders: $0) }
                if let other = others.first(where: { !isTaken($0) }) { shape = other }
            }
            // A size's name stands for it in every table.
            if isTaken(shape) {
                reader.report("\(key)[\(index)]", "a second shape with the name '\(shape.name)'", hint: "give each its own \"name\"")
            }
            shapes.append(shape)
        }
        return shapes
    }

    /// `predict`: the same, and none that the sweep runs.
    func predicted(_ value: JSONValue, beside models: [ModelShape]) -> [ModelShape] {
        let shapes = self.models(value, at: TopKeys.predict.path)
        for shape in shapes where models.contains(where: { $0.name == shape.name }) {
            reader.report(
                TopKeys.predict.path, "'\(shape.name)' stands in \"model\" too", allowed: "models that the sweep does not run",
                hint: "the runs of a model carry their own prediction")
        }
        return shapes
    }

    private var presetNames: [String] { ModelShape.presets.map(\.name) }
    private var allowedModels: String {
        "a preset (\(presetNames.joined(separator: ", "))), an object with Hugging Face LLaMA keys, the path of such a JSON file, or a list of these"
    }

    private func model(_ value: JSONValue, at path: String) -> ModelShape? {
        switch value {
        case .string(let name):
            if let preset = ModelShape.preset(named: name.lowercased()) { return preset }
            if name.hasSuffix(".json") { return file(name, at: path) }
            reader.report(
                path, "unknown model '\(name)'", allowed: allowedModels,
                hint: NearestName.of(name, among: presetNames).map { "did you mean '\($0)'?" })
            return nil
        case .object: return ShapeDecoder(reader: reader, path: path).shape(value, fallbackName: "custom")
        default:
            reader.report(path, "\(value.text) given", allowed: allowedModels)
            return nil
        }
    }

    /// Problems inside the file name that file.
    private func file(_ name: String, at path: String, folders: Int = 1) -> ModelShape? {
        let url = URL(filePath: self.path(name, at: path)).standardizedFileURL
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            let exists = FileManager.default.fileExists(atPath: url.path)
            reader.report(
                path, exists ? "the model file \(url.path) can't be read" : "there is no model file \(url.path)",
                hint: "paths in a config are relative to its folder, those of --set to the working folder")
            return nil
        }
        let inner = ConfigReader(file: url.path, overridden: [])
        defer { reader.adopt(inner) }
        do {
            return ShapeDecoder(reader: inner, path: "").shape(try JSONValue.parse(text), fallbackName: FileTitle.of(url, folders: folders))
        } catch {
            inner.report("", error)
            return nil
        }
    }
}
