"""Figures as markdown and as plain values."""

import statistics

from .measure import Figures, paired_ratios

OURS, EAGER, COMPILED, REFERENCE = "slbench", "pytorch", "compiled", "compiled full_rank"


def summarise(figures: dict[str, Figures], tokens: int) -> dict:
    """One row of the table; a figure that was not measured is None."""
    speed = {name: tokens / one.step_seconds() for name, one in figures.items()}
    peak = {name: one.peaks.get("peak_rss_bytes") for name, one in figures.items()}
    # For full_rank the compiled form is the reference itself.
    reference = REFERENCE if REFERENCE in figures else COMPILED

    def faster(other: str) -> float | None:
        return speed[OURS] / speed[other] if other in speed else None

    pairs = paired_ratios(figures[OURS], figures[EAGER]) if EAGER in figures else []
    return {
        "tokens_per_second": speed,
        "peak_rss_bytes": peak,
        "peak_tracked_bytes": figures[OURS].peaks.get("peak_tracked_bytes"),
        "speed_ratio": faster(EAGER),
        "speed_ratio_range": [min(pairs), max(pairs)] if pairs else None,
        "speed_ratio_compiled": faster(COMPILED),
        "speed_ratio_compiled_full_rank": faster(reference),
        "memory_ratio": peak[OURS] / peak[EAGER] if EAGER in peak else None,
        "matmul_share": figures[OURS].matmul_share(),
        "refresh_seconds": {name: one.refresh_seconds() for name, one in figures.items()},
        "disturbance": max(one.median_disturbance() for one in figures.values()),
    }


def markdown(rows: list[dict], compiled: bool) -> str:
    columns = [
        ("model", lambda row: row["model"]),
        ("method", lambda row: row["method"]),
        ("rank", lambda row: _plain(row["rank"])),
        ("slbench tokens/s", lambda row: _speed(row, OURS)),
        ("PyTorch tokens/s", lambda row: _speed(row, EAGER)),
        ("speed ratio", lambda row: _ratio(row["summary"]["speed_ratio"], row["summary"]["speed_ratio_range"])),
    ]
    if compiled:
        columns += [
            ("compiled tokens/s", lambda row: _speed(row, COMPILED)),
            ("× compiled", lambda row: _ratio(row["summary"]["speed_ratio_compiled"])),
            ("× compiled full_rank", lambda row: _ratio(row["summary"]["speed_ratio_compiled_full_rank"])),
        ]
    columns += [
        ("slbench peak GB", lambda row: _gigabytes(row["summary"]["peak_rss_bytes"].get(OURS))),
        ("of it tracked", lambda row: _gigabytes(row["summary"]["peak_tracked_bytes"])),
        ("PyTorch peak GB", lambda row: _gigabytes(row["summary"]["peak_rss_bytes"].get(EAGER))),
        ("memory ratio", lambda row: _ratio(row["summary"]["memory_ratio"])),
        ("in matrix products", lambda row: _share(row["summary"]["matmul_share"])),
        ("machine taken by others", lambda row: _share(row["summary"]["disturbance"])),
    ]
    lines = ["| " + " | ".join(title for title, _ in columns) + " |", "|" + "|".join([" --- "] * 2 + [" ---: "] * (len(columns) - 2)) + "|"]
    for row in rows:
        if "error" in row:
            lines.append(f"| {row['model']} | {row['method']} | {_plain(row['rank'])} | failed |" + " |" * (len(columns) - 4))
        else:
            lines.append("| " + " | ".join(cell(row) for _, cell in columns) + " |")
    return "\n".join(lines)


def stability(rows: list[dict]) -> str:
    """Every repeat's ratios side by side."""
    repeats = sorted({row["repeat"] for row in rows})
    titles = ["model", "method", *(f"speed ratio {n}" for n in repeats), "spread"]
    lines = ["| " + " | ".join(titles) + " |", "| --- | --- |" + " ---: |" * (len(repeats) + 1)]
    for model, method in dict.fromkeys((row["model"], row["method"]) for row in rows):
        found = {r["repeat"]: r["summary"]["speed_ratio"] for r in rows if (r["model"], r["method"]) == (model, method) and "summary" in r}
        ratios = [value for value in found.values() if value is not None]
        spread = f"{(max(ratios) - min(ratios)) / statistics.median(ratios):.1%}" if len(ratios) > 1 else "–"
        lines.append(f"| {model} | {method} | " + " | ".join(_ratio(found.get(n)) for n in repeats) + f" | {spread} |")
    return "\n".join(lines)


def environment_lines(environment: dict, versions: dict) -> str:
    changes = " with uncommitted changes" if environment["uncommitted_changes"] else ""
    return "\n".join([
        f"- {environment['date']}, commit {environment['commit'] or 'unknown'}{changes}",
        f"- {environment['cpu']}, {environment['cores']} cores ({', '.join(environment['vector_units']) or 'no AVX2'}), "
        f"{environment['memory_bytes'] / 1e9:.1f} GB, {environment['system']}",
        f"- OpenBLAS {environment['openblas'] or 'unknown'}"
        + (f"; PyTorch {versions['torch']}, transformers {versions['transformers']}" if versions else "; PyTorch not measured"),
    ])  # fmt: skip


def _plain(value) -> str:
    return "–" if value is None else str(value)


def _speed(row: dict, name: str) -> str:
    value = row["summary"]["tokens_per_second"].get(name)
    return "–" if value is None else f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def _ratio(value: float | None, span: list[float] | None = None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" + (f" ({span[0]:.2f}–{span[1]:.2f})" if span else "")


def _gigabytes(value: int | None) -> str:
    return "–" if value is None else f"{value / 1e9:.{2 if value >= 1e8 else 3}f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
