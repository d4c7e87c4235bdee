"""Prints the table of costs: `python -m benchmarks [--spans N] [--longest N] [--repeats N]`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks import acting, frameworks, growth, reading, recording, startup
from benchmarks.table import render


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--spans", type=int, default=10_000, help="spans of the traces in the table")
    parser.add_argument("--longest", type=int, default=100_000, help="spans of the longest trace of the curve")
    parser.add_argument("--repeats", type=int, default=15, help="turns of each framework and starts of pytest")
    given = parser.parse_args(arguments)
    rows = [
        *recording.rows(given.spans),
        *acting.rows(given.spans),
        *reading.rows(given.spans),
        *frameworks.rows(given.repeats),
        startup.row(given.repeats),
    ]
    print(render(rows))
    print()
    print(growth.curve(_sizes(given.longest)))


def _sizes(longest: int) -> list[int]:
    """Return 1, 3, 10, ... thousand up to the longest."""
    steps = [step * 10**power for power in range(3, 9) for step in (1, 3)]
    return [size for size in steps if size < longest] + [longest]


if __name__ == "__main__":
    main()
