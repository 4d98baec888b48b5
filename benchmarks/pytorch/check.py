#!/usr/bin/env python3
"""Whether every PyTorch form multiplies in the precision that it says, and trains: what compare-step relies on.

For each method and form, eager and compiled, one forward and backward pass is profiled: the multiplications of all matrix
products by the type of their operands, and in what graphs the compiler has it. Then it trains from the same start in fp32
and in bf16, and the losses have to fall alike. Exit codes: 0 all hold; 3 one does not.
"""

import argparse
import math
import sys
from collections import Counter

import torch
from model import METHODS
from shapes import PRESETS
from step import Trainer, arguments

HALF = "c10::BFloat16"


# Of every operation that multiplies matrices, the places of its operands, and its multiplications by their shapes.
PRODUCTS = {
    "aten::mm": ((0, 1), lambda a, b: math.prod(a) * b[-1]),
    "aten::bmm": ((0, 1), lambda a, b: math.prod(a) * b[-1]),
    "aten::addmm": ((1, 2), lambda a, b: math.prod(a) * b[-1]),
    "aten::baddbmm": ((1, 2), lambda a, b: math.prod(a) * b[-1]),
    "mkldnn::_linear_pointwise": ((0, 1), lambda x, w: math.prod(x) * w[0]),
    "aten::_scaled_dot_product_flash_attention_for_cpu": ((0, 1, 2), lambda q, k, v: 2 * math.prod(q) * k[-2]),
    "aten::_scaled_dot_product_flash_attention_for_cpu_backward": (
        (0, 1, 2, 3), lambda gradient, q, k, v: 5 * math.prod(q) * k[-2],
    ),
}  # fmt: skip


def multiplications(trainer: Trainer) -> Counter:
    """Of one forward and backward pass, by operation and by whether all operands are bf16."""
    with torch.profiler.profile(record_shapes=True) as profile:
        trainer.loss(trainer.inputs, trainer.targets).backward()
    found: Counter = Counter()
    for event in profile.profiler.kineto_results.events():
        if event.name() in PRODUCTS:
            places, count = PRODUCTS[event.name()]
            half = all(event.dtypes()[place] == HALF for place in places)
            found[event.name(), half] += count(*(event.shapes()[place] for place in places))
    return found


def measure(options, job: argparse.Namespace) -> dict:
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    trainer = Trainer(job)
    losses = [trainer.step()["loss"] for _ in range(options.steps)]
    counters = torch._dynamo.utils.counters
    graphs, breaks = counters["stats"]["unique_graphs"], sum(counters["graph_break"].values())
    trainer.optimizer.zero_grad()
    found = multiplications(trainer)
    share = sum(count for (_, half), count in found.items() if half) / found.total()
    full = sorted({name for name, half in found if not half})
    return {"losses": losses, "share": share, "in_fp32": full, "graphs": graphs, "breaks": breaks}


def main() -> int:
    parser = argparse.ArgumentParser(prog="check.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", default=",".join(METHODS), help="comma-separated (all)")
    parser.add_argument("--model", default="9m", choices=PRESETS)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--seq", type=int, default=64)
    parser.add_argument("--steps", type=int, default=10)
    options = parser.parse_args()
    print("| method | form | precision | loss, first step | last step | of fp32's fall | products in bf16 | graphs | breaks |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    wrong = []
    for method in options.methods.split(","):
        fall = None
        for compiled in (False, True):
            for precision in ("fp32", "bf16"):
                words = ["--method", method, "--model", options.model, "--batch", str(options.batch), "--seq", str(options.seq)]
                job = arguments([*words, "--precision", precision, *(["--compile"] if compiled else [])])
                one = measure(options, job)
                first, last = one["losses"][0], one["losses"][-1]
                fall = fall or first - last
                form = "compiled" if compiled else "eager"
                print(
                    f"| {method} | {form} | {precision} | {first:.4f} | {last:.4f} | {(first - last) / fall:.3f} |"
                    f" {one['share']:.1%} | {one['graphs']} | {one['breaks']} |",
                    flush=True,
                )
                name = f"{method}, {form}, {precision}"
                # Rotary embeddings make their angles by a small fp32 product in any case.
                if not (one["share"] > 0.999 if precision == "bf16" else one["share"] == 0):
                    wrong.append(f"{name}: {one['share']:.1%} of the multiplications are bf16's, others are in {', '.join(one['in_fp32'])}")
                if not (fall > 0 and abs((first - last) / fall - 1) < 0.05):
                    wrong.append(f"{name}: the loss fell by {first - last:.4f}, by {fall:.4f} in fp32")
                if one["breaks"] or one["graphs"] != compiled:
                    wrong.append(f"{name}: {one['graphs']} graphs with {one['breaks']} breaks")
    for line in wrong:
        print(f"check.py: {line}", file=sys.stderr)
    return 3 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
