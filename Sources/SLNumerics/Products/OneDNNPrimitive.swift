import COneDNN

/// A product of one shape, ready to be run on given operands. Belongs to one thread.
final class OneDNNPrimitive {
    /// What a primitive is made for.
    struct Key: Hashable {
        let layout: ProductLayout
        let input, output: UInt32
        /// c ← alpha · a · b + beta · c
        let alpha, beta: Float

        init(_ layout: ProductLayout, input: dnnl_data_type_t, output: dnnl_data_type_t, _ alpha: Float, _ beta: Float) {
            self.layout = layout
            (self.input, self.output) = (input.rawValue, output.rawValue)
            (self.alpha, self.beta) = (alpha, beta)
        }
    }

    private var primitive: dnnl_primitive_t?
    /// Of a, b, c and temporary space.
    private var memories: [dnnl_memory_t] = []
    /// Bytes of temporary space that a run takes.
    private(set) var scratchBytes = 0

    /// `nil` where the library has none for the shape.
    init?(_ key: Key, engine: dnnl_engine_t) {
        let layout = key.layout
        let (input, output) = (dnnl_data_type_t(key.input), dnnl_data_type_t(key.output))
        guard var a = Self.matrix(layout.m, layout.k, layout.lda, isTransposed: layout.transposeA, input),
            var b = Self.matrix(layout.k, layout.n, layout.ldb, isTransposed: layout.transposeB, input),
            var c = Self.matrix(layout.m, layout.n, layout.ldc, isTransposed: false, output), let attributes = Self.attributes(key)
        else { return nil }
        defer { dnnl_primitive_attr_destroy(attributes) }
        var description = dnnl_matmul_desc_t()
        var found: dnnl_primitive_desc_t?
        guard dnnl_matmul_desc_init(&description, &a, &b, nil, &c) == dnnl_success,
            dnnl_primitive_desc_create(&found, &description, attributes, engine, nil) == dnnl_success, let found
        else { return nil }
        defer { dnnl_primitive_desc_destroy(found) }
        guard dnnl_primitive_create(&primitive, found) == dnnl_success, let scratch = dnnl_primitive_desc_query_md(found, dnnl_query_scratchpad_md, 0)
        else { return nil }
        scratchBytes = dnnl_memory_desc_get_size(scratch)
        var space = scratch.pointee
        guard add(&a, engine), add(&b, engine), add(&c, engine), add(&space, engine) else { return nil }
    }

    deinit {
        for memory in memories { dnnl_memory_destroy(memory) }
        if let primitive { dnnl_primitive_destroy(primitive) }
    }

    private func add(_ description: inout dnnl_memory_desc_t, _ engine: dnnl_engine_t) -> Bool {
        var memory: dnnl_memory_t?
        // No handle yet: each run brings its own.
        guard dnnl_memory_create(&memory, &description, engine, nil) == dnnl_success, let memory else { return false }
        memories.append(memory)
        return true
    }

    private static func matrix(_ rows: Int, _ columns: Int, _ ld: Int, isTransposed: Bool, _ type: dnnl_data_type_t) -> dnnl_memory_desc_t? {
        var description = dnnl_memory_desc_t()
        let sizes = [Int64(rows), Int64(columns)]
        let strides = isTransposed ? [1, Int64(ld)] : [Int64(ld), 1]
        return dnnl_memory_desc_init_by_strides(&description, 2, sizes, type, strides) == dnnl_success ? description : nil
    }

    private static func attributes(_ key: Key) -> dnnl_primitive_attr_t? {
        var attributes: dnnl_primitive_attr_t?
        guard dnnl_primitive_attr_create(&attributes) == dnnl_success, let attributes else { return nil }
        // Without it the library keeps space of its own for every shape.
        var isRight = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success
        if key.alpha != 1 {
            var alpha = key.alpha
            isRight = isRight && dnnl_primitive_attr_set_output_scales(attributes, 1, 0, &alpha) == dnnl_success
        }
        if key.beta != 0 {
            var operations: dnnl_post_ops_t?
            isRight = isRight && dnnl_post_ops_create(&operations) == dnnl_success
            if let operations {
                isRight = isRight && dnnl_post_ops_append_sum(operations, key.beta) == dnnl_success
                    && dnnl_primitive_attr_set_post_ops(attributes, operations) == dnnl_success
                dnnl_post_ops_destroy(operations)
            }
        }
        if isRight { return attributes }
        dnnl_primitive_attr_destroy(attributes)
        return nil
    }

    func run(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer?, on stream: dnnl_stream_t) -> Bool {
        dnnl_memory_set_data_handle(memories[0], UnsafeMutableRawPointer(mutating: a))
        dnnl_memory_set_data_handle(memories[1], UnsafeMutableRawPointer(mutating: b))
        dnnl_memory_set_data_handle(memories[2], c)
        dnnl_memory_set_data_handle(memories[3], scratch)
        return withUnsafeTemporaryAllocation(of: dnnl_exec_arg_t.self, capacity: 4) { arguments in
            arguments[0] = dnnl_exec_arg_t(arg: 1, memory: memories[0])  // DNNL_ARG_SRC
            arguments[1] = dnnl_exec_arg_t(arg: 33, memory: memories[1])  // DNNL_ARG_WEIGHTS
            arguments[2] = dnnl_exec_arg_t(arg: 17, memory: memories[2])  // DNNL_ARG_DST
            arguments[3] = dnnl_exec_arg_t(arg: 80, memory: memories[3])  // DNNL_ARG_SCRATCHPAD
            return dnnl_primitive_execute(primitive, stream, 4, arguments.baseAddress) == dnnl_success
        }
    }
}
