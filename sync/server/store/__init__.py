"""The only SQL of the central API: SQLAlchemy Core in bulk, the same on SQLite and PostgreSQL.

`database` opens it and runs transactions, `together` lets writers on SQLite share a commit, `prepared` keeps statements
ready. The others each hold one subject's statements as functions of a connection: `identity` and `invites` set up,
`standing` tells who calls, `push` takes ops in (by `numbering`, `refusing` and `writing`), `feed` hands them out, and
`succession` tells which of a device's ops are here.
"""
