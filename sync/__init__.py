"""Synchronisation of sealed records through a central API that holds no key.

The pure core is `schema`, `op`, `merge`, `seal`, `wire` and `signature`; `client` and `server` both stand on it and
never on each other.
"""
