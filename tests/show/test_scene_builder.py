from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import some_styles
from visualizer.contracts import Frame, Scene
from visualizer.duration import Span
from visualizer.show.scene_builder import SceneBuilder
from visualizer.show.session import Crossing, Hands, Session
from visualizer.style.style import Style
from visualizer.types import Features, Fold, Tick

A, B = some_styles(2)
ON_A = Session(A)
LOUD = Features(bands=(1.0,) * 8, level=1.0, pulse=1.0)


class Show:
    """Ten frames a second, each with a session of its own."""

    def __init__(self) -> None:
        self._director = SceneBuilder()
        self._index = 0

    def frame(self, session: Session, features: Features = Features()) -> Scene:  # noqa: B008 - a frozen value
        tick = Tick(self._index, self._index / 10, 0.1 if self._index else 0.0)
        self._index += 1
        return self._director.scene(Frame(tick, (), features, session))

    def frames(self, count: int, session: Session, features: Features = Features()) -> list[Scene]:  # noqa: B008 - the same
        return [self.frame(session, features) for _ in range(count)]


def fold(scene: Scene) -> Fold:
    return scene.parts[0].modulation.fold


def z(scene: Scene) -> np.ndarray:
    return scene.parts[0].modulation.z


def test_a_fade_is_two_parts_and_a_morph_is_one_on_its_way() -> None:
    fading = replace(ON_A, crossing=Crossing(B, Span(1.0), progress=0.25))
    (first, second) = Show().frame(fading).parts
    assert (first.style, first.mix, second.style, second.mix) == (A, 0.75, B, 0.25)
    morphing = replace(ON_A, crossing=Crossing(B, Span(1.0), morph=True, progress=0.25))
    (part,) = Show().frame(morphing).parts
    assert part.morph is not None
    assert (part.style, part.mix, part.morph.style, part.morph.way) == (A, 1.0, B, 0.25)


def test_both_ends_of_a_crossing_keep_moving_and_arrive_without_a_jump() -> None:
    show = Show()
    show.frames(5, ON_A, LOUD)
    fading = replace(ON_A, crossing=Crossing(B, Span(1.0), progress=0.9))
    before = show.frames(8, fading, LOUD)[-1].parts[1].modulation
    after = show.frame(replace(ON_A, base=B), LOUD).parts[0].modulation
    assert np.abs(after.z - before.z).max() < 0.1


def test_the_hands_glide_onto_the_scene() -> None:
    show = Show()
    show.frame(ON_A)
    wanted = replace(ON_A, hands=Hands(dimmer=0.5, hue=0.5, mirror=4, zoom=2.0))
    scenes = show.frames(7, wanted)
    assert 0.5 < scenes[0].dimmer < 1.0
    assert 0.0 < scenes[0].hue < 0.5
    assert scenes[-1].dimmer == 0.5
    assert scenes[-1].hue == 0.5
    rest = Show().frames(8, ON_A)[-1].parts[0].modulation.zoom
    modulation = scenes[-1].parts[0].modulation
    assert modulation.zoom == pytest.approx(2.0 * rest)
    assert (modulation.fold.after, modulation.fold.way) == (4, 1.0)


def test_a_style_keeps_its_own_mirror_until_the_hand_replaces_it_and_goes_back_hands_off() -> None:
    starry = replace(A, view=replace(A.view, mirror=6))
    on_star = Session(starry)
    show = Show()
    assert fold(show.frame(on_star)) == Fold(6, 6, 1.0)
    folds = [fold(scene) for scene in show.frames(8, replace(on_star, hands=Hands(mirror=3)))]
    assert (folds[0].before, folds[0].after) == (6, 3)
    assert 0.0 < folds[0].way < 0.5
    assert folds[-1] == Fold(6, 3, 1.0)
    assert fold(show.frames(8, on_star)[-1]) == Fold(3, 6, 1.0)


def test_each_layer_of_a_crossing_has_its_own_mirror_from_its_first_frame() -> None:
    starry = replace(B, view=replace(B.view, mirror=4))
    show = Show()
    show.frames(3, ON_A)
    scene = show.frame(replace(ON_A, crossing=Crossing(starry, Span(1.0), progress=0.25)))
    assert [part.modulation.fold for part in scene.parts] == [Fold(), Fold(4, 4)]


def test_blackout_is_black_in_its_first_frame() -> None:
    show = Show()
    show.frame(ON_A)
    assert show.frame(replace(ON_A, blackout=True)).dimmer == 0.0
    assert show.frame(ON_A).dimmer == 1.0


def test_a_frozen_picture_stands_still_whatever_is_heard_and_goes_on_from_there() -> None:
    show = Show()
    show.frames(10, ON_A)
    frozen = replace(ON_A, hands=Hands(frozen=True))
    still = show.frames(12, frozen)[-1]
    for scene in show.frames(20, frozen, LOUD):
        np.testing.assert_array_equal(z(scene), z(still))
        assert scene.parts[0].modulation.zoom == still.parts[0].modulation.zoom
    steps = [z(scene) for scene in show.frames(12, ON_A)]
    assert np.abs(steps[0] - z(still)).max() < 0.6
    assert not np.array_equal(steps[-1], z(still))


def test_drift_stands_still_at_rate_0_and_runs_twice_as_fast_at_2() -> None:
    def drifted(rate: float) -> np.ndarray:
        show = Show()
        session = replace(ON_A, hands=Hands(drift=rate))
        way: np.ndarray = z(show.frames(11, session)[-1]) - z(Show().frame(session))
        return way

    assert np.abs(drifted(0.0)).max() == 0.0
    twice = Show().frames(21, ON_A)[-1]
    np.testing.assert_allclose(drifted(2.0), z(twice) - z(Show().frame(ON_A)), atol=1e-5)


def test_the_audio_scale_glides() -> None:
    show = Show()
    show.frames(10, replace(ON_A, audio_scale=0.0), LOUD)
    loud = replace(ON_A, audio_scale=0.1)
    bass = [z(scene)[A.z_names.index("bass")] for scene in show.frames(8, loud, LOUD)]
    assert bass == sorted(bass)
    assert 0.0 < bass[0] < 0.7 * bass[-1]


def test_a_style_whose_file_changed_drifts_on() -> None:
    show = Show()
    before = show.frames(40, ON_A)[-1]
    renewed: Style = replace(A)
    after = show.frame(replace(ON_A, base=renewed))
    assert after.parts[0].style is renewed
    assert np.abs(z(after) - z(before)).max() < 0.1
    assert not np.allclose(z(after), z(Show().frame(ON_A)))
