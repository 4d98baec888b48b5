import Foundation
import SLSpec
import Testing

/// What a run starts from is part of what it is, and nothing where it draws its own weights.
@Suite struct InitializationIdentityTests {
    /// A spec as it was recorded before runs could start from given weights, and its key.
    private static let recorded =
        #"{"data":{"corpus_sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","name":"sotu","packing":"concat","tokenizer":"bytes","tokenizer_sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","train_tokens":1000000,"validation_tokens":50000,"vocabulary_size":32000},"evaluation":{"every":50,"mode":"token-weighted","tokens":65536},"method":"galore","model":{"hidden_size":128,"initializer_range":0.02,"intermediate_size":352,"name":"9m","num_attention_heads":4,"num_hidden_layers":4,"rms_norm_eps":1e-06,"rope_theta":10000,"vocab_size":32000},"options":{"rank":4,"scale":0.25},"seed":1,"spec_version":1,"training":{"batch_size":8,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"gradient_accumulation":1,"lr":0.01,"min_lr_ratio":0.1,"sequence_length":64,"steps":100,"warmup_steps":10,"weight_decay":0}}"#
    private static let key = "0bb15dac4b544bb33d226de7f7efe7ffaf5a61a4e34b61a900704ef3d6ade079"
    private static let group = "6a92753d44f72003913f1b1deb35898b96ba8ade44ceb721df36caab64ea8a7e"

    private func spec() throws -> RunSpec { try JSONDecoder().decode(RunSpec.self, from: Data(Self.recorded.utf8)) }

    @Test func recordedRunsKeepTheirNames() throws {
        let spec = try spec()
        #expect(spec.initialization == nil)
        #expect(try spec.canonicalJSON() == Self.recorded)
        #expect(try spec.runKey() == Self.key && spec.groupKey() == Self.group)
    }

    @Test func otherWeightsAreAnotherRun() throws {
        var (one, other) = (try spec(), try spec())
        one.initialization = String(repeating: "1", count: 64)
        other.initialization = String(repeating: "2", count: 64)
        #expect(try Set([one.runKey(), other.runKey(), Self.key]).count == 3)
        #expect(try Set([one.groupKey(), other.groupKey(), Self.group]).count == 3)
        #expect(try JSONDecoder().decode(RunSpec.self, from: Data(try one.canonicalJSON().utf8)) == one)
    }
}
