"""A private PulseAudio server with a null sink: sound without a sound card, as root, in CI.

What is played into the sink ``chladni`` is heard on its monitor, the default source. By hand::

    python -m tests.pulse -- ./run.sh --for 10
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

SINK = "chladni"
# A null sink that may rewind plays its first 2 s at once, and is silent until they have passed;
# one that may not renders 50 ms ahead.
_NULL_SINK = "module-null-sink norewinds=1"
_STEREO_SINK = f"{_NULL_SINK} sink_name={SINK} rate=48000 channels=2"
_LIMIT_S = 20.0
_ASOUND_CONF = """\
pcm.pulse { type pulse }
ctl.pulse { type pulse }
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


class SoundServer:
    """A PulseAudio server that lives in ``folder``; programs reach it through ``environment``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = {
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "JACK_NO_START_SERVER": "1",
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_SERVER": f"unix:{folder}/native",
            "PULSE_STATE_PATH": str(folder),
        }

    def start(self, *sinks: str) -> None:
        """Start the server with the stereo sink and more null sinks, and wait for their sound.

        Each of ``sinks`` is a line of module arguments. Raises RuntimeError.
        """
        (self._folder / "asound.conf").write_text(_ASOUND_CONF)
        modules = [
            f"module-native-protocol-unix socket={self._folder}/native auth-anonymous=1",
            _STEREO_SINK,
            *(f"{_NULL_SINK} {sink}" for sink in sinks),
        ]
        options = ("-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no")
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ("pulseaudio", *options, *(f"--load={module}" for module in modules)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment, "HOME": str(self._folder)},
            )
        if not (self._answers() and self._sounds()):
            self.stop()
            raise RuntimeError(f"PulseAudio does not run: {(self._folder / 'log').read_text()}")

    def stop(self) -> None:
        """Stop the server; ``start`` may follow."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def unplug(self, sink: str | None = None) -> None:
        """Take a sink away, or every one, as if somebody pulled their cables."""
        modules = ["module-null-sink"]
        if sink is not None:
            with self.run("pactl", "list", "short", "modules") as asking:
                rows = asking.communicate(timeout=_LIMIT_S)[0].decode().splitlines()
            modules = [row.split("\t")[0] for row in rows if f"sink_name={sink} " in row]
        for module in modules:
            self.tell("unload-module", module)

    def plug_in(self, sink: str = "") -> None:
        """Bring a null sink of these arguments back, the stereo sink by default."""
        self.tell("load-module", *(f"{_NULL_SINK} {sink}" if sink else _STEREO_SINK).split())

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program that uses this server, with pipes."""
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self.environment},
        )

    def tell(self, *words: str) -> None:
        """Say something to the server, as ``pactl`` does."""
        with self.run("pactl", *words) as telling:
            telling.communicate(timeout=_LIMIT_S)
        assert telling.returncode == 0

    def _answers(self) -> bool:
        limit_s = time.monotonic() + _LIMIT_S
        while time.monotonic() < limit_s and self._process and self._process.poll() is None:
            with self.run("pactl", "info") as question:
                question.communicate()
            if question.returncode == 0:
                return True
            time.sleep(0.05)
        return False

    def _sounds(self) -> bool:
        """Wait until the sink delivers."""
        with self.run("parec", f"--device={SINK}.monitor", "--latency-msec=20") as ear:
            assert ear.stdout is not None
            heard, _, _ = select.select([ear.stdout], [], [], _LIMIT_S)
            ear.kill()
        return bool(heard)


@contextmanager
def sound_server(*sinks: str) -> Iterator[SoundServer]:
    """A running server in a folder of its own. Raises RuntimeError where it cannot run."""
    # A short path: that of a socket ends after 107 letters.
    with tempfile.TemporaryDirectory(prefix="chladni-") as folder:
        server = SoundServer(Path(folder))
        try:
            server.start(*sinks)
            yield server
        finally:
            server.stop()


@contextmanager
def required_sound_server(*sinks: str) -> Iterator[SoundServer]:
    """For fixtures: skips where PulseAudio is not there, but fails where it must be.

    It must be with CI or CHLADNI_REQUIRE_PULSE set, so that nothing is skipped unseen.
    """
    with ExitStack() as stack:
        try:
            server = stack.enter_context(sound_server(*sinks))
        except (OSError, RuntimeError) as error:
            if os.environ.get("CI") or os.environ.get("CHLADNI_REQUIRE_PULSE"):
                pytest.fail(f"these tests need PulseAudio here: {error}")
            pytest.skip(f"PulseAudio cannot be started: {error}")
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in server.environment.items():
            patch.setenv(name, value)
        yield server


def main(arguments: list[str]) -> int:
    """Run a command inside the environment of a private sound server."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.stderr.write("usage: python -m tests.pulse -- COMMAND [ARG …]\n")
        return 2
    with sound_server() as server, suppress(KeyboardInterrupt):
        return subprocess.run(
            command, check=False, env={**os.environ, **server.environment}
        ).returncode
    return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
