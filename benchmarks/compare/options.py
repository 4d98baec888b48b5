"""The command lines."""

import argparse
import shlex
import sys

from shapes import PRESETS

from .programs import ROOT
from .report import check_place

METHODS = ["full_rank", "low_rank", "relora", "galore", "sltrain", "lost"]
KNOWN_METHODS = METHODS + ["lora"]
# Those that refresh subspaces at intervals.
SUBSPACE_METHODS = ["galore", "golore", "fira", "apollo", "apollo_mini", "q_galore", "adarankgrad", "dct_adamw"]

EPILOG = """environment:
  SLBENCH_PYTHON   a Python that has torch and transformers (default: benchmarks/setup-pytorch's, else python3)
  SLBENCH_BINARY   the slbench to measure (default: the release build, brought up to date first)

exit codes: 0 measured; 1 a side failed; 3 --check was not met; 64 usage; 66 a named program or file is missing;
69 slbench cannot be built here; 74 a result could not be written"""


class Parser(argparse.ArgumentParser):
    def __init__(self, description: str):
        super().__init__(description=description, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(64, f"{self.prog}: {message}\n")

    def add_list(self, name: str, known: list[str] | None, default: list, meaning: str):
        """A comma-separated list of known names, or of positive numbers where `known` is None."""

        def parse(text: str) -> list:
            items = [item.strip() for item in text.split(",") if item.strip()]
            if not items:
                raise argparse.ArgumentTypeError("empty list")
            if known is None:
                return [positive(item) for item in items]
            items = [item.replace("-", "_") for item in items]
            unknown = [item for item in items if item not in known]
            if unknown:
                raise argparse.ArgumentTypeError(f"unknown {', '.join(unknown)}; known: {', '.join(known)}")
            return items

        self.add_argument(name, type=parse, default=default, help=f"{meaning} ({','.join(map(str, default))})")

    def add_precision(self):
        self.add_argument("--precision", choices=["fp32", "bf16"], default="fp32", help="of the products' operands, on every side (fp32)")

    def add_job(self, steps: int, warm_up: int):
        self.add_argument("--threads", type=positive, default=2, help="(2)")
        self.add_argument("--rank", type=positive, help="for every method that has one (the published one)")
        self.add_argument("--steps", type=positive, default=steps, help=f"measured steps a side ({steps})")
        self.add_argument("--warmup", type=int, default=warm_up, help=f"steps before them ({warm_up})")

    def add_output(self):
        self.add_argument("--refresh-interval", type=positive, default=200, help="updates between refreshes where slbench does not say it (200)")
        self.add_argument("--slbench-arguments", default="", metavar="TEXT", help="more arguments for slbench's side")
        self.add_argument("--vector-units", choices=["avx2"], help="keep both sides to these (whatever the machine has)")
        self.add_argument("--timeout", type=positive, default=900, help="seconds allowed for one step (900)")
        self.add_argument("-o", "--output", metavar="FILE", help="also write the markdown there")
        self.add_argument("--json", metavar="FILE", help="also write every step's figures there")

    def add_targets(self):
        standard = ROOT / "benchmarks/targets.json"
        self.add_argument("--targets", metavar="FILE", default=str(standard), help="what should be reached (benchmarks/targets.json)")

    def parse(self):
        options = self.parse_args()
        if getattr(options, "warmup", 0) < 0:
            self.error("--warmup must not be negative")
        models = getattr(options, "models", None) or [options.model]
        if options.rank is not None:
            small = [model for model in models if options.rank > PRESETS[model].hidden]
            if small:
                self.error(f"--rank {options.rank} is over the smaller side of {', '.join(small)}")
        for place in (options.output, options.json):
            check_place(place)
        return options


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)


def compare_step(description: str):
    parser = Parser(description)
    parser.add_list("--models", list(PRESETS), ["60m"], "comma-separated")
    parser.add_list("--methods", KNOWN_METHODS, METHODS, "comma-separated")
    parser.add_argument("--batch", type=positive, default=8, help="sequences a step (8)")
    parser.add_argument("--seq", type=positive, default=256, help="tokens a sequence (256)")
    parser.add_job(steps=5, warm_up=2)
    parser.add_precision()
    parser.add_argument("--with-fp32", action="store_true", help="with --precision bf16: slbench in fp32 as one more side")
    parser.add_argument("--repeat", type=positive, default=1, help="how often the whole table is measured (1)")
    parser.add_argument("--compile", action="store_true", help="also torch.compile's form, and its full_rank as a reference")
    parser.add_argument("--no-compile-method", action="store_true", help="of the compiled forms only full_rank's, which saves time")
    parser.add_argument(
        "--fused", action=argparse.BooleanOptionalAction, default=True, help="PyTorch's fused AdamW, not its default loop over tensors (fused)"
    )
    parser.add_argument("--no-pytorch", action="store_true", help="slbench alone")
    parser.add_argument("--replays", type=int, default=5, help="of a step's matrix products alone, and steps before them; 0: none (5)")
    parser.add_output()
    parser.add_targets()
    parser.add_argument(
        "--check", action="store_true", help="exit 3 unless every measured target is reached and slbench is ahead in every row"
    )
    options = parser.parse()
    if options.no_compile_method and not options.compile:
        parser.error("--no-compile-method needs --compile")
    if options.with_fp32 and options.precision == "fp32":
        parser.error("--with-fp32 needs --precision bf16")
    if options.replays < 0:
        parser.error("--replays must not be negative")
    return options


def compare_programs(description: str):
    parser = Parser(description)
    parser.add_argument("before", metavar="BEFORE", help="the slbench that was built before the change")
    parser.add_argument("after", metavar="AFTER", nargs="?", help="the one after it (SLBENCH_BINARY, or the release build)")
    parser.add_list("--models", list(PRESETS), ["60m"], "comma-separated")
    parser.add_list("--methods", KNOWN_METHODS, KNOWN_METHODS, "comma-separated")
    parser.add_argument("--batch", type=positive, default=8, help="sequences a step (8)")
    parser.add_argument("--seq", type=positive, default=256, help="tokens a sequence (256)")
    parser.add_job(steps=5, warm_up=2)
    parser.add_precision()
    parser.add_argument("--refresh-interval", type=positive, default=200, help="galore: updates a refresh is spread over (200)")
    parser.add_argument("--timeout", type=positive, default=900, help="seconds allowed for one step (900)")
    parser.add_argument("-o", "--output", metavar="FILE", help="also write the markdown there")
    parser.add_argument("--json", metavar="FILE", help="also write every step's figures there")
    return parser.parse()


def scaling(description: str):
    parser = Parser(description)
    parser.add_list("--models", list(PRESETS), ["9m", "20m", "60m", "130m", "350m"], "sizes, comma-separated")
    parser.add_list("--methods", KNOWN_METHODS, ["full_rank", "sltrain"], "comma-separated")
    parser.add_argument("--batch", type=positive, default=8, help="sequences a step; fewer where memory is short (8)")
    parser.add_argument("--seq", type=positive, default=256, help="tokens a sequence while the size grows (256)")
    parser.add_argument("--length-model", choices=PRESETS, default="60m", help="size while the sequences grow (60m)")
    parser.add_list("--lengths", None, [128, 256, 512, 1024, 2048], "sequence lengths, comma-separated")
    parser.add_argument("--tokens", type=positive, default=2048, help="tokens a step while the sequences grow (2048)")
    parser.add_argument("--only", choices=["sizes", "lengths"], help="one of the two tables")
    parser.add_job(steps=3, warm_up=1)
    parser.add_output()
    options = parser.parse()
    if options.only != "sizes" and max(options.lengths) > options.tokens:
        parser.error(f"--tokens {options.tokens} is less than one sequence of {max(options.lengths)}")
    return options


def memory_options(description: str, cases: list[str]):
    parser = Parser(description)
    parser.add_argument("--model", choices=PRESETS, default="60m", help="(60m)")
    parser.add_list("--methods", KNOWN_METHODS, METHODS, "comma-separated")
    parser.add_list("--cases", cases, cases, "memory options, comma-separated")
    parser.add_argument("--batch", type=positive, default=8, help="sequences a step (8)")
    parser.add_argument("--seq", type=positive, default=256, help="tokens a sequence (256)")
    parser.add_argument("--block-size", type=positive, default=256, help="values that share a scale in 8-bit states (256)")
    parser.add_job(steps=3, warm_up=1)
    parser.add_precision()
    parser.add_argument("--no-pytorch", action="store_true", help="slbench alone")
    parser.add_output()
    parser.add_targets()
    parser.add_argument("--check", action="store_true", help="exit 3 unless every measured target is reached")
    return parser.parse()


def refresh_steps(description: str):
    parser = Parser(description)
    parser.add_argument("--model", choices=PRESETS, default="60m", help="(60m)")
    parser.add_list("--methods", SUBSPACE_METHODS, ["galore"], "comma-separated")
    parser.add_argument("--batch", type=positive, default=8, help="sequences a step (8)")
    parser.add_argument("--seq", type=positive, default=256, help="tokens a sequence (256)")
    parser.add_argument("--threads", type=positive, default=2, help="(2)")
    parser.add_argument("--rank", type=positive, help="(the published one)")
    parser.add_argument("--intervals", type=positive, default=2, help="between refreshes, from the first step on (2)")
    parser.add_precision()
    parser.add_output()
    parser.add_targets()
    parser.add_argument("--check", action="store_true", help="exit 3 unless every measured target is reached")
    return parser.parse()


def ranks(description: str):
    parser = Parser(description)
    parser.add_list("--models", list(PRESETS), ["60m", "130m"], "comma-separated")
    parser.add_list("--methods", KNOWN_METHODS, ["full_rank", "sltrain"], "comma-separated")
    parser.add_argument("--batch", type=positive, default=32, help="sequences an update (32)")
    parser.add_argument("--micro-batch", type=positive, default=8, help="sequences at a time (8)")
    parser.add_argument("--seq", type=positive, default=256, help="tokens a sequence (256)")
    parser.add_argument("--steps", type=positive, default=3, help="measured updates of a run (3)")
    parser.add_argument("--warmup", type=int, default=1, help="updates before them (1)")
    parser.add_argument("--rounds", type=positive, default=3, help="runs of each side, in turns (3)")
    parser.add_argument("--launcher", type=shlex.split, default=["mpirun"], metavar="COMMAND", help="what starts ranks, and its arguments (mpirun)")
    parser.add_argument("--local-bandwidth", type=float, metavar="GB/s", help="that a rank sends to the other, for the model (measured)")
    parser.add_argument("--timeout", type=positive, default=3600, help="seconds allowed for one run (3600)")
    parser.add_argument("-o", "--output", metavar="FILE", help="also write the markdown there")
    parser.add_argument("--json", metavar="FILE", help="also write every update's figures there")
    options = parser.parse_args()
    if options.warmup < 0:
        parser.error("--warmup must not be negative")
    if options.batch % options.micro_batch or (options.batch // options.micro_batch) % 2:
        parser.error("--batch must be an even number of micro-batches: two ranks share them")
    for place in (options.output, options.json):
        check_place(place)
    return options
