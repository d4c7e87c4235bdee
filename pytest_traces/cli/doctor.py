"""`pytest-traces doctor`: lists the frameworks, and whether each is recorded."""

from __future__ import annotations

import argparse

from pytest_traces.cli.command import Commands, Say


def add_to(commands: Commands) -> None:
    """Declare the command."""
    commands.add_parser("doctor", help="list the frameworks, and whether each is recorded").set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """List the state of every adapter; return 1 if one is broken."""
    from pytest_traces.adapters.doctor import diagnose

    findings = list(diagnose())
    for finding in findings:
        say(f"{finding.adapter:<14} {finding.told}")
    return int(any(finding.broken for finding in findings))
