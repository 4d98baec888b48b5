"""What the figures should reach, from a JSON file, and whether they do.

The file names a job (batch, seq, threads) and, for each precision, figure, model and method, a bound; `*` stands for every
method. Ratios of speed are lower bounds, everything else is an upper bound. Where a processor has no bf16 units the bounds
of fp32 hold.
"""

import json
import pathlib
import statistics
import sys

from .programs import say

TITLES = {
    "speed_ratio": "× PyTorch eager",
    "speed_ratio_compiled": "× compiled, same method",
    "speed_ratio_compiled_full_rank": "× compiled full_rank",
    "step_over_products": "step ÷ products",
    "memory_ratio": "memory ratio",
    "memory_ratio_all_options": "memory ratio, all options",
    "tracked_error": "tracked beside predicted",
    "resident_error": "resident beside tracked + constant",
    "longest_over_median": "longest step ÷ median step",
}
BF16_TITLES = TITLES | {"speed_ratio": "× autocast bf16 eager", "speed_ratio_compiled": "× autocast bf16 compiled, same method"}
LOWER_BOUNDS = {"speed_ratio", "speed_ratio_compiled", "speed_ratio_compiled_full_rank"}
PRECISIONS = ("fp32", "bf16")
SHARES = {"tracked_error", "resident_error"}


def titles(precision: str) -> dict[str, str]:
    """What a figure is called where both sides compute in this precision."""
    return BF16_TITLES if precision == "bf16" else TITLES


class Targets:
    def __init__(self, path: str, precision: str):
        """- Parameter precision: that of the run, so the one of the bounds wherever there are units for it."""
        self.precision = precision
        try:
            self.every = json.loads(pathlib.Path(path).read_text())
            self.job = self.every.pop("job", {})
            known("precision", self.every, PRECISIONS)
            for figures in self.every.values():
                known("figure", figures, TITLES)
                for models in figures.values():
                    for methods in models.values():
                        for bound in methods.values():
                            if isinstance(bound, bool) or not isinstance(bound, (int, float)):
                                raise ValueError(f"{bound!r} is not a number")
            self.bounds = self.every.get(precision, {})
        except OSError as error:
            say(f"{path}: {error.strerror}")
            sys.exit(66)
        except (ValueError, AttributeError) as error:
            say(f"{path}: {error}")
            sys.exit(64)

    def without_units(self):
        """This processor multiplies bf16 operands no faster than fp32's: what holds there is what holds in fp32."""
        self.bounds = self.every.get("fp32", {})

    def apply_to(self, options) -> bool:
        """Whether this run measures the job that the targets are for."""
        return all(getattr(options, name, None) == value for name, value in self.job.items()) and getattr(options, "rank", None) is None

    def bound(self, figure: str, model: str, method: str) -> float | None:
        methods = self.bounds.get(figure, {}).get(model, {})
        return methods.get(method, methods.get("*"))

    def verdicts(self, rows: list[dict]) -> list[dict]:
        """One for every figure with a target that was measured: every repeat's value and whether it reaches."""
        found = []
        for model, method in dict.fromkeys((row["model"], row["method"]) for row in rows):
            measured = [row["summary"] for row in rows if (row["model"], row["method"]) == (model, method) and "summary" in row]
            for figure in TITLES:
                bound = self.bound(figure, model, method)
                values = [summary[figure] for summary in measured if summary.get(figure) is not None]
                if bound is None or not values:
                    continue
                reached = [value >= bound if figure in LOWER_BOUNDS else value <= bound for value in values]
                found.append({
                    "model": model, "method": method, "figure": figure, "target": bound, "values": values, "reached": reached,
                })  # fmt: skip
        return found


def known(what: str, found: dict, names):
    unknown = [name for name in found if name not in names]
    if unknown:
        raise ValueError(f"unknown {what} {', '.join(unknown)}; known: {', '.join(names)}")


def markdown(verdicts: list[dict], precision: str) -> str:
    def shown(figure: str, value: float) -> str:
        return f"{value:.1%}" if figure in SHARES else f"{value:.2f}"

    lines = ["| model | method | figure | target | measured | |", "| --- | --- | --- | ---: | ---: | --- |"]
    for one in verdicts:
        figure, values, reached = one["figure"], one["values"], one["reached"]
        sign = "≥" if figure in LOWER_BOUNDS else "≤"
        text = shown(figure, statistics.median(values))
        if len(values) > 1:
            text += f" ({shown(figure, min(values))}–{shown(figure, max(values))})"
        outcome = "reached" if all(reached) else "missed" if not any(reached) else f"reached in {sum(reached)} of {len(reached)}"
        target = f"{sign} {shown(figure, one['target'])}"
        lines.append(f"| {one['model']} | {one['method']} | {titles(precision)[figure]} | {target} | {text} | {outcome} |")
    return "\n".join(lines)


def missed(verdicts: list[dict], precision: str) -> list[str]:
    return [
        f"{one['model']} {one['method']}: {titles(precision)[one['figure']]}: target {one['target']}, measured "
        + ", ".join(f"{value:.3f}" for value in one["values"])
        for one in verdicts
        if not all(one["reached"])
    ]
