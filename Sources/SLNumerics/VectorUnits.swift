import CProcessor
import SLVector
import SLVectorAVX2
import SLVectorAVX512
import SLVectorBF16
import SLVectorBaseline
import Synchronization

/// The vector instructions that the kernels run with: chosen by the processor when the program starts, not by the one that built it.
///
/// Bits of results differ between them: registers of other widths add in another order, and where there is no fused multiply-add a
/// sum is rounded twice. So the choice is recorded with a run. `avx512` and `avx512_bf16` give the same bits.
public enum VectorUnits: String, CaseIterable, Sendable {
    /// What every processor of the architecture has; all there is in debug builds.
    case baseline
    case neon
    case avx2
    case avx512
    /// `avx512`, and instructions that round to brain floats.
    case avx512BF16 = "avx512_bf16"

    /// The forms that this program has, the narrowest first.
    public static let built = allCases.filter { $0.form != nil }

    /// Those of them that the processor has.
    public static let available = built.filter(\.isOfThisProcessor)

    private static let forms: [any VectorKernels.Type] = [
        SLVectorBaseline.Kernels.self, SLVectorAVX2.Kernels.self, SLVectorAVX512.Kernels.self, SLVectorBF16.Kernels.self,
    ]

    /// A room says itself what it was compiled for.
    private var form: (any VectorKernels.Type)? { Self.forms.first { $0.units == rawValue } }

    private var isOfThisProcessor: Bool {
        switch self {
        case .baseline, .neon: true
        case .avx2: processor_has_avx2()
        case .avx512: processor_has_avx512()
        case .avx512BF16: processor_has_avx512_bf16()
        }
    }

    /// What kernels run with from now on; `nil` for the widest that the processor has. For the whole process: before the first kernel runs, or
    /// between two.
    ///
    /// - Returns: `false`, and nothing done, for what the program or the processor has not.
    @discardableResult
    public static func use(_ units: VectorUnits?) -> Bool {
        guard let units = units ?? available.last, available.contains(units), let form = units.form else { return false }
        let place = UnsafeMutablePointer<any VectorKernels.Type>.allocate(capacity: 1)
        place.initialize(to: form)
        // Another thread may still be reading the one before, which is why that stays.
        chosen.store(UnsafePointer(place), ordering: .releasing)
        return true
    }

    /// What kernels run with.
    public static var active: VectorUnits { VectorUnits(rawValue: kernels.units) ?? .baseline }

    /// A pointer, not the two words of the choice itself: a thread never reads half of it.
    private nonisolated(unsafe) static let chosen = Atomic<UnsafePointer<any VectorKernels.Type>?>(nil)

    @inline(__always)
    static var kernels: any VectorKernels.Type {
        if let form = chosen.load(ordering: .acquiring) { return form.pointee }
        return widest()
    }

    @inline(never)
    private static func widest() -> any VectorKernels.Type {
        use(nil)
        return chosen.load(ordering: .acquiring)?.pointee ?? SLVectorBaseline.Kernels.self
    }
}
