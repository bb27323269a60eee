"""What may be set from outside: by arguments of `wor-central`, or by environment variables `WOR_CENTRAL_…`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

DATABASE_FILE = "central.db"
CODE_FILE = "first-coordinator-code.txt"


class Settings(BaseSettings):
    """The central API's settings; `data` is its folder, made when it isn't there."""

    model_config = SettingsConfigDict(env_prefix="WOR_CENTRAL_", extra="forbid", frozen=True)

    data: Path
    database_url: str = ""
    """An SQLAlchemy address, `postgresql://…`; by default SQLite in the data folder."""
    connections: int = Field(default=20, ge=2)
    """The most connections to PostgreSQL that one node keeps open."""
    body_timeout_s: float = Field(default=30, gt=0)
    """How long a request's body may take to arrive."""
    poll_s: float = Field(default=0.25, gt=0)
    """How often a process looks for what other processes accepted in the scopes that somebody waits for."""
    look_s: float = Field(default=5, gt=0)
    """How often a waiting exchange looks for members and keys that other processes set up."""
    snapshot_ops: int = Field(default=2000, ge=0)
    """How many live ops beyond a scope's snapshot make it want another, or a quarter of what that has; 0: never any."""
    incarnation_s: float = Field(default=3600, ge=0)
    """How long after a device made a new incarnation begin it can't do so again."""
    busy_timeout_s: float = Field(default=20, gt=0)
    """How long a transaction waits for another process's before the answer is `busy`."""

    @property
    def url(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        """Where SQLite keeps the database when there is no PostgreSQL."""
        return self.data / DATABASE_FILE

    @property
    def code_file(self) -> Path:
        """Where the first coordinator's code is left, readable by the server's user only."""
        return self.data / CODE_FILE
