"""Plugin behaviour is tested on tiny real projects: `project` makes one."""

from tests.project import project
from tests.waits import waits

pytest_plugins = ["pytester"]

__all__ = ["project", "waits"]
