import ArgumentParser
import SLCluster
import SLSpec

/// Where a sweep's runs are carried out, if not here.
struct ClusterOptions: ParsableArguments {
    enum Place: String, ExpressibleByArgument, CaseIterable { case slurm }

    @Option(help: "slurm: submit every run that is missing and not queued yet as a job of the cluster, say so, and end.")
    var on: Place?

    @Option(help: "With --on slurm: a batch script of one's own.", completion: .file())
    var template: String?

    @Option(help: "With --on slurm: so many short runs in each job, one after the other, as far as its time allows.")
    var pack: Int?

    @Flag(help: "With --on slurm: submit no job that takes over what the runs recorded, and writes the report, when all of them have ended.")
    var noCollectJob = false

    @Flag(help: "With --on slurm: print the batch script and submit nothing.")
    var printScript = false

    func validate() throws {
        let given = [("--template", template != nil), ("--pack", pack != nil), ("--no-collect-job", noCollectJob), ("--print-script", printScript)]
        if on == nil, let (name, _) = given.first(where: \.1) { throw ValidationError("\(name) is about --on slurm") }
        if let pack, !(1...1000).contains(pack) { throw ValidationError("--pack \(pack): 1 to 1000 are possible") }
    }

    /// Options that mean something on this machine alone.
    func check(_ execution: ExecutionOptions, _ choice: RunChoice) throws {
        guard on != nil else { return }
        if execution.parallel.jobs > 1 {
            throw ValidationError("--jobs is about this machine; \"slurm\": {\"array_limit\": \(execution.parallel.jobs)} in the config bounds the runs at work on a cluster")
        }
        if choice.rerun { throw ValidationError("--rerun is not for --on slurm: name another database with --db, or run the cells again at home") }
    }
}
