"""The peers, each behind a function, which raises `ImportError` if the peer is not installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from time import perf_counter
from typing import Any

from benchmarks.programs.own import PER_TURN

Loop = Callable[[int], Any]


def opentelemetry_loop() -> Loop:
    """Record spans with the OpenTelemetry SDK and its in-memory exporter."""
    tracer, exporter = _sdk()

    def loop(times: int) -> None:
        for _ in range(times):
            with tracer.start_as_current_span("step"):
                pass
        exporter.clear()

    return loop


def logfire_loop() -> Loop:
    """Record spans with logfire and the same exporter."""
    import logfire
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    processors = [SimpleSpanProcessor(exporter)]
    mine = logfire.configure(local=True, send_to_logfire=False, console=False, additional_span_processors=processors)

    def loop(times: int) -> None:
        for _ in range(times):
            with mine.span("step"):
                pass
        exporter.clear()

    return loop


def bare_loop() -> Loop:
    """Keep slotted objects in a list below a context variable: the minimum of any recorder."""
    current: ContextVar[Any] = ContextVar("current", default=None)
    kept: list[Any] = []

    class Bare:
        __slots__ = ("name", "parent", "t0", "t1", "token")

        def __init__(self, name: str) -> None:
            self.name = name

        def __enter__(self) -> Bare:
            self.parent = current.get()
            self.token = current.set(self)
            self.t0 = perf_counter()
            kept.append(self)
            return self

        def __exit__(self, *about: object) -> None:
            self.t1 = perf_counter()
            current.reset(self.token)

    def loop(times: int) -> None:
        for _ in range(times):
            with Bare("step"):
                pass
        kept.clear()

    return loop


def evals_index(spans: int) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """Index as many exported spans with pydantic-evals, and find one by name."""
    from pydantic_evals.otel.span_tree import SpanTree

    exported = _exported(spans)

    def index() -> Any:
        tree = SpanTree()
        tree.add_readable_spans(exported)
        return tree

    return index, lambda tree: tree.find({"name_equals": "search_7"})


def amber_text(spans: Sequence[Any]) -> str:
    """Serialize spans as syrupy's own extension does."""
    from syrupy.extensions.amber.serializer import AmberDataSerializer

    return str(AmberDataSerializer.serialize(spans))


def deepdiff_changes(old: Any, new: Any) -> int:
    """Count the changes that deepdiff finds."""
    from deepdiff import DeepDiff

    return sum(len(changes) for changes in DeepDiff(old, new).values())


def _sdk() -> tuple[Any, Any]:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("benchmark"), exporter


def _exported(spans: int) -> list[Any]:
    """Record the same shape of program with the SDK."""
    tracer, exporter = _sdk()
    with tracer.start_as_current_span("planner"):
        for turn in range(max(1, spans // PER_TURN)):
            with tracer.start_as_current_span("turn"):
                for name in ("gpt-4o-mini", f"search_{turn}", "read", *["lookup"] * 6):
                    with tracer.start_as_current_span(name, attributes={"query": f"page {turn} of the report"}):
                        pass
    return list(exporter.get_finished_spans())
