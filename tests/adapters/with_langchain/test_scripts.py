"""A script that imports LangChain before an adapter is switched on."""

import subprocess
import sys

_SCRIPT = """
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from pytest_traces.adapters.activation import Activation

activation = Activation()
activation.arm()
from langchain_core.tracers import context
print(len(context._configure_hooks))
activation.disarm()
print(len(context._configure_hooks))
"""


def test_the_hook_of_a_module_that_another_hook_imports_first_is_run_too() -> None:
    """What hears the callbacks is hooked to such a module."""
    ran = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, encoding="utf-8")
    heard, left = map(int, ran.stdout.split())
    assert heard == left + 1
