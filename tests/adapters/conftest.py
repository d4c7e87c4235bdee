import os

import pytest

pytest.register_assert_rewrite("pytest_traces.testing.contract", "pytest_traces.testing.scenario")

if "TRACIUM_APART" not in os.environ:  # `tracium.init()` instruments LangChain, the SDKs and threads of the process
    collect_ignore = ["with_tracium"]
