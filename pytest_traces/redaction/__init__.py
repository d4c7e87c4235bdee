"""Keeps secrets out of everything people read or commit.

Three kinds of evidence make a value secret. One is the name of its key (`keys`); one is its place, as in a URL or a
header (`places`); one is the exact shape of a provider's key (`shapes`).
"""
