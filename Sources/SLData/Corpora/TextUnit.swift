/// Names the smallest piece of text that is held out, or kept, as a whole: a passage of a text, or a record of a stream of records.
/// Its text goes beside it, because a span can't be kept.
struct TextUnit {
    /// Counts all units of the corpus, from 0.
    let index: Int
    /// The document (file or record) it belongs to, from 0.
    let document: Int
}
