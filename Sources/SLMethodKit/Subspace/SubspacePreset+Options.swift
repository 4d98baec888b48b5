import SLOptimizers
public import SLSpec

extension SubspacePreset {
    /// What some methods of this kind have an option for, and others not.
    public enum Choice: Sendable, Hashable {
        /// `scale`, where it is the factor on the back-projected step.
        case scale
        /// `projection`
        case side
        /// `subspace`, where singular vectors are the only basis.
        case singularVectors
        /// `projector` and `subspace`
        case projector
        /// `refresh`
        case refresh
    }

    /// From a method's options: rank, interval, moments and inner rule, which every method of this kind has, and these choices.
    ///
    /// - Throws: `MethodOptionError` when one of them is missing, of the wrong type or none of its choices.
    public init(_ options: MethodOptions, _ choices: Set<Choice> = [], model: ModelShape) throws {
        self.init(
            rank: try options.integer("rank"), refresh: RefreshPolicy(interval: try options.integer(SubspaceOptions.interval)), model: model)
        if choices.contains(.scale) { scale = try options.real("scale") }
        if choices.contains(.side) { side = try options.choice("projection", of: ProjectionSide.self) }
        stateAtRefresh = try options.choice("moments", of: StateAtRefresh.self)
        if choices.contains(.singularVectors) { projector = .singularVectors(try options.choice("subspace", of: SubspaceFinder.self)) }
        if choices.contains(.projector) {
            let finder = try options.choice("subspace", of: SubspaceFinder.self)
            projector = try options.choice("projector", of: ProjectorName.self).projector(finder)
        }
        if choices.contains(.refresh) { isStaggered = try options.choice("refresh", of: SubspaceOptions.Refresh.self) == .staggered }
        inner = try options.madeOptimizer("inner")
    }
}
