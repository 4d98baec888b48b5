package import SLSpec

extension SizeGroup {
    /// What the runs noted of themselves, said once for all seeds of a cell that noted the same.
    package func notes(_ kinds: [RunNote.Kind]) -> [(kind: RunNote.Kind, words: String)] {
        cells.flatMap { cell in
            let noted = cell.runs.flatMap { run in run.notes.filter { kinds.contains($0.kind) }.map { (seed: run.spec.seed, note: $0) } }
            return MarkdownText.distinct(noted.map { NoteWords($0.note) }).map { words in
                let seeds = MarkdownText.distinct(noted.filter { NoteWords($0.note) == words }.map(\.seed)).map(String.init)
                let which = seeds.count == cell.runs.count ? "" : " (seed \(seeds.joined(separator: ", ")))"
                return (words.kind, "\(MarkdownText.inline(cell.label))\(which): \(MarkdownText.inline(words.message)).")
            }
        }
    }
}

/// Notes of several seeds that say the same.
private struct NoteWords: Hashable {
    let kind: RunNote.Kind
    let message: String

    init(_ note: RunNote) {
        kind = note.kind
        message = note.message
    }
}

extension SweepValidity {
    /// What a row is not, though its name says it, and runs that went on under other conditions than they began with.
    package static func notes(_ group: SizeGroup) -> [Threat] {
        group.notes([.silentEvent, .changedConditions]).map { note in
            Threat(isUnequal: note.kind == .changedConditions, words: "\(group.model.name): \(note.words)")
        }
    }
}
