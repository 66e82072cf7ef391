"""Messages as bytes: bundles that fit into one packet of any network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from visualizer.controls.osc.addresses import Message

MOST_BYTES = 1400
"""Of a bundle: an Ethernet packet has 1,500."""


def datagrams_of(messages: Iterable[Message]) -> Iterator[bytes]:
    """Bundles that hold the messages, in order; a lone message goes as itself."""
    waiting: list[OscMessage] = []
    size = 0
    for message in map(_built, messages):
        if waiting and size + message.size > MOST_BYTES:
            yield _joined(waiting)
            waiting, size = [], 0
        waiting.append(message)
        size += message.size + 4
    if waiting:
        yield _joined(waiting)


def _built(message: Message) -> OscMessage:
    address, arguments = message
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build()


def _joined(messages: list[OscMessage]) -> bytes:
    if len(messages) == 1:
        return messages[0].dgram
    bundle = OscBundleBuilder(IMMEDIATELY)
    for message in messages:
        bundle.add_content(message)
    return bundle.build().dgram
