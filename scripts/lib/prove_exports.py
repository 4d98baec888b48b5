"""Has transformers and tensorboard read what slbench exports. Arguments: the program, a folder to work in.

Tables in markdown go to stdout. Exit codes: 0 everything agrees, 3 something differs, 1 slbench failed.
"""

import csv
import io
import json
import math
import os
import platform
import struct
import subprocess
import sys
from pathlib import Path

import safetensors.torch
import torch
import transformers

# fp32 sums in another order, over a few thousand tokens.
LARGEST_DIFFERENCE = 1e-6
# The same for one logit, as a share of the largest.
LARGEST_LOGIT_DIFFERENCE = 1e-5

SHAPE = {
    "name": "proof", "vocab_size": 259, "hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 3, "num_attention_heads": 4,
    "rms_norm_eps": 1e-5, "rope_theta": 5000,
}
# What the methods are trained with besides their defaults: enough that merges and refreshes happen.
OPTIONS = {
    "relora": [{"merge_interval": 10, "restart_warmup_steps": 2, "full_rank_steps": 5}],
    "sltrain": [{"rank": 8}, {"rank": 8, "support": "regrow", "regrow_interval": 8, "regrow_window": 2}],
    "spiel": [{"regrow_interval": 8, "regrow_window": 2}],
    "sparse": [{"regrow": "random", "regrow_interval": 8}, {"group": 4, "mask": "magnitude"}],
    "blockllm": [{"update_interval": 3, "patience": 1, "probe_interval": 2, "sparsity": 0.7}],
    "badam": [{"switch_interval": 6}],
    "galore": [{"rank": 8, "update_interval": 7}],
    "lost": [{"rank": 8, "activation": "identity"}, {"rank": 8, "activation": "silu"}],
    "full_rank": [{}, {"storage": "bf16", "optimizer": "adamw8bit"}],
}
BATCH, LENGTH, TOKENS = 4, 48, 4000


class Program:
    def __init__(self, path: str, place: Path):
        self.path, self.place = path, place
        self.surroundings = {**os.environ, "SLBENCH_DATA_DIR": str(place / "data")}
        self.surroundings.pop("SLBENCH_DB", None)

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run([self.path, *arguments], cwd=self.place, env=self.surroundings, capture_output=True, text=True)
        if done.returncode != 0:
            sys.stderr.write(done.stderr)
            sys.exit(f"prove-exports: slbench {' '.join(arguments)} ended with {done.returncode}")
        return done.stdout

    def rows(self, *arguments: str) -> list[dict]:
        return list(csv.DictReader(io.StringIO(self(*arguments, "--format", "csv"))))


def train(program: Program) -> list[dict]:
    """Every method's runs, as rows with the final evaluation loss."""
    listed = [row for row in program.rows("methods") if row["kind"] == "method"]
    ranked = {row["name"] for row in listed if row["option"] == "rank"}
    names = ["full_rank"] + [name for name in dict.fromkeys(row["name"] for row in listed) if name != "full_rank"]
    methods = [{"method": name, **given} for name in names for given in OPTIONS.get(name, [{"rank": 8} if name in ranked else {}])]
    config = {
        "name": "proof", "model": SHAPE, "methods": methods, "data": {"corpus": "synthetic", "tokenizer": "bytes"},
        "training": {"steps": 40, "batch_size": BATCH, "sequence_length": LENGTH, "warmup_steps": 2, "lr": 3e-3},
        "evaluation": {"every": 20, "tokens": TOKENS},
    }
    (program.place / "proof.json").write_text(json.dumps(config))
    program("sweep", "proof.json", "--db", "proof.sqlite", "--no-report")
    return program.rows(
        "query", "SELECT c.run_id, c.method, c.eval_loss, json_extract(s.spec, '$.options.activation') AS activation, "
        "json_extract(s.spec, '$.training.storage') AS storage FROM comparison c JOIN run_spec s USING (run_id) "
        "JOIN sweep_run p USING (run_id) ORDER BY p.position", "--db", "proof.sqlite",
    )


def evaluation_batches(place: Path):
    """The rows that slbench evaluates on: windows of the validation tokens, from the file's beginning."""
    (file,) = (place / "data").rglob("valid.bin")
    data = file.read_bytes()
    magic, _, count = struct.unpack_from("<3i", data)
    width = {20240520: "H", 20240801: "i"}[magic]
    ids = struct.unpack_from(f"<{count}{width}", data, 1024)
    rows = min(math.ceil(TOKENS / LENGTH), (count - 1) // LENGTH)
    windows = torch.tensor([ids[row * LENGTH : row * LENGTH + LENGTH + 1] for row in range(rows)], dtype=torch.long)
    return windows.split(BATCH)


def load(folder: Path):
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


@torch.no_grad()
def logit_difference(model, folder: Path) -> float:
    """Largest difference from the logits that slbench wrote, as a share of the largest of these."""
    own = safetensors.torch.load_file(folder / "logits.safetensors")
    return ((model(own["input_ids"]).logits - own["logits"]).abs().max() / own["logits"].abs().max()).item()


@torch.no_grad()
def loss_of(model, batches) -> float:
    total, targets = 0.0, 0
    for window in batches:
        logits = model(window[:, :-1]).logits
        total += torch.nn.functional.cross_entropy(logits.flatten(0, 1).double(), window[:, 1:].flatten(), reduction="sum").item()
        targets += window[:, 1:].numel()
    return total / targets


def weights_table(program: Program, runs: list[dict]) -> bool:
    batches = evaluation_batches(program.place)
    print("| method | logits, largest difference | transformers' loss | slbench's loss | difference | verdict |\n|---|---|---|---|---|---|")
    good = True
    for run in runs:
        name = run["method"] + "".join(f", {run[key]}" for key in ("activation", "storage") if run[key])
        folder = program.place / "out" / run["run_id"]
        program("export", run["run_id"], "--to", "safetensors", "-o", str(folder), "--logits", str(LENGTH), "--db", "proof.sqlite")
        own = float(run["eval_loss"])
        if json.loads((folder / "config.json").read_text())["slbench"]["factored"]:
            print(f"| {name} | — | — | {own:.7f} | — | no dense equivalent |")
            continue
        model = load(folder)
        logits, theirs = logit_difference(model, folder), loss_of(model, batches)
        agrees = abs(theirs - own) <= LARGEST_DIFFERENCE and logits <= LARGEST_LOGIT_DIFFERENCE
        good &= agrees
        print(f"| {name} | {logits:.1e} | {theirs:.7f} | {own:.7f} | {abs(theirs - own):.1e} | {'equal' if agrees else 'DIFFERENT'} |")
    return good


def events_table(program: Program, runs: list[dict]) -> bool:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    print("\n| method | tag | values | largest relative difference | verdict |\n|---|---|---|---|---|")
    good = True
    queries = {
        "train/loss": "SELECT step, loss AS value FROM step_sample WHERE run_id = '{}' ORDER BY step",
        "train/learning_rate": "SELECT step, learning_rate AS value FROM step_sample WHERE run_id = '{}' ORDER BY step",
        "train/gradient_norm": "SELECT step, gradient_norm AS value FROM step_sample WHERE run_id = '{}' ORDER BY step",
        "eval/loss": "SELECT step, loss AS value FROM evaluation WHERE run_id = '{}' ORDER BY step",
        "eval/perplexity": "SELECT step, perplexity AS value FROM evaluation WHERE run_id = '{}' ORDER BY step",
    }
    for run in runs[:1] + runs[-1:]:
        folder = program.place / "events" / run["run_id"]
        program("export", run["run_id"], "--to", "tensorboard", "-o", str(folder), "--db", "proof.sqlite")
        events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
        events.Reload()
        for tag, query in queries.items():
            own = [(int(row["step"]), float(row["value"])) for row in program.rows("query", query.format(run["run_id"]), "--db", "proof.sqlite")]
            read = [(event.step, event.value) for event in events.Scalars(tag)]
            same_steps = [step for step, _ in own] == [step for step, _ in read]
            worst = max(abs(a - b) / max(abs(a), 1e-30) for (_, a), (_, b) in zip(own, read)) if own and read else math.inf
            # The file's values are single-precision.
            agrees = same_steps and worst <= 2**-24
            good &= agrees
            print(f"| {run['method']} | `{tag}` | {len(read)} | {worst:.1e} | {'equal' if agrees else 'DIFFERENT'} |")
    return good


def main() -> None:
    place = Path(sys.argv[2])
    program = Program(sys.argv[1], place)
    torch.set_num_threads(2)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    runs = train(program)
    words = f"{SHAPE['num_hidden_layers']} blocks of width {SHAPE['hidden_size']}, 40 updates, {TOKENS} evaluation tokens"
    print("# Exports, read by other programs\n\nWritten by `scripts/prove-exports --report results/exports.md`.\n")
    print(f"{program('--version').strip()}; Python {platform.python_version()}, torch {torch.__version__}, transformers {transformers.__version__}.\n")
    print(
        f"Every method ({words}) is trained by `slbench sweep` and written by `slbench export --to safetensors`; `AutoModelForCausalLM` loads "
        f"the folder, computes logits for {LENGTH} token ids beside those of `--logits {LENGTH}` (largest difference as a share of the largest "
        f"logit; at most {LARGEST_LOGIT_DIFFERENCE:g} is rounding) and the loss on the evaluation tokens (at most {LARGEST_DIFFERENCE:g}).\n"
    )
    good = weights_table(program, runs)
    try:
        import tensorboard.version
    except ImportError:
        print("\nThis Python has no tensorboard (pip install tensorboard): the event files were not read.")
    else:
        print(f"\n`slbench export --to tensorboard`, read back by tensorboard {tensorboard.version.VERSION}, beside `slbench query`:")
        good &= events_table(program, runs)
    sys.exit(0 if good else 3)


if __name__ == "__main__":
    main()
