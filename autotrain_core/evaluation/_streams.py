"""
Random numbers that belong to a mouse: the same seed gives mouse 7 the same life in a lab of 12 and of 10,000.

Mice are drawn in blocks of fixed size, each block from a stream of its own, and each purpose from a family of
streams: a new question about the lab's rigs does not change what its mice learn.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

BLOCK = 64
FIRST_ID = 300_000
IDS = 700_000
PURPOSES = ("learning", "calendar", "troubles", "people")

Draws = Mapping[str, npt.NDArray[Any]]


def draw(
    seed: int, purpose: str, mice: range, drawn_by: Callable[[np.random.Generator, int], Draws]
) -> dict[str, npt.NDArray[Any]]:
    """
    Draw numbers for some mice.

    Args:
        seed: The lab's seed.
        purpose: One of PURPOSES.
        mice: Their numbers, from a multiple of BLOCK on.
        drawn_by: Draws arrays for one block from its stream; their last axis has the given size, one entry a mouse.

    Returns:
        The arrays by name, the last axis as long as `mice`.
    """
    first, last = mice.start // BLOCK, -(-mice.stop // BLOCK)
    parts = [drawn_by(_stream(seed, purpose, block), BLOCK) for block in range(first, last)]
    return {name: np.concatenate([part[name] for part in parts], axis=-1)[..., : len(mice)] for name in parts[0]}


def _stream(seed: int, purpose: str, block: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(PURPOSES.index(purpose), block)))


def subject_numbers(seed: int, mice: int) -> list[int]:
    """Give the ids of the mice 0 … mice - 1: six digits from 300000 on, each once."""
    offset = int(np.random.SeedSequence(seed).generate_state(1)[0])
    # A step without common divisor with the 700,000 numbers meets each of them once.
    return [FIRST_ID + (offset + mouse * 432_637) % IDS for mouse in range(mice)]
