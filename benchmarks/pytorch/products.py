"""The matrix products of a training step in OpenBLAS and in PyTorch, in turns, on the same buffers."""

import argparse
import ctypes
import ctypes.util
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from compare.report import check_place  # noqa: E402


def shapes(hidden, inner, vocabulary, layers):
    """(name, m, n, k of x·Wᵀ without the token count, how many)"""
    return [("attention", hidden, hidden, 4 * layers), ("gate, up", inner, hidden, 2 * layers), ("down", hidden, inner, layers), ("head", vocabulary, hidden, 1)]


MODELS = {"9m": (128, 352, 32000, 4), "20m": (256, 688, 32000, 4), "60m": (512, 1376, 32000, 8), "130m": (768, 2048, 32000, 12)}


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/products", description=__doc__)
    parser.add_argument("--model", choices=MODELS, default="60m")
    parser.add_argument("--tokens", type=int, default=2048)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("-o", "--output", help="where the table goes; stdout if not given")
    arguments = parser.parse_args()
    check_place(arguments.output)
    os.environ["OPENBLAS_NUM_THREADS"] = str(arguments.threads)
    import torch

    torch.set_num_threads(arguments.threads)
    blas = ctypes.CDLL(ctypes.util.find_library("openblas") or "libopenblas.so.0")
    blas.openblas_get_config.restype = blas.openblas_get_corename.restype = ctypes.c_char_p

    def openblas(a, b, c, transpose_a, transpose_b):
        m, n = c.shape
        k = a.shape[0] if transpose_a else a.shape[1]
        row_major, none, transposed = 101, 111, 112
        blas.cblas_sgemm(
            row_major, transposed if transpose_a else none, transposed if transpose_b else none, m, n, k, ctypes.c_float(1),
            ctypes.c_void_p(a.data_ptr()), a.shape[1], ctypes.c_void_p(b.data_ptr()), b.shape[1], ctypes.c_float(0),
            ctypes.c_void_p(c.data_ptr()), n)

    def pytorch(a, b, c, transpose_a, transpose_b):
        torch.mm(a.t() if transpose_a else a, b.t() if transpose_b else b, out=c)

    sides = {"OpenBLAS": openblas, "PyTorch": pytorch}
    rows, totals = [], {name: 0.0 for name in sides}
    work = 0
    for name, out, into, count in shapes(*MODELS[arguments.model]):
        # The head's logits are made in blocks of tokens on both sides' real steps; here in one piece, as PyTorch does.
        x, w = torch.randn(arguments.tokens, into), torch.randn(out, into)
        y, dw, dx = torch.randn(arguments.tokens, out), torch.empty(out, into), torch.empty(arguments.tokens, into)
        for kind, a, b, c, ta, tb in [
            ("y = x·Wᵀ", x, w, torch.empty_like(y), False, True), ("∂x = δ·W", y, w, dx, False, False), ("∂W = δᵀ·x", y, x, dw, True, False)]:
            flops = 2 * arguments.tokens * out * into
            seconds = {side: [] for side in sides}
            for turn in range(arguments.rounds):
                for side in list(sides) if turn % 2 else list(sides)[::-1]:
                    # The other side's threads watch for more work for a while after their last: nobody computes until they sleep.
                    time.sleep(0.3)
                    for again in range(4):
                        start = time.perf_counter()
                        sides[side](a, b, c, ta, tb)
                        if again > 0:
                            seconds[side].append(time.perf_counter() - start)
            median = {side: statistics.median(values) for side, values in seconds.items()}
            rows.append((name, kind, f"{out} × {into}", count, flops / median["OpenBLAS"] / 1e9, flops / median["PyTorch"] / 1e9, median["OpenBLAS"] / median["PyTorch"]))
            for side in sides:
                totals[side] += count * median[side]
            work += count * flops
            print(f"{name} {kind}: {rows[-1][4]:.0f} and {rows[-1][5]:.0f} GFLOP/s", file=sys.stderr)
    lines = [
        "# Matrix products of a full-rank step in either side's BLAS", "",
        f"`benchmarks/products{'' if arguments.model == '60m' else ' --model ' + arguments.model}`: {arguments.model}, {arguments.tokens} tokens, {arguments.threads} threads, "
        f"median of {3 * arguments.rounds} in turns of three.", "",
        f"{blas.openblas_get_config().decode()}, core {blas.openblas_get_corename().decode()}; PyTorch {torch.__version__} with "
        f"{'MKL' if torch.backends.mkl.is_available() else 'its own BLAS'}, {torch.backends.cpu.get_cpu_capability()}.", "",
        "| linear | product | W | per step | OpenBLAS GFLOP/s | PyTorch GFLOP/s | OpenBLAS time ÷ PyTorch time |", "| --- | --- | --- | ---: | ---: | ---: | ---: |"]
    lines += [f"| {n} | {kind} | {w} | {count} | {a:.0f} | {b:.0f} | {r:.2f} |" for n, kind, w, count, a, b, r in rows]
    ratio = totals["OpenBLAS"] / totals["PyTorch"]
    lines.append(f"| all of a step | | | | {work / totals['OpenBLAS'] / 1e9:.0f} | {work / totals['PyTorch'] / 1e9:.0f} | {ratio:.2f} |")
    text = "\n".join(lines) + "\n"
    if arguments.output:
        with open(arguments.output, "w") as file:
            file.write(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
