extension BLASCore {
    /// Why OpenBLAS picks kernels that are far below the processor, where that is known; `nil` where it is not, or the pick is another.
    ///
    /// - Parameter chosen: what it has picked.
    package static func mistake(chosen: String, on processor: Processor, by build: OpenBLASBuild) -> String? {
        let oldest = ["Prescott", "Barcelona", "Opteron", "Opteron_SSE3"]
        guard oldest.contains(chosen), processor.has(["avx2"]) else { return nil }
        let (family, model) = (processor.family ?? 0, processor.model ?? 0)
        switch processor.vendor {
        case "GenuineIntel" where family == 6 && model >= 0xb0 && build.isBefore(0, 3, 25):
            // Issue 4267, pull request 4268: a branch of driver/others/dynamic.c runs on into the next. Raptor Lake, Emerald Rapids, Arrow Lake.
            return "OpenBLAS before 0.3.25 takes Intel's models from 176 on, like this one (\(model)), for a Pentium 4"
        case "GenuineIntel" where family >= 15:
            // Families above 15 are counted on from 15, which only the Pentium 4 had. Some virtual machines say 15.
            return "OpenBLAS takes Intel's family \(family) for a Pentium 4"
        case "AuthenticAMD" where family == 15 && model >= 0x40:
            // QEMU's own processors (qemu64: model 107) pass for one of 2003 and may have any instructions.
            return "OpenBLAS takes this virtual processor (family 15, model \(model)) for an Opteron"
        default:
            // Changelog of 0.3.19: unknown processors get what their instructions allow.
            return build.isBefore(0, 3, 19) ? "OpenBLAS before 0.3.19 gives processors that it does not know the oldest kernels" : nil
        }
    }
}
