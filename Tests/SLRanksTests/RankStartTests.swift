import SLRanks
import Testing

/// What is looked at before ranks train together.
struct RankStartTests {
    @Test func launchersAreKnownByTheirVariables() throws {
        #expect(try RankLaunch.current(in: ["PATH": "/bin"]) == nil)
        let open = try RankLaunch.current(in: ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_LOCAL_SIZE": "2"])
        #expect(open == RankLaunch(launcher: .openMPI, rank: 3, count: 4, countHere: 2))
        let slurm = try RankLaunch.current(in: [
            "PMIX_RANK": "6", "SLURM_STEP_NUM_TASKS": "7", "SLURM_PROCID": "6", "SLURM_STEP_TASKS_PER_NODE": "2(x3),1", "SLURM_NODEID": "3",
        ])
        #expect(slurm == RankLaunch(launcher: .slurm, rank: 6, count: 7, countHere: 1))
        let other = try RankLaunch.current(in: ["PMI_RANK": "0", "PMI_SIZE": "2", "MPI_LOCALNRANKS": "2"])
        #expect(other == RankLaunch(launcher: .processManager, rank: 0, count: 2, countHere: 2))
    }

    /// A step of one task is a process like any other; one of several whose tasks can't meet would train the model several times.
    @Test func slurmTasksThatCannotMeetAreRefused() throws {
        #expect(try RankLaunch.current(in: ["SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0"]) == nil)
        #expect { try RankLaunch.current(in: ["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1"]) } throws: { error in
            "\(error)".contains("srun started 4 tasks") && "\(error)".contains("srun --mpi=pmix")
        }
    }

    @Test func differencesAreToldWithTheirRanks() {
        let ends = ThreadRanks.run(5) { group in
            try group.agree(on: [
                RankFact(what: "the run", value: "same", fix: "-"),
                RankFact(what: "the core", value: group.rank == 3 ? "Haswell" : "Zen", fix: "equal hosts"),
            ])
        }
        for end in ends {
            #expect { try end.get() } throws: { error in
                let words = "\(error)"
                return (error as? RankError)?.isShared == true && words.contains("the core is not the same on all of them")
                    && words.contains("ranks 0-2, 4: Zen") && words.contains("rank 3: Haswell") && words.contains("equal hosts")
            }
        }
    }

    @Test func whoCannotGoOnEndsAll() throws {
        let ends = ThreadRanks.run(3) { group in
            try group.agreeToGoOn(unless: nil)
            try group.agreeToGoOn(unless: group.rank == 2 ? ("no such corpus: a b", 66) : nil)
        }
        for end in ends {
            #expect(throws: RankError.refused(reasons: ["rank 2: no such corpus: a b"], status: 66)) { try end.get() }
        }
    }

    private func share(_ host: String, _ cores: Set<Int>, paid: Int? = nil, threads: Int = 1) -> CoreShare {
        CoreShare(host: host, cores: cores, paid: paid, threads: threads)
    }

    @Test func moreThreadsThanCoresAreRefused() throws {
        try CoreShare.check([share("a", [0, 1]), share("a", [0, 1])])
        try CoreShare.check([share("a", [0, 1], threads: 2), share("b", [0, 1], threads: 2)])
        #expect(throws: RankError.oversubscribed(host: "a", ranks: 3, threads: 1, cores: 2)) {
            try CoreShare.check([share("a", [0, 1]), share("a", [0, 1]), share("a", [0, 1])])
        }
        // The host has cores enough, and the rank was bound to one.
        #expect(throws: RankError.oversubscribed(host: "a", ranks: 1, threads: 2, cores: 1)) {
            try CoreShare.check([share("a", [0], threads: 2), share("a", [1], threads: 2)])
        }
        #expect(throws: RankError.oversubscribed(host: "a", ranks: 2, threads: 2, cores: 3)) {
            try CoreShare.check([share("a", [0, 1, 2, 3], paid: 3, threads: 2), share("a", [0, 1, 2, 3], paid: 3, threads: 2)])
        }
    }

    @Test func coresAreShared() throws {
        #expect(CoreShare.threadsEach([share("a", [0, 1, 2, 3]), share("a", [0, 1, 2, 3])]) == 2)
        #expect(CoreShare.threadsEach([share("a", [0, 1]), share("a", [2, 3])]) == 2)
        #expect(CoreShare.threadsEach([share("a", [0]), share("a", [1])]) == 1)
        #expect(CoreShare.threadsEach([share("a", [0, 1, 2, 3]), share("b", [0, 1])]) == 2)
        #expect(CoreShare.threadsEach([share("a", [0]), share("a", [0]), share("a", [0])]) == 1)
        #expect(!CoreShare.ownCores.isEmpty)
        #expect(CoreShare.cores(listed: "0-2,8,10-11") == [0, 1, 2, 8, 10, 11] && CoreShare.cores(listed: "3-1,,x") == [])
        for one in [share("a host with blanks", [0, 5, 130], paid: 2, threads: 3), share("b", [])] { #expect(try CoreShare(text: one.text) == one) }
    }

    /// Without the library the words say what is missing and what to do.
    @Test func aMissingLibraryIsTold() {
        #expect(MPIRanks.libraryPath(program: "/no/where/slbench", environment: [:]) == "/no/where/libslbench_mpi.so")
        #expect(MPIRanks.libraryPath(program: "/no/where/slbench", environment: ["SLBENCH_MPI_LIBRARY": "/a/b.so"]) == "/a/b.so")
        let launch = RankLaunch(launcher: .openMPI, rank: 0, count: 2)
        #expect { try MPIRanks(launch: launch, libraryPath: "/no/where/libslbench_mpi.so", yields: false) } throws: { error in
            "\(error)".contains("/no/where/libslbench_mpi.so is missing") && "\(error)".contains("libopenmpi-dev")
        }
        // A library, and not this one.
        #expect { try MPIRanks(launch: launch, libraryPath: "/proc/self/cmdline", yields: false) } throws: { error in
            "\(error)".contains("MPI can't be opened")
        }
    }
}
