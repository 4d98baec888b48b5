public import SLSpec

/// Shapes that are small enough for central differences and rich enough to show a swapped side.
public enum SmallShapes {
    /// out < in, out > in, and square.
    public static let modules = [
        LinearModule(layer: 0, role: .down, outFeatures: 5, inFeatures: 9),
        LinearModule(layer: 1, role: .up, outFeatures: 11, inFeatures: 4),
        LinearModule(layer: 0, role: .query, outFeatures: 6, inFeatures: 6),
    ]

    /// For derivatives of a whole model.
    public static let tiny = ModelShape(
        name: "tiny", vocabularySize: 11, hiddenSize: 8, intermediateSize: 12, layerCount: 2, headCount: 2)

    /// Every linear has as many elements as a format asks for.
    public static let wide = ModelShape(
        name: "wide", vocabularySize: 97, hiddenSize: 64, intermediateSize: 72, layerCount: 1, headCount: 2)

    /// For counts, bytes and updates: nothing divides anything by accident.
    public static let small = ModelShape(
        name: "small", vocabularySize: 97, hiddenSize: 24, intermediateSize: 56, layerCount: 2, headCount: 3)
}
