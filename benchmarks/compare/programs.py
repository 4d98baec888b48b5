"""Where the programs of both sides are, and the environment they run in."""

import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def say(text: str):
    """Talk goes to stderr: stdout belongs to the tables."""
    print(text, file=sys.stderr, flush=True)


def find_slbench() -> str:
    """The program to measure; without a choice of the user's, the release build, brought up to date."""
    chosen = os.environ.get("SLBENCH_BINARY")
    if chosen:
        if not os.access(chosen, os.X_OK):
            say(f"SLBENCH_BINARY is {chosen}, which cannot be run")
            sys.exit(66)
        return chosen
    built = subprocess.run([str(ROOT / "scripts/lib/ensure-built.sh")], stdout=subprocess.PIPE, text=True)
    if built.returncode != 0:
        sys.exit(built.returncode)
    return built.stdout.strip()


def find_python() -> str | None:
    """A Python that has torch and transformers."""
    chosen = os.environ.get("SLBENCH_PYTHON")
    own = ROOT / ".slbench/pytorch/bin/python"
    test = "import sys; from importlib.util import find_spec as f; sys.exit(not (f('torch') and f('transformers')))"
    for candidate in [chosen] if chosen else [str(own), "python3"]:
        try:
            if subprocess.run([candidate, "-c", test], stdin=subprocess.DEVNULL).returncode == 0:
                return candidate
        except OSError:
            pass
    if chosen:
        say(f"SLBENCH_PYTHON is {chosen}, which has no torch and transformers")
        sys.exit(66)
    return None


def slbench_command(slbench: str, method: str, model: str, batch: int, seq: int, threads: int, rank: int | None, more=()) -> list[str]:
    return [slbench, "bench-step", *_job(method, model, batch, seq, threads, rank), *more]


def precision_arguments(precision: str) -> list[str]:
    """For either side's program. fp32 is what both take by themselves, older builds of slbench included."""
    return [] if precision == "fp32" else ["--precision", precision]


def pytorch_command(python: str, method: str, model: str, batch: int, seq: int, threads: int, rank: int | None, more=()) -> list[str]:
    return [python, "-B", str(ROOT / "benchmarks/pytorch/step.py"), *_job(method, model, batch, seq, threads, rank), *more]


def _job(method: str, model: str, batch: int, seq: int, threads: int, rank: int | None) -> list[str]:
    job = ["--method", method, "--model", model, "--batch", str(batch), "--seq", str(seq), "--threads", str(threads)]
    return job + ([] if rank is None else ["--rank", str(rank)])


def run_environment(threads: int, vector_units: str | None = None, cache: str | None = None) -> dict[str, str]:
    """For every process that is measured.

    - Parameter vector_units: `avx2` keeps both sides from wider units, where they would choose them.
    - Parameter cache: folder in which torch.compile's work outlives its process.
    """
    values = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
    if vector_units == "avx2":
        values |= {
            "OPENBLAS_CORETYPE": "Haswell",
            "MKL_ENABLE_INSTRUCTIONS": "AVX2",
            "ONEDNN_MAX_CPU_ISA": "AVX2",
            "ATEN_CPU_CAPABILITY": "avx2",
            "SLBENCH_VECTOR_UNITS": "avx2",
        }
    if cache:
        values["TORCHINDUCTOR_CACHE_DIR"] = cache
    return {**os.environ, **values}


def command_line(name: str) -> str:
    return f"`{shlex.join([name, *sys.argv[1:]])}`"
