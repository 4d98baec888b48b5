/// A kernel ready to be measured.
package struct KernelCase {
    let name: String
    let size: String
    let formula: String
    let work: KernelWork
    /// Makes calls on as many disjoint sets of buffers as asked for, so that a pass over all of them finds none in a cache.
    let prepare: (_ bench: Workbench, _ sets: Int) throws -> Calls

    struct Calls {
        var calls: [() -> Void]
        /// Puts back what calls use up, outside of the measured time.
        var restore: () -> Void = {}
    }

    init(
        _ name: String, _ size: String, _ formula: String, _ work: KernelWork,
        prepare: @escaping (_ bench: Workbench, _ sets: Int) throws -> Calls
    ) {
        self.name = name
        self.size = size
        self.formula = formula
        self.work = work
        self.prepare = prepare
    }

    /// A case whose calls can be repeated without putting anything back.
    static func repeatable(
        _ name: String, _ size: String, _ formula: String, _ work: KernelWork, make: @escaping (Workbench) throws -> () -> Void
    ) -> KernelCase {
        KernelCase(name, size, formula, work) { bench, sets in Calls(calls: try (0..<sets).map { _ in try make(bench) }) }
    }
}
