"""Lets `python -m pytest_traces.cli` do what `pytest-traces` does."""

import sys

from pytest_traces.cli import main

if __name__ == "__main__":
    sys.exit(main())
