import Foundation
import Testing

/// Hosts that have names and networks of their own.
@Suite(
    .serialized, .enabled(if: Workplace.binary != nil, Workplace.missing), .enabled(if: SlurmCluster.canHaveHosts, SlurmCluster.noHosts), OnSlurmCluster(hosts: true)
)
struct SlurmHostTests {
    /// One host loses its power and another its network: both runs go on elsewhere at once, under other names, and what is left of the second finds that
    /// out before it writes a word.
    @Test func otherHostsTakeRunsOver() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: SlurmTests.two, steps: SlurmTests.long)
            try here.submit()
            #expect(Processes.waits(90) {
                Set(here.files("step-").filter { $0.hasSuffix(".safetensors") }.map { ($0 as NSString).deletingLastPathComponent }).count == 2
            })
            let first = here.claims(1).sorted { $0.key < $1.key }
            try #require(first.count == 2)
            let (dark, cut) = (first[0].value, first[1].value)
            #expect(dark.host != cut.host && [dark, cut].allSatisfy { $0.host.hasPrefix("n") })
            // It would be done before the cluster gives its host up.
            kill(cut.process_id, SIGSTOP)
            try here.cluster.tell("cut \(cut.host)")
            try here.cluster.tell("power-off \(dark.host)")
            #expect(!Processes.isAlive(dark.process_id))
            #expect(Processes.waits(120) { here.claims(2).count == 2 }, "both are begun again: \(here.seen)")
            let second = here.claims(2)
            #expect(Set(second.values.map(\.host)).isDisjoint(with: [dark.host, cut.host]) && Set(second.values.map(\.host)).count == 2)
            kill(cut.process_id, SIGCONT)
            #expect(Processes.waits(60) { !Processes.isAlive(cut.process_id) }, "it ends by itself")
            let words = try here.place.read(ClusterPlace.away + ".runs/\(first[1].key)/log-1")
            #expect(words.contains("superseded: attempt 2 (process") && words.contains(second[first[1].key]?.host ?? "?"), "\(words.suffix(500))")
            try here.cluster.tell("mend \(cut.host)")
            #expect(try Processes.waits(60) { try here.slurm("sinfo -h -n \(cut.host) -o %T").output.contains("idle") }, "the host is one of the cluster's again")
            #expect(try here.waitForEnd())
            try here.submit()
            #expect(try here.one("SELECT count(*) FROM disagreement") == "0")
            #expect(try here.one("SELECT count(DISTINCT host) FROM attempt") == "4")
            try here.runAtHome()
            try here.expectEqual()
        }
    }
}
