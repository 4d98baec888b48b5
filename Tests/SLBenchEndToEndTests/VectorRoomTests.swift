import Foundation
import Testing

/// One program for processors with AVX-512, with AVX2, and with neither: wide instructions stand where a form was chosen, and nowhere else.
@Suite(.enabled(if: Workplace.binary != nil, Workplace.missing)) struct VectorRoomTests {
    private static func has(_ tool: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
        }
    }

    private static let isX86 = {
        #if arch(x86_64)
            true
        #else
            false
        #endif
    }()

    /// How many instructions of AVX and AVX2, and how many of AVX-512, each function has that has any.
    private func wideFunctions(_ place: Workplace) throws -> [(name: String, avx: Int, avx512: Int)] {
        // Wide registers are %zmm, the masks %k and all beyond the sixteenth; mnemonics of AVX begin with v, those of masks with k.
        let script = #"""
            objdump -d -w --no-show-raw-insn "$SLBENCH" | awk -F'\t' '
                /^[0-9a-f]+ </ { name = $0; sub(/^[^<]*</, "", name); sub(/>:$/, "", name); next }
                NF < 2 || $2 ~ /^ver[rw] / { next }
                $2 ~ /%zmm|%k[0-7]|%[xy]mm(1[6-9]|2[0-9]|3[01])|^k[a-z]+ / { wide[name]++; seen[name] = 1; next }
                $2 ~ /^v/ { narrow[name]++; seen[name] = 1 }
                END { for (name in seen) print name, narrow[name] + 0, wide[name] + 0 }'
            """#
        let outcome = try place.shell(script)
        #expect(outcome.status == 0, "\(outcome.talk)")
        return outcome.output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 3, let avx = Int(words[words.count - 2]), let avx512 = Int(words[words.count - 1]) else { return nil }
            return (words.dropLast(2).joined(separator: " "), avx, avx512)
        }
    }

    /// Where two modules emit one function the linker keeps one for both: a generic of the standard library that a wide room shares
    /// with the rest of the program would end that on an older processor.
    @Test(.enabled(if: isX86), .enabled(if: has("objdump"), "no objdump: apt-get install binutils"))
    func wideInstructionsStandInTheirRoomsAlone() throws {
        try inWorkplace { place in
            let functions = try wideFunctions(place)
            func room(_ name: String) -> [(name: String, avx: Int, avx512: Int)] { functions.filter { $0.name.contains(name) } }
            let rooms = ["SLVectorAVX2", "SLVectorAVX512", "SLVectorBF16"]
            for function in functions where !rooms.contains(where: function.name.contains) {
                Issue.record("\(function.name) has \(function.avx) instructions of AVX and \(function.avx512) of AVX-512")
            }
            for function in room("SLVectorAVX2") where function.avx512 > 0 { Issue.record("\(function.name) has AVX-512") }
            // The check sees something: a release build has all three.
            #expect(room("SLVectorAVX2").count > 20 && room("SLVectorAVX512").count { $0.avx512 > 0 } > 20)
            #expect(room("SLVectorBF16").count { $0.avx512 > 0 } > 20)
        }
    }

    /// Processors of 2008 (no AVX), 2013 (AVX2) and one without BF16 (`-cpu max` knows no AVX-512), as an emulator has them.
    @Test(
        .enabled(if: isX86), .enabled(if: has("qemu-x86_64"), "no emulator: apt-get install qemu-user"),
        arguments: [("Nehalem", "baseline"), ("Haswell", "avx2")])
    func anOlderProcessorRunsIt(processor: String, units: String) throws {
        try inWorkplace { place in
            let emulator = "env -u SLBENCH_VECTOR_UNITS -u OPENBLAS_CORETYPE qemu-x86_64 -cpu \(processor)"
            let version = try place.shell("\(emulator) \"$SLBENCH\" --version")
            #expect(version.status == 0 && version.output.hasPrefix("slbench "), "\(version.talk)")
            let step = try place.shell("printf 'step\\nquit\\n' | \(emulator) \"$SLBENCH\" bench-step --method sltrain --rank 4 --model 9m --batch 1 --seq 17 --threads 1")
            #expect(step.status == 0 && step.output.contains("\"vector_units\": \"\(units)\""), "\(step.output) \(step.talk)")
        }
    }

    private func refusal(_ value: String) throws -> Workplace.Outcome {
        try inWorkplace { try $0.shell("SLBENCH_VECTOR_UNITS=\(value) \"$SLBENCH\" methods") }
    }

    @Test func whatIsUnknownIsRefusedWithWhatThereIs() throws {
        let outcome = try refusal("avx1024")
        #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome.status)")
        #expect(outcome.talk.contains("SLBENCH_VECTOR_UNITS='avx1024'") && outcome.talk.contains(Self.isX86 ? "baseline" : "neon"), "\(outcome.talk)")
    }

    /// No program has both kinds.
    @Test func whatTheProgramHasNotIsRefused() throws {
        let outcome = try refusal(Self.isX86 ? "neon" : "avx2")
        #expect(outcome.status == 64 && outcome.talk.contains("the program has no kernels for"), "\(outcome.talk)")
    }

    @Test(.enabled(if: isX86), .enabled(if: has("qemu-x86_64"), "no emulator: apt-get install qemu-user"))
    func whatTheProcessorLacksIsRefused() throws {
        try inWorkplace { place in
            let outcome = try place.shell("SLBENCH_VECTOR_UNITS=avx512 qemu-x86_64 -cpu Haswell \"$SLBENCH\" methods")
            #expect(outcome.status == 64 && outcome.talk.contains("allowed: baseline or avx2, or nothing; the processor lacks avx512"), "\(outcome.talk)")
        }
    }

    @Test(.enabled(if: isX86)) func whatIsAskedForRunsAndIsRecorded() throws {
        try inWorkplace { place in
            try place.write(Workplace.config(methods: #""full_rank""#), to: "tiny.json")
            let sweep = try place.shell("SLBENCH_VECTOR_UNITS=baseline \"$SLBENCH\" sweep tiny.json --no-report")
            #expect(sweep.status == 0, "\(sweep.talk)")
            #expect(try place.run("query", "SELECT DISTINCT vector_units FROM environment", "--format", "csv").output.split(whereSeparator: \.isNewline).last == "baseline")
            let doctor = try place.shell("SLBENCH_VECTOR_UNITS=baseline \"$SLBENCH\" doctor --threads 1 --format csv")
            #expect(doctor.output.contains("baseline; the program has baseline, avx2, avx512, avx512_bf16"), "\(doctor.output)")
        }
    }
}
