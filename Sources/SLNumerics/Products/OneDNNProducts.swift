import COneDNN
import Glibc

/// Products by oneDNN: one primitive a shape and thread, made when it is first needed and kept; each call on its own thread.
enum OneDNNProducts {
    /// e.g. `2.6.3`.
    static let version: String = {
        guard let version = dnnl_version()?.pointee else { return "unknown" }
        return "\(version.major).\(version.minor).\(version.patch)"
    }()

    private static let effective = dnnl_get_effective_cpu_isa()

    static var hasBrainUnits: Bool {
        let bits = dnnl_cpu_isa_avx512_core_bf16.rawValue
        return effective.rawValue & bits == bits
    }

    /// Whether it computes with AVX-512.
    static var hasWideUnits: Bool {
        let bits = dnnl_cpu_isa_avx512_core.rawValue
        return effective.rawValue & bits == bits
    }

    /// The set of instructions that it computes with.
    static var instructions: String {
        switch effective {
        case dnnl_cpu_isa_avx512_core_bf16: "avx512_core_bf16"
        case dnnl_cpu_isa_avx512_core_amx: "avx512_core_amx"
        case dnnl_cpu_isa_avx512_core, dnnl_cpu_isa_avx512_core_vnni: "avx512_core"
        case dnnl_cpu_isa_avx2, dnnl_cpu_isa_avx2_vnni: "avx2"
        default: "isa \(effective.rawValue)"
        }
    }

    /// Made once and only read; the library shares it between threads.
    nonisolated(unsafe) static let engine: dnnl_engine_t? = {
        var engine: dnnl_engine_t?
        return dnnl_engine_create(&engine, dnnl_cpu, 0) == dnnl_success ? engine : nil
    }()

    /// - Returns: whether it was done; `false`, and nothing written, for what the library can't do.
    static func multiply(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ beta: Float, _ c: UnsafeMutablePointer<Float>
    ) -> Bool {
        multiply(OneDNNPrimitive.Key(layout, input: dnnl_f32, output: dnnl_f32, alpha, beta), a, b, c)
    }

    static func multiply(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>
    ) -> Bool {
        multiply(OneDNNPrimitive.Key(layout, input: dnnl_bf16, output: dnnl_f32, alpha, beta), a, b, c)
    }

    static func multiply(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>, _ beta: Float,
        _ c: UnsafeMutablePointer<BFloat16>
    ) -> Bool {
        multiply(OneDNNPrimitive.Key(layout, input: dnnl_bf16, output: dnnl_bf16, alpha, beta), a, b, c)
    }

    private static func multiply(_ key: OneDNNPrimitive.Key, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutableRawPointer) -> Bool {
        // A sum of nothing is no product of the library's.
        guard key.layout.k > 0 else { return false }
        return OneDNNThread.current.run(key, a, b, c)
    }
}
