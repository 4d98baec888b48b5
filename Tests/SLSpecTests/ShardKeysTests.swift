import Foundation
import SLSpec
import Testing

/// The keys by which processes share updates: what they become, what they change of a run's identity, and what is refused.
@Suite struct ShardKeysTests {
    private func with(_ training: String, more: String = "") -> String {
        #"{"model": "9m", "methods": ["full_rank"], "training": {\#(training)}\#(more)}"#
    }
    private func lines(_ text: String...) -> String { text.joined(separator: "\n") }

    @Test func theyArrive() throws {
        let training = try load(with(#""batch_size": 16, "gradient_accumulation": 8, "shards": 4, "shard_optimizer": true"#)).cells[0].training
        #expect(training.shards == 4 && training.memory == MemoryOptions(shardsOptimizer: true))
        #expect(training.words == ["4 shards", "sharded optimizer"])
        let plain = try load(with(#""steps": 5"#)).cells[0].training
        #expect(plain.shards == 1 && !plain.memory.shardsOptimizer)
    }

    /// Identities from before there were shards stay what they were.
    @Test func onlyWhatIsAskedForIsWritten() throws {
        func text(_ training: String) throws -> String {
            let cell = try load(with(training)).cells[0]
            return String(decoding: try JSONEncoder().encode(cell.training), as: UTF8.self)
        }
        let plain = try text(#""batch_size": 8, "gradient_accumulation": 8"#)
        #expect(try text(#""batch_size": 8, "gradient_accumulation": 8, "shards": 1, "shard_optimizer": false"#).contains("shard") == false)
        #expect(!plain.contains("shard"))
        let shared = try text(#""batch_size": 8, "gradient_accumulation": 8, "shards": 8, "shard_optimizer": true"#)
        #expect(shared.contains(#""shards":8"#) && shared.contains(#""shard_optimizer":true"#))
        let training = try load(with(#""batch_size": 8, "gradient_accumulation": 8, "shards": 8, "shard_optimizer": true"#)).cells[0].training
        #expect(try JSONDecoder().decode(TrainingSpec.self, from: Data(shared.utf8)) == training)
    }

    @Test(arguments: [3, 6, 12]) func shardsThatMakeNoTree(shards: Int) {
        #expect(
            problem(with(#""batch_size": 24, "gradient_accumulation": 12, "shards": \#(shards)"#))
                == lines("test.json: training.shards: \(shards) shards make no binary tree", "  allowed: a power of two"))
    }

    @Test func shardsThatDoNotDivideTheMicroBatches() {
        #expect(
            problem(with(#""batch_size": 24, "gradient_accumulation": 12, "shards": 8"#))
                == lines(
                    "test.json: training.shards: 8 shards do not divide gradient_accumulation 12",
                    "  allowed: powers of two up to 4, or another gradient_accumulation"))
        #expect(problem(with(#""shards": 2"#)).contains("2 shards do not divide gradient_accumulation 1"))
    }

    @Test func ranksShareTheShards() throws {
        let eight = #""batch_size": 8, "gradient_accumulation": 8, "shards": 4"#
        let config = try load(with(eight, more: #", "ranks": 4"#))
        let alone = try load(with(eight))
        #expect(config.ranks == 4 && config.cells == alone.cells, "who computes is no part of a run")
        #expect(
            problem(with(eight, more: #", "ranks": 8"#))
                == lines("test.json: ranks: 8 ranks can't share training.shards 4", "  allowed: powers of two up to 4, or more training.shards"))
        #expect(problem(with(eight, more: #", "ranks": 3"#)).contains("3 ranks can't share training.shards 4"))
        #expect(
            problem(with(#""steps": 5"#, more: #", "ranks": 2"#))
                == lines("test.json: ranks: 2 ranks can't share training.shards 1", "  allowed: 1, or more training.shards"))
    }

    private static let twoEach = #""batch_size": 8, "gradient_accumulation": 2, "shards": 2"#

    /// A process a shard, a micro-batch a shard: then a gradient can be added to the others' before it is consumed.
    @Test func updatesPerLayer() throws {
        let layers = Self.twoEach + #", "update": "per_layer", "shard_optimizer": true"#
        let training = try load(with(layers, more: #", "ranks": 2"#)).cells[0].training
        #expect(training.words == ["2 shards", "per_layer", "sharded optimizer"])
        #expect(
            problem(with(layers))
                == lines(
                    "test.json: training.shards: shards 2 with per_layer and one process: a gradient is consumed before it is added to those of other shards",
                    "  allowed: \"ranks\": 2, one for each shard; shards 1, or update \"whole_model\""))
        let many = layers.replacing(#""gradient_accumulation": 2"#, with: #""gradient_accumulation": 8"#)
        #expect(
            problem(with(many, more: #", "ranks": 2"#))
                == lines(
                    "test.json: training.gradient_accumulation: per_layer with 4 micro-batches in each of 2 shards: a gradient is complete only after the last of them",
                    "  allowed: gradient_accumulation 2, or update \"whole_model\""))
        let four = layers.replacing("2", with: "4")
        #expect(problem(with(four, more: #", "ranks": 2"#)).contains("shards 4 with per_layer and 2 ranks"))
        #expect(problem(with(#""shard_optimizer": true, "update": "per_layer""#)).isEmpty)
    }

    // MARK: MPI's own sum

    @Test func theExchangeMakesTheRanksPartOfARun() throws {
        func training(_ more: String, ranks: Int) throws -> TrainingSpec {
            try load(with(#""batch_size": 8, "gradient_accumulation": 4, "shards": 4"# + more, more: #", "ranks": \#(ranks)"#)).cells[0].training
        }
        let plain = try training("", ranks: 2)
        #expect(try training(#", "exchange": "ordered""#, ranks: 4) == plain && plain.exchange == .ordered)
        let (two, four) = (try training(#", "exchange": "all_reduce""#, ranks: 2), try training(#", "exchange": "all_reduce""#, ranks: 4))
        #expect(two.exchange == .allReduce(ranks: 2) && four.exchange == .allReduce(ranks: 4))
        #expect(two.words == ["4 shards", "all_reduce of 2 ranks"])
        func text(_ training: TrainingSpec) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(training), as: UTF8.self)
        }
        #expect(try !text(plain).contains("exchange"))
        #expect(try text(two).contains(#""exchange":"all_reduce","exchange.ranks":2"#))
        for training in [plain, two, four] { #expect(try JSONDecoder().decode(TrainingSpec.self, from: Data(text(training).utf8)) == training) }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TrainingSpec.self, from: Data(text(two).replacing("all_reduce", with: "some_reduce").utf8))
        }
    }

    @Test func oneProcessExchangesNothing() {
        #expect(
            problem(with(#""exchange": "all_reduce""#))
                == lines(
                    "test.json: training.exchange: all_reduce has no effect with one process", "  allowed: \"ordered\", or \"ranks\" from 2 on",
                    "  hint: its results depend on the number of processes, so the config says it: \"ranks\": 2, or --set ranks=2"))
        #expect(problem(with(#""exchange": "tree""#, more: #", "ranks": 1"#)).contains(#"one of "ordered", "all_reduce""#))
    }

    @Test func probesReadTheWholeState() {
        #expect(
            problem(with(#""shard_optimizer": true"#, more: #", "probes": {}"#)).hasPrefix(
                "test.json: probes: given beside shard_optimizer: they look at subspaces in the optimizer's state"))
        #expect(problem(with(#""steps": 5"#, more: #", "probes": {}"#)).isEmpty)
    }
}
