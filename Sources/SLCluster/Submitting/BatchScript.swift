public import Foundation
public import SLSpec

/// The batch script of a submission: plain, without placeholders, to be read, edited and run by hand.
public struct BatchScript: Sendable, Hashable {
    public var text: String

    /// One to begin with.
    ///
    /// - Parameters:
    ///   - program: absolute path of the program.
    ///   - ranks: tasks of each job.
    public init(program: String, ranks: Int = 1) {
        text = """
            #!/bin/bash
            # Trains one run of a sweep, or several one after the other: its argument is the file with the tasks, and the element's number in its
            # array says which. The job that comes last (--conclude) takes over what the runs recorded and writes the report.
            # Cores, memory, time, the array and where words go are options of sbatch, which win over #SBATCH lines.
            # A copy of one's own is used with --template FILE, or by "slurm": {"template": "FILE"} in the config.
            #
            # What else every job of the cluster needs:
            ##SBATCH --partition=NAME
            ##SBATCH --account=NAME
            ##SBATCH --mail-type=FAIL

            # What must be there before the program starts, such as: module load openblas

            # A run computes on threads of its own.
            export OPENBLAS_NUM_THREADS=1

            # By exec, so that the program itself is told before the time is over, and its exit code is the job's. In a container:
            # exec apptainer exec IMAGE slbench run-cell --tasks "$@"
            exec \(JobLauncher(ranks: ranks).command)\(Self.quoted(program)) run-cell --tasks "$@"

            """
    }

    /// The user's own.
    ///
    /// - Throws: `DataError` when it is missing or none that could train a run.
    public init(contentsOf file: String) throws(DataError) {
        let bytes = try DataError.contents(of: file, missing: "there is no such batch script", fix: "--print-script shows one to begin with")
        text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("#!") else {
            throw DataError(file: file, problem: "is no batch script: it begins with no #! line", fix: "begin it with #!/bin/bash")
        }
        let commands = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.hasPrefix("#") }
        guard let last = commands.last(where: { !$0.isEmpty }), last.contains("run-cell"), last.contains("--tasks"), last.contains("\"$@\"") else {
            throw DataError(
                file: file, problem: "its last line does not start a run", fix: "end it with: exec slbench run-cell --tasks \"$@\"")
        }
    }

    /// - Throws: `FileError` when it can't be written.
    public func write(to file: URL) throws(FileError) {
        do {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file, options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        } catch {
            throw FileError(
                file: file.path, problem: "the batch script can't be written: \(error.localizedDescription)", fix: "free some space or make the folder writable")
        }
    }

    /// As a word of the shell.
    static func quoted(_ word: String) -> String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+:@%,")
        return word.unicodeScalars.allSatisfy { plain.contains($0) } && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
