"""The spans of Langfuse's callback handler for LangChain: they repeat the runs that LangChain's adapter records."""

from __future__ import annotations

import sys
from typing import Any

from pytest_traces.adapters.opentelemetry.spans import key_of
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source

_ATTACH = "_attach_observation"


def watch(made: Patches, source: Source) -> None:
    """Mark the spans that the handler starts; those of the program's own `@observe` have the same scope."""

    def note(attached: None, handler: Any, run_id: Any, observation: Any) -> None:
        with source.guard():
            record = source.find(key_of(observation._otel_span.get_span_context())).record
            if record is not None:
                record.repeats |= {"langchain"}

    def tell(made: None, handler: Any, *args: Any, **options: Any) -> None:
        with source.guard():  # the report shows it
            raise LookupError(f"Langfuse's handler has no {_ATTACH!r}: the runs that it repeats are counted twice")

    kind = sys.modules["langfuse.langchain.CallbackHandler"].LangchainCallbackHandler
    if _ATTACH in vars(kind):
        made.after(kind, _ATTACH, note)
    else:  # it is private: a version may have removed it
        made.after(kind, "__init__", tell)
