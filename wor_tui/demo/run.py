"""Opens a demo that stands ready on the screen; nothing heavy is imported, so that it starts like the program."""

from wor_tui.demo.central import Prepared, session


def on_screen(prepared: Prepared, role: str) -> int:
    """Open the program as one of the demo's people while the central API runs; returns the program's exit code."""
    from wor_tui.vault.hardening import harden_process  # noqa: PLC0415

    harden_process()
    from wor_tui.running import run_app  # noqa: PLC0415

    folder = prepared.folder
    with session(folder, prepared.port):
        return run_app(folder.home(role), demo=True, passphrase=folder.passphrase())
