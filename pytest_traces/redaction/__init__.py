"""Masks secrets in every text that a report, a file or a message shows.

Three kinds of evidence make a value secret. One is the name of its key (`keys`). One is its place, as in a URL or a
header (`places`, `urls`). One is the exact format of a provider's key (`shapes`).
"""
