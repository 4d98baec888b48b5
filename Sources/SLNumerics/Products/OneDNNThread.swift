import COneDNN
import Glibc
import Synchronization

/// A thread's primitives and temporary space. Primitives write where their memory objects point, so threads share none.
final class OneDNNThread {
    private var primitives: [OneDNNPrimitive.Key: OneDNNPrimitive] = [:]
    /// Shapes that the library can't do.
    private var refused: Set<OneDNNPrimitive.Key> = []
    private var scratch: UnsafeMutableRawPointer?
    private var scratchBytes = 0
    private let stream: dnnl_stream_t?
    /// What all threads' primitives and temporary space keep resident, in bytes: they are no tensors, and no ledger has them.
    static let heldBytes = Atomic<Int>(0)
    /// One thread makes a primitive at a time, so that what the process grows by is the primitive's.
    private static let making = Mutex(())
    /// More shapes than a run has; beyond them one starts again.
    private static let most = 4096

    private init() {
        // The library would share a product out over OpenMP's threads, beside the program's own team.
        Self.setOpenMPThreads?(1)
        var stream: dnnl_stream_t?
        if let engine = OneDNNProducts.engine, dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue) == dnnl_success {
            self.stream = stream
        } else {
            self.stream = nil
        }
    }

    deinit {
        primitives = [:]
        if let stream { dnnl_stream_destroy(stream) }
        dropScratch()
    }

    private func dropScratch() {
        free(scratch)
        scratch = nil
        Self.heldBytes.subtract(scratchBytes, ordering: .relaxed)
        scratchBytes = 0
    }

    /// - Returns: whether it was done.
    func run(_ key: OneDNNPrimitive.Key, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutableRawPointer) -> Bool {
        guard let stream, let primitive = primitive(key) else { return false }
        if primitive.scratchBytes > scratchBytes {
            dropScratch()
            guard posix_memalign(&scratch, 64, primitive.scratchBytes) == 0 else { return false }
            scratchBytes = primitive.scratchBytes
            Self.heldBytes.add(scratchBytes, ordering: .relaxed)
        }
        return primitive.run(a, b, c, scratch: scratch, on: stream)
    }

    private func primitive(_ key: OneDNNPrimitive.Key) -> OneDNNPrimitive? {
        if let known = primitives[key] { return known }
        guard let engine = OneDNNProducts.engine, !refused.contains(key) else { return nil }
        if primitives.count + refused.count >= Self.most { (primitives, refused) = ([:], []) }
        let made = Self.make(key, engine)
        if let made { primitives[key] = made } else { refused.insert(key) }
        return made
    }

    /// Counts what the process grows by meanwhile: the primitive's code, and what of the library is read for the first time. The library keeps
    /// both when the primitive goes.
    private static func make(_ key: OneDNNPrimitive.Key, _ engine: dnnl_engine_t) -> OneDNNPrimitive? {
        var made: OneDNNPrimitive?
        making.withLock { _ in
            let before = ResidentMemory.currentBytes
            made = OneDNNPrimitive(key, engine: engine)
            if let before, let now = ResidentMemory.currentBytes { heldBytes.add(max(0, now - before), ordering: .relaxed) }
        }
        return made
    }

    // MARK: One a thread

    /// Goes with the thread.
    private static let slot: pthread_key_t = {
        var slot = pthread_key_t()
        pthread_key_create(&slot) { if let own = $0 { Unmanaged<OneDNNThread>.fromOpaque(own).release() } }
        return slot
    }()

    static var current: OneDNNThread {
        if let own = pthread_getspecific(slot) { return Unmanaged<OneDNNThread>.fromOpaque(own).takeUnretainedValue() }
        let fresh = OneDNNThread()
        pthread_setspecific(slot, Unmanaged.passRetained(fresh).toOpaque())
        return fresh
    }

    /// OpenMP comes with oneDNN; it is no library of this program's own.
    private static let setOpenMPThreads: (@convention(c) (Int32) -> Void)? = {
        guard let symbol = dlsym(nil, "omp_set_num_threads") else { return nil }
        return unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Void).self)
    }()
}
