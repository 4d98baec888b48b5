"""Figures as markdown and as plain values."""

import statistics
from collections.abc import Callable

from .measure import Figures, paired_ratios
from .targets import TITLES

OURS, EAGER, COMPILED, REFERENCE = "slbench", "pytorch", "compiled", "compiled full_rank"

Columns = list[tuple[str, Callable[[dict], str]]]


def summarise(figures: dict[str, Figures], tokens: int) -> dict:
    """One row of the table; a figure that was not measured is None."""
    speed = {name: tokens / one.step_seconds() for name, one in figures.items()}
    peak = {name: one.peaks.get("peak_rss_bytes") for name, one in figures.items()}
    # For full_rank the compiled form is the reference itself.
    reference = REFERENCE if REFERENCE in figures else COMPILED

    def faster(other: str) -> float | None:
        return speed[OURS] / speed[other] if other in speed else None

    def pairs(other: str) -> list[float] | None:
        ratios = paired_ratios(figures[OURS], figures[other]) if other in figures else []
        return [min(ratios), max(ratios)] if ratios else None

    return {
        "tokens_per_second": speed,
        "peak_rss_bytes": peak,
        "peak_tracked_bytes": figures[OURS].peaks.get("peak_tracked_bytes"),
        "speed_ratio": faster(EAGER),
        "speed_ratio_range": pairs(EAGER),
        "speed_ratio_compiled": faster(COMPILED),
        "speed_ratio_compiled_full_rank": faster(reference),
        "speed_ratio_compiled_full_rank_range": pairs(reference),
        "products_seconds": figures[OURS].products_seconds(),
        "step_over_products": figures[OURS].step_over_products(),
        "memory_ratio": peak[OURS] / peak[EAGER] if EAGER in peak else None,
        "matmul_share": figures[OURS].matmul_share(),
        "refresh_seconds": {name: one.refresh_seconds() for name, one in figures.items()},
        "disturbance": max(one.median_disturbance() for one in figures.values()),
    }


def compare_step(rows: list[dict], compiled: bool) -> str:
    columns: Columns = [
        ("model", lambda row: row["model"]),
        ("method", lambda row: row["method"]),
        ("rank", lambda row: plain(row["rank"])),
        ("slbench tokens/s", lambda row: speed(row["summary"]["tokens_per_second"].get(OURS))),
        ("PyTorch tokens/s", lambda row: speed(row["summary"]["tokens_per_second"].get(EAGER))),
        ("speed ratio", lambda row: ratio(row["summary"]["speed_ratio"], row["summary"]["speed_ratio_range"])),
    ]
    if compiled:
        columns += [
            ("compiled tokens/s", lambda row: speed(row["summary"]["tokens_per_second"].get(COMPILED))),
            ("× compiled", lambda row: ratio(row["summary"]["speed_ratio_compiled"])),
            ("compiled full_rank tokens/s", lambda row: speed(_reference(row["summary"]["tokens_per_second"]))),
            (
                "× compiled full_rank",
                lambda row: ratio(
                    row["summary"]["speed_ratio_compiled_full_rank"], row["summary"]["speed_ratio_compiled_full_rank_range"]
                ),
            ),
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


def stability(rows: list[dict]) -> str:
    """Every repeat's ratios side by side."""
    repeats = sorted({row["repeat"] for row in rows})
    titles = ["model", "method", "figure", *(f"repeat {n}" for n in repeats), "spread"]
    lines = ["| " + " | ".join(titles) + " |", "| --- | --- | --- |" + " ---: |" * (len(repeats) + 1)]
    for figure in ("speed_ratio", "speed_ratio_compiled_full_rank", "step_over_products"):
        for model, method in dict.fromkeys((row["model"], row["method"]) for row in rows):
            same = [row for row in rows if (row["model"], row["method"]) == (model, method) and "summary" in row]
            found = {row["repeat"]: row["summary"][figure] for row in same}
            ratios = [value for value in found.values() if value is not None]
            if not ratios:
                continue
            spread = f"{(max(ratios) - min(ratios)) / statistics.median(ratios):.1%}" if len(ratios) > 1 else "–"
            cells = " | ".join(ratio(found.get(n)) for n in repeats)
            lines.append(f"| {model} | {method} | {TITLES[figure]} | {cells} | {spread} |")
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
        f"- {environment['cpu']}, {environment['cores']} cores ({', '.join(environment['vector_units']) or 'no AVX2'}), "
        f"{environment['memory_bytes'] / 1e9:.1f} GB, {environment['system']}",
        f"- OpenBLAS {environment['openblas'] or 'unknown'}"
        + (f"; PyTorch {versions['torch']}, transformers {versions['transformers']}" if versions else "; PyTorch not measured"),
    ]
    if limit:
        lines.append(f"- BLAS of both sides and PyTorch's kernels limited to {limit}")
    if rates:
        lines.append(f"- fp32 product of 2048 × 1024 × 1024, GFLOP/s before the run: {'; '.join(rates)}")
    return "\n".join(lines)


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
