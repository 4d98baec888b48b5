import SLHarness
import SLModel
import SLReport
import SLSpec

/// What activation schemes keep, in words: cell by cell, role by role.
enum ActivationTable {
    /// A line a cell under a scheme, seeds together; empty without one.
    static func lines(_ plan: SweepPlan) -> [String] {
        var lines: [String] = []
        for cell in plan.cells {
            guard let words = words(cell) else { continue }
            let line = "kept for the backward pass: \(cell.label.replacing(" seed \(cell.spec.seed)", with: "")): \(words)"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines
    }

    /// `o_proj 33.6 MB → 4.2 MB, v_proj nothing either way (…); memory 1.36 GB → 1.33 GB`; `nil` for a cell without a scheme.
    static func words(_ cell: PlannedCell) -> String? {
        guard let plan = cell.activations else { return nil }
        let roles = plan.roles.map { role in
            let name = role.role.moduleName
            let change = role.exactBytes == role.bytes
                ? "\(role.bytes == 0 ? "nothing" : NumberFormat.bytes(role.bytes)) either way"
                : "\(NumberFormat.bytes(role.exactBytes)) → \(NumberFormat.bytes(role.bytes))"
            return "\(name) \(change)" + (role.isComputedAgain ? " (the input is computed again from what is stored anyway)" : "")
        }
        let hint = plan.roles.allSatisfy(\.isComputedAgain) ? "; of all roles only o_proj has an input that is stored for its sake" : ""
        return roles.joined(separator: ", ") + "; memory \(NumberFormat.bytes(plan.exactTotal)) → \(NumberFormat.bytes(plan.total))" + hint
    }
}
