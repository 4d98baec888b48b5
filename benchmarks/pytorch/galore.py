"""Adam in a low-rank subspace of the gradient, in the form of Zhao et al. 2024, arXiv:2403.03507, Algorithm 2.

As in the authors' optimizer epsilon is added before the bias correction and the moments are kept when the subspace
changes; only the block linears are projected. Gradients are fp32, so subspaces and projections are too.
"""

import time

import torch


class GaLoreAdamW(torch.optim.Optimizer):
    """A parameter group with `rank` is projected; one without it takes ordinary steps.

    - Parameter fused: ordinary steps are those of PyTorch's fused AdamW, which adds epsilon after the bias correction.
    """

    def __init__(self, groups, lr: float, betas=(0.9, 0.999), eps: float = 1e-6, fused: bool = True):
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps, "rank": None, "interval": 200, "scale": 1.0})
        ordinary = [parameter for group in self.param_groups if group["rank"] is None for parameter in group["params"]]
        self.ordinary = torch.optim.AdamW(ordinary, lr=lr, betas=betas, eps=eps, weight_decay=0.0, fused=True) if fused and ordinary else None
        # Seconds that the last step spent on new subspaces, so that a benchmark can spread them over the interval.
        self.refresh_seconds = 0.0

    @torch.no_grad()
    def step(self, closure=None):
        self.refresh_seconds = 0.0
        if self.ordinary:
            self.ordinary.step()
        for group in self.param_groups:
            if self.ordinary and group["rank"] is None:
                continue
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, group)

    def _update(self, parameter, group):
        state, gradient = self.state[parameter], parameter.grad
        step = state.setdefault("step", 0)
        if group["rank"] is not None:
            if step % group["interval"] == 0:
                began = time.perf_counter()
                state["projector"] = leading_subspace(gradient, group["rank"])
                self.refresh_seconds += time.perf_counter() - began
            gradient = project(gradient, state["projector"])
        if step == 0:
            state["mean"], state["square"] = torch.zeros_like(gradient), torch.zeros_like(gradient)
        state["step"] = step = step + 1

        beta1, beta2 = group["betas"]
        state["mean"].mul_(beta1).add_(gradient, alpha=1 - beta1)
        state["square"].mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        update = state["mean"] / state["square"].sqrt().add_(group["eps"])
        if group["rank"] is not None:
            update = back_project(update, state["projector"], parameter.shape).mul_(group["scale"])
        rate = group["lr"] * (1 - beta2**step) ** 0.5 / (1 - beta1**step)
        parameter.add_(update, alpha=-rate)


def leading_subspace(gradient, rank: int):
    """The first singular vectors of the shorter side: rows of V.T [rank, in] for out >= in, else columns of U."""
    u, _, vt = torch.linalg.svd(gradient, full_matrices=False)
    return vt[:rank].clone() if gradient.shape[0] >= gradient.shape[1] else u[:, :rank].clone()


def project(gradient, projector):
    return gradient @ projector.t() if gradient.shape[0] >= gradient.shape[1] else projector.t() @ gradient


def back_project(update, projector, shape):
    return update @ projector if shape[0] >= shape[1] else projector @ update
