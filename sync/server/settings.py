"""What may be set from outside: by arguments of `wor-central`, or by environment variables `WOR_CENTRAL_…`."""

from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sync.server.addresses import Network

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

    requests_per_s: float = Field(default=30, gt=0)
    """How many requests a second one device may go on making at this node; at once it may make those of 30 s."""
    enrolment_window_s: int = Field(default=600, ge=1)
    """In how many seconds attempts to enrol (a package, or a proof) are counted together."""
    enrolments_per_address: int = Field(default=300, ge=1)
    """The most attempts to enrol in that time from one address (IPv6: its /64); 5 times that from its neighbourhood."""
    enrolments: int = Field(default=5000, ge=1)
    """The most attempts to enrol in that time from everywhere."""
    proxies: str = "127.0.0.0/8, ::1"
    """The networks of our own reverse proxies, whose X-Forwarded-For counts; "" for none."""

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        _read_networks(value)
        return value

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """`proxies`, read."""
        return _read_networks(self.proxies)

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


@lru_cache(maxsize=8)
def _read_networks(text: str) -> tuple[Network, ...]:
    """Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
