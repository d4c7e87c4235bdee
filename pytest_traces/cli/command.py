"""The types that every command uses: the parsers that it adds to, and the function that prints a line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""The object with `add_parser`; the default `run` of a parser takes the arguments and a `Say`, and returns the exit
code."""

Say = Callable[[str], object]
"""Prints one line."""
