"""The types of a command's parameters: where it adds its arguments, and where its lines go."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `add_parser` is called on; the parser's default `run` takes the arguments and a `Say`, and returns the exit
code."""

Say = Callable[[str], object]
"""Prints one line."""
