import Foundation

/// The key `match` of a method's object: models as large as other rows of the sweep.
extension SweepDecoder {
    static let matchKey = "match"
    static let matchTolerance = OptionDescriptor(
        name: "tolerance", domain: .positiveReal(upTo: 1), help: "Largest difference between the picked model and the row, as a share of the row's.",
        source: "", defaultValue: 0.01)

    /// Rows that a method's models are to be as large as.
    struct MatchRequest {
        let quantity: MatchQuantity
        /// What a row must be, every key one of its values; `nil` for the sweep's reference.
        let conditions: [(key: String, values: [OptionValue])]?
        let tolerance: Double
        let path: String
    }

    private static let allowedMatches =
        "a quantity alone, for the reference's (\"paper_memory\"), an object like {\"parameters\": \"low_rank\"} or {\"flops\": {\"method\": \"low_rank\", \"rank\": 128}, "
        + "\"tolerance\": 0.02}, or a list of these; one of " + MatchQuantity.allCases.map(\.rawValue).joined(separator: ", ") + " in each"

    func matches(_ value: JSONValue, at path: String) -> [MatchRequest] {
        guard case .array(let items) = value else { return match(value, at: path).map { [$0] } ?? [] }
        if items.isEmpty { reader.report(path, "an empty list", allowed: Self.allowedMatches) }
        return items.enumerated().compactMap { match($0.element, at: "\(path)[\($0.offset)]") }
    }

    private func match(_ value: JSONValue, at path: String) -> MatchRequest? {
        if case .string(let name) = value, let quantity = MatchQuantity(rawValue: name) {
            return MatchRequest(quantity: quantity, conditions: nil, tolerance: Self.matchTolerance.defaultValue(.anything).real ?? 0, path: path)
        }
        guard case .object(let members) = value else {
            let hint = NearestName.choice(value, among: MatchQuantity.allCases.map(\.rawValue))
            reader.report(path, "\(value.text) given", allowed: Self.allowedMatches, hint: hint)
            return nil
        }
        let names = MatchQuantity.allCases.map(\.rawValue)
        reader.refuseUnknown(members, known: names + [Self.matchTolerance.name], at: path)
        let given = members.compactMap { member in MatchQuantity(rawValue: member.key).map { ($0, member.value) } }
        guard let (quantity, row) = given.first, given.count == 1 else {
            reader.report(path, given.isEmpty ? "no quantity" : "\(given.count) quantities", allowed: "one of " + names.joined(separator: ", "))
            return nil
        }
        let tolerance = value[Self.matchTolerance.name].flatMap { reader.option($0, Self.matchTolerance, at: "\(path).\(Self.matchTolerance.name)") }
        guard let conditions = conditions(row, at: "\(path).\(quantity.rawValue)") else { return nil }
        return MatchRequest(quantity: quantity, conditions: conditions, tolerance: tolerance?.real ?? 0.01, path: path)
    }

    /// A method's name, or an object with the values of the rows that are meant.
    private func conditions(_ row: JSONValue, at path: String) -> [(key: String, values: [OptionValue])]? {
        let names = catalog.methods.map(\.name)
        var members: [JSONValue.Member] = [.init(key: "method", value: row)]
        if case .object(let given) = row { members = given }
        guard case .string(let spelled)? = members.first(where: { $0.key == "method" })?.value,
            let name = names.first(where: { $0 == spelled.replacing("-", with: "_") })
        else {
            let named = members.first { $0.key == "method" }?.value
            reader.report(
                path, named == nil ? "a row without \"method\"" : "\((named ?? row).text) given", allowed: "a method of the sweep, or an object that names one",
                hint: named.flatMap { NearestName.choice($0, among: names) })
            return nil
        }
        return members.compactMap { member in
            if member.key == "method" { return ("method", [.text(name)]) }
            if member.key.hasPrefix("x-") || member.key == "description" { return nil }
            var items = [member.value]
            if case .array(let list) = member.value { items = list }
            return (member.key, items.compactMap(\.option))
        }
    }

    // MARK: Shapes

    /// The shapes in which an entry stands beside a model: the model's own, or those that its `match` picks, each once.
    ///
    /// - Parameter others: the sweep's entries, whose rows can be meant.
    func shapes(
        _ model: ModelShape, _ entry: MethodEntry, among others: [MethodEntry], _ base: [String: OptionValue], _ evaluation: EvaluationSpec
    ) -> [ModelShape] {
        guard !entry.matches.isEmpty else { return [model] }
        var shapes: [ModelShape] = []
        for request in entry.matches {
            let rows = others.filter(\.matches.isEmpty).flatMap { other in
                other.combinationsOfOneBudget.map { draft(model, other, $0, base, evaluation) }
            }.reduce(into: [] as [CellDraft]) { if !$0.contains($1) { $0.append($1) } }
            let meant = self.meant(request, of: rows)
            for row in meant {
                guard let shape = shape(for: entry, row, request, base, evaluation) else { continue }
                if request.conditions == nil, shape.sizes == model.sizes {
                    reader.report(
                        request.path, "\(entry.descriptor.name) at \(model.name) has the \(request.quantity.words) of the reference as it is",
                        allowed: "no match here", hint: "name the row that it is to be as large as: {\"\(request.quantity.rawValue)\": \"low_rank\"}")
                }
                guard let same = shapes.firstIndex(where: { $0.sizes == shape.sizes }) else {
                    shapes.append(Self.named(shape, apartFrom: shapes))
                    continue
                }
                // One model, that is as large as both rows.
                if let match = shape.match, let known = shapes[same].match, !known.all.contains(where: { $0.quantity == match.quantity && $0.row == match.row }) {
                    shapes[same].match?.others = (known.others ?? []) + [match]
                }
            }
        }
        return shapes
    }

    /// The rows that a request is about; none when there is no such row, which the reader knows then.
    private func meant(_ request: MatchRequest, of rows: [CellDraft]) -> [CellDraft] {
        guard let conditions = request.conditions else {
            let dense = rows.filter { $0.method == Self.referenceMethod }
            let plain = dense.first { $0.training.optimizer.isStandard && $0.training.groups.isEmpty && $0.training.activations == nil }
            if dense.isEmpty {
                reader.report(
                    request.path, "there is no reference to be as large as", allowed: "a \(Self.referenceMethod) row in \"methods\"",
                    hint: "or name a row: {\"\(request.quantity.rawValue)\": \"low_rank\"}")
            }
            return (plain ?? dense.first).map { [$0] } ?? []
        }
        let meant = rows.filter { row in
            let fields = CellFields(row)
            return conditions.allSatisfy { condition in condition.values.contains { fields.holds(condition.key, $0) } }
        }
        if meant.isEmpty {
            reader.report(
                "\(request.path).\(request.quantity.rawValue)", "no row of the sweep is like that", allowed: "a method of \"methods\" that has no match of its own")
        }
        return meant
    }

    /// What every report sets the other rows against.
    private static let referenceMethod = "full_rank"

    private func shape(
        for entry: MethodEntry, _ row: CellDraft, _ request: MatchRequest, _ base: [String: OptionValue], _ evaluation: EvaluationSpec
    ) -> ModelShape? {
        let model = row.model
        let own = draft(model, entry, entry.combinationsOfOneBudget.first ?? [:], base, evaluation)
        func value(_ shape: ModelShape) -> Double? {
            var spec = own.prediction
            spec.model = shape
            spec.training.steps = row.training.steps
            return measure(request.quantity, spec)
        }
        guard let wanted = measure(request.quantity, row.prediction), wanted > 0, value(model) != nil else {
            reader.report(
                request.path, "the \(request.quantity.words) of \(row.method) and \(entry.descriptor.name) at \(model.name) can't be told",
                allowed: "methods that can be made at this model, without \"activations\" that depend on its widths")
            return nil
        }
        let (pick, nearest) = ShapeSearch(base: model, wanted: wanted, tolerance: request.tolerance, measure: value).run()
        guard let pick else {
            let share = nearest.map { String(format: "%.2g %% off", 100 * abs($0.found / wanted - 1)) } ?? "none can be made"
            reader.report(
                request.path, "no shape of \(entry.descriptor.name) beside \(model.name) has the \(request.quantity.words) of \(Self.label(row)): the nearest is \(share)",
                allowed: "a tolerance of that much, another row, or a model of one's own")
            return nil
        }
        var shape = pick.shape
        shape.name = "\(model.name)-\(request.quantity.rawValue)-of-\(row.method)" + (row.rank.map { "-r\($0)" } ?? "")
        shape.match = ModelMatch(request.quantity, row: Self.label(row), of: model, wanted: wanted, found: pick.found)
        return shape
    }

    private static func label(_ row: CellDraft) -> String { row.method + (row.rank.map { " r=\($0)" } ?? "") }

    /// Rows of one method and rank that differ in something else make models of other shapes: these are numbered.
    private static func named(_ shape: ModelShape, apartFrom shapes: [ModelShape]) -> ModelShape {
        var (copy, number) = (shape, 2)
        while shapes.contains(where: { $0.name == copy.name }) {
            copy.name = "\(shape.name)-\(number)"
            number += 1
        }
        return copy
    }
}

extension ModelShape {
    /// What a shape is made of, its name and reasons aside.
    fileprivate var sizes: [Int] { [vocabularySize, hiddenSize, intermediateSize, layerCount, headCount] }
}

extension CellDraft {
    /// The method's rank, where it has one.
    fileprivate var rank: Int? { options["rank"]?.integer }
}
