"""The published LLaMA shapes, the same as slbench's presets, and the published ranks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    hidden: int
    intermediate: int
    layers: int
    heads: int
    vocabulary: int = 32000
    rms_norm_eps: float = 1e-6


PRESETS = {
    "9m": Shape(128, 352, 4, 4),
    "20m": Shape(256, 688, 4, 4),
    "35m": Shape(384, 1024, 6, 8),
    "60m": Shape(512, 1376, 8, 8),
    "130m": Shape(768, 2048, 12, 12),
    "350m": Shape(1024, 2736, 24, 16),
    "1b": Shape(2048, 5461, 24, 32),
    "3b": Shape(2560, 6848, 32, 32),
    "7b": Shape(4096, 11008, 32, 32),
}

# Zhao et al. 2024, arXiv:2403.03507, Tables 2 and 3; for other shapes a quarter of the hidden size.
PUBLISHED_RANKS = {"60m": 128, "130m": 256, "350m": 256, "1b": 512, "7b": 1024}


def default_rank(model: str) -> int:
    return PUBLISHED_RANKS.get(model, PRESETS[model].hidden // 4)
