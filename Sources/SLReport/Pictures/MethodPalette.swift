import SLRandom

/// A method's place among the colours, shapes and dashes of the pictures: the same in every report, whatever else it compares.
package enum MethodPalette {
    /// Methods with a place of their own, in the order of the palette.
    package static let known = ["full_rank", "low_rank", "lora", "relora", "galore", "sltrain", "lost"]

    /// How many colours are left for methods that have no place: none of those above.
    private static var spare: Int { PictureColor.cells.count - known.count }

    /// A method without a place takes one by its name. Of two that would share one, the later by name takes the next that is
    /// free; beyond the spare colours one returns with another shape and dash.
    package static func places(_ methods: [String]) -> [String: Int] {
        var places: [String: Int] = [:]
        for (place, name) in known.enumerated() { places[name] = place }
        var taken: Set<Int> = []
        for name in Set(methods).subtracting(known).sorted() {
            let start = Int(FNV1a.hash(name) % UInt64(spare))
            let candidates = (0...).lazy.map { known.count + (start + $0) % spare + $0 / spare * spare }
            guard let place = candidates.first(where: { !taken.contains($0) }) else { continue }
            taken.insert(place)
            places[name] = place
        }
        return places
    }

    package static func color(_ place: Int) -> String {
        PictureColor.cells[place < known.count ? place : known.count + (place - known.count) % spare]
    }
}
