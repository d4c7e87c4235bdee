"""Keeps secrets out of everything people read or commit.

Three kinds of evidence make a value secret: the name of its key (`keys`), the place where it stands, as in a URL or a
header (`places`), and the exact shape of a provider's key (`shapes`).
"""
