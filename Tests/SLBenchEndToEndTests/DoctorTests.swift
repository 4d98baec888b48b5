import Foundation
import Testing

/// What `doctor` finds of the kernels that multiply, with the library that is installed.
@Suite(.enabled(if: Workplace.binary != nil, Workplace.missing)) struct DoctorTests {
    private struct Row: Decodable {
        let what: String
        let found: String
        let fix: String?
    }

    private func rows(_ place: Workplace, core: String) throws -> (status: Int32, rows: [Row]) {
        let outcome = try place.shell("\(core) \"$SLBENCH\" doctor --threads 1 --format json")
        #expect(outcome.talk.contains("doctor: multiplying with the kernels that OpenBLAS chose"))
        return (outcome.status, try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8)))
    }

    /// Names of kernels are those of x86.
    private static var isX86: Bool {
        #if arch(x86_64)
            true
        #else
            false
        #endif
    }

    @Test func productsAreComparedAndTimed() throws {
        try inWorkplace { place in
            let (status, rows) = try rows(place, core: "env -u OPENBLAS_CORETYPE")
            let kernels = try #require(rows.first { $0.what == "product kernels" })
            #expect(kernels.found.contains("GFLOP/s on 1 thread, 56 odd products right"))
            #expect(!kernels.found.contains("by OPENBLAS_CORETYPE"))
            #expect((status == 3) == rows.contains { $0.fix != nil })
        }
    }

    @Test(.enabled(if: isX86)) func forcedKernelsStandBesideTheLibrarysOwn() throws {
        try inWorkplace { place in
            let (_, rows) = try rows(place, core: "OPENBLAS_CORETYPE=Prescott")
            let kernels = try #require(rows.first { $0.what == "product kernels" })
            #expect(kernels.found.hasPrefix("Prescott by OPENBLAS_CORETYPE: ") && kernels.found.contains("; without it "))
        }
    }

    /// FMA4 is an instruction of AMD's from 2011 to 2015.
    @Test(.enabled(if: isX86)) func kernelsThatTheProcessorLacksEndNothingButTheTrial() throws {
        let processor = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        try inWorkplace { place in
            let version = try place.shell("OPENBLAS_CORETYPE=Excavator \"$SLBENCH\" --version")
            guard !processor.contains(" fma4 "), version.output.contains(" Excavator ") else { return }
            let (status, rows) = try rows(place, core: "OPENBLAS_CORETYPE=Excavator")
            let kernels = try #require(rows.first { $0.what == "product kernels" })
            #expect(status == 3 && kernels.found.hasPrefix("Excavator by OPENBLAS_CORETYPE: ends the program"))
            #expect(kernels.fix?.contains("OPENBLAS_CORETYPE") == true)
            #expect(rows.contains { $0.what == "corpus" } && !rows.contains { $0.what == "matrix products" })
        }
    }

    /// The command that tries them is for `doctor` alone.
    @Test func theTrialIsNotListed() throws {
        try inWorkplace { place in
            #expect(try !place.run("--help").output.contains("measure-products"))
            let trial = try place.run("measure-products")
            #expect(trial.status == 0 && trial.output.contains(#""worst_product""#))
        }
    }
}
