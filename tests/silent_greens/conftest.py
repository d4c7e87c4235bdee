from tests.plugin.project import project

__all__ = ["project"]
