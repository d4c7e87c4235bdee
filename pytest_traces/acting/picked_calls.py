"""The result of `trace.on(...)`: picked calls, and verbs for the effect in place of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import EllipsisType
from typing import Any

from pytest_traces.acting.act import Act
from pytest_traces.acting.act_values import (
    checked_count,
    checked_error,
    checked_headers,
    checked_json,
    checked_seconds,
    checked_text,
    checked_value,
)
from pytest_traces.errors import TracesError
from pytest_traces.model.words.span_types import MODEL_CALLS
from pytest_traces.runtime.effects import Calls, Delays, Effect, Raises, Responds, Returns, Says
from pytest_traces.spelling import is_glob

Times = int | EllipsisType
"""A number of calls; `...` means all."""


class Picked:
    """Calls that a test picked; a verb defines the effect in place of the first one.

    `times=2` takes two calls, `times=...` every one. The test fails at its end if an act took fewer calls.
    """

    def __init__(self, act: Act) -> None:
        self._act = act

    def after(self, calls: int) -> Picked:
        """Skip matching calls: `after(1)` begins with the second one."""
        self._act.after = checked_count("after", calls, least=0)
        return self

    def raises(self, error: BaseException | type[BaseException], *, times: Times = 1) -> None:
        """Make a call fail; the tool or the model does not run.

        As in `trace.on("get_weather").raises(TimeoutError("upstream timed out"))`.
        """
        self._do(Raises(checked_error(error)), times)

    def returns(self, value: Any, *, times: Times = 1) -> None:
        """Make a call return a value; the tool does not run. A function gets the call and computes the value.

        As in `trace.on("get_*").returns(lambda call: {"temp": len(call.input["city"])})`.
        """
        self._do(Returns(checked_value(value)), times)

    def delays(self, seconds: float, *, times: Times = 1) -> None:
        """Make a call begin later; then it runs, and its own timeout applies: `trace.on("pay").delays(seconds=30)`."""
        self._do(Delays(checked_seconds(seconds)), times)

    def responds(
        self,
        status: int,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        cut: bool = False,
        times: Times = 1,
    ) -> None:
        """Answer requests of an SDK in place of the network; the SDK raises its own errors and retries by itself.

        As in `trace.on(type="llm").responds(429, times=2, headers={"retry-after": "0"})`. The body is JSON, or
        a text as for a stream; with `cut` the connection is lost after the body.
        """
        self._require("responds", "calls of models", MODEL_CALLS)
        if not isinstance(status, int) or not 200 <= status <= 599:
            raise TracesError(f"responds() takes an HTTP status from 200 to 599, got {status!r}")
        if body is None and not cut and status < 400:
            raise TracesError(f"responds({status}) needs a body: the response of the model")
        self._do(Responds(status, checked_headers(headers), checked_json(body, "the body of responds()"), cut), times)

    def says(self, text: str, *, times: Times = 1) -> None:
        """Make a model answer with a text: `trace.on(type="llm").says("I cannot help with that.")`."""
        self._require("says", "language models", {"llm"})
        if not isinstance(text, str):
            raise TracesError(f"says() takes a text, got {text!r}")
        self._do(Says(checked_text(text, "the text of says()")), times)

    def calls(self, name: str, arguments: Any = None, *, times: Times = 1) -> None:
        """Make a model ask for a tool, even an unknown one or one with arguments that do not fit.

        As in `trace.on(type="llm").calls("get_weather", {"city": 5})`; arguments as a text are passed on unchanged.
        """
        self._require("calls", "language models", {"llm"})
        if not isinstance(name, str) or not name:
            raise TracesError(f"calls() takes the name of a tool, got {name!r}")
        given = {} if arguments is None else arguments
        if not isinstance(given, str | Mapping):
            raise TracesError(f"calls() takes arguments by name, or a text as a model may write it, got {given!r}")
        written = given if isinstance(given, str) else dict(given)
        self._do(Calls(name, checked_json(written, "the call of calls()")), times)

    def _do(self, effect: Effect, times: Times) -> None:
        if self._act.effect is not None:
            raise TracesError(f"{self._act} has its verb; pick the calls again for {effect}")
        self._act.times = None if times is ... else checked_count("times", times, least=1)
        self._act.effect = effect

    def _require(self, verb: str, who: str, types: Collection[str]) -> None:
        """Refuse a verb for calls of one type if the picked calls have another."""
        type = self._act.asked.given.get("type")
        if isinstance(type, str) and not is_glob(type) and type not in types:
            raise TracesError(f"{verb}() is for {who}, and type={type!r} picks others")
