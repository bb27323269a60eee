"""The tables as the models declare them, as SQL text: what all steps of the migrations together must come to.

`python -m wor_tui.vault.declared` prints it. A changed model needs a further step; those that there are stay as they
are.
"""

import sys

from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from sync.client import tables
from wor_tui.domain import kinds
from wor_tui.vault import local_tables


def metadatas() -> list[MetaData]:
    """The metadata of everything that lives in the vault: the domain's kinds, the synchronisation's own, the local."""
    return [kinds.metadata, tables.metadata, local_tables.metadata]


def declared_sql() -> str:
    """CREATE statements of all tables and indexes, sorted by name, so that the same models give the same text."""
    dialect = sqlite.dialect()
    found: dict[str, Table] = {}
    for metadata in metadatas():
        found.update(metadata.tables)
    statements: list[str] = []
    for _, table in sorted(found.items()):
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements.extend(str(CreateIndex(index).compile(dialect=dialect)) for index in indexes)
    return "\n".join(f"{_tidy(statement)};" for statement in statements) + "\n"


def _tidy(statement: str) -> str:
    return "\n".join(line.rstrip() for line in statement.replace("\t", "  ").splitlines() if line.strip())


if __name__ == "__main__":
    sys.stdout.write(declared_sql())
