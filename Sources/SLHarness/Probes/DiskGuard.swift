public import Foundation
public import SLSpec

/// Refuses a sweep before anything runs when its checkpoints and results would not fit on the disk.
public struct DiskGuard {
    public var jobs: Int
    public var freeBytes: () -> Int?
    /// What a cell's checkpoints of an earlier time take already.
    public var existingBytes: (PlannedCell) -> Int

    public init(jobs: Int, freeBytes: @escaping () -> Int?, existingBytes: @escaping (PlannedCell) -> Int = { _ in 0 }) {
        self.jobs = jobs
        self.freeBytes = freeBytes
        self.existingBytes = existingBytes
    }

    /// - Parameter place: the folder that fills up, for the error.
    /// - Throws: `FileError` with what is needed, what is free, and what can be changed. Passes when nobody knows what is free.
    public func check(_ plan: SweepPlan, place: String) throws(FileError) {
        guard let free = freeBytes() else { return }
        let need = plan.diskNeed(jobs: jobs, existingBytes: existingBytes)
        guard need.total > free else { return }
        let side = jobs > 1 ? "up to \(jobs) runs side by side" : "a run"
        throw FileError(
            file: place,
            problem: """
                too little disk: the sweep needs \(Self.words(need.total)) (checkpoints of \(side) \(Self.words(need.checkpointBytes)), \
                weights that stay \(Self.words(need.weightsBytes)), records \(Self.words(need.recordBytes))), and \(Self.words(free)) are free
                """,
            fix: """
                free some space, name a database on another disk (--db), or keep less: "checkpoint": {"keep": 1, "final": "none"} in \
                the config\(jobs > 1 ? ", fewer --jobs" : ""), some cells at a time (--only)
                """)
    }

    private static func words(_ bytes: Int) -> String {
        bytes < 1_000_000_000 ? String(format: "%.1f MB", Double(bytes) / 1e6) : String(format: "%.2f GB", Double(bytes) / 1e9)
    }

    /// All files of a folder and those below it.
    public static func bytes(in folder: URL) -> Int {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey])
        var sum = 0
        while let file = files?.nextObject() as? URL { sum += (try? file.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0 }
        return sum
    }
}
