"""Runs `pytest-traces` as `python -m pytest_traces.cli`."""

import sys

from pytest_traces.cli import main

if __name__ == "__main__":
    sys.exit(main())
