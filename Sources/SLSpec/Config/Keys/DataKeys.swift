/// The keys of `data`.
enum DataKeys {
    private typealias Name = DataSpec.CodingKeys
    private static let place = "data"
    private static let ordinary = DataSpec()
    /// Corpora that are known by a name and are no path.
    private static let namedCorpora = ["sotu", "synthetic"]

    static let corpus = ConfigKey(
        place, Name.corpus.rawValue, .path(besides: namedCorpora),
        "sotu, synthetic, or the path of a .txt or .jsonl file (each also .gz or .zst), of tokens (.bin of llm.c or nanoGPT), or of a folder of one kind.",
        standard: .value(.string(ordinary.corpus)), meaning: "the text",
        allowed: "`sotu`, `synthetic`, or the path of a `.txt`, `.jsonl` or `.json` file (each also `.gz` or `.zst`), of tokens that llm.c or nanoGPT prepared (`.bin`), or of a folder of one kind")
    static let tokenizer = ConfigKey(
        place, Name.tokenizer.rawValue, .text,
        "sentencepiece:N, bytes, the path of a SentencePiece .model, or none for a corpus of tokens.",
        standard: .words("\(ordinary.tokenizer); \(DataSpec.noTokenizer) for a .bin file"),
        meaning: "`sentencepiece:N` is trained on the corpus' training part",
        allowed: "`sentencepiece:N` with N from 300 up to the model's `vocab_size`, `bytes`, the path of a SentencePiece `.model`, or `none` for tokens made by a tokenizer that is not named: the vocabulary is the model's then, and bits per byte are unknown")
    static let packing = ConfigKey.choice(
        place, Name.packing.rawValue, ordinary.packing, "How documents become rows.",
        meaning: "documents joined and cut, or one a row with masked padding (the published recipe)")
    static let validation = ConfigKey(
        place, Name.validation.rawValue, .optionalPath(besides: namedCorpora), "Validation text of its own, of the same kind.",
        standard: .value(.null),
        meaning: "validation text of its own, none of it a file of the corpus, and tokens for a corpus of tokens; otherwise a fixed part of the corpus is held out",
        allowed: "as `data.corpus`, or null")
    static let skipMalformed = ConfigKey(
        place, Name.skipMalformed.rawValue, .flagOrCount,
        "Leave out and count records of JSON lines that can't be read: true, or how many at most.", standard: .value(.bool(false)),
        refusal: "true, false, or how many records may be left out, a whole number from 0",
        meaning: "leave out records of JSON lines that can't be read; how many were is recorded with every run",
        allowed: "true, false, or a whole number from 0: how many at most")
    static let allowsUnknown = ConfigKey(
        place, Name.allowsUnknown.rawValue, .value(.boolean),
        "Text that the tokenizer largely has no pieces for is used all the same.", standard: .value(.bool(ordinary.allowsUnknown)),
        meaning: "text of which the tokenizer has no pieces for more than 1 % is used all the same")

    static let section = ConfigSection(place, [corpus, tokenizer, packing, validation, skipMalformed, allowsUnknown])
}
