/// What was measured of a run's matrices after one update, or before the first.
public struct ProbeRecord: Sendable, Hashable, Codable {
    /// Why it was measured then; of several reasons the first of these.
    public enum Occasion: String, Sendable, Hashable, Codable, CaseIterable {
        /// One of the moments of ``ProbeSpec``: with spectra.
        case moment
        /// The loss of the update stood far out of those before it.
        case spike
        /// Subspaces were found anew.
        case refresh
        /// Every so many updates.
        case interval
    }

    /// Updates done.
    public var step: Int
    public var occasion: Occasion
    /// How long it took; in no other time of the run.
    public var seconds: Double
    /// Targets of the fixed batch, and their mean loss; `nil` where no gradient was taken.
    public var tokens: Int?
    public var loss: Double?
    /// The most that the measuring held of tensors, apart from the run's.
    public var trackedBytes: Int
    /// Empty but at moments.
    public var spectra: [ProbeSpectrum]
    public var values: [ProbeValue]

    public init(
        step: Int, occasion: Occasion, seconds: Double, tokens: Int? = nil, loss: Double? = nil, trackedBytes: Int = 0, spectra: [ProbeSpectrum] = [],
        values: [ProbeValue] = []
    ) {
        self.step = step
        self.occasion = occasion
        self.seconds = seconds
        self.tokens = tokens
        self.loss = loss
        self.trackedBytes = trackedBytes
        self.spectra = spectra
        self.values = values
    }
}

/// The spectrum of one matrix of one linear.
public struct ProbeSpectrum: Sendable, Hashable, Codable {
    public enum Subject: String, Sendable, Hashable, Codable, CaseIterable {
        /// W, the dense matrix that the linear equals.
        case weight
        /// W − W₀, W₀ being the one at the run's start.
        case distance
        /// ∂L/∂W on the fixed batch.
        case gradient
        /// W minus what it was before the last update.
        case update
    }

    public var layer: Int
    public var role: LinearRole
    public var subject: Subject
    /// `nil` where there is no such matrix: the linear equals no dense one, or holds numbers that are not finite.
    public var spectrum: Spectrum?

    public init(layer: Int, role: LinearRole, subject: Subject, spectrum: Spectrum?) {
        self.layer = layer
        self.role = role
        self.subject = subject
        self.spectrum = spectrum
    }
}

/// One number of one tensor of a linear.
public struct ProbeValue: Sendable, Hashable, Codable {
    public enum Quantity: String, Sendable, Hashable, Codable, CaseIterable {
        /// ‖·‖₂ of a trained factor.
        case spectralNorm = "spectral_norm"
        /// ‖B‖_F / ‖A‖_F of the factors of a product B·A; under B's name.
        case factorBalance = "factor_balance"
        /// ‖·‖_F of the tensor's gradient in the update, before clipping.
        case gradientNorm = "gradient_norm"
        /// ‖PᵀG‖² / ‖G‖²: the share of the fixed batch's gradient that lies in the present subspace.
        case energyInside = "energy_inside"
        /// ‖PᵀP′‖_F² / r of a subspace and the one before it: the mean squared cosine of their principal angles. 1 for the same one, r/n for two that
        /// have nothing to do with each other.
        case subspaceOverlap = "subspace_overlap"
    }

    public var layer: Int
    public var role: LinearRole
    /// As the method declares it: `weight`, `lora_A`.
    public var tensor: String
    public var quantity: Quantity
    /// `nil` where it was no number.
    public var value: Double?

    public init(layer: Int, role: LinearRole, tensor: String, quantity: Quantity, value: Double?) {
        self.layer = layer
        self.role = role
        self.tensor = tensor
        self.quantity = quantity
        self.value = value
    }
}
