import CProcessor
import Synchronization

/// Which library multiplies: a rule by processor and shape, never a measurement during a run.
public enum ProductLibrary: String, Sendable, CaseIterable {
    case openBLAS = "openblas"
    case oneDNN = "onednn"

    /// Whether the processor multiplies brain floats (AVX512_BF16 or AMX). Without such units bf16 products round alike and are computed in full.
    public static var hasBrainUnits: Bool { OneDNNProducts.hasBrainUnits }

    private static let asked = Atomic<UInt8>(0)

    /// Fixes who multiplies in full, whatever the shape; `nil` leaves it to the rule. Before the first product, for comparisons.
    public static func use(_ library: ProductLibrary?) {
        asked.store(library.flatMap { allCases.firstIndex(of: $0) }.map { UInt8($0 + 1) } ?? 0, ordering: .sequentiallyConsistent)
    }

    private static var wanted: ProductLibrary? {
        let place = Int(asked.load(ordering: .relaxed))
        return place == 0 ? nil : allCases[place - 1]
    }

    /// Multiplications of a thread's part from which oneDNN multiplies in full on AMD's processors with AVX-512: there it is 10 % ahead of OpenBLAS
    /// 0.3.21 over the products of a step (results/benchmarks/libraries-amd.md). Below, what a call costs counts. Elsewhere nothing is measured
    /// that would speak against OpenBLAS.
    private static let oneDNNBegins: Int? = processor_is_by_amd() && OneDNNProducts.hasWideUnits ? 1 << 24 : nil

    /// Who multiplies in full: by processor and shape alone.
    @inline(__always)
    package static func inFull(_ layout: ProductLayout) -> ProductLibrary {
        if let wanted { return wanted }
        guard let begins = oneDNNBegins else { return .openBLAS }
        return layout.m * layout.n * layout.k >= begins ? .oneDNN : .openBLAS
    }

    private static var ruleInFull: String {
        if let wanted { return wanted.rawValue }
        guard let begins = oneDNNBegins else { return ProductLibrary.openBLAS.rawValue }
        return "onednn from m n k = 2^\(begins.trailingZeroBitCount), openblas below"
    }

    /// What libraries keep resident for the shapes that were multiplied so far, in bytes, beyond what they do from the start.
    public static var heldBytes: Int { OneDNNThread.heldBytes.load(ordering: .relaxed) }

    /// What a record says of the choice, e.g. `fp32 openblas; bf16 onednn 2.6.3 avx512_core_bf16`.
    public static var summary: String {
        "fp32 \(ruleInFull); bf16 \(hasBrainUnits ? "onednn \(OneDNNProducts.version) \(OneDNNProducts.instructions)" : "by fp32")"
    }
}
