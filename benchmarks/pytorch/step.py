#!/usr/bin/env python3
"""One method's training step in PyTorch, to be timed beside slbench's.

As a server (no --steps) it reads commands from stdin, one a line, and answers each with one JSON object a line:

    step  ->  {"seconds": 7.41, "loss": 10.38}        forward, backward, update, gradients dropped
    quit  ->  {"peak_rss_bytes": 3012345856}          and ends, as it does at the end of stdin

GaLore adds "refresh_seconds", the part of the step that went into new subspaces. Before the first command comes a
line that says what was built. With --steps N it runs N steps by itself. Everything else goes to stderr.
"""

import argparse
import json
import os
import sys
import time


def arguments(words: list[str] | None = None):
    from shapes import PRESETS, default_rank

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--method", required=True, type=lambda name: name.replace("-", "_"))
    parser.add_argument("--model", default="60m", choices=PRESETS)
    parser.add_argument("--batch", type=int, default=8, help="sequences a step")
    parser.add_argument("--seq", type=int, default=256, help="tokens a sequence")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rank", type=int, help="default: the published one")
    parser.add_argument("--alpha", type=float, default=32.0, help="scale alpha / rank of low_rank, lora, relora, sltrain")
    parser.add_argument("--delta", type=float, help="density; default 0.03 for sltrain, 0.05 for lost")
    parser.add_argument("--gamma", type=float, default=0.5, help="lost: weight of the low-rank path")
    parser.add_argument("--activation", default="silu", choices=("silu", "identity"), help="lost")
    parser.add_argument("--interval", type=int, default=200, help="galore: updates between refreshes")
    parser.add_argument("--scale", type=float, default=0.25, help="galore: factor on the back-projected step")
    parser.add_argument("--lr", type=float, help="default: near the published one")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument(
        "--precision", default="fp32", choices=("fp32", "bf16"), help="bf16: autocast around forward pass and loss, weights stay fp32 (fp32)"
    )
    parser.add_argument("--compile", action="store_true", help="torch.compile the forward and backward pass")
    parser.add_argument(
        "--fused", action=argparse.BooleanOptionalAction, default=True, help="PyTorch's fused AdamW, not its loop over tensors (fused)"
    )
    parser.add_argument("--steps", type=int, help="run this many steps without waiting for commands")
    options = parser.parse_args(words)
    if options.rank is None:
        options.rank = default_rank(options.model)
    if options.delta is None:
        options.delta = 0.05 if options.method == "lost" else 0.03
    return options


class Trainer:
    def __init__(self, options):
        import torch
        import transformers
        from model import METHODS, build_model, build_optimizer
        from shapes import PRESETS

        if options.method not in METHODS:
            sys.exit(f"step.py: unknown method {options.method}; known: {', '.join(METHODS)}")
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        shape = PRESETS[options.model]
        self.model = build_model(options.method, shape, options.seq, options)
        self.optimizer = build_optimizer(options.method, self.model, options)
        # As the libraries on top of PyTorch do it: weights, gradients and optimizer in fp32, operands of products in bf16.
        # Each use is a region of its own, since the bf16 copies of the weights live until it ends.
        self.precision = lambda: torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.precision == "bf16")
        # One batch for all steps: the work is the same, and a falling loss shows that the step really trains.
        tokens = torch.randint(0, shape.vocabulary, (options.batch, options.seq + 1))
        self.inputs, self.targets = tokens[:, :-1].contiguous(), tokens[:, 1:].reshape(-1)
        self.loss = torch.compile(self._loss) if options.compile else self._loss
        self.description = {
            "ready": True, "method": options.method, "model": options.model, "rank": options.rank,
            "total_parameters": sum(p.numel() for p in self.model.parameters()),
            "trainable_parameters": sum(p.numel() for p in self.model.parameters() if p.requires_grad),
            "refresh_interval": options.interval if options.method == "galore" else None,
            "precision": options.precision, "compiled": options.compile, "fused_adamw": options.fused, "threads": torch.get_num_threads(),
            "torch": torch.__version__, "transformers": transformers.__version__,
        }  # fmt: skip

    def _loss(self, inputs, targets):
        from torch.nn import functional as F

        with self.precision():
            logits = self.model(input_ids=inputs).logits
            return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets)

    def step(self):
        began = time.perf_counter()
        loss = self.loss(self.inputs, self.targets)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        answer = {"seconds": time.perf_counter() - began, "loss": loss.item()}
        if hasattr(self.optimizer, "refresh_seconds"):
            answer["refresh_seconds"] = self.optimizer.refresh_seconds
        return answer


def peak_resident_bytes() -> int:
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


def main():
    options = arguments()
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    # Libraries may print; the answers keep the real stdout for themselves.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def answer(value):
        answers.write(json.dumps(value) + "\n")

    trainer = Trainer(options)
    answer(trainer.description)
    commands = ["step"] * options.steps + ["quit"] if options.steps is not None else sys.stdin
    for command in commands:
        match command.strip():
            case "step":
                answer(trainer.step())
            case "quit":
                answer({"peak_rss_bytes": peak_resident_bytes()})
                return
            case "":
                continue
            case other:
                answer({"error": f"unknown command {other!r}; known: step, quit"})


if __name__ == "__main__":
    main()
