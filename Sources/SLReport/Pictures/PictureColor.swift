/// The colours of the pictures, and what becomes of them on a dark page.
///
/// A picture carries the light ones as plain attributes, which every viewer understands, and a style sheet that swaps them
/// where the reader prefers a dark page.
package enum PictureColor {
    package static let paper = "#ffffff"
    package static let ink = "#222222"
    package static let frame = "#444444"
    package static let grid = "#dddddd"
    /// Lines that help the eye and stand for no cell.
    package static let guide = "#767676"
    /// Text on a filled area: those keep their lightness on dark pages, and so does it.
    package static let inkOnFill = "#101010"

    /// For the methods of ``MethodPalette/known`` the palette of Okabe and Ito without its yellow, which is too pale for a line on
    /// white: told apart with every common form of colour blindness. Then grey, brown, violet, olive and wine for all others.
    package static let cells = [
        "#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#8c510a", "#7b3294", "#6b7a00", "#a50f4b",
    ]
    /// Filled areas in the same palette, all light enough for ``inkOnFill``.
    package static let fills = ["#56b4e9", "#e69f00", "#2bb58c", "#cc79a7", "#f0e442", "#b8b8b8"]

    /// On a dark page: the background of GitHub's, text at 15:1, and no line of a cell below 4.5:1.
    package static let dark: [(light: String, dark: String)] = [
        (paper, "#0d1117"), (ink, "#e6edf3"), (frame, "#9198a1"), (grid, "#30363d"), (guide, "#9198a1"),
        ("black", "#f0f6fc"), ("#000000", "#f0f6fc"), ("#0072b2", "#3d9be0"), ("#d55e00", "#f07a28"), ("#009e73", "#1fbf92"),
        ("#56b4e9", "#8fd0f7"), ("#7f7f7f", "#a0a0a0"), ("#8c510a", "#c99257"), ("#7b3294", "#bb8fdc"), ("#6b7a00", "#b5c244"),
        ("#a50f4b", "#ee6b9c"),
    ]
}
