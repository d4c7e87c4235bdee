"""Plugin behaviour is tested on tiny real projects."""

pytest_plugins = ["pytester"]
