"""The parameterised linears, each as plain PyTorch code would have it: x @ W.T with W of shape [out, in], no bias.

Tensor names are those of slbench's parity cases: lora_A [rank, in], lora_B [out, rank], sparse_index, sparse_value,
sparse_columns, sparse_weight.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F


def kaiming_uniform(rows: int, columns: int) -> nn.Parameter:
    """U(-1/sqrt(columns), 1/sqrt(columns)), which is Kaiming's rule with a = sqrt(5)."""
    bound = 1 / math.sqrt(columns)
    return nn.Parameter(torch.empty(rows, columns).uniform_(-bound, bound))


class LowRankLinear(nn.Module):
    """W = s * B A, both factors trained; W is never formed."""

    def __init__(self, inputs: int, outputs: int, rank: int, alpha: float):
        super().__init__()
        self.scale = alpha / rank
        self.lora_A = kaiming_uniform(rank, inputs)
        self.lora_B = kaiming_uniform(outputs, rank)

    def forward(self, x):
        return F.linear(F.linear(x, self.lora_A) * self.scale, self.lora_B)


class LoRALinear(nn.Module):
    """W = W0 + s * B A with a frozen random W0: the LoRA-pretraining row, and ReLoRA between two merges."""

    def __init__(self, inputs: int, outputs: int, rank: int, alpha: float, std: float = 0.02):
        super().__init__()
        self.scale = alpha / rank
        self.weight = nn.Parameter(torch.empty(outputs, inputs).normal_(0, std), requires_grad=False)
        self.lora_A = kaiming_uniform(rank, inputs)
        self.lora_B = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, x):
        return F.linear(x, self.weight) + F.linear(F.linear(x, self.lora_A) * self.scale, self.lora_B)


class _RebuiltProduct(torch.autograd.Function):
    """y = x W.T with W = B A' + scatter(values), where A' already carries the scale.

    Only the factors are kept for backward; W is built again there, as in Algorithm 1 of arXiv:2406.02214.

    Under autocast x, the factors and the values come in as bf16 and all five products, W and its gradient are bf16, as a
    plain linear's are; the gradients become fp32 where they are added to those of the parameters. On two cores of a Zen 4
    the seven rebuilds of a 60m block take 4 to 18 % longer with W in fp32 and back, and with a scatter_add_ of bf16 14 %
    longer, compiled even 47 %, since the compiler calls the eager kernel for it.
    """

    @staticmethod
    def rebuild(a, b, values, index):
        weight = b @ a
        # No place occurs twice in a support, so that adding is a copy.
        flat = weight.view(-1)
        flat.index_copy_(0, index, flat.index_select(0, index) + values)
        return weight

    @staticmethod
    @torch.amp.custom_fwd(device_type="cpu", cast_inputs=torch.bfloat16)
    def forward(ctx, x, a, b, values, index):
        ctx.save_for_backward(x, a, b, values, index)
        return x @ _RebuiltProduct.rebuild(a, b, values, index).t()

    @staticmethod
    @torch.amp.custom_bwd(device_type="cpu")
    def backward(ctx, grad):
        x, a, b, values, index = ctx.saved_tensors
        weight = _RebuiltProduct.rebuild(a, b, values, index)
        grad_x = grad @ weight
        grad_weight = grad.reshape(-1, grad.shape[-1]).t() @ x.reshape(-1, x.shape[-1])
        return grad_x, b.t() @ grad_weight, grad_weight @ a.t(), grad_weight.view(-1).index_select(0, index), None


class SLTrainLinear(nn.Module):
    """W = s * B A + S, S on a random support of floor(delta * out * in) entries that stays fixed."""

    def __init__(self, inputs: int, outputs: int, rank: int, alpha: float, delta: float):
        super().__init__()
        self.scale = alpha / rank
        self.lora_A = kaiming_uniform(rank, inputs)
        self.lora_B = nn.Parameter(torch.zeros(outputs, rank))
        entries = int(delta * outputs * inputs)
        bound = 1 / math.sqrt(inputs)
        self.sparse_value = nn.Parameter(torch.empty(entries).uniform_(-bound, bound))
        self.register_buffer("sparse_index", torch.randperm(outputs * inputs)[:entries].sort().values)

    def forward(self, x):
        return _RebuiltProduct.apply(x, self.lora_A * self.scale, self.lora_B, self.sparse_value, self.sparse_index)


class LostLinear(nn.Module):
    """y = gamma * phi(x A.T) B.T + (1 - gamma) * x[:, columns] Ws.T, both parts split from one SVD of a dense init."""

    def __init__(
        self, inputs: int, outputs: int, rank: int, delta: float, gamma: float, activation: str = "silu", std: float = 0.02
    ):
        super().__init__()
        self.gamma = gamma
        self.activation = {"silu": F.silu, "identity": lambda z: z}[activation]
        dense = torch.empty(outputs, inputs).normal_(0, std)
        u, sigma, vt = torch.linalg.svd(dense, full_matrices=False)
        root = sigma[:rank].sqrt()
        self.lora_A = nn.Parameter((root[:, None] * vt[:rank]).clone())
        self.lora_B = nn.Parameter((u[:, :rank] * root).clone())
        # The residual's column norms, without building the residual.
        score = (sigma[rank:, None] * vt[rank:]).square().sum(0)
        columns = score.topk(max(1, int(delta * inputs))).indices.sort().values
        self.register_buffer("sparse_columns", columns)
        self.sparse_weight = nn.Parameter(dense[:, columns].clone())

    def forward(self, x):
        low_rank = F.linear(self.activation(F.linear(x, self.lora_A)) * self.gamma, self.lora_B)
        return low_rank + F.linear(x[..., self.sparse_columns] * (1 - self.gamma), self.sparse_weight)
