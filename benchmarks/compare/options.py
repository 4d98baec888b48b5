"""The command line of compare-step."""

import argparse
import sys

from shapes import PRESETS

METHODS = ["full_rank", "low_rank", "relora", "galore", "sltrain", "lost"]
KNOWN_METHODS = METHODS + ["lora"]

EPILOG = """environment:
  SLBENCH_PYTHON   a Python that has torch and transformers (default: benchmarks/setup-pytorch's, else python3)
  SLBENCH_BINARY   the slbench to measure (default: the release build, brought up to date first)

exit codes: 0 measured; 1 a side failed; 3 --check was not met; 64 usage; 66 a named program is missing;
69 slbench cannot be built here; 74 a result could not be written"""


def arguments(description: str):
    def listed(known):
        def parse(text: str) -> list[str]:
            names = [name.strip().replace("-", "_") for name in text.split(",") if name.strip()]
            unknown = [name for name in names if name not in known]
            if unknown or not names:
                raise argparse.ArgumentTypeError(f"unknown {', '.join(unknown) or 'empty list'}; known: {', '.join(known)}")
            return names

        return parse

    def positive(text: str) -> int:
        if not text.isdecimal() or int(text) == 0:
            raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
        return int(text)

    class Parser(argparse.ArgumentParser):
        def error(self, message):
            self.print_usage(sys.stderr)
            self.exit(64, f"{self.prog}: {message}\n")

    parser = Parser(description=description, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=listed(list(PRESETS)), default=["60m"], help="comma-separated (60m)")
    parser.add_argument("--methods", type=listed(KNOWN_METHODS), default=METHODS, help=f"comma-separated ({','.join(METHODS)})")
    parser.add_argument("--batch", type=positive, default=8, help="sequences a step (8)")
    parser.add_argument("--seq", type=positive, default=256, help="tokens a sequence (256)")
    parser.add_argument("--threads", type=positive, default=2, help="(2)")
    parser.add_argument("--rank", type=positive, help="for every method that has one (the published one)")
    parser.add_argument("--steps", type=positive, default=5, help="measured steps a side (5)")
    parser.add_argument("--warmup", type=int, default=2, help="steps before them (2)")
    parser.add_argument("--repeat", type=positive, default=1, help="how often the whole table is measured (1)")
    parser.add_argument("--compile", action="store_true", help="also torch.compile's form, and its full_rank as a reference")
    parser.add_argument("--fused", action="store_true", help="PyTorch with its fused AdamW instead of its default loop over tensors")
    parser.add_argument("--no-pytorch", action="store_true", help="slbench alone")
    parser.add_argument("--refresh-interval", type=positive, default=200, help="galore: updates a refresh is spread over (200)")
    parser.add_argument("--slbench-arguments", default="", metavar="TEXT", help="more arguments for slbench's side")
    parser.add_argument("--timeout", type=positive, default=900, help="seconds allowed for one step (900)")
    parser.add_argument("-o", "--output", metavar="FILE", help="also write the markdown there")
    parser.add_argument("--json", metavar="FILE", help="also write every step's figures there")
    parser.add_argument("--check", action="store_true", help="exit 3 unless slbench is at least as fast and as small in every row")
    options = parser.parse_args()
    if options.warmup < 1:
        parser.error("--warmup must be at least 1: a first step allocates")
    if options.rank is not None:
        small = [model for model in options.models if options.rank > PRESETS[model].hidden]
        if small:
            parser.error(f"--rank {options.rank} is over the smaller side of {', '.join(small)}")
    return options
