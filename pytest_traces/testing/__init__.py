"""The contract for authors of adapters: test classes to subclass, and the canonical tree of every framework."""

from pytest_traces.testing.acts import ActsContract as ActsContract
from pytest_traces.testing.contract import AdapterContract as AdapterContract
from pytest_traces.testing.contract import switched_on as switched_on
from pytest_traces.testing.scenario import ScenarioContract as ScenarioContract
from pytest_traces.testing.scenario import drawn as drawn
