import SLMethodKit
import SLSpec

extension MethodContract {
    static func checkDescriptor(_ method: MethodUnderTest, _ found: inout ViolationList) {
        let descriptor = method.descriptor
        found.expect(isSnakeCase(descriptor.name), .descriptorText, "\(method)", "the name is not snake_case")
        for (what, text) in [("title", descriptor.title), ("summary", descriptor.summary), ("paper", descriptor.paper)] {
            found.expect(!text.isEmpty, .descriptorText, "\(method)", "no \(what)")
        }
        let names = descriptor.options.map(\.name)
        found.expect(Set(names).count == names.count, .optionName, "\(method)", "two options share a name: \(names)")
        for option in descriptor.options {
            let subject = "\(method).\(option.name)"
            found.expect(
                isSnakeCase(option.keyInGroup) && option.group.map(isSnakeCase) ?? true, .optionName, subject, "not snake_case")
            for (what, text) in [("help", option.help), ("source", option.source), ("default in words", option.defaultDescription)] {
                found.expect(!text.isEmpty, .descriptorText, subject, "no \(what)")
            }
        }
        for shape in ModelShape.presets + [SmallShapes.tiny, SmallShapes.small] { checkDefaults(method, shape, &found) }
        for option in descriptor.options { checkRefusals(method, option, &found) }
    }

    private static func checkDefaults(_ method: MethodUnderTest, _ shape: ModelShape, _ found: inout ViolationList) {
        let smallest = shape.modules(layer: 0).map(\.smallerSide).min() ?? 0
        for option in method.descriptor.options {
            let value = option.defaultValue(shape)
            found.expect(
                option.accepts(value, smallestSide: smallest), .optionDefault, "\(method).\(option.name) at \(shape.name)",
                "the default \(value) is not \(option.allowed)")
        }
        let recipe = method.descriptor.recipe(shape)
        found.expect(
            recipe.learningRate > 0 && recipe.epsilon > 0 && !recipe.source.isEmpty && recipe.gradientClip.map { $0 > 0 } ?? true,
            .descriptorText, "\(method) at \(shape.name)", "the recipe is incomplete: \(recipe)")
        found.attempting("\(method) at \(shape.name)") { _ in _ = try method.make([:], for: shape) }
    }

    /// A missing option, one of the wrong type and a word that is no choice are errors of the right kind, not crashes.
    private static func checkRefusals(_ method: MethodUnderTest, _ option: OptionDescriptor, _ found: inout ViolationList) {
        let shape = SmallShapes.tiny
        let descriptor = method.descriptor
        let without = MethodDescriptor(
            name: descriptor.name, title: descriptor.title, summary: descriptor.summary, paper: descriptor.paper, family: descriptor.family,
            options: descriptor.options.filter { $0.name != option.name }, recipe: descriptor.recipe)
        // What is not written at its default is filled in.
        if option.isWritten { expectRefusal(method, MethodOptions(descriptor: without, model: shape), option, "a missing value", &found) }
        let wrong: OptionValue = .text("no such choice")
        expectRefusal(
            method, MethodOptions(descriptor: descriptor, model: shape, given: [option.name: wrong]), option, "'\(wrong)'", &found)
    }

    private static func expectRefusal(
        _ method: MethodUnderTest, _ options: MethodOptions, _ option: OptionDescriptor, _ what: String, _ found: inout ViolationList
    ) {
        let subject = "\(method).\(option.name)"
        do {
            _ = try method.make(options, SmallShapes.tiny)
            found.expect(false, .optionRejected, subject, "\(what) was accepted")
        } catch let error as MethodOptionError {
            found.expect(error.option == option.name, .optionRejected, subject, "\(what) was blamed on '\(error.option)'")
        } catch {
            found.expect(false, .optionRejected, subject, "\(what) gave \(error)")
        }
    }

    private static func isSnakeCase(_ text: String) -> Bool {
        text.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil
    }
}
