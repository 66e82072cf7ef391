"""What a signal or a stream that cannot be written does to a command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from visualizer.cli.signals import ENDING, EndingSignals
from visualizer.cli.streams import UnfailingStream, lasting_streams

ROOT = Path(__file__).parents[2]


@pytest.fixture
def _defaults() -> Iterator[None]:
    before = {sign: signal.signal(sign, signal.SIG_DFL) for sign in ENDING}
    yield
    for sign, handler in before.items():
        signal.signal(sign, handler)


@pytest.mark.usefixtures("_defaults")
@pytest.mark.parametrize("sign", ENDING)
def test_the_first_signal_interrupts_and_the_others_are_passed_over(sign: signal.Signals) -> None:
    with EndingSignals() as signals:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(sign)
        for later in ENDING:
            signal.raise_signal(later)
        assert signals.number == sign
    assert all(signal.getsignal(sign) is signal.SIG_DFL for sign in ENDING)


@pytest.mark.usefixtures("_defaults")
def test_whoever_answers_ctrl_c_answers_them() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        with EndingSignals():
            signal.raise_signal(signal.SIGTERM)
        assert heard == [signal.SIGTERM]
        # A shell lets its background jobs ignore Ctrl-C: this is not Ctrl-C.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with EndingSignals(), pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_defaults")
def test_nohup_is_obeyed() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with EndingSignals() as signals:
        signal.raise_signal(signal.SIGHUP)
        assert signals.number is None
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


TRAINER = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit("best so far saved"))
print("training", flush=True)
time.sleep(60)
"""


def test_a_signal_reaches_the_trainer_that_a_verb_started(tmp_path: Path) -> None:
    (tmp_path / "trainer").mkdir()
    (tmp_path / "trainer" / "__init__.py").touch()
    (tmp_path / "trainer" / "__main__.py").write_text(TRAINER)
    code = "import sys; from visualizer.cli import main; sys.exit(main(['train']))"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "training\n"
        process.terminate()
        # The pipes close when the trainer is gone too.
        _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert err.strip() == "best so far saved"


def test_what_cannot_be_written_is_dropped(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        stream = UnfailingStream(full)
        assert stream.write("x" * 100_000) == 100_000
        stream.flush()
        # And nothing is left to fail when Python closes it.
    with (tmp_path / "log").open("w") as log:
        UnfailingStream(log).write("said\n")
        assert not UnfailingStream(log).isatty()
    assert (tmp_path / "log").read_text() == "said\n"


def test_streams_that_are_not_there_lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    with lasting_streams():
        assert sys.stdin.read() == ""
        for stream in (sys.stdout, sys.stderr):
            assert stream.write("said\n") == 5
            stream.flush()
