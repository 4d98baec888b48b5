"""A LLaMA of a given shape with one method's linears, and its optimizer."""

import torch
from galore import GaLoreAdamW
from layers import LoRALinear, LostLinear, LowRankLinear, SLTrainLinear
from shapes import Shape

METHODS = ("full_rank", "low_rank", "lora", "relora", "galore", "sltrain", "lost")
BLOCK_LINEARS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
LEARNING_RATES = {
    "full_rank": 1e-3, "low_rank": 1.5e-3, "lora": 1e-3, "relora": 1e-3, "galore": 1e-2, "sltrain": 3e-3, "lost": 3e-3,
}  # fmt: skip


def make_linear(method: str, inputs: int, outputs: int, options):
    """The method's linear, or None where the weight stays dense. `options`: rank, alpha, delta, gamma, activation."""
    if method == "low_rank":
        return LowRankLinear(inputs, outputs, options.rank, options.alpha)
    if method in ("lora", "relora"):
        return LoRALinear(inputs, outputs, options.rank, options.alpha)
    if method == "sltrain":
        return SLTrainLinear(inputs, outputs, options.rank, options.alpha, options.delta)
    if method == "lost":
        return LostLinear(inputs, outputs, options.rank, options.delta, options.gamma, options.activation)
    return None


def build_model(method: str, shape: Shape, sequence: int, options):
    from transformers import LlamaConfig, LlamaForCausalLM

    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=shape.vocabulary, hidden_size=shape.hidden, intermediate_size=shape.intermediate,
            num_hidden_layers=shape.layers, num_attention_heads=shape.heads, num_key_value_heads=shape.heads,
            max_position_embeddings=max(1024, sequence), rms_norm_eps=shape.rms_norm_eps, initializer_range=0.02,
            bos_token_id=0, eos_token_id=1, pad_token_id=None, tie_word_embeddings=False, use_cache=False,
            attn_implementation="sdpa",
        )
    ).float()  # fmt: skip
    for block in model.model.layers:
        for holder in (block.self_attn, block.mlp):
            for name in BLOCK_LINEARS:
                if hasattr(holder, name):
                    dense = getattr(holder, name)
                    replacement = make_linear(method, dense.in_features, dense.out_features, options)
                    if replacement is not None:
                        setattr(holder, name, replacement)
    return model.train()


def build_optimizer(method: str, model, options):
    """`fused` picks PyTorch's fused AdamW, a fifth of the time; without it PyTorch chooses, which on a CPU is its loop over tensors."""
    rate = LEARNING_RATES[method] if options.lr is None else options.lr
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    if method == "galore":
        projected = [p for name, p in trained if name.split(".")[-2] in BLOCK_LINEARS]
        known = {id(p) for p in projected}
        groups = [
            {"params": [p for _, p in trained if id(p) not in known]},
            {"params": projected, "rank": options.rank, "interval": options.interval, "scale": options.scale},
        ]
        return GaLoreAdamW(groups, lr=rate, fused=options.fused)
    fused = {"fused": True} if options.fused else {}
    return torch.optim.AdamW([p for _, p in trained], lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, **fused)
