import Foundation
import Testing

/// What the README says of the program is read by people who have not seen the code.
@Suite struct GuideTests {
    /// The method that is shown is the one that is compiled and tested.
    @Test(arguments: [
        "Sources/SLMethods/LoRAFA/LoRAFAMethod.swift", "Sources/SLMethods/LoRAFA/LoRAFAParameterization.swift", "Tests/SLMethodsTests/LoRAFATests.swift",
    ])
    func listingsAreTheFiles(path: String) throws {
        let readme = try String(contentsOf: SourceTree.root.appending(path: "README.md"), encoding: .utf8)
        let file = try String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)
        #expect(readme.contains("`\(path)`") && readme.contains("```swift\n\(file)```"), "README.md has another listing of \(path)")
    }
}
