"""Options of what is wired to a show: OSC, a page for phones, Ableton Link."""

from __future__ import annotations

from typing import Any

import click

from visualizer.cli.options import check_text
from visualizer.cli.params import Address, Checked
from visualizer.config.request import OSC_HOST, OSC_PORT, REMOTE_HOST, REMOTE_PORT

RIG = (
    click.option(
        "--osc",
        type=Address(OSC_HOST),
        metavar="[HOST:]PORT|off",
        default=f"{OSC_HOST}:{OSC_PORT}",
        show_default=True,
        help="Where OSC is heard.",
    ),
    click.option(
        "--osc-out",
        type=Address(),
        metavar="HOST:PORT",
        help="Tell beats, onsets, levels and the state of the show in OSC.",
    ),
    click.option("--remote", is_flag=True, help="Serve a page that plays the show: for a phone."),
    click.option(
        "--remote-port",
        type=click.IntRange(1, 65_535),
        metavar="N",
        help=f"The page's port, and serve it.  [default: {REMOTE_PORT}]",
    ),
    click.option(
        "--remote-host",
        type=Checked("host", check_text),
        metavar="HOST",
        help="The address that phones reach, such as 192.168.1.20 or 0.0.0.0, and serve the page"
        f" there; its own address then has a token.  [default: {REMOTE_HOST}]",
    ),
    click.option(
        "--link", is_flag=True, help="Follow Ableton Link: tempo, beat and bar of a whole room."
    ),
    click.option("--link-lead", is_flag=True, help="Join Link, and set its tempo by tapping."),
)


def remote_from(values: dict[str, Any]) -> tuple[str, int] | None:
    """Where the page for phones is served: any of its options asks for it."""
    host, port = values["remote_host"], values["remote_port"]
    if not values["remote"] and host is None and port is None:
        return None
    return host or REMOTE_HOST, port or REMOTE_PORT
