"""The sections of the terminal report, each a function from the figures of a session to lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pytest_traces.report.layout.figures import UNKNOWN, at_least, duration, money, share
from pytest_traces.report.layout.page import Line, Page
from pytest_traces.report.layout.tables import Column, shortened
from pytest_traces.report.session import Group, SessionSummary
from pytest_traces.report.summary import TestSummary
from pytest_traces.wording import count


def _models(session: SessionSummary, page: Page) -> Iterable[Line]:
    columns = [
        Column("models", is_id=True),
        Column("calls", 9),
        Column("input", 8),
        Column("cached", 2),
        Column("output", 7),
        Column("reasoning", 1),
        Column("cost", 6),
        Column("average", 3),
        Column("p95", 5),
        Column("errors", 4),
    ]
    groups = session.models()
    told = {unit: any(group.sum(unit) for group in groups) for unit in ("cached_input_tokens", "reasoning_tokens")}
    costs = any(group.sum("cost_usd") for group in groups)

    def row(group: Group) -> Sequence[str]:
        return (
            group.name,
            f"{len(group.ms):,}",
            _tokens(group, "input_tokens"),
            _tokens(group, "cached_input_tokens") if told["cached_input_tokens"] else "",
            _tokens(group, "output_tokens"),
            _tokens(group, "reasoning_tokens") if told["reasoning_tokens"] else "",
            _cost(group.sum("cost_usd"), group.sum("unpriced")) if costs else "",
            *_times(group),
        )

    return page.table(columns, groups, row)


def _tokens(group: Group, unit: str) -> str:
    tokens = group.sum(unit)
    return at_least(f"{tokens:,}", is_known=not group.missing(unit), is_anything=bool(tokens))


def _cost(usd: float, unpriced: int) -> str:
    return at_least(money(usd), is_known=not unpriced, is_anything=bool(usd))


def _times(group: Group) -> tuple[str, str, str]:
    """Return average, p95 and error rate."""
    if not group.ms:
        return "", "", ""
    return duration(group.average_ms), duration(group.p95_ms), share(group.sum("failed"), len(group.ms))


def _operations(session: SessionSummary, page: Page) -> Iterable[Line]:
    columns = [
        Column("tools, agents and others", is_id=True),
        Column("calls", 5),
        Column("average", 1),
        Column("p95", 4),
        Column("errors", 3),
    ]
    return page.table(columns, session.operations(), lambda one: (_name(one), f"{len(one.ms):,}", *_times(one)))


def _retries(session: SessionSummary, page: Page) -> Iterable[Line]:
    columns = [
        Column("retries", is_id=True),
        Column("tests", 4),
        Column("attempts", 5),
        Column("recovered", 3),
        Column("wasted", 1),
        Column("tokens wasted", 0),
        Column("why", 6, is_text=True),
    ]

    def row(group: Group) -> Sequence[str]:
        recovered = f"{group.sum('recovered'):,} of {len(group.entries):,}"
        tokens, unreported = group.sum("wasted_tokens"), group.missing("total_tokens")
        told = at_least(f"{tokens:,}", is_known=not unreported, is_anything=bool(tokens))
        wasted = duration(group.sum("wasted_ms")), told if tokens or unreported else ""
        why = ", ".join(group.reasons)
        return _name(group), f"{group.tests:,}", f"{group.sum('attempts'):,}", recovered, *wasted, why

    return page.table(columns, session.retries(), row)


def _slow(session: SessionSummary, page: Page) -> Iterator[Line]:
    columns = [
        Column(f"slow steps (≥ {session.slow_ms:,.0f} ms)", is_id=True),
        Column("times", 3),
        Column("tests", 2),
        Column("slowest", 4),
        Column("in", 1, is_id=True),
    ]

    def row(group: Group) -> Sequence[str]:
        slowest = duration(max(group.ms))
        return _name(group), f"{len(group.ms):,}", f"{group.tests:,}", slowest, group.slowest_in

    yield from page.table(columns, session.slow(), row)
    slowest = session.slowest_run()
    if slowest is not None:
        yield Line("")
        yield from _critical_path(*slowest, page)


def _critical_path(nodeid: str, test: TestSummary, page: Page) -> Iterator[Line]:
    """Show the steps that took the time of the slowest run, in order, without the shortest ones."""
    head = f" critical path of the slowest run, {duration(test['elapsed_ms'])} in "
    yield Line(head + shortened(nodeid, max(page.width - len(head), 1)), "bold")
    steps = test["critical_path"]
    longest = sorted(range(len(steps)), key=lambda at: (-steps[at]["ms"], at))
    shown = [steps[at] for at in (*sorted(longest[: page.rows]), *sorted(longest[page.rows :]))]
    columns = [Column("", is_id=True), Column("")]
    yield from page.table(columns, shown, lambda step: (f"{step['type']} {step['name']}", duration(step["ms"])))


def _expensive(session: SessionSummary, page: Page) -> Iterable[Line]:
    columns = [
        Column("most expensive tests", is_id=True),
        Column("llm calls", 2),
        Column("tokens", 4),
        Column("cost", 5),
        Column("time", 1),
    ]
    tests = session.expensive()

    def row(one: tuple[str, TestSummary]) -> Sequence[str]:
        nodeid, test = one
        tokens = at_least(f"{test['tokens']:,}", is_known=not test["unreported"], is_anything=bool(test["tokens"]))
        cost = _cost(test["cost_usd"], test["unpriced"])
        return nodeid, f"{test['llm_calls']:,}", tokens, "" if cost == UNKNOWN else cost, duration(test["elapsed_ms"])

    return page.table(columns, tests, row) if len(tests) > 1 else []


def _same_reasons(session: SessionSummary, page: Page) -> Iterable[Line]:
    columns = [Column("failed for the same reason", is_text=True), Column("tests", 2), Column("first", 1, is_id=True)]
    return page.table(columns, session.same_reasons(), lambda one: (one[0], f"{len(one[1]):,}", one[1][0]), "red")


def _reruns(session: SessionSummary, page: Page) -> Iterable[Line]:
    return page.ids("passed only on a rerun", session.passed_on_rerun, "yellow")


def _twice(session: SessionSummary, page: Page) -> Iterable[Line]:
    columns = [Column("ran twice", is_id=True), Column("in", is_text=True)]
    return page.table(columns, [*session.ran_twice.items()], lambda one: (one[0], ", ".join(one[1])), "yellow")


def _unasserted(session: SessionSummary, page: Page) -> Iterable[Line]:
    tests = session.unasserted
    return page.ids(f"recorded a trace and never looked at it: {count(len(tests), 'test')}", tests)


def _troubles(session: SessionSummary, page: Page) -> Iterator[Line]:
    if session.troubles:
        yield Line(" adapter problems", "bold")
        for trouble in session.troubles[: page.rows]:
            yield from page.wrapped(trouble, "red", indent="   ")
    if len(session.troubles) > page.rows:
        yield Line(f"   … {len(session.troubles) - page.rows:,} more")


def _name(group: Group) -> str:
    return f"{group.type} {group.name}"


SECTIONS: Sequence[Callable[[SessionSummary, Page], Iterable[Line]]] = (
    _models,
    _operations,
    _retries,
    _slow,
    _expensive,
    _same_reasons,
    _reruns,
    _twice,
    _unasserted,
    _troubles,
)
"""In the order of the report."""
