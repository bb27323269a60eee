"""Where the program keeps things on this machine."""

from pathlib import Path

APPLICATION = "wor"


def default_home() -> Path:
    """The folder for the vault when `--home` names none: the platform's folder for a user's data."""
    import platformdirs  # noqa: PLC0415 -- not needed when --home is given

    return platformdirs.user_data_path(APPLICATION, appauthor=False)


def home(chosen: Path | None = None) -> Path:
    """The folder of the vault, absolute, with `~` resolved; it need not exist."""
    return expanded(default_home() if chosen is None else chosen).absolute()


def expanded(named: Path) -> Path:
    """A file or folder with `~` resolved; `~somebody` stays as it is when this machine knows nobody of that name."""
    try:
        return named.expanduser()
    except RuntimeError:
        return named


def make_private(folder: Path) -> None:
    """Make a folder and those above it that aren't there, for the owner only, whatever the umask; raises OSError."""
    for each in (*reversed(folder.parents), folder):
        if each == folder or not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


def config_file(home_folder: Path) -> Path:
    """The configuration that belongs to a home; it need not exist."""
    return home_folder / "config.toml"


def log_file(home_folder: Path) -> Path:
    """The newest log of a home."""
    return home_folder / "logs" / "wor.log"
