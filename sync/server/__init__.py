"""The central API: keeps the order of sealed ops and who may have them, and holds no key.

`store` has the only SQL, `auth` the only way to a caller's identity, `routes` one file per subject.
"""
