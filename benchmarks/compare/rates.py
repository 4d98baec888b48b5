"""How fast each side multiplies large matrices here and now: the ceiling of what is compared."""

import re
import subprocess

_PYTORCH = """
import sys, time, torch
torch.set_num_threads(int(sys.argv[1]))
kind = getattr(torch, sys.argv[2])
a, b, best = torch.full((2048, 1024), 0.5, dtype=kind), torch.full((1024, 1024), 0.25, dtype=kind), float("inf")
for _ in range(6):
    began = time.perf_counter()
    a @ b.t()
    best = min(best, time.perf_counter() - began)
print("RATE", torch.backends.cpu.get_cpu_capability(), 2 * 2048 * 1024 * 1024 / best)
"""


def slbench_rate(slbench: str, threads: int, environment: dict[str, str]) -> tuple[float | None, str | None]:
    """FLOP/s of a 2048 × 1024 × 1024 product and the name of the BLAS core, as `slbench doctor` has them."""
    found = _output([slbench, "doctor", "--threads", str(threads)], environment)
    rate = re.search(rf"(\d+) GFLOP/s on {threads} thread", found)
    core = re.search(r"\bcore (\w+)", found)
    return (float(rate[1]) * 1e9 if rate else None, core[1] if core else None)


def pytorch_rate(python: str, threads: int, environment: dict[str, str], kind: str = "float32") -> tuple[float | None, str | None]:
    """The same product in PyTorch, and the vector units of its kernels and of MKL, which says them itself."""
    found = _output([python, "-c", _PYTORCH, str(threads), kind], {**environment, "MKL_VERBOSE": "1"})
    own = re.search(r"^RATE (\w+) (\S+)$", found, re.MULTILINE)
    library = re.search(r"^MKL_VERBOSE .*MKL .*", found, re.MULTILINE)
    if own is None:
        return None, None
    units = [f"kernels {own[1]}"]
    if library:
        units.append("MKL " + ("AVX512" if "AVX-512" in library[0] else "AVX2" if "AVX2" in library[0] else "of other units"))
    return float(own[2]), ", ".join(units)


def obeys_avx2(core: str | None) -> bool:
    """Whether a side's own words show that nothing wider than AVX2 is used."""
    return core is not None and (core in ("Haswell", "Zen") or ("AVX2" in core and "AVX512" not in core))


def _output(command: list[str], environment: dict[str, str]) -> str:
    # `doctor` ends with 3 where something is left to wish for, so the exit code says nothing.
    try:
        return subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=120
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
