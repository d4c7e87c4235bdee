"""Draws a trace with values, model, tokens, attempts and times of each span, as wide as the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pytest_traces.analysis.health.retries import attempts
from pytest_traces.drawing.conversation import News, news_of
from pytest_traces.drawing.layout import Layout
from pytest_traces.drawing.text import json_line
from pytest_traces.drawing.tree import outline, outline_parts, walk
from pytest_traces.drawing.values.json_values import read_json, write_json
from pytest_traces.drawing.values.paths import value_lines
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.span_types import MODEL_CALLS
from pytest_traces.redaction.masking import redact

_SPANS = 200  # spans drawn of one trace
_LINES = 6  # lines of one value, unless it is drawn whole
_INDENT = 4
_LEAST = 40  # columns of a value, at any depth of its span
_ALL = 10**9

CUT = "values are cut here; pytest -vv shows them whole"


def draw_details(tree: SpanTree, *, width: int, whole: bool = False) -> str:
    """Draw a trace; a value that does not fit beside its span stands below it, cut unless `whole`."""
    layout = Layout(tree, lambda span: f"{outline(span)} {json_line(span.input)}")
    placed = walk(layout)
    drawn = placed[:_SPANS]
    details = _Details(tree, [span for _, _, (_, span) in drawn], width=width, whole=whole)
    rows: list[str] = []
    for branch, below, (marks, span) in drawn:
        trunk = below + ("│" if layout.children(span) else " ").ljust(_INDENT)
        rows.extend(details.rows(span, f"{branch}{marks}", trunk))
    rows += [f"… {len(placed) - _SPANS} more spans"] if len(placed) > _SPANS else []
    return "\n".join([*rows, *([CUT] if details.has_cut else [])])


class _Details:
    def __init__(self, tree: SpanTree, spans: Sequence[SpanData], *, width: int, whole: bool) -> None:
        self._width = width
        self._whole = whole
        self._attempts = attempts(tree)
        self._news = news_of(spans)
        self.has_cut = False
        """Whether a value was cut."""

    def rows(self, span: SpanData, lead: str, trunk: str) -> Iterator[str]:
        """Yield the line of a span, and the lines of its values."""
        figures = _figures(span)
        room = self._width - len(lead) - len(figures) - 2
        head, error, fate = self._head(span)
        beside = "".join(_beside(span))
        news = self._news.get(span.call_id)
        if news is None and len(head) + len(beside) + len(error) + len(fate) <= room:
            yield self._aligned(f"{lead}{head}{beside}{error}{fate}", figures)
            return
        room_below = max(self._width - len(trunk), _LEAST)
        is_short = len(head) + len(error) + len(fate) <= room
        yield self._aligned(f"{lead}{head}{error if is_short else ''}{fate}", figures)
        for row in self._below(span, news, room_below):
            yield f"{trunk}{row}".rstrip()
        if not is_short and span.error is not None:
            yield from (f"{trunk}{row}" for row in self._value("error", str(span.error), room_below))

    def _head(self, span: SpanData) -> tuple[str, str, str]:
        """Return type, name and model of a span, its error, and its status or act."""
        named, error, fate = outline_parts(span)
        if span.model and span.model.rpartition("/")[2] != span.name.rpartition("/")[2]:
            named = f"{named}   {redact(span.model)}"
        attempt = self._attempts.get(span.call_id)
        return named, error, f"{fate}   attempt {attempt}" if attempt else fate

    def _below(self, span: SpanData, news: News | None, room: int) -> Iterator[str]:
        if news is not None:
            yield from self._talk(news, room)
        elif span.input is not None:
            yield from self._value("input", span.input, room)
        if span.output is not None:
            yield from self._value("output", span.output, room)

    def _talk(self, news: News, room: int) -> Iterator[str]:
        told = news.told()
        if news.start:
            known = len(news.messages) - len(told)
            yield f"input: {known} message{'s' * (known > 1)} as before" + (", then" if told else "")
        if len(told) > _LINES and not self._whole:
            yield f"… {len(told) - _LINES} earlier messages"
            told = told[-_LINES:]
        for number, role, content in told:
            yield from self._value(f"input.{number} {role}", content, room)

    def _value(self, path: str, value: Any, room: int) -> Iterator[str]:
        read = _clean(value)
        if self._whole:
            yield from value_lines(path, read, room, _ALL)
            return
        lines = list(value_lines(path, self._shortened(read, room - len(path) - 8), room, _ALL))
        yield from lines[:_LINES]
        if len(lines) > _LINES:
            self.has_cut = True
            yield f"… {len(lines) - _LINES} more line{'s' * (len(lines) > _LINES + 1)}"

    def _shortened(self, value: Any, limit: int) -> Any:
        """Return a value whose texts are cut to a line."""
        if isinstance(value, dict):
            return {key: self._shortened(item, limit - len(key) - 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self._shortened(item, limit - 3) for item in value]
        most = max(limit, _LEAST // 2)
        if type(value) is not str or len(write_json(value)) <= most:
            return value
        self.has_cut = True
        while len(write_json(value)) > most:
            value = value[: most - len(write_json(value))]
        return f"{value[:-1]}…"

    def _aligned(self, line: str, figures: str) -> str:
        return f"{line.ljust(self._width - len(figures))}{figures}" if figures else line


def _beside(span: SpanData) -> Iterator[str]:
    if span.input is not None:
        yield f" {redact(json_line(span.input))}"
    if span.output is not None:
        yield f" → {redact(json_line(span.output))}"


def _clean(value: Any) -> Any:
    """Return a value with its secrets masked; it can then be drawn in parts."""
    text = redact(json_line(value))
    try:
        return read_json(text)
    except ValueError:
        return text


def _figures(span: SpanData) -> str:
    """Return the tokens of a model call, or of a whole run, and the time that a span took."""
    counts = _tokens(span.usage) if span.type in MODEL_CALLS or span.parent_call_id is None else ""
    took = "" if span.elapsed is None else f"{span.elapsed:,.0f} ms"
    return f"{counts}{took:>10}" if counts else took


def _tokens(usage: Usage) -> str:
    """Return `1,240 in  80 out`; what no call reported is `?`, what only some reported is `≥`."""
    if not usage.by_model:
        return ""
    return "  ".join(
        f"{_count(usage, unit)} {word}" for unit, word in (("input_tokens", "in"), ("output_tokens", "out"))
    )


def _count(usage: Usage, unit: str) -> str:
    known = [count for used in usage.by_model.values() if (count := getattr(used, unit)) is not None]
    sign = "" if usage.why_unknown(unit) is None else "≥ "
    return f"{sign}{sum(known):,}" if known else "?"
