/// The keys of `data`.
enum DataKeys {
    private typealias Name = DataSpec.CodingKeys
    private static let place = "data"
    private static let ordinary = DataSpec()

    static let corpus = ConfigKey(
        place, Name.corpus.rawValue, .path(besides: CorpusName.whole),
        "sotu, core (34 MB of prose), core:SOURCE, synthetic, or the path of a .txt or .jsonl file (each also .gz or .zst), of tokens (.bin of llm.c or nanoGPT), or of a folder of one kind.",
        standard: .value(.string(ordinary.corpus)), meaning: "the text",
        allowed: "`sotu`, `core` (34 MB of English prose in the public domain: `scripts/fetch-corpus core`), one source of it as `core:moby-dick`, `synthetic`, or the path of a `.txt`, `.jsonl` or `.json` file (each also `.gz` or `.zst`), of tokens that llm.c or nanoGPT prepared (`.bin`), or of a folder of one kind")
    static let tokenizer = ConfigKey(
        place, Name.tokenizer.rawValue, .text,
        "sentencepiece:N, bytes, the path of a SentencePiece .model, or none for a corpus of tokens.",
        standard: .words("\(ordinary.tokenizer), or as many pieces as the models' smaller vocabulary has; \(DataSpec.noTokenizer) for a .bin file"),
        meaning: "`sentencepiece:N` is trained on the corpus' training part",
        allowed: "`sentencepiece:N` with N from 300 up to the model's `vocab_size`, `bytes`, the path of a SentencePiece `.model`, or `none` for tokens made by a tokenizer that is not named: the vocabulary is the model's then, and bits per byte are unknown")
    static let packing = ConfigKey.choice(
        place, Name.packing.rawValue, ordinary.packing, "How documents become rows.",
        meaning: "documents joined and cut, or one a row with masked padding (the published recipe)")
    static let validation = ConfigKey(
        place, Name.validation.rawValue, .optionalPath(besides: CorpusName.whole), "Validation text of its own, of the same kind.",
        standard: .value(.null),
        meaning: "validation text of its own, none of it a file of the corpus, and tokens for a corpus of tokens; otherwise a fixed part of the corpus is held out",
        allowed: "as `data.corpus`, or null")
    static let test = ConfigKey(
        place, Name.test.rawValue, .optionalPath(besides: CorpusName.whole + [DataSpec.heldOutTest]),
        "Text that nothing is chosen by: held_out for a second fixed part of the corpus, or text of its own.", standard: .value(.null),
        meaning: "text that finished models are measured on once and that nothing is chosen by, tuning least of all; where there is one, reports rank by its loss. `held_out` holds out a second fixed part of the corpus",
        allowed: "`held_out`, as `data.corpus`, or null")
    static let exclude = ConfigKey(
        place, Name.exclude.rawValue, .texts, "Files and folders of the corpus's folder that are not read, e.g. [\"moby-dick\"].",
        standard: .value(.array([])), meaning: "files and folders of the corpus's folder that are no part of it, so that they can be held out (`evaluation.held_out`)",
        allowed: "a list of names in the folder, each with or without its extension")
    static let maxPasses = ConfigKey(
        place, Name.maxPasses.rawValue, .value(.positiveReal(upTo: 1e9)),
        "The most passes over the training text that a run may make; not for the synthetic corpus.",
        standard: .value(.real(ordinary.maxPasses)), source: "Muennighoff et al. 2023, arXiv:2305.16264, abstract",
        meaning: "the most passes over the training text that a run may make: up to four, repeated text was found to be worth almost as much as new; not for `synthetic`")
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

    static let section = ConfigSection(place, [corpus, tokenizer, packing, validation, test, exclude, maxPasses, skipMalformed, allowsUnknown])
}
