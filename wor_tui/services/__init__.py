"""The use cases: what a screen or a script can do, a file per job.

They take and return plain values, and are the only callers of the database.
"""
