"""How every command ends: an exit code, and one line where something is wrong."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from visualizer.cli.signals import EndingSignals
from visualizer.cli.streams import lasting_streams
from visualizer.errors import ChladniError

INTERRUPTED = 130
BY_SIGNAL = 128
"""The shell's convention for what a signal ended: so much more than its number."""


def run_command(command: click.Command, argv: Sequence[str] | None, name: str) -> int:
    """Run a command with ``argv`` (None: those of the process); returns the exit code."""
    args = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in args
    with lasting_streams(), EndingSignals() as signals:
        logging.basicConfig(
            level=logging.WARNING,
            format="%(name)s: %(message)s" if debug else "%(message)s",
            stream=sys.stderr,
            force=True,
        )
        # Ours alone: libraries chat at INFO about what they did not find.
        for ours in ("visualizer", "trainer"):
            logging.getLogger(ours).setLevel(logging.DEBUG if debug else logging.INFO)
        return _run(command, args, name, signals, debug=debug)


def _run(
    command: click.Command, args: list[str], name: str, signals: EndingSignals, *, debug: bool
) -> int:
    try:
        code = command.main(args=args, prog_name=name, standalone_mode=False)
        sys.stdout.flush()
    except click.NoSuchOption as error:
        return _fail(error.format_message() + _dashed(args), 2, debug=debug)
    except click.ClickException as error:
        return _fail(error.format_message(), 2, debug=debug)
    except ChladniError as error:
        return _fail(str(error), error.exit_code, debug=debug)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED if signals.number is None else BY_SIGNAL + signals.number
    except Exception as error:  # noqa: BLE001 - the last stop: one line, never a bare traceback
        text = f"unexpected {type(error).__name__}: {error}; run again with --debug to see where"
        return _fail(text, 1, debug=debug)
    return code if isinstance(code, int) else 0


def _dashed(args: Sequence[str]) -> str:
    """What to type where a file's name looks like an option; empty where none does."""
    files = [arg for arg in args if arg[:1] == "-" and (Path(arg).suffix or Path(arg).exists())]
    return f" For the file of that name give ./{files[0]}, or -- before it." if files else ""


def _fail(text: str, code: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    click.echo(f"error: {' '.join(text.split())}", err=True)
    return code
