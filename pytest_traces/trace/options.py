"""Options of a trace: the rules for slow spans and retries, and the masks of its snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pytest_traces.analysis.health.retries import RetryRule
from pytest_traces.analysis.health.slow import SLOW_MS
from pytest_traces.errors import TracesError, UnknownCondition
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.text.wrapping import TEXT_LIMIT


@dataclass(frozen=True)
class TraceOptions:
    """Options of one trace, from the ini file, the command line or `with_options`."""

    slow_ms: float = SLOW_MS
    """Milliseconds from which a span is slow."""
    retry_rule: RetryRule = "failed"
    """`failed`: only failed calls can be retried; `repeated`: a repeated tool is a retry, as in document 003."""
    root: Path | None = None
    """The project's directory, masked in snapshots."""
    text_limit: int = TEXT_LIMIT
    """The longest text, in characters, that a snapshot keeps whole."""
    masks: Masks | None = None
    """Masks, ignored and added fields of every snapshot of the project."""

    def __post_init__(self) -> None:
        if self.retry_rule not in get_args(RetryRule):
            raise UnknownCondition("retry_rule", self.retry_rule, get_args(RetryRule))
        if isinstance(self.slow_ms, bool) or not isinstance(self.slow_ms, (int, float)) or not self.slow_ms >= 0:
            raise TracesError(f"slow_ms is a number of milliseconds from 0, got {self.slow_ms!r}")
