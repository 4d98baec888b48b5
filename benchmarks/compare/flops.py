"""The arithmetic of a LLaMA's training step by formula, and a bound on the memory it takes."""

from shapes import Shape


def attention(shape: Shape, sequence: int) -> float:
    """FLOPs a token of both attention products, forward and backward, without leaving out the causal half."""
    return 12.0 * shape.hidden * sequence * shape.layers


def full_rank(shape: Shape, sequence: int) -> float:
    """FLOPs a token: 6 for each weight of the blocks' linears and of the head, and attention."""
    linears = shape.layers * (4 * shape.hidden * shape.hidden + 3 * shape.hidden * shape.intermediate)
    return 6.0 * (linears + shape.vocabulary * shape.hidden) + attention(shape, sequence)


def bytes_bound(shape: Shape, batch: int, sequence: int) -> float:
    """More than a full-rank fp32 step should take: weights, gradients, two moments, activations, two sets of logits."""
    linears = shape.layers * (4 * shape.hidden * shape.hidden + 3 * shape.hidden * shape.intermediate)
    weights = linears + 2 * shape.vocabulary * shape.hidden
    kept = shape.layers * (16 * shape.hidden + 5 * shape.intermediate + shape.heads * sequence) + 2 * shape.vocabulary
    return 16.0 * weights + 4.0 * batch * sequence * kept
