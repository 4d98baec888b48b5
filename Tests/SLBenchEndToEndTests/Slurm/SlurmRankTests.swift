import Foundation
import Testing

/// Ranks that Slurm starts, over two nodes.
extension SlurmTests {
    @Test(.enabled(if: Ranks.isPossible, Ranks.missing)) func ranksOfOneJobGiveTheBitsOfOneProcess() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: #"{"method": "galore", "rank": 4, "update_interval": 7}"#, steps: 40)
            let shards = "--set training.gradient_accumulation=4 --set training.shards=4"
            let away = try here.ranks(2, nodes: 2, "\"$SLBENCH\" train c.json \(shards) --db \(ClusterPlace.away) --oversubscribe")
            #expect(away.status == 0, "\(away.talk)")
            #expect(away.output.components(separatedBy: "galore").count == 2, "one of them shows the result: \(away.output)")
            let home = try here.slurm("\"$SLBENCH\" train c.json \(shards) --db \(ClusterPlace.home)")
            #expect(home.status == 0, "\(home.talk)")
            for sql in [
                "SELECT weights_sha256 FROM run_result", "SELECT group_concat(loss || ' ' || gradient_norm, ',') FROM step_sample", "SELECT group_concat(loss) FROM evaluation",
            ] {
                #expect(try here.one(sql, ClusterPlace.away) == here.one(sql, ClusterPlace.home), "\(sql)")
            }
            #expect(try here.one("SELECT ranks FROM environment", ClusterPlace.away) == "2")
        }
    }

    /// Tasks that can't find each other would each train the whole model.
    @Test(.enabled(if: Ranks.isPossible, Ranks.missing)) func tasksThatCannotMeetAreRefused() throws {
        try ClusterPlace.with { here in
            try here.configure(methods: #""full_rank""#, steps: 2)
            let end = try here.slurm("timeout 60 srun -K1 --mpi=none -N1 -n2 -c1 --mem=600M --job-name=\(here.jobName) \"$SLBENCH\" train c.json --db r.sqlite")
            #expect(end.status == 66 && end.talk.contains("srun --mpi=pmix"), "\(end.status) \(end.talk)")
        }
    }
}
