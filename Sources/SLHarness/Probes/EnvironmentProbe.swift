public import SLSpec

/// Puts together where and with what a run is made. What the rooms below know is handed in.
public struct EnvironmentProbe: Sendable {
    public var programVersion: String
    /// The BLAS library's own description of itself.
    public var blas: String
    /// The kernel set it picked for this CPU.
    public var blasCore: String
    public var sqliteVersion: String?
    /// What the kernels were built for.
    public var vectorUnits: String?

    public init(programVersion: String, blas: String, blasCore: String, sqliteVersion: String? = nil, vectorUnits: String? = nil) {
        self.vectorUnits = vectorUnits
        self.programVersion = programVersion
        self.blas = blas
        self.blasCore = blasCore
        self.sqliteVersion = sqliteVersion
    }

    public func record(threads: Int, source: SourceTree? = .ofProgram()) -> EnvironmentRecord {
        EnvironmentRecord(
            programVersion: programVersion, commit: source?.commit, commitIsDirty: source?.isDirty, host: MachineProbe.host,
            operatingSystem: MachineProbe.operatingSystem, cpu: MachineProbe.cpu, cores: MachineProbe.usableCores,
            memoryBytes: MachineProbe.memoryBytes, blas: blas, blasCore: blasCore, threads: threads,
            swiftVersion: MachineProbe.swiftVersion, sqliteVersion: sqliteVersion, vectorUnits: vectorUnits,
            exclusive: BatchJob()?.isExclusive)
    }
}
