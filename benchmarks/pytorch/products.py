"""The matrix products of a training step in OpenBLAS, in oneDNN and in PyTorch, in turns, on the same buffers."""

import argparse
import ctypes
import ctypes.util
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from compare.environment import describe  # noqa: E402
from compare.programs import command_line  # noqa: E402
from compare.report import check_place, without_paths  # noqa: E402
from compare.tables import precision_lines  # noqa: E402


def shapes(hidden, inner, vocabulary, layers):
    """(name, m, n, k of x·Wᵀ without the token count, how many)"""
    return [("attention", hidden, hidden, 4 * layers), ("gate, up", inner, hidden, 2 * layers), ("down", hidden, inner, layers), ("head", vocabulary, hidden, 1)]


MODELS = {"9m": (128, 352, 32000, 4), "20m": (256, 688, 32000, 4), "60m": (512, 1376, 32000, 8), "130m": (768, 2048, 32000, 12)}


def openblas(threads: int):
    """The library that slbench is linked to, and what it says of itself."""
    os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    blas = ctypes.CDLL(ctypes.util.find_library("openblas") or "libopenblas.so.0")
    blas.openblas_get_config.restype = blas.openblas_get_corename.restype = ctypes.c_char_p

    def multiply(a, b, c, transpose_a, transpose_b):
        m, n = c.shape
        k = a.shape[0] if transpose_a else a.shape[1]
        row_major, none, transposed = 101, 111, 112
        blas.cblas_sgemm(
            row_major, transposed if transpose_a else none, transposed if transpose_b else none, m, n, k, ctypes.c_float(1),
            ctypes.c_void_p(a.data_ptr()), a.shape[1], ctypes.c_void_p(b.data_ptr()), b.shape[1], ctypes.c_float(0),
            ctypes.c_void_p(c.data_ptr()), n)

    return multiply, f"{blas.openblas_get_config().decode()}, core {blas.openblas_get_corename().decode()}"


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/products", description=__doc__)
    parser.add_argument("--model", choices=MODELS, default="60m")
    parser.add_argument("--tokens", type=int, default=2048)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32", help="of the operands; results: PyTorch's as these, oneDNN's fp32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("-o", "--output", help="where the table goes; stdout if not given")
    arguments = parser.parse_args()
    check_place(arguments.output)
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(arguments.threads)
    import torch
    from onednn import OneDNN

    torch.set_num_threads(arguments.threads)
    half = arguments.precision == "bf16"
    kind = torch.bfloat16 if half else torch.float32

    def pytorch(a, b, c, transpose_a, transpose_b):
        torch.mm(a.t() if transpose_a else a, b.t() if transpose_b else b, out=c)

    sides, words = {}, []
    # OpenBLAS of Debian 12 declares a bf16 product without having one.
    if not half:
        sides["OpenBLAS"], text = openblas(arguments.threads)
        words.append(text)
    try:
        dnn = OneDNN()
        sides["oneDNN"] = dnn.multiply
        words.append(f"{dnn.version}, {dnn.units}")
    except OSError as error:
        print(f"products: without oneDNN: {error}", file=sys.stderr)
    sides["PyTorch"] = pytorch
    words.append(
        f"PyTorch {torch.__version__} with {'MKL' if torch.backends.mkl.is_available() else 'its own BLAS'}, "
        f"{torch.backends.cpu.get_cpu_capability()}"
    )
    rows, totals = [], dict.fromkeys(sides, 0.0)
    work = 0
    for name, out, into, count in shapes(*MODELS[arguments.model]):
        # The head's logits are made in blocks of tokens on both sides' real steps; here in one piece, as PyTorch does.
        x, w, y = (torch.randn(*shape).to(kind) for shape in ((arguments.tokens, into), (out, into), (arguments.tokens, out)))
        for what, a, b, (m, n), ta, tb in [
            ("y = x·Wᵀ", x, w, (arguments.tokens, out), False, True),
            ("∂x = δ·W", y, w, (arguments.tokens, into), False, False),
            ("∂W = δᵀ·x", y, x, (out, into), True, False),
        ]:  # fmt: skip
            flops = 2 * arguments.tokens * out * into
            results = {side: torch.empty(m, n, dtype=kind if side == "PyTorch" else torch.float32) for side in sides}
            seconds = {side: [] for side in sides}
            for turn in range(arguments.rounds):
                for side in list(sides) if turn % 2 else list(sides)[::-1]:
                    # The other side's threads watch for more work for a while after their last: nobody computes until they sleep.
                    time.sleep(0.3)
                    for again in range(4):
                        start = time.perf_counter()
                        sides[side](a, b, results[side], ta, tb)
                        if again > 0:
                            seconds[side].append(time.perf_counter() - start)
            check_alike(results, f"{name} {what}", 4e-3 if half else 1e-5)
            median = {side: statistics.median(values) for side, values in seconds.items()}
            rows.append([name, what, f"{out} × {into}", count, *figures(median, flops)])
            for side in sides:
                totals[side] += count * median[side]
            work += count * flops
            print(f"{name} {what}: " + ", ".join(f"{side} {flops / one / 1e9:.0f}" for side, one in median.items()) + " GFLOP/s", file=sys.stderr)
    rows.append(["all of a step", "", "", "", *figures(totals, work)])
    others = [side for side in sides if side != "PyTorch"]
    titles = ["linear", "product", "W", "per step", *(f"{side} GFLOP/s" for side in sides), *(f"{side} time ÷ PyTorch time" for side in others)]
    lines = [
        "# Matrix products of a full-rank step in either side's BLAS", "",
        f"{command_line('benchmarks/products')}: {arguments.model}, {arguments.tokens} tokens, {arguments.threads} threads, {arguments.precision}, "
        f"median of {3 * arguments.rounds} in turns of three.", "",
        precision_lines(describe(), arguments.precision) + " " + "; ".join(words) + ".", "",
        "| " + " | ".join(titles) + " |", "| --- | --- | --- |" + " ---: |" * (len(titles) - 3),
        *("| " + " | ".join(map(str, row)) + " |" for row in rows)]  # fmt: skip
    text = without_paths("\n".join(lines) + "\n")
    if arguments.output:
        with open(arguments.output, "w") as file:
            file.write(text)
    else:
        print(text, end="")


def figures(seconds: dict[str, float], flops: float) -> list[str]:
    """Rates of every side, and every other side's time over PyTorch's."""
    rates = [f"{flops / one / 1e9:.0f}" for one in seconds.values()]
    return rates + [f"{one / seconds['PyTorch']:.2f}" for side, one in seconds.items() if side != "PyTorch"]


def check_alike(results: dict, what: str, limit: float):
    """All sides have multiplied the same matrices, though they summed up in other orders; bf16 results are rounded besides."""
    reference = results["PyTorch"].double()
    for side, result in results.items():
        difference = ((result.double() - reference).norm() / reference.norm()).item()
        if not difference < limit:
            sys.exit(f"products: {what}: {side}'s result is {difference:.1e} off PyTorch's")


if __name__ == "__main__":
    main()
