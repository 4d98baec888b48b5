"""What the figures were measured on."""

import datetime
import os
import platform
import subprocess

from . import rates
from .programs import ROOT, say


def describe() -> dict:
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": _field("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "vector_units": _flags("avx2", "avx512f"),
        "bf16_units": _flags("avx512_bf16", "amx_bf16"),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{_field('/etc/os-release', 'PRETTY_NAME', '=')} ({platform.system()} {platform.release()})",
        "python": platform.python_version(),
        "openblas": _output(["dpkg-query", "-W", "-f=${Version}", "libopenblas-dev"]),
        "commit": _output(["git", "-C", str(ROOT), "rev-parse", "HEAD"]),
        "uncommitted_changes": bool(_output(["git", "-C", str(ROOT), "status", "--porcelain"])),
        "load_at_start": os.getloadavg()[0],
    }


def has_bf16_units(where: dict) -> bool:
    """Whether products of bf16 operands are one instruction here, and are allowed to be."""
    return bool(where["bf16_units"]) and "limited_to" not in where


def limits(where: dict, slbench: str, python: str | None, options, surroundings: dict[str, str]) -> list[str]:
    """Adds to the description what both sides' matrix products reach, and checks that a limit on vector units holds."""
    threads, notes = options.threads, []
    found = {"slbench": rates.slbench_rate(slbench, threads, surroundings)}
    if python:
        found["PyTorch"] = rates.pytorch_rate(python, threads, surroundings)
        if getattr(options, "precision", "fp32") == "bf16":
            where["bf16_product_rates"] = {"PyTorch": rates.pytorch_rate(python, threads, surroundings, "bfloat16")[0]}
    if options.vector_units:
        where["limited_to"] = options.vector_units
        notes = [
            f"the limit to {options.vector_units} may not hold for {name}: its matrix products say {core or 'nothing'}"
            for name, (_, core) in found.items()
            if not rates.obeys_avx2(core)
        ]
    where["product_rates"] = found
    for name, (rate, core) in found.items():
        if rate:
            say(f"{name}: {rate / 1e9:.0f} GFLOP/s in matrix products ({core or 'unknown core'})")
    return notes


def available_bytes() -> int:
    """Memory that a new program could have without anything being pushed out."""
    return int(_field("/proc/meminfo", "MemAvailable").split()[0]) * 1024


def busy_seconds() -> float:
    """Processor time that the whole machine has spent on anything, and that the host took away, so far."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, interrupts, soft, stolen = map(int, stat.readline().split()[1:9])
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _flags(*wanted: str) -> list[str]:
    found = _field("/proc/cpuinfo", "flags").split()
    return [flag for flag in wanted if flag in found]


def _field(path: str, name: str, separator: str = ":") -> str:
    try:
        with open(path) as file:
            for line in file:
                key, found, value = line.partition(separator)
                if found and key.strip() == name:
                    return value.strip().strip('"')
    except OSError:
        pass
    return ""


def _output(command: list[str]) -> str | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
