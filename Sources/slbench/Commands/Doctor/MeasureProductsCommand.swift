import ArgumentParser
import Foundation
import SLHarness
import SLNumerics

/// The inside of a process in which OpenBLAS's kernels are tried; started by `doctor`.
struct MeasureProductsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: CoreTrialRunner.command, abstract: "Compare OpenBLAS's products with plain ones and time them (started by doctor).",
        shouldDisplay: false)

    func run() throws {
        Compute.configure(threads: 1)
        let check = ProductCheck()
        let trial = CoreTrial(
            core: BLASEnvironment.core, rate: ProductRate.ofOpenBLAS(), products: check.products, worst: check.worst, worstProduct: check.worstProduct)
        print(String(decoding: try JSONEncoder().encode(trial), as: UTF8.self))
    }
}
