"""The peer of the server's figures: changes kept the way that a FastAPI template would.

Pydantic bodies, a session per request, `add_all`, an autoincrementing key as the order, rows given back as models;
no seal, no signature, no merge, on the same engine with the same settings.

Run: `python -m tests.benchmarks.template_server URL PORT`.
"""

import sys
from collections.abc import Iterator
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine, select


class ChangeIn(SQLModel):
    scope: str
    device: str
    n: int
    record: str
    kind: str
    at: int
    body: str


class StoredChange(ChangeIn, table=True):
    seq: int | None = Field(default=None, primary_key=True)
    scope: str = Field(index=True)
    record: str = Field(index=True)


def make(url: str) -> FastAPI:
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def settings(connection, _record) -> None:
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

    SQLModel.metadata.create_all(engine, tables=[StoredChange.__table__])
    app = FastAPI()

    def session() -> Iterator[Session]:
        with Session(engine) as opened:
            yield opened

    Opened = Annotated[Session, Depends(session)]  # noqa: N806

    @app.post("/changes")
    def push(changes: list[ChangeIn], opened: Opened) -> list[int]:
        rows = [StoredChange.model_validate(change) for change in changes]
        opened.add_all(rows)
        opened.commit()
        return [row.seq for row in rows if row.seq is not None]

    @app.get("/changes")
    def pull(opened: Opened, scope: str, after: int = 0, limit: int = 500) -> list[StoredChange]:
        found = select(StoredChange).where(StoredChange.scope == scope, StoredChange.seq > after)
        return list(opened.exec(found.order_by(StoredChange.seq).limit(limit)).all())

    return app


if __name__ == "__main__":
    uvicorn.run(make(sys.argv[1]), port=int(sys.argv[2]), log_level="error")
