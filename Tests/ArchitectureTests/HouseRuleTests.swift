import Foundation
import Testing

struct HouseRuleTests {
    /// The trainer and everything below it must not know which methods exist: no method's name in a string or as a case.
    @Test func theEngineNamesNoMethod() throws {
        let rooms: Set<String> = ["SLTraining", "SLModel", "SLMethodKit", "SLNumerics", "SLVectorBaseline", "SLOptimizers"]
        let names = ["sltrain", "galore", "relora", "lost", "low_rank", "lowRank", "lora", "full_rank", "fullRank"]
        for file in try SourceTree.files(in: "Sources") where rooms.contains(file.room) {
            for (number, line) in file.code.enumerated() {
                guard names.contains(where: { line.range(of: $0, options: [.literal, .caseInsensitive]) != nil }) else { continue }
                for literal in line.matches(of: /"((?:[^"\\]|\\.)*)"/) {
                    for word in literal.1.matches(of: /[A-Za-z_]+/) {
                        #expect(!names.contains(String(word.0)), "\(file):\(number + 1) names a method: \(literal.0)")
                    }
                }
                for word in line.matches(of: /\.(sltrain|galore|relora|lost|lowRank|lora|fullRank)\b/) {
                    Issue.record("\(file):\(number + 1) names a method: \(word.0)")
                }
            }
        }
    }

    /// Methods are blind to each other: no folder of SLMethods uses another's types.
    @Test func methodsAreBlindToEachOther() throws {
        let files = try SourceTree.files(in: "Sources").filter { $0.room == "SLMethods" }
        func folder(_ file: SourceTree.File) -> String? {
            let parts = file.path.split(separator: "/")
            return parts.count == 4 ? String(parts[2]) : nil
        }
        var owner: [String: String] = [:]
        for file in files {
            guard let folder = folder(file) else { continue }
            for line in file.code {
                if let type = line.firstMatch(of: /^\s*(?:public |final |package )*(?:struct|class|enum|protocol|actor) (\w+)/) {
                    owner[String(type.1)] = folder
                }
            }
        }
        #expect(owner.count >= 7)
        for file in files {
            guard let mine = folder(file) else { continue }
            for (number, line) in file.code.enumerated() {
                for word in line.matches(of: /\b[A-Z]\w+/) {
                    if let other = owner[String(word.0)] { #expect(other == mine, "\(file):\(number + 1) uses \(word.0) of \(other)") }
                }
            }
        }
    }

    /// What a test needs of a room's inside is declared for the package. Nothing is built differently to be tested.
    @Test func testsUseTheProgramAsItIsBuilt() throws {
        for file in try SourceTree.files(in: "Tests") {
            for (number, line) in file.code.enumerated() where line.hasPrefix("@testable") { report(file, number, "@testable") }
        }
        let manifest = try String(contentsOf: SourceTree.root.appending(path: "Package.swift"), encoding: .utf8)
        #expect(!manifest.contains("enable-testing"))
        #expect(manifest.contains("InternalImportsByDefault"), "an import is no room's promise unless it says so")
    }

    /// Threads belong to the process: a test that sets them, or calls what does, waits for the others that compute.
    @Test func testsThatSetThreadsComputeAlone() throws {
        var setters: Set<String> = ["Compute.configure(", "CellWorker("]
        for file in try SourceTree.files(in: "Sources") where file.room.hasPrefix("SL") {
            guard file.code.contains(where: { $0.contains("Compute.configure(threads") }) else { continue }
            for line in file.code {
                guard let type = line.firstMatch(of: /^(?:public |package )*(?:final )?(?:struct|class|enum) (\w+)/) else { continue }
                setters.formUnion(["\(type.1)(", "\(type.1)."])
            }
        }
        #expect(setters.isSuperset(of: ["Trainer.", "StepBench("]))
        var callers = 0
        for file in try SourceTree.files(in: "Tests") where !["ArchitectureTests", "SLTestSupport"].contains(file.room) {
            guard file.code.contains(where: { line in setters.contains { line.contains($0) } }) else { continue }
            callers += 1
            #expect(file.code.contains { $0.contains(/\.(compute|everyVectorUnit)\(threads:/) }, "\(file) sets threads while other tests compute")
        }
        #expect(callers >= 8)
    }

    /// A method around another hands on every question: one left to its default would be answered for a method that is not there.
    @Test(arguments: ["SubTokenInputs", "LayoutPerModule"]) func methodsAroundMethodsHandOnEverything(wrapper: String) throws {
        let files = try SourceTree.files(in: "Sources").filter { $0.room == "SLMethodKit" }
        let contract = try #require(files.first { $0.path.hasSuffix("/PretrainingMethod.swift") })
        let start = try #require(contract.code.firstIndex { $0.contains("protocol PretrainingMethod") })
        let end = try #require(contract.code[start...].firstIndex { $0.hasPrefix("}") })
        let questions = Set(contract.code[start..<end].compactMap { $0.firstMatch(of: /^ +(?:static )?(?:func|var) (\w+)/).map { String($0.1) } })
        #expect(questions.isSuperset(of: ["tensors", "lifecycles", "trainedSets"]))
        let file = try #require(files.first { $0.path.hasSuffix("/\(wrapper).swift") })
        let answered = Set(file.code.compactMap { $0.firstMatch(of: /^    public (?:static )?(?:func|var) (\w+)/).map { String($0.1) } })
        #expect(questions.subtracting(answered).isEmpty, "\(wrapper) leaves \(questions.subtracting(answered).sorted()) to the default")
    }

    /// Pointers are the trade of the kernels alone; elsewhere each use of one says so, or the build ends.
    @Test func onlyKernelsUsePointersWithoutAWord() throws {
        let manifest = try String(contentsOf: SourceTree.root.appending(path: "Package.swift"), encoding: .utf8)
        #expect(manifest.contains(#"let house: [SwiftSetting] = base + [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]"#))
        let targets = manifest.matches(of: /(?:\.target|\.executableTarget)\(\s*name: "(\w+)"(?:(?!arget\()[\s\S])*?swiftSettings: (\w+)/)
        let settings = Dictionary(targets.map { (String($0.1), String($0.2)) }, uniquingKeysWith: { $1 })
        let rooms = try Set(SourceTree.files(in: "Sources").map(\.room))
        for room in rooms {
            let expected = room.hasPrefix("SLVectorB") ? "vectorRoom" : ["SLVector", "SLNumerics", "SLOptimizers"].contains(room) ? "base" : "house"
            #expect(settings[room] == expected, "\(room) is built with \(settings[room] ?? "nothing")")
        }
    }

    @Test(arguments: ["Sources", "Tests"]) func noFileIsLong(folder: String) throws {
        for file in try SourceTree.files(in: folder) { #expect(file.lines.count <= 400, "\(file) has \(file.lines.count) lines") }
    }

    /// What a user's input must never reach, what hides a failure, and what makes a program wait for luck.
    @Test func nothingCrashesOnPurpose() throws {
        let forbidden = ["fatalError(", "try!", " as!", "Thread.sleep", "usleep(", "preconditionFailure(\"TODO", "unsafelyUnwrapped"]
        for file in try SourceTree.files(in: "Sources") {
            let text = file.lines.joined(separator: "\n")
            let suspects = forbidden.filter { text.range(of: $0, options: .literal) != nil }
            guard !suspects.isEmpty else { continue }
            for (number, line) in file.code.enumerated() {
                for word in suspects where line.range(of: word, options: .literal) != nil {
                    // The store polls for a lock that SQLite itself does not wait for.
                    if word == "Thread.sleep", file.path == "Sources/SLStore/ResultStore+Opening.swift" { continue }
                    report(file, number, word)
                }
            }
        }
    }

    /// What crashes on a stream that is closed, waits without a limit, or takes the environment at its word has one room.
    @Test func theSurroundingsAreAskedInOneRoom() throws {
        let forbidden = [
            "FileHandle.standardOutput.write", "FileHandle.standardError", "Process()", "Pipe()", ".waitUntilExit", "DispatchSemaphore", "Swift.print(",
            "temporaryDirectory", "NSTemporaryDirectory", "processInfo.environment", "getenv(", "expandingTildeInPath", "homeDirectoryForCurrentUser", "NSHomeDirectory",
        ]
        for file in try SourceTree.files(in: "Sources") where file.room != "SLSystem" {
            let text = file.lines.joined(separator: "\n")
            for word in forbidden where text.range(of: word, options: .literal) != nil {
                Issue.record("\(file) has \(word): ask SLSystem")
            }
        }
    }

    private func report(_ file: SourceTree.File, _ number: Int, _ word: String) {
        Issue.record("\(file):\(number + 1) has \(word)")
    }

    /// Randomness without a seed would make runs differ.
    @Test func allRandomnessHasASeed() throws {
        for file in try SourceTree.files(in: "Sources") where file.room != "slbench" {
            for (number, line) in file.code.enumerated() {
                guard line.range(of: "andom") != nil || line.range(of: "shuffle") != nil else { continue }
                #expect(!line.contains("SystemRandomNumberGenerator"), "\(file):\(number + 1)")
                #expect(
                    line.firstMatch(of: /\.(random\(in: [^,]*\)|shuffled\(\)|shuffle\(\)|randomElement\(\))/) == nil,
                    "\(file):\(number + 1): \(line)")
            }
        }
    }

    @Test func theTopLevelIsTheOneThatWasAgreed() throws {
        let allowed: Set<String> = [
            "Package.swift", "Package.resolved", "Sources", "Tests", "benchmarks", "configs", "results", "scripts", "README.md", "LICENSE",
        ]
        let entries = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path).filter { !$0.hasPrefix(".") }
        #expect(Set(entries).subtracting(allowed).isEmpty, "\(Set(entries).subtracting(allowed).sorted())")
        for needed in allowed { #expect(entries.contains(needed), "\(needed) is missing") }
    }
}
