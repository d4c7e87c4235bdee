"""The contract for authors of adapters: a suite to subclass, and the canonical tree that every framework draws."""

from pytest_traces.testing.acts import ActsContract as ActsContract
from pytest_traces.testing.contract import AdapterContract as AdapterContract
from pytest_traces.testing.contract import switched_on as switched_on
from pytest_traces.testing.scenario import ScenarioContract as ScenarioContract
from pytest_traces.testing.scenario import drawn as drawn
