"""Steps of several servers, taken in turns, and what they come to."""

import os
import statistics
import time
from dataclasses import dataclass, field

from .environment import busy_seconds
from .servers import Server


@dataclass
class Figures:
    """One contestant's part in one row of the table."""

    description: dict = field(default_factory=dict)
    warm_up: list[dict] = field(default_factory=list)
    steps: list[dict] = field(default_factory=list)
    peaks: dict = field(default_factory=dict)
    # Updates between two refreshes of the subspaces, where there are any.
    refresh_interval: int = 1
    # Seconds of processor time spent while another contestant was measured: should be next to nothing.
    idle_cpu_seconds: float = 0.0
    # Share of the machine that others took during each of its measured steps.
    disturbance: list[float] = field(default_factory=list)

    def step_seconds(self) -> float:
        """The median step, with the cost of a subspace refresh spread over the steps between two of them."""
        plain = statistics.median(step["seconds"] - (step.get("refresh_seconds") or 0.0) for step in self.steps)
        return plain + self.refresh_seconds() / self.refresh_interval

    def refresh_seconds(self) -> float:
        """One refresh of every subspace: the largest that was seen, since the first step makes them all."""
        return max((step.get("refresh_seconds") or 0.0 for step in self.warm_up + self.steps), default=0.0)

    def median_disturbance(self) -> float:
        return statistics.median(self.disturbance)

    def matmul_share(self) -> float | None:
        shares = [step["matmul_seconds"] / step["seconds"] for step in self.steps if step.get("matmul_seconds") is not None]
        return statistics.median(shares) if shares else None


def take_turns(servers: list[Server], warm_up: int, steps: int, refresh_interval: int, progress) -> dict[str, Figures]:
    """Rounds in which each server takes one step while the others wait; who begins changes from round to round."""
    figures = {server.name: Figures() for server in servers}
    for round_ in range(warm_up + steps):
        measured = round_ >= warm_up
        first = round_ % len(servers)
        for server in servers[first:] + servers[:first]:
            others = [other for other in servers if other is not server]
            idle = {other.name: other.cpu_seconds() for other in others}
            own, machine, began = server.cpu_seconds(), busy_seconds(), time.perf_counter()
            answer = server.step()
            wall = time.perf_counter() - began
            own, machine = server.cpu_seconds() - own, busy_seconds() - machine
            mine = figures[server.name]
            (mine.steps if measured else mine.warm_up).append(answer)
            if measured:
                mine.disturbance.append(max(0.0, machine - own) / (wall * (os.cpu_count() or 1)))
                for other in others:
                    figures[other.name].idle_cpu_seconds += other.cpu_seconds() - idle[other.name]
            progress(server.name, round_, answer, measured)
    for server in servers:
        mine = figures[server.name]
        mine.peaks = server.quit()
        mine.description = server.description
        mine.refresh_interval = server.description.get("refresh_interval") or refresh_interval
    return figures


def paired_ratios(ours: Figures, theirs: Figures) -> list[float]:
    """How many times faster each of our steps was than theirs of the same round."""
    return [b["seconds"] / a["seconds"] for a, b in zip(ours.steps, theirs.steps, strict=True)]
