"""The contract of every adapter: subclass it, and write the scenario with your framework."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest

from pytest_traces.adapters.activation import Activation
from pytest_traces.adapters.registry import Adapter
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.testing.acts import ActsContract
from pytest_traces.testing.scenario import ScenarioContract, troubles_of
from pytest_traces.trace.trace import Trace


class AdapterContract(ActsContract, ScenarioContract):
    """The scenario, and the rules for its adapter: it never breaks the program, and it restores all patches."""

    adapter: ClassVar[Adapter]
    """The entry of the registry."""
    hooks: ClassVar[Sequence[tuple[Any, str]]]
    """The functions that the adapter patches, each as owner and attribute."""

    def __init_subclass__(cls) -> None:
        """Set the expected `source` of spans to the adapter."""
        if "adapter" in vars(cls):
            cls.source = cls.adapter.name

    def test_a_failure_inside_the_adapter_never_reaches_the_program(
        self, trace: Trace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def explode(*args: object, **kwargs: object) -> None:
            raise ZeroDivisionError("inside the recorder")

        monkeypatch.setattr(Recorder, "add", explode)
        assert self.ask("Paris") == "It is 21 degrees in Paris."
        assert f"{self.adapter.name}: ZeroDivisionError: inside the recorder" in troubles_of(trace)

    def test_leaving_restores_the_framework(self) -> None:
        before = self._hooked()
        with switched_on(self.adapter):
            assert all(now != then for now, then in zip(self._hooked(), before, strict=True))
        assert self._hooked() == before

    def test_leaving_by_an_exception_restores_the_framework(self) -> None:
        before = self._hooked()
        with pytest.raises(ZeroDivisionError), switched_on(self.adapter):
            raise ZeroDivisionError
        assert self._hooked() == before

    def test_a_hook_that_is_gone_is_named_and_nothing_stays_patched(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for owner, hook in self.hooks:
            before = self._hooked()
            with monkeypatch.context() as patch:
                patch.delattr(owner, hook)
                activation = Activation([self.adapter])
                activation.arm()
                listening, [trouble] = activation.listening, activation.troubles
                activation.disarm()
            assert trouble.startswith(f"{self.adapter.name} is imported but can't be captured: AttributeError: ")
            assert hook in trouble
            assert listening == []
            assert self._hooked() == before

    def _hooked(self) -> list[Any]:
        """Return the function at each hook, and its code."""
        found = [vars(owner).get(hook) for owner, hook in self.hooks]
        return [(one, getattr(one, "__code__", None)) for one in found]


@contextmanager
def switched_on(adapter: Adapter) -> Iterator[Activation]:
    """Switch an adapter on for a block, in addition to the one of the session."""
    activation = Activation([adapter])
    activation.arm()
    try:
        yield activation
    finally:
        activation.disarm()
