/// What a process of its own found of the kernels that OpenBLAS chose in it. The library reads `OPENBLAS_CORETYPE` when it is loaded, so
/// there is no other way to try kernels, and those that the processor can't run end a process without a word.
public struct CoreTrial: Sendable, Hashable, Codable {
    /// As the library calls the kernels.
    public var core: String
    /// FLOP/s of one thread.
    public var rate: Double
    /// Odd products that were compared with their plain twins.
    public var products: Int
    /// The largest error in units of its bound.
    public var worst: Double
    /// The product with it.
    public var worstProduct: String

    public init(core: String, rate: Double, products: Int, worst: Double, worstProduct: String) {
        self.core = core
        self.rate = rate
        self.products = products
        self.worst = worst
        self.worstProduct = worstProduct
    }

    enum CodingKeys: String, CodingKey {
        case core, rate, products, worst
        case worstProduct = "worst_product"
    }

    public var isRight: Bool { products > 0 && worst <= 1 }

    /// How it went.
    public enum Outcome: Sendable, Hashable {
        case measured(CoreTrial)
        case signal(Int32)
        /// Nothing was found within so many seconds.
        case late(Double)
        case failed(String)

        public var trial: CoreTrial? {
            if case .measured(let trial) = self { return trial }
            return nil
        }

        /// A figure that others can be set beside.
        var soundTrial: CoreTrial? { trial.flatMap { $0.isRight ? $0 : nil } }
    }
}
