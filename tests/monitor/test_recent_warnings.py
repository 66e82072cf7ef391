"""What the log says, as the show sees it."""

from __future__ import annotations

import logging
import threading

import pytest

from tests.fakes import HandClock
from visualizer.monitor.recent_warnings import MOST, SHOWN_S, RecentWarning, RecentWarnings

log = logging.getLogger("visualizer.somewhere")


def texts(recent_warnings: RecentWarnings) -> list[str]:
    return [notice.text for notice in recent_warnings.recent()]


def test_warnings_and_errors_are_kept_with_their_time_for_a_while() -> None:
    clock = HandClock()
    with RecentWarnings(now_s=clock) as recent_warnings:
        log.info("nothing to worry about")
        log.warning("%s is\n broken", "kiln")
        clock.now_s += 2.0
        log.error("the disk is full")
        assert recent_warnings.recent() == (
            RecentWarning(100.0, "kiln is broken"),
            RecentWarning(102.0, "the disk is full"),
        )
        clock.now_s += SHOWN_S - 1.0
        assert texts(recent_warnings) == ["the disk is full"]
    log.warning("after the show")
    assert texts(recent_warnings) == ["the disk is full"]


def test_only_the_newest_are_kept_and_what_is_said_twice_is_kept_once() -> None:
    with RecentWarnings() as recent_warnings:
        for number in range(MOST + 3):
            log.warning("number %d", number)
        log.warning("number %d", MOST)
    assert texts(recent_warnings) == [
        f"number {n}" for n in (*range(3, MOST), MOST + 1, MOST + 2, MOST)
    ]


def test_other_peoples_logs_are_theirs_and_a_lower_level_keeps_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        caplog.at_level(logging.INFO, "visualizer"),
        RecentWarnings(logging.INFO) as recent_warnings,
    ):
        logging.getLogger("PIL").warning("a chunk is odd")
        log.debug("details")
        log.info("kiln is kept")
    assert texts(recent_warnings) == ["kiln is kept"]


def complain(thread: int) -> None:
    for number in range(200):
        log.warning("%d.%d", thread, number)


def test_many_threads_may_complain_while_they_are_read() -> None:
    with RecentWarnings() as recent_warnings:
        threads = [threading.Thread(target=complain, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert len(recent_warnings.recent()) <= MOST
        for thread in threads:
            thread.join()
    assert len(recent_warnings.recent()) == MOST


def test_a_file_name_that_is_no_text_can_be_shown() -> None:
    with RecentWarnings() as recent_warnings:
        log.warning("%s is broken", b"k\xffln".decode(errors="surrogateescape"))
    assert texts(recent_warnings) == ["k?ln is broken"]
