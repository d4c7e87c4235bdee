"""What docs/snapshots.md says is so: its files run, and what it shows is what is seen."""

from __future__ import annotations

import re
from pathlib import Path

from tests.project import Project

PAGE = (Path(__file__).parents[2] / "docs" / "snapshots.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```\w+ (.+?)\n(.*?)^```$", PAGE, re.M | re.S))
SNAPSHOT = "__traces__/test_weather/test_weather.trace"


def test_the_page_is_so(project: Project) -> None:
    for name in ("weather_app.py", "test_weather.py", "test_masks.py", "pytest.ini"):
        (project.path / name).write_text(BLOCKS[name], encoding="utf-8")
    assert project.run("--snapshot-update").outcomes == "4 passed"
    assert (project.path / SNAPSHOT).read_text(encoding="utf-8") == BLOCKS[SNAPSHOT]
    (project.path / "weather_app.py").write_text(BLOCKS["weather_app.py changed"], encoding="utf-8")
    shown = re.sub(r"^E +?(?=\S|  )", "", project.run("test_weather.py").output, flags=re.M)
    for line in BLOCKS["output"].splitlines():
        assert line.strip() in shown
