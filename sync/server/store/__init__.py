"""The only SQL of the central API: SQLAlchemy Core in bulk, the same on SQLite and PostgreSQL.

`database` opens it and runs transactions; `identity`, `enrolment`, `push` and `feed` each hold one subject's
statements as functions of a connection.
"""
