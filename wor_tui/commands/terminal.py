"""Whether somebody looks at a screen, and asking there for what isn't shown."""

import os
import sys

LONGEST_LINE = 4096
"""Bytes: more a terminal doesn't keep of one line."""


def is_terminal() -> bool:
    """Whether input and output both are a terminal that can show screens."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "") != "dumb"


def asked_hidden(question: str) -> str:
    """What somebody types on the terminal without its being shown; raises EOFError when there is nothing to come.

    Like `getpass`, but what was typed or pasted before the question counts: a second line isn't thrown away.
    """
    try:
        import termios  # noqa: PLC0415 -- there is none on Windows

        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except (ImportError, OSError):
        from getpass import getpass  # noqa: PLC0415

        return getpass(question)
    try:
        before = termios.tcgetattr(terminal)
        hidden = termios.tcgetattr(terminal)
        hidden[3] &= ~termios.ECHO
        try:
            termios.tcsetattr(terminal, termios.TCSADRAIN, hidden)
            os.write(terminal, question.encode(errors="replace"))
            # A terminal gives one line at a time, however many wait.
            line = os.read(terminal, LONGEST_LINE)
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
            os.write(terminal, b"\n")
    finally:
        os.close(terminal)
    if not line:
        raise EOFError
    return line.decode(sys.stdin.encoding or "utf-8", "replace").rstrip("\r\n")
