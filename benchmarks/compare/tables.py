"""Figures as markdown and as plain values."""

import statistics
from collections.abc import Callable

from .measure import Figures, paired_ratios
from .targets import titles

OURS, EAGER, COMPILED, REFERENCE = "slbench", "pytorch", "compiled", "compiled full_rank"
# slbench once more, beside itself in bf16.
FULL = "slbench fp32"

Columns = list[tuple[str, Callable[[dict], str]]]


def summarise(figures: dict[str, Figures], tokens: int) -> dict:
    """One row of the table; a figure that was not measured is None."""
    speed = {name: tokens / one.step_seconds() for name, one in figures.items()}
    peak = {name: one.peaks.get("peak_rss_bytes") for name, one in figures.items()}
    # For full_rank the compiled form is the reference itself.
    reference = REFERENCE if REFERENCE in figures else COMPILED

    def faster(other: str) -> float | None:
        return speed[OURS] / speed[other] if other in speed else None

    def tracked(name: str) -> int | None:
        return figures[name].peaks.get("peak_tracked_bytes") if name in figures else None

    def pairs(other: str) -> list[float] | None:
        ratios = paired_ratios(figures[OURS], figures[other]) if other in figures else []
        return [min(ratios), max(ratios)] if ratios else None

    return {
        "tokens_per_second": speed,
        "peak_rss_bytes": peak,
        "peak_tracked_bytes": tracked(OURS),
        "speed_ratio": faster(EAGER),
        "speed_ratio_range": pairs(EAGER),
        "speed_ratio_compiled": faster(COMPILED),
        "speed_ratio_compiled_range": pairs(COMPILED),
        "speed_ratio_compiled_full_rank": faster(reference),
        "speed_ratio_compiled_full_rank_range": pairs(reference),
        "speed_ratio_fp32": faster(FULL),
        "speed_ratio_fp32_range": pairs(FULL),
        "tracked_ratio_fp32": tracked(OURS) / tracked(FULL) if tracked(OURS) and tracked(FULL) else None,
        "products_seconds": figures[OURS].products_seconds(),
        "step_over_products": figures[OURS].step_over_products(),
        "memory_ratio": peak[OURS] / peak[EAGER] if EAGER in peak else None,
        "matmul_share": figures[OURS].matmul_share(),
        "refresh_seconds": {name: one.refresh_seconds() for name, one in figures.items()},
        "disturbance": max(one.median_disturbance() for one in figures.values()),
    }


def compare_step(rows: list[dict], compiled: bool, precision: str = "fp32", with_fp32: bool = False) -> str:
    half = precision == "bf16"
    columns: Columns = [
        ("model", lambda row: row["model"]),
        ("method", lambda row: row["method"]),
        ("rank", lambda row: plain(row["rank"])),
        ("slbench tokens/s", lambda row: speed(row["summary"]["tokens_per_second"].get(OURS))),
        ("autocast tokens/s" if half else "PyTorch tokens/s", lambda row: speed(row["summary"]["tokens_per_second"].get(EAGER))),
        ("× autocast bf16 eager" if half else "speed ratio", lambda row: ratio(row["summary"]["speed_ratio"], row["summary"]["speed_ratio_range"])),
    ]
    if compiled:
        columns += [
            ("compiled tokens/s", lambda row: speed(row["summary"]["tokens_per_second"].get(COMPILED))),
            (
                "× autocast bf16 compiled, same method" if half else "× compiled",
                lambda row: ratio(row["summary"]["speed_ratio_compiled"], row["summary"]["speed_ratio_compiled_range"]),
            ),
            ("compiled full_rank tokens/s", lambda row: speed(_reference(row["summary"]["tokens_per_second"]))),
            (
                "× compiled full_rank",
                lambda row: ratio(
                    row["summary"]["speed_ratio_compiled_full_rank"], row["summary"]["speed_ratio_compiled_full_rank_range"]
                ),
            ),
        ]
    if with_fp32:
        columns += [
            ("slbench fp32 tokens/s", lambda row: speed(row["summary"]["tokens_per_second"].get(FULL))),
            ("× slbench fp32", lambda row: ratio(row["summary"]["speed_ratio_fp32"], row["summary"]["speed_ratio_fp32_range"])),
            ("tracked ÷ fp32's", lambda row: ratio(row["summary"]["tracked_ratio_fp32"])),
        ]
    columns += [
        ("products alone s", lambda row: seconds(row["summary"]["products_seconds"])),
        ("step ÷ products", lambda row: ratio(row["summary"]["step_over_products"])),
        ("slbench peak GB", lambda row: gigabytes(row["summary"]["peak_rss_bytes"].get(OURS))),
        ("of it tracked", lambda row: gigabytes(row["summary"]["peak_tracked_bytes"])),
        ("PyTorch peak GB", lambda row: gigabytes(row["summary"]["peak_rss_bytes"].get(EAGER))),
        ("memory ratio", lambda row: ratio(row["summary"]["memory_ratio"])),
        ("in matrix products", lambda row: share(row["summary"]["matmul_share"])),
        ("machine taken by others", lambda row: share(row["summary"]["disturbance"])),
    ]
    return table(columns, rows)


def _reference(speeds: dict) -> float | None:
    return speeds.get(REFERENCE, speeds.get(COMPILED))


def table(columns: Columns, rows: list[dict], left: int = 2) -> str:
    """The first `left` columns are text. A row without a summary says only what failed, in its first columns."""
    lines = ["| " + " | ".join(title for title, _ in columns) + " |"]
    lines.append("|" + "|".join([" --- "] * left + [" ---: "] * (len(columns) - left)) + "|")
    for row in rows:
        if "summary" in row:
            lines.append("| " + " | ".join(cell(row) for _, cell in columns) + " |")
        else:
            known = [cell(row) for _, cell in columns[: left + 1]]
            lines.append("| " + " | ".join(known) + f" | {row.get('outcome', 'failed')} |" + " |" * (len(columns) - left - 2))
    return "\n".join(lines)


def stability(rows: list[dict], precision: str = "fp32") -> str:
    """Every repeat's ratios side by side."""
    repeats = sorted({row["repeat"] for row in rows})
    heads = ["model", "method", "figure", *(f"repeat {n}" for n in repeats), "spread"]
    lines = ["| " + " | ".join(heads) + " |", "| --- | --- | --- |" + " ---: |" * (len(repeats) + 1)]
    for figure in ("speed_ratio", "speed_ratio_compiled", "speed_ratio_compiled_full_rank", "step_over_products"):
        for model, method in dict.fromkeys((row["model"], row["method"]) for row in rows):
            same = [row for row in rows if (row["model"], row["method"]) == (model, method) and "summary" in row]
            found = {row["repeat"]: row["summary"][figure] for row in same}
            ratios = [value for value in found.values() if value is not None]
            if not ratios:
                continue
            spread = f"{(max(ratios) - min(ratios)) / statistics.median(ratios):.1%}" if len(ratios) > 1 else "–"
            cells = " | ".join(ratio(found.get(n)) for n in repeats)
            lines.append(f"| {model} | {method} | {titles(precision)[figure]} | {cells} | {spread} |")
    return "\n".join(lines)


def environment_lines(environment: dict, versions: dict) -> str:
    changes = " with uncommitted changes" if environment["uncommitted_changes"] else ""
    limit = environment.get("limited_to")
    rates = [
        f"{name} {rate / 1e9:.0f} ({core or 'unknown core'})"
        for name, (rate, core) in environment.get("product_rates", {}).items()
        if rate is not None
    ]
    lines = [
        f"- {environment['date']}, commit {environment['commit'] or 'unknown'}{changes}",
        f"- {environment['cpu']}, {environment['cores']} cores ({', '.join(environment['vector_units']) or 'no AVX2'}; {bf16_units(environment)}), "
        f"{environment['memory_bytes'] / 1e9:.1f} GB, {environment['system']}",
        f"- OpenBLAS {environment['openblas'] or 'unknown'}"
        + (f"; PyTorch {versions['torch']}, transformers {versions['transformers']}" if versions else "; PyTorch not measured"),
    ]
    if limit:
        lines.append(f"- BLAS of both sides and PyTorch's kernels limited to {limit}")
    if rates:
        lines.append(f"- fp32 product of 2048 × 1024 × 1024, GFLOP/s before the run: {'; '.join(rates)}")
    half = [f"{name} {rate / 1e9:.0f}" for name, rate in environment.get("bf16_product_rates", {}).items() if rate is not None]
    if half:
        lines.append(f"- the same product of bf16 operands: {'; '.join(half)}")
    return "\n".join(lines)


def bf16_units(environment: dict) -> str:
    """Whether a multiplication of bf16 operands is one instruction here."""
    units = ", ".join(environment["bf16_units"])
    if units and "limited_to" in environment:
        return f"bf16 units {units} not used"
    return f"bf16 units {units}" if units else "no bf16 units"


def precision_lines(environment: dict, precision: str) -> str:
    """What a table in bf16 begins with: everything depends on whether the processor multiplies so."""
    text = f"{environment['cpu']}, {bf16_units(environment)}."
    if precision == "bf16" and ("limited_to" in environment or not environment["bf16_units"]):
        text += " So bf16 is rounding alone: products are no faster than those of fp32, and the targets of fp32 hold."
    return text


def plain(value) -> str:
    return "–" if value is None else str(value)


def speed(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def ratio(value: float | None, span: list[float] | None = None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" + (f" ({span[0]:.2f}–{span[1]:.2f})" if span else "")


def gigabytes(value: int | None) -> str:
    return "–" if value is None else f"{value / 1e9:.{2 if value >= 1e9 else 3}f}"


def share(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:.{digits}%}"
