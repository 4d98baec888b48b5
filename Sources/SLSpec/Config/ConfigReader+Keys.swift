extension ConfigReader {
    /// The value of a key as far as the key alone tells what it may be; reports and returns `nil` for one that it can't have.
    ///
    /// Paths are as they are written. Keys with lists or objects are read by decoders of their own: of these there is no value.
    func value(_ value: JSONValue, of key: ConfigKey, at path: String) -> OptionValue? {
        func refuse(_ allowed: String) -> OptionValue? {
            report(path, "\(value.text) given", allowed: key.refusal ?? allowed, hint: key.hint)
            return nil
        }
        switch key.kind {
        case .value(let domain): return option(value, in: domain, at: path, allowed: key.refusal, hint: key.hint)
        case .count(let range):
            let number = wholeNumber(value, range, at: path, allowed: key.refusal ?? "a whole number from \(range.lowerBound)")
            return number.map { OptionValue.integer($0) }
        case .flagOrCount:
            switch value {
            case .bool(let isOn): return OptionValue.bool(isOn)
            case .integer(let most) where most >= 0: return OptionValue.integer(most)
            default: return refuse("true, false, or a whole number from 0")
            }
        case .text, .path: return text(value, at: path).map { OptionValue.text($0) }
        case .optionalPath:
            if value == .null { return OptionValue.null }
            return text(value, at: path).map { OptionValue.text($0) }
        case .name: return name(value, at: path).map { OptionValue.text($0) }
        case .constant(let wanted):
            return value.option?.canonical == wanted.option ? wanted.option : refuse(wanted.text)
        case .optionalConstant(let wanted):
            return value == .null || value.option?.canonical == wanted.option ? value.option : refuse(wanted.text)
        case .carried(let kind): return kind.accepts(value) ? value.option : refuse(kind.rawValue)
        case .values, .valueOrList, .texts, .seeds, .types, .rope, .models, .methods, .exclusions, .inclusions, .definition, .comment: return nil
        }
    }
}
