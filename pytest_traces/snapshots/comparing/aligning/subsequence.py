"""Pairs the common items of two sequences, in order, with as few unpaired items as possible."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

_FARTHEST = 400  # unpaired items; with more of them only the common ends are paired


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the indices of a longest common subsequence."""
    start, end_old, end_new = 0, len(old), len(new)
    while start < min(end_old, end_new) and old[start] == new[start]:
        start += 1
    while end_old > start and end_new > start and old[end_old - 1] == new[end_new - 1]:
        end_old, end_new = end_old - 1, end_new - 1
    inner = _shortest_way(old[start:end_old], new[start:end_new])
    return [
        *((at, at) for at in range(start)),
        *((start + x, start + y) for x, y in inner),
        *zip(range(end_old, len(old)), range(end_new, len(new)), strict=True),
    ]


def _shortest_way(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Search as Myers does: for each number of unpaired items, the farthest point on every diagonal."""
    if not old or not new:
        return []
    reached = {1: 0}
    history: list[dict[int, int]] = []
    for singles in range(min(len(old) + len(new), _FARTHEST) + 1):
        history.append(dict(reached))
        for diagonal in range(-singles, singles + 1, 2):
            x = _next_start(reached, diagonal, singles)
            while x < len(old) and 0 <= x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reached[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _walk_back(history, len(old), len(new))
    return []


def _next_start(reached: dict[int, int], diagonal: int, singles: int) -> int:
    down = diagonal == -singles or (diagonal != singles and reached[diagonal - 1] < reached[diagonal + 1])
    return reached[diagonal + 1] if down else reached[diagonal - 1] + 1


def _walk_back(history: Sequence[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for singles in range(len(history) - 1, -1, -1):
        reached, diagonal = history[singles], x - y
        start = _next_start(reached, diagonal, singles)
        while x > start:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        down = diagonal == -singles or (diagonal != singles and reached[diagonal - 1] < reached[diagonal + 1])
        x, y = (x, y - 1) if down else (x - 1, y)
    return pairs[::-1]
