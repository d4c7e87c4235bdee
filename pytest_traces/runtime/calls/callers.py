"""Finds the frame that called a watched function: frames of this package are skipped."""

from __future__ import annotations

import sys
from types import FrameType


def calling_frame() -> FrameType:
    """Return the innermost running frame outside this package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("pytest_traces."):
        frame = frame.f_back
    assert frame is not None, "unreachable because the package never runs by itself"
    return frame
