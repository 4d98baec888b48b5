import SLHarness
import SLRanks
import Testing

/// The model of exchange against sums made by hand.
@Suite struct CommunicationTests {
    private let bytes = ExchangedBytes(out: 240_000_000, back: 240_000_000)

    private func layout(_ nodes: Int, _ ranksPerNode: Int) -> RankLayout { RankLayout(nodes: nodes, ranksPerNode: ranksPerNode, threads: 1) }

    private func model(network: Double = 1e9, local: Double = 4e9, added: Double = 8e9, latency: Double = 0) -> CommunicationModel {
        CommunicationModel(
            network: Link(bytesPerSecond: network, latency: latency), local: Link(bytesPerSecond: local, latency: latency), addedBytesPerSecond: added)
    }

    @Test func oneRankSendsNothing() {
        #expect(model(latency: 1).seconds(bytes, layout(1, 1)) == 0)
    }

    /// Ranks of one node never use the network.
    @Test func oneNodeUsesNoNetwork() {
        let slow = model(network: 1)
        #expect(slow.seconds(bytes, layout(1, 4)) == model().seconds(bytes, layout(1, 4)))
        #expect(slow.seconds(bytes, layout(2, 4)) > 1e6)
    }

    /// Two ranks: half of the bytes go out, half come back, half are added.
    @Test func twoRanksByHand() {
        #expect(abs(model().seconds(bytes, layout(1, 2)) - (2 * 120e6 / 4e9 + 120e6 / 8e9)) < 1e-12)
        #expect(abs(model().seconds(bytes, layout(2, 1)) - (2 * 120e6 / 1e9 + 120e6 / 8e9)) < 1e-12)
    }

    /// Four ranks on two nodes: of every rank's bytes a quarter goes to the neighbour and a half out of the node, which two ranks share.
    @Test func ranksOfANodeShareItsNetwork() {
        let expected = 2 * (60e6 / 4e9 + 2 * 120e6 / 1e9) + 180e6 / 8e9
        #expect(abs(model().seconds(bytes, layout(2, 2)) - expected) < 1e-12)
    }

    @Test(arguments: [(1, 2), (2, 1), (8, 8), (64, 8)]) func twiceTheRatesHalveIt(nodes: Int, ranks: Int) {
        let once = model().seconds(bytes, layout(nodes, ranks))
        let twice = model(network: 2e9, local: 8e9, added: 16e9).seconds(bytes, layout(nodes, ranks))
        #expect(abs(once / twice - 2) < 1e-12)
    }

    /// 240 MB are 229 pieces of 1 MiB, each way, and each of them a message to every other rank.
    @Test func everyMessageCostsItsLatency() {
        let free = model().seconds(bytes, layout(1, 2))
        #expect(abs(model(latency: 1e-3).seconds(bytes, layout(1, 2)) - free - 2 * 229e-3) < 1e-9)
        let four = model(latency: 1e-3).seconds(bytes, layout(4, 1)) - model().seconds(bytes, layout(4, 1))
        #expect(abs(four - 2 * 3 * 229e-3) < 1e-9)
    }

    /// Halving and doubling sends the same bytes in fewer messages: of four ranks two each way in place of three, of 64 six in place of 63.
    @Test func theLibrarysOwnSumSendsFewerMessages() {
        for (nodes, ranks, messages) in [(1, 2, 1), (1, 4, 2), (4, 1, 2), (8, 8, 6), (3, 1, 2)] {
            let layout = layout(nodes, ranks)
            let free = model().seconds(bytes, layout)
            #expect(model().seconds(bytes, layout, .allReduce) == free)
            #expect(abs(model(latency: 1e-3).seconds(bytes, layout, .allReduce) - free - 2 * Double(messages) * 229e-3) < 1e-9, "\(layout)")
        }
    }

    /// What comes back may be shorter: weights in bf16.
    @Test func bothWaysCountByThemselves() {
        let half = ExchangedBytes(out: bytes.out, back: bytes.back / 2)
        let saved = model().seconds(bytes, layout(2, 1)) - model().seconds(half, layout(2, 1))
        #expect(abs(saved - 60e6 / 1e9) < 1e-12)
        #expect(model().seconds(ExchangedBytes(out: 0, back: 0), layout(2, 1)) == 0)
    }

    @Test func everyRankHasAWholeSubtree() {
        #expect(RankLayout.allowedNodes(ranksPerNode: 8, shards: 512) == [1, 2, 4, 8, 16, 32, 64])
        #expect(RankLayout.allowedNodes(ranksPerNode: 1, shards: 4) == [1, 2, 4])
        #expect(RankLayout.allowedNodes(ranksPerNode: 4, shards: 2) == [])
        #expect(RankLayout.allowedNodes(ranksPerNode: 3, shards: 512) == [])
        // One rank may have any number of shards, three ranks a third of 12, which is a power of two.
        #expect(RankLayout.canShare(shards: 12, ranks: 1) && RankLayout.canShare(shards: 12, ranks: 3))
        #expect(!RankLayout.canShare(shards: 12, ranks: 2) && !RankLayout.canShare(shards: 4, ranks: 8) && !RankLayout.canShare(shards: 4, ranks: 0))
    }
}
