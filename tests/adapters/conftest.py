import pytest

pytest.register_assert_rewrite("pytest_traces.testing.contract")
