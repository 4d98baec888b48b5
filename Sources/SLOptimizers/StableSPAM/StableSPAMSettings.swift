import Foundation
import SLNumerics

/// Hyper-parameters of Stable-SPAM. k is a tensor's update from 1.
public struct StableSPAMSettings: Sendable, Hashable {
    /// What the counts of bias corrections do at a reset.
    public enum ResetForm: String, Sendable, Hashable, CaseIterable {
        /// The authors' code: one count for moments and for the averages of norms. At a reset the old moments are used once more with
        /// count 1, then zeroed, this update's gradient with them; the averages of norms are kept but corrected by the restarted
        /// count, which makes them too large for hundreds of updates.
        case sharedCount = "shared_count"
        /// The algorithm as it is printed: moments are zeroed before they are used and count from 1; the averages go on with
        /// their own count.
        case separateCounts = "separate_counts"
    }

    public var adam: AdamSettings
    /// Of the average of gradient norms.
    public var gamma1: Double
    /// Of the average of their squares.
    public var gamma2: Double
    /// Of the average of largest magnitudes (θ).
    public var gamma3: Double
    /// Updates over which β₁ and γ₁ fall to ``cosineFloor`` times themselves; `nil` leaves them.
    public var cosineSteps: Int?
    public var cosineFloor: Double
    /// Updates from one reset to the next; 0 for none.
    public var resetInterval: Int
    public var resetForm: ResetForm

    public init(
        adam: AdamSettings = AdamSettings(), gamma1: Double = 0.7, gamma2: Double = 0.9, gamma3: Double = 0.999, cosineSteps: Int? = nil,
        cosineFloor: Double = 0.5, resetInterval: Int = 1000, resetForm: ResetForm = .sharedCount
    ) {
        self.adam = adam
        (self.gamma1, self.gamma2, self.gamma3) = (gamma1, gamma2, gamma3)
        self.cosineSteps = cosineSteps
        self.cosineFloor = cosineFloor
        self.resetInterval = resetInterval
        self.resetForm = resetForm
    }

    /// s: multiple of β₁ and γ₁.
    func decayScale(atAge k: Int) -> Double {
        guard let cosineSteps else { return 1 }
        return cosineFloor + (1 - cosineFloor) * (1 + cos(.pi * Double(k) / Double(cosineSteps + 1))) / 2
    }

    func resets(atAge k: Int) -> Bool { resetInterval > 0 && k % resetInterval == 0 }

    /// Updates since the last reset before this one, that one counted twice by the shared count.
    private func sharedCount(atAge k: Int) -> Int {
        guard resetInterval > 0 else { return k }
        let last = (k - 1) / resetInterval * resetInterval
        return last == 0 ? k : k - last + 1
    }

    /// What the averages of norms are corrected by.
    func normCount(atAge k: Int) -> Int { resetForm == .sharedCount ? sharedCount(atAge: k) : k }

    /// What the moments are corrected by.
    func momentCount(atAge k: Int) -> Int {
        switch resetForm {
        case .sharedCount: resets(atAge: k) ? 1 : sharedCount(atAge: k)
        case .separateCounts: resetInterval > 0 && k >= resetInterval ? k % resetInterval + 1 : k
        }
    }
}
