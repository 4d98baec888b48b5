import Foundation
import Testing

/// Imports run down only. This table is the house's plan; the manifest must not allow more than it says.
struct ImportTests {
    static let numeric = ["SLNumerics", "SLRandom", "SLSpec"]
    /// One folder of sources under four names.
    static let vectorRoom = ["CProcessor", "SLVector"]

    /// What each room may import: ours, and foreign libraries besides the system's own modules.
    static let allowed: [String: [String]] = [
        "SLRandom": [],
        "SLSystem": [],
        "SLRanks": ["SLSystem"],
        "SLDigest": ["CCrypto"],
        "SLSpec": ["SLDigest", "SLSystem", "OrderedCollections"],
        "SLVector": [],
        "SLVectorBaseline": vectorRoom, "SLVectorAVX2": vectorRoom, "SLVectorAVX512": vectorRoom, "SLVectorBF16": vectorRoom,
        "SLNumerics": [
            "COpenBLAS", "COneDNN", "CProcessor", "SLRandom", "SLVector", "SLVectorBaseline", "SLVectorAVX2", "SLVectorAVX512", "SLVectorBF16",
        ],
        "SLOptimizers": numeric,
        "SLMethodKit": ["SLOptimizers"] + numeric,
        "SLMethods": ["SLMethodKit", "SLOptimizers"] + numeric,
        "SLModel": ["SLMethodKit", "SLOptimizers"] + numeric,
        "SLData": ["SLSpec", "SLDigest", "SLSystem", "SLRandom", "CSentencePiece", "CZlib", "CZstd"],
        "SLTensorFiles": ["SLSpec", "SLDigest"],
        "SLTraining": ["SLModel", "SLMethodKit", "SLOptimizers", "SLData", "SLTensorFiles", "SLDigest", "SLRanks", "SLSystem"] + numeric,
        "SLStore": ["SLSpec", "SLSystem", "GRDB"],
        "SLReport": ["SLSpec", "SLSystem", "SLRandom"],
        "SLCluster": ["SLSpec", "SLSystem"],
        "SLHarness": ["SLTraining", "SLModel", "SLMethodKit", "SLData", "SLRanks", "SLSpec", "SLSystem", "SLRandom", "Logging"],
        "slbench": [
            "SLHarness", "SLCluster", "SLTraining", "SLModel", "SLMethods", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLData", "SLStore", "SLReport",
            "SLRanks", "SLSpec", "SLSystem", "ArgumentParser", "Logging",
        ],
    ]

    /// Modules of Swift and the system: every room may use them.
    static let system: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Musl", "Darwin",
    ]

    /// Rooms in C: no Swift in them. CMPI is none of the package's: the scripts build it where MPI is, and the program opens it at run time.
    static let cRooms: Set<String> = ["COpenBLAS", "COneDNN", "CProcessor", "CSentencePiece", "CZlib", "CZstd", "CCrypto", "CMPI"]

    @Test func everyImportIsAllowed() throws {
        let files = try SourceTree.files(in: "Sources")
        #expect(files.count > 100)
        for file in files {
            let allowed = try #require(Self.allowed[file.room], "\(file) is in a room that the table does not know")
            for module in file.imports where !Self.system.contains(module) {
                // The compiler's own names of single instructions.
                if module == "_Builtin_intrinsics", file.room == "SLVectorBaseline" { continue }
                #expect(allowed.contains(module), "\(file) imports \(module)")
            }
        }
    }

    @Test func theTableHasTheRoomsThatExist() throws {
        let sources = SourceTree.root.appending(path: "Sources")
        let rooms = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { !$0.hasPrefix(".") }
        #expect(Set(rooms) == Set(Self.allowed.keys).union(Self.cRooms))
    }

    /// The vector rooms share their sources, so that no form has a kernel of its own: the others are links to the one folder.
    @Test(arguments: ["SLVectorAVX2", "SLVectorAVX512", "SLVectorBF16"]) func aVectorRoomIsALink(room: String) throws {
        let path = SourceTree.root.appending(path: "Sources/\(room)").path
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "SLVectorBaseline")
    }

    /// No way up, by any detour: a room that can reach itself would be a cycle.
    @Test func theTableHasNoCycle() {
        for room in Self.allowed.keys {
            var reached: Set<String> = []
            var open = Self.allowed[room] ?? []
            while let next = open.popLast() {
                if reached.insert(next).inserted { open += Self.allowed[next] ?? [] }
            }
            #expect(!reached.contains(room), "\(room) reaches itself")
        }
    }

    /// One foreign library, one room. The log and the argument parser belong to the program's rim.
    @Test func aForeignLibraryHasOneRoom() {
        for library in ["COpenBLAS", "COneDNN", "CSentencePiece", "CZlib", "CZstd", "CCrypto", "GRDB", "ArgumentParser", "OrderedCollections"] {
            #expect(Self.allowed.count { $0.value.contains(library) } == 1, "\(library)")
        }
        #expect(Set(Self.allowed.filter { $0.value.contains("Logging") }.keys) == ["SLHarness", "slbench"])
    }

    /// The manifest's dependencies of each room are those of the table: the build holds what this test says.
    @Test func theManifestAgrees() throws {
        let manifest = try String(contentsOf: SourceTree.root.appending(path: "Package.swift"), encoding: .utf8)
        for (room, allowed) in Self.allowed {
            let start = try #require(
                manifest.firstRange(of: "arget(\n            name: \"\(room)\"") ?? manifest.firstRange(of: "arget(name: \"\(room)\""))
            let rest = manifest[start.upperBound...]
            let entry = rest[..<(rest.firstRange(of: "swiftSettings")?.lowerBound ?? rest.endIndex)]
            let named = entry.matches(of: /"(\w+)"(?:, package: "[\w.-]+")?/).map { String($0.1) }
            #expect(Set(named) == Set(allowed), "\(room): manifest \(named.sorted()), table \(allowed.sorted())")
        }
    }
}
