"""Steps of several servers, taken in turns, and what they come to."""

import os
import statistics
import time
from collections.abc import Callable
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
    # Steps by itself right before the replays, and the replays of a step's matrix products alone.
    closing: list[dict] = field(default_factory=list)
    replays: list[dict] = field(default_factory=list)
    # Updates between two refreshes of the subspaces, where there are any.
    refresh_interval: int = 1
    # Seconds of processor time spent while another contestant was measured: should be next to nothing.
    idle_cpu_seconds: float = 0.0
    # Share of the machine that others took during each of its measured steps.
    disturbance: list[float] = field(default_factory=list)
    # The same during closing steps and replays together.
    closing_disturbance: float = 0.0

    def step_seconds(self) -> float:
        """The median step, with the cost of a subspace refresh spread over the steps between two of them."""
        plain = statistics.median(step["seconds"] - (step.get("refresh_seconds") or 0.0) for step in self.steps)
        return plain + self.refresh_seconds() / self.refresh_interval

    def refresh_seconds(self) -> float:
        """One refresh of every subspace: the largest that was seen, since the first step makes them all."""
        return max((step.get("refresh_seconds") or 0.0 for step in self.warm_up + self.steps), default=0.0)

    def median_disturbance(self) -> float:
        return statistics.median(self.disturbance)

    def products_seconds(self) -> float | None:
        return statistics.median(one["seconds"] for one in self.replays) if self.replays else None

    def step_over_products(self) -> float | None:
        """A step over its own matrix products alone, both measured within the same seconds in the same buffers."""
        if not self.replays:
            return None
        return statistics.median(step["seconds"] - (step.get("refresh_seconds") or 0.0) for step in self.closing) / self.products_seconds()

    def matmul_share(self) -> float | None:
        shares = [step["matmul_seconds"] / step["seconds"] for step in self.steps if step.get("matmul_seconds") is not None]
        return statistics.median(shares) if shares else None


def take_turns(
    servers: list[Server], warm_up: int, steps: int, refresh_interval: int, progress, replays: int = 0
) -> dict[str, Figures]:
    """Rounds in which each server takes one step while the others wait; who begins changes from round to round.

    - Parameter replays: how often the first server at the end takes a step by itself and then, after all of these,
      replays its matrix products; nothing where it knows no replay.
    """
    figures = {server.name: Figures() for server in servers}
    for round_ in range(warm_up + steps):
        measured = round_ >= warm_up
        first = round_ % len(servers)
        for server in servers[first:] + servers[:first]:
            others = [other for other in servers if other is not server]
            idle = {other.name: other.cpu_seconds() for other in others}
            others_share = disturbance_since(server)
            answer = server.step()
            disturbance = others_share()
            mine = figures[server.name]
            (mine.steps if measured else mine.warm_up).append(answer)
            if measured:
                mine.disturbance.append(disturbance)
                for other in others:
                    figures[other.name].idle_cpu_seconds += other.cpu_seconds() - idle[other.name]
            progress(server.name, round_, answer, measured)
    if replays:
        close(servers[0], replays, figures[servers[0].name])
    for server in servers:
        mine = figures[server.name]
        mine.peaks = server.quit()
        mine.description = server.description
        mine.refresh_interval = server.description.get("refresh_interval") or refresh_interval
    return figures


def take_steps(server: Server, count: Callable[[int | None], int], progress) -> Figures:
    """Every step of one server from its first on, none of them to warm up.

    - Parameter count: how many, by the updates between two refreshes that the server says.
    """
    figures = Figures()
    steps = 1
    while len(figures.steps) < steps:
        others_share = disturbance_since(server)
        figures.steps.append(server.step())
        figures.disturbance.append(others_share())
        # Before its first answer the server has described itself.
        steps = count(server.description.get("refresh_interval"))
        progress(len(figures.steps), steps, figures.steps[-1])
    figures.peaks = server.quit()
    figures.description = server.description
    return figures


def close(server: Server, replays: int, figures: Figures):
    """Steps by itself, then as many replays of the last one's products: they spoil the weights."""
    others_share = disturbance_since(server)
    figures.closing = [server.step() for _ in range(replays)]
    for _ in range(replays):
        answer = server.replay()
        if answer is None:
            break
        figures.replays.append(answer)
    figures.closing_disturbance = others_share()


def disturbance_since(server: Server):
    """Asked later, the share of the machine that others than this server took from now till then."""
    own, machine, began = server.cpu_seconds(), busy_seconds(), time.perf_counter()

    def share() -> float:
        wall = time.perf_counter() - began
        others = (busy_seconds() - machine) - (server.cpu_seconds() - own)
        return max(0.0, others) / (wall * (os.cpu_count() or 1))

    return share


def paired_ratios(ours: Figures, theirs: Figures) -> list[float]:
    """How many times faster each of our steps was than theirs of the same round."""
    return [b["seconds"] / a["seconds"] for a, b in zip(ours.steps, theirs.steps, strict=True)]
