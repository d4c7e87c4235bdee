"""Statuses of spans and traces, and which of them mean a failure."""

from __future__ import annotations

from typing import Literal, get_args

Status = Literal["running", "success", "error", "cancelled", "timeout", "blocked"]
"""The status of a span: `running` until it ends."""

STATUSES: tuple[Status, ...] = get_args(Status)

FAILED: frozenset[Status] = frozenset({"error", "timeout", "blocked"})
"""The span did not do its work: it raised, took too long, or was refused. Such a span can be retried."""

INTERRUPTED: frozenset[Status] = frozenset({"running", "cancelled"})
"""The span was cut off, or has not ended: what it would have done is unknown."""

TraceStatus = Literal["running", "success", "warning", "failed"]
"""`failed`: a run failed or was cancelled; `running`: one has not ended; `warning`: one had to retry."""
