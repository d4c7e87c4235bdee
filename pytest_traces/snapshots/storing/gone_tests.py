"""Whether a test is gone for good: a test that only another machine runs keeps its snapshots."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path


def module_of(location: Path) -> Path:
    """Return the module whose tests a snapshot file belongs to."""
    return location.parents[2] / f"{location.parent.name}.py"


def are_gone(sections: Iterable[str], module: Path) -> bool:
    """Return whether a module, or each test of some sections in it, no longer exists.

    A name in the source may be a test on another machine: defined for one system, or with other parameters.
    """
    try:
        words = set(re.findall(r"\w+", module.read_text(encoding="utf-8", errors="replace")))
    except FileNotFoundError:
        return True
    except OSError:
        return False
    tests = {section.partition("[")[0] for section in sections}
    return not any(words.issuperset(test.split(".")) for test in tests)
