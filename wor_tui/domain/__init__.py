"""What social prescribing is about: the records, their bounds, and the rules, with the time passed in.

Modules that only hold rules or codes import no database library, so that the unlock screen and the widgets may use
them: `codes`, `errors`, `text`, `bsn`, `bounds`, `identifiers`, `instruments`, `scores`, `steps` and the rules. The
SQLModel tables stand in a file per concept, and `kinds` gathers them for the synchronisation.
"""
