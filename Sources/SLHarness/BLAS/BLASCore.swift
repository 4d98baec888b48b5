/// Kernels of OpenBLAS for a processor, by the name that `OPENBLAS_CORETYPE` takes.
package struct BLASCore: Sendable, Hashable {
    /// What the fp32 kernels are written for. OpenBLAS has more names than kernels: Zen's products are Haswell's, those of Cooperlake
    /// and SapphireRapids, which differ in bf16, SkylakeX's (kernel/x86_64/KERNEL.* of 0.3.21).
    package enum Kind: Sendable {
        case sse, avx, avx2, avx512, neon, sve
    }

    package var name: String
    package var kind: Kind
    /// Instructions that the kernels may use, as the kernel of the system calls them.
    package var needed: [String]
    /// The makers whose processors get it where two are alike; all when empty.
    var vendors: [String] = []
    /// The first version that heeds the name.
    var since: [Int] = []

    private static let avx2 = ["avx", "avx2", "fma"]
    private static let avx512 = avx2 + ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"]

    /// The best first. Names of OpenBLAS 0.3.21's driver/others/dynamic.c and dynamic_arm64.c, and of later ones. Cooperlake was known to the
    /// library before its name was to the variable (pull request 3806); SapphireRapids could not be chosen at start before pull request 4048.
    package static let all = [
        BLASCore(name: "SapphireRapids", kind: .avx512, needed: avx512 + ["avx512_bf16", "amx_bf16"], since: [0, 3, 24]),
        BLASCore(name: "Cooperlake", kind: .avx512, needed: avx512 + ["avx512_bf16"], since: [0, 3, 22]),
        BLASCore(name: "SkylakeX", kind: .avx512, needed: avx512, since: [0, 3, 1]),
        BLASCore(name: "Zen", kind: .avx2, needed: avx2, vendors: ["AuthenticAMD", "HygonGenuine"]),
        BLASCore(name: "Haswell", kind: .avx2, needed: avx2),
        BLASCore(name: "Sandybridge", kind: .avx, needed: ["avx"]),
        BLASCore(name: "Nehalem", kind: .sse, needed: ["sse4_2"]),
        BLASCore(name: "neoversev1", kind: .sve, needed: ["asimd", "asimddp", "sve", "svebf16"], since: [0, 3, 21]),
        BLASCore(name: "neoversen1", kind: .neon, needed: ["asimd", "asimddp", "atomics"], since: [0, 3, 10]),
    ]

    /// Whether these are the kernels that the library calls so; it writes names of ARM in small letters.
    package func isNamed(_ other: String) -> Bool { name.lowercased() == other.lowercased() }

    /// What the processor can run and the library has under that name, the best first.
    package static func runnable(on processor: Processor, by build: OpenBLASBuild) -> [BLASCore] {
        guard build.choosesKernels else { return [] }
        return all.filter { core in
            processor.has(core.needed) && !build.version.lexicographicallyPrecedes(core.since)
                && (core.vendors.isEmpty || core.vendors.contains(processor.vendor))
        }
    }

    /// Kernels worth a measurement beside the chosen ones: of other kinds, one of each. Narrower vectors are among them, since wider ones
    /// can slow a processor's clock.
    ///
    /// - Parameter kinds: how many of the processor's best kinds are looked at.
    package static func alternatives(to chosen: String, on processor: Processor, by build: OpenBLASBuild, kinds: Int = 2) -> [BLASCore] {
        var best: [BLASCore] = []
        for core in runnable(on: processor, by: build) where !best.contains(where: { $0.kind == core.kind }) { best.append(core) }
        return best.prefix(kinds).filter { $0.kind != kind(of: chosen) }
    }

    /// `nil` for a name that is none of these.
    package static func kind(of name: String) -> Kind? { all.first { $0.isNamed(name) }?.kind }
}
