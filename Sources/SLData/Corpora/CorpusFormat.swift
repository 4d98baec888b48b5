import Foundation

/// What a file of a corpus holds, as its name says.
enum CorpusFormat {
    private static let textExtensions: Set<String> = ["txt"]
    private static let recordExtensions: Set<String> = ["jsonl", "json", "ndjson"]
    private static let tokenExtensions: Set<String> = ["bin"]
    private static let compressions: Set<String> = ["gz", "zst"]
    /// Packed otherwise than this program unpacks.
    private static let otherCompressions: Set<String> = ["bz2", "xz", "lz4", "zip", "7z", "br", "lzma", "tar", "tgz"]

    static let accepted =
        "a .txt file, JSON lines with a \"text\" field (.jsonl, .ndjson, .json), each also .gz or .zst, tokens of llm.c or nanoGPT (.bin), "
        + "or a folder of one of these"
    /// How a table of columns becomes text that is read.
    static let parquetAdvice =
        "Parquet is not read: convert it once, python3 -c 'import sys, pandas; "
        + "pandas.read_parquet(sys.argv[1])[[\"text\"]].to_json(sys.argv[2], orient=\"records\", lines=True, force_ascii=False)' "
        + "FILE.parquet FILE.jsonl.gz (needs the packages pandas and pyarrow)"

    /// - Returns: `nil` for a name of another kind.
    static func layout(of path: String) -> Corpus.Layout? {
        var name = (path as NSString).lastPathComponent.lowercased()
        let isPacked = compressions.contains((name as NSString).pathExtension)
        if isPacked { name = (name as NSString).deletingPathExtension }
        let suffix = (name as NSString).pathExtension
        if textExtensions.contains(suffix) { return .text }
        if recordExtensions.contains(suffix) { return .records }
        // Tokens are read where they lie, so packed ones are of no use.
        return tokenExtensions.contains(suffix) && !isPacked ? .tokens : nil
    }

    /// Plain `.json` in a folder of texts is a manifest or the like more often than it is text.
    static func isAmbiguousInFolder(_ name: String) -> Bool { name.lowercased().hasSuffix(".json") }

    /// Why a file with this name is not read.
    static func reasonUnread(_ path: String) -> String {
        let name = (path as NSString).lastPathComponent.lowercased()
        let suffix = (name as NSString).pathExtension
        if isAmbiguousInFolder(name) { return "a plain .json in a folder may be no text: call it .jsonl if it holds JSON lines" }
        if suffix == "parquet" { return parquetAdvice }
        if otherCompressions.contains(suffix) { return "packed as .\(suffix): unpack it, or pack it as .gz or .zst" }
        if compressions.contains(suffix) {
            let inner = ((name as NSString).deletingPathExtension as NSString).pathExtension
            return tokenExtensions.contains(inner) ? "tokens are not read packed: unpack it" : "its name does not say what is packed in it: FILE.txt.\(suffix) or FILE.jsonl.\(suffix)"
        }
        return suffix.isEmpty ? "its name has no extension that says what it holds" : "no kind of text that is known by its name"
    }
}
