import SLNumerics
import SLOptimizers
import SLSpec

extension OptimizerContract {
    static func checkDescriptor(_ optimizer: OptimizerUnderTest, _ found: inout ViolationList) {
        let descriptor = optimizer.descriptor
        found.expect(isSnakeCase(descriptor.name), .descriptorText, "\(optimizer)", "the name is not snake_case")
        for (what, text) in [("title", descriptor.title), ("summary", descriptor.summary), ("paper", descriptor.paper)] {
            found.expect(!text.isEmpty, .descriptorText, "\(optimizer)", "no \(what)")
        }
        let names = descriptor.options.map(\.name)
        found.expect(Set(names).count == names.count, .optionName, "\(optimizer)", "two options share a name: \(names)")
        for option in descriptor.options {
            let subject = "\(optimizer).\(option.name)"
            found.expect(isSnakeCase(option.name), .optionName, subject, "not snake_case")
            for (what, text) in [("help", option.help), ("source", option.source), ("default in words", option.defaultDescription)] {
                found.expect(!text.isEmpty, .descriptorText, subject, "no \(what)")
            }
            for shape in ModelShape.presets + [SmallShapes.small] {
                let value = option.defaultValue(shape)
                found.expect(option.accepts(value, smallestSide: 1), .optionDefault, "\(subject) at \(shape.name)", "the default \(value) is not \(option.allowed)")
            }
            checkRefusals(optimizer, option, &found)
        }
        let rates = ModelShape.presets.compactMap { descriptor.learningRate($0) }
        found.expect(rates.allSatisfy { $0 > 0 }, .descriptorText, "\(optimizer)", "a learning rate that is not above 0: \(rates)")
        found.expect(rates.isEmpty == descriptor.recipeSource.isEmpty, .descriptorText, "\(optimizer)", "learning rates without a source, or a source without any")
    }

    private static func checkRefusals(_ optimizer: OptimizerUnderTest, _ option: OptionDescriptor, _ found: inout ViolationList) {
        let subject = "\(optimizer).\(option.name)"
        var missing = optimizer.baseOptions
        missing[option.name] = nil
        var wrong = optimizer.baseOptions
        wrong[option.name] = .text("no such choice")
        for (what, options) in [("a missing value", missing), ("'no such choice'", wrong)] {
            do {
                try optimizer.initialize(options)
                found.expect(false, .optionRejected, subject, "\(what) was accepted")
            } catch let error as MethodOptionError {
                found.expect(error.option == option.name, .optionRejected, subject, "\(what) was blamed on '\(error.option)'")
            } catch {
                found.expect(false, .optionRejected, subject, "\(what) gave \(error)")
            }
        }
    }

    private static func isSnakeCase(_ text: String) -> Bool { text.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil }

    /// An option must change what can be seen, by itself or together with some other.
    static func checkOptionEffects(_ optimizer: OptimizerUnderTest, _ found: inout ViolationList) throws {
        let base = optimizer.baseOptions
        let plain = try behaviour(optimizer, base)
        for (option, value) in optimizer.changes {
            func changed(_ options: MethodOptions) -> MethodOptions {
                var options = options
                options[option] = value
                return options
            }
            if try behaviour(optimizer, changed(base)) != plain { continue }
            let hasEffect = try optimizer.changes.contains { other, otherValue in
                guard other != option else { return false }
                var options = base
                options[other] = otherValue
                return try behaviour(optimizer, changed(options)) != behaviour(optimizer, options)
            }
            found.expect(hasEffect, .optionEffect, "\(optimizer)(\(option) = \(value))", "behaves as \(base[option].map { "\($0)" } ?? "nothing") does")
        }
    }

    /// Everything that can be seen from outside: declarations, weights and state after sixty updates, and tiny weights after three. In words where a choice is refused.
    private static func behaviour(_ optimizer: OptimizerUnderTest, _ options: MethodOptions) throws -> [String] {
        try OptimizerPlaces.all.map { place in
            do {
                let (rule, factor) = try optimizer.rule(options, place, StorageChoice())
                let run = try OptimizerRun<Double>(rule, place)
                run.weightDecay = 0.1
                try run.run(60)
                let tiny = try OptimizerRun<Double>(rule, place, deviation: 1e-5)
                try tiny.run(3)
                return "\(factor) \(rule.state(rows: place.rows, columns: place.columns)) \(run.weight.elements) \(run.stateElements) \(tiny.weight.elements)"
            } catch let error as MethodOptionError {
                return "\(error)"
            }
        }
    }
}
