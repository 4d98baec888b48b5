import ArgumentParser
import Foundation
import SLHarness
import SLRanks
import SLSystem

/// This process as one of several that were started together, from their meeting to their end.
struct RankSession {
    /// Commands whose processes belong together when a launcher has started several. Any other is what it always is, as often as it was
    /// started.
    private static let commands: Set<String> = ["train", "bench-exchange"]

    let ranks: any RankGroup
    /// What connects them; `nil` for one that is alone.
    let library: String?
    /// What every rank may use of its host, in the order of ranks.
    private let shares: [CoreShare]
    private let oversubscribes: Bool

    /// Before anything is said: of several ranks one speaks.
    ///
    /// - Throws: `RankError` when several were started that can't find each other.
    static func listen(to arguments: [String]) throws {
        guard let command = arguments.first, commands.contains(command) else { return }
        Talk.rank = try RankLaunch.current()?.rank ?? 0
    }

    /// Connects the ranks, lets each do the work, and ends all of them.
    ///
    /// An error that is the same on every rank ends each in order, said by the first. Any other is this rank's own: it is said here, and
    /// the others are ended with it, since they would wait for ever.
    ///
    /// - Parameter work: the exit status that all have agreed on.
    /// - Throws: `RankError` when the ranks can't be connected; `ExitCode` with the status.
    static func run(_ launch: RankLaunch, oversubscribes: Bool, _ work: (RankSession) throws -> Int32) throws {
        StopFlag.raise(on: [SIGINT, SIGTERM] + StopFlag.savingSignals)
        let session = try RankSession(launch, oversubscribes)
        let status = session.status(of: work)
        // Whoever ends first with a status that isn't 0 has the launcher end the others: not before all are done.
        do {
            try session.ranks.meet()
            try (session.ranks as? MPIRanks)?.finish()
        } catch {
            if status == 0 { throw error }
        }
        if status != 0 { throw ExitCode(status) }
    }

    private init(_ launch: RankLaunch, _ oversubscribes: Bool) throws {
        self.oversubscribes = oversubscribes
        if launch.count == 1 {
            ranks = LoneRank()
            library = nil
        } else {
            let connected = try MPIRanks(
                launch: launch, libraryPath: MPIRanks.libraryPath(program: ProgramFile.location?.path ?? ""), yields: oversubscribes)
            (ranks, library) = (connected, connected.library)
            Talk.rank = connected.rank
        }
        let cores = CoreShare.ownCores
        let paid = MachineProbe.usableCores < cores.count ? MachineProbe.usableCores : nil
        let own = CoreShare(host: MachineProbe.host, cores: cores, paid: paid, threads: 0)
        shares = try ranks.gather(own.text).map { try CoreShare(text: $0) }
    }

    private func status(of work: (RankSession) throws -> Int32) -> Int32 {
        do {
            return try work(self)
        } catch let error as RankError where error.isShared {
            return Talk.isSilent ? ErrorPresentation.status(of: error) : ProgramEnd.status(of: error)
        } catch {
            let status = ProgramEnd.status(of: error)
            if ranks.isLone { return status }
            ranks.abort(status: status)
        }
    }

    /// Threads of each rank when nobody says: what the cores of its host come to for each of the ranks there.
    var standardThreads: Int { CoreShare.threadsEach(shares) }

    /// Ranks on as many hosts.
    var hosts: Int { Set(shares.map(\.host)).count }

    /// Ranks on this rank's host.
    var countHere: Int { shares.count { $0.host == shares[ranks.rank].host } }

    /// - Throws: `RankError` when a host has fewer cores than its ranks' threads, unless that is meant.
    func check(threads: Int) throws(RankError) {
        guard !oversubscribes, !ranks.isLone else { return }
        try CoreShare.check(shares.map { CoreShare(host: $0.host, cores: $0.cores, paid: $0.paid, threads: threads) })
    }
}
