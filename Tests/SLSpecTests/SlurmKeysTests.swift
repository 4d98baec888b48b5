import SLSpec
import Testing

/// The key `slurm`: what is asked of the cluster.
struct SlurmKeysTests {
    private func config(_ slurm: String) throws -> SweepConfig { try load(#"{"model": "9m", "methods": ["full_rank"]\#(slurm)}"#) }

    private func issues(_ slurm: String) -> [ConfigIssue] {
        do { _ = try config(#", "slurm": \#(slurm)"#) } catch let error as ConfigError { return error.issues } catch { Issue.record("\(error)") }
        return []
    }

    @Test func defaults() throws {
        #expect(try config("").slurm == nil)
        #expect(try config(#", "slurm": {}"#).slurm == SlurmSpec())
    }

    @Test func everyKey() throws {
        let given = """
            , "slurm": {"partition": "a,b", "account": "phys", "qos": "long", "time": "1-12", "memory": "8G", "constraint": "[genoa|milan]", "kernels": "zen",
              "exclusive": true, "array_limit": 16, "template": "/etc/job.sh", "options": ["--mail-type=END", "--nice"]}
            """
        #expect(
            try config(given).slurm
                == SlurmSpec(
                    partition: "a,b", account: "phys", qos: "long", time: SlurmTime(seconds: 129_600), memory: SlurmMemory(megabytes: 8192),
                    constraint: "[genoa|milan]", kernels: .zen, exclusive: true, arrayLimit: 16, template: "/etc/job.sh", options: ["--mail-type=END", "--nice"]))
    }

    @Test(arguments: [
        (#"{"partition": "a b"}"#, "slurm.partition"), (#"{"partition": "-x"}"#, "slurm.partition"), (#"{"account": ""}"#, "slurm.account"),
        (#"{"time": "0"}"#, "slurm.time"), (#"{"time": "2h"}"#, "slurm.time"), (#"{"time": 90}"#, "slurm.time"), (#"{"memory": "8Q"}"#, "slurm.memory"),
        (#"{"memory": "0"}"#, "slurm.memory"), (#"{"array_limit": 0}"#, "slurm.array_limit"), (#"{"options": "--nice"}"#, "slurm.options"),
        (#"{"options": ["nice"]}"#, "slurm.options[0]"), (#"{"options": ["--nice", "--mem=4G"]}"#, "slurm.options[1]"),
        (#"{"kernels": "Haswell"}"#, "slurm.kernels"), (#"{"options": ["--dependency=singleton"]}"#, "slurm.options[0]"),
        (#"{"options": ["--signal USR2"]}"#, "slurm.options[0]"), (#"{"partitions": "a"}"#, "slurm.partitions"), ("5", "slurm"),
    ])
    func refusals(value: String, path: String) {
        let found = issues(value)
        #expect(found.map(\.keyPath) == [path] && found.first?.allowed != nil, "\(found)")
    }

    /// Where a run is made changes no run.
    @Test func identityIsUntouched() throws {
        #expect(try config("").cells == config(#", "slurm": {"partition": "a", "memory": "8G", "kernels": "haswell"}"#).cells)
    }

    @Test(arguments: [
        ("90", 5400), ("90:30", 5430), ("1:30:00", 5400), ("1-0", 86_400), ("1-12:30", 131_400), ("2-01:00:05", 176_405),
    ])
    func timesAreSlurms(text: String, seconds: Int) throws {
        let time = try #require(SlurmTime(text))
        #expect(time.seconds == seconds)
        #expect(SlurmTime(time.text) == time, "\(time.text)")
    }

    @Test(arguments: ["", "a", "1:2:3:4", "-5", "1-", "1--2", "5m", "1:-2", "0", "0-0", "99999999999999999999"]) func otherTextsAreNoTimes(text: String) {
        #expect(SlurmTime(text) == nil)
    }

    @Test(arguments: [("4000", 4000), ("512M", 512), ("8G", 8192), ("2t", 2_097_152)]) func memoryIsSlurms(text: String, megabytes: Int) {
        #expect(SlurmMemory(text)?.megabytes == megabytes)
    }
}
