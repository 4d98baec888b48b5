"""Where the programs of both sides are."""

import os
import pathlib
import subprocess
import sys


def say(text: str):
    """Talk goes to stderr: stdout belongs to the tables."""
    print(text, file=sys.stderr, flush=True)


def find_slbench(root: pathlib.Path) -> str:
    """The program to measure; without a choice of the user's, the release build, brought up to date."""
    chosen = os.environ.get("SLBENCH_BINARY")
    if chosen:
        if not os.access(chosen, os.X_OK):
            say(f"compare-step: SLBENCH_BINARY is {chosen}, which cannot be run")
            sys.exit(66)
        return chosen
    built = subprocess.run([str(root / "scripts/lib/ensure-built.sh")], stdout=subprocess.PIPE, text=True)
    if built.returncode != 0:
        sys.exit(built.returncode)
    return built.stdout.strip()


def find_python(root: pathlib.Path) -> str | None:
    """A Python that has torch and transformers."""
    chosen = os.environ.get("SLBENCH_PYTHON")
    own = root / ".slbench/pytorch/bin/python"
    test = "import sys; from importlib.util import find_spec as f; sys.exit(not (f('torch') and f('transformers')))"
    for candidate in [chosen] if chosen else [str(own), "python3"]:
        try:
            if subprocess.run([candidate, "-c", test], stdin=subprocess.DEVNULL).returncode == 0:
                return candidate
        except OSError:
            pass
    if chosen:
        say(f"compare-step: SLBENCH_PYTHON is {chosen}, which has no torch and transformers")
        sys.exit(66)
    return None
