import SLMethodKit
import SLMethods
import SLSpec
import SLTestSupport
import Testing

extension MethodVariant {
    /// A built-in method as it is, but for intervals of a few updates and what is given.
    static func short(_ name: String, for shape: ModelShape, _ given: [String: OptionValue] = [:]) throws -> MethodVariant {
        let method = try #require(BuiltinMethods.registry.methods.map { MethodUnderTest($0) }.first { $0.descriptor.name == name })
        return try #require(method.variants(for: shape).first).shortened().with(given)
    }
}
