from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from trainer.config import PART_SHARES
from trainer.training import views
from trainer.training.states import (
    LOOPS,
    PARTS,
    SOUND,
    BundledStates,
    move_part,
    nudge_part,
    song_states,
)
from visualizer.errors import SoundError
from visualizer.show.modulation import Z_LIMIT
from visualizer.style.measure.music_states import SPREAD
from visualizer.style.network import pixel_grid
from visualizer.style.routes import Z_NAMES


def column(z: Tensor, name: str) -> Tensor:
    return z[..., Z_NAMES.index(name)]


def test_the_grid_is_the_reference_grid() -> None:
    np.testing.assert_allclose(
        views.grid(7).numpy(), pixel_grid(7, 7).reshape(-1, 2), rtol=0, atol=1e-6
    )


def test_crops_cover_the_wide_picture_and_never_leave_it() -> None:
    side, generator = 4, Generator().manual_seed(0)
    seen = torch.cat([views.crops(side, 3, generator) for _ in range(300)])
    # Pixel centres reach to half a pixel from the crop's edge.
    assert seen.shape == (900, side * side, 2)
    assert views.HALF_WIDTH - 0.4 < float(seen[..., 0].abs().max()) <= views.HALF_WIDTH
    assert float(seen[..., 1].abs().max()) <= 1.0
    height = (seen[..., 1].amax(1) - seen[..., 1].amin(1)) * side / (side - 1)
    assert float(height.min()) >= 2.0 * views.SMALLEST - 1e-5
    torch.testing.assert_close(height[::3], torch.full((300,), 2.0))


def test_wholes_are_squares_of_full_height() -> None:
    points = views.wholes(8, 5, Generator().manual_seed(1))
    assert float(points[..., 1].max()) == pytest.approx(1.0 - 1.0 / 8.0)
    width = points[..., 0].amax(1) - points[..., 0].amin(1)
    torch.testing.assert_close(width, torch.full((5,), 2.0 - 2.0 / 8.0))


def test_pictures_keep_rows_and_colours() -> None:
    colours = torch.arange(2 * 9 * 3).reshape(2, 9, 3).float()
    images = views.pictures(colours, 3)
    assert images.shape == (2, 3, 3, 3)
    assert images[1, 2, 0, 1] == colours[1, 1, 2]


def test_the_same_generator_draws_the_same() -> None:
    first, second = Generator().manual_seed(3), Generator().manual_seed(3)
    assert torch.equal(views.crops(8, 3, first), views.crops(8, 3, second))
    assert torch.equal(BundledStates().draw(5, first), BundledStates().draw(5, second))


def test_bundled_states_are_those_of_music() -> None:
    z = BundledStates().draw(4000, Generator().manual_seed(0))
    assert z.shape == (4000, len(Z_NAMES))
    for name in ("bass", "mid", "high", "level", "onset"):
        found = torch.quantile(column(z, name), torch.tensor([0.05, 0.5, 0.95]))
        torch.testing.assert_close(found, torch.tensor(SPREAD[name])[[1, 3, 5]], atol=0.06, rtol=0)
    together = torch.corrcoef(torch.stack([column(z, "level"), column(z, "mid")]))[0, 1]
    assert float(together) == pytest.approx(0.53, abs=0.08)
    for loop, (cosine, sine) in LOOPS.items():
        radius = torch.hypot(column(z, cosine), column(z, sine))
        assert float(radius.median()) == pytest.approx(0.88 if loop == "beat" else 1.0, abs=0.05)


def test_audio_scale_sizes_what_sound_drives_and_nothing_else() -> None:
    one = BundledStates(0.1).draw(8, Generator().manual_seed(2))
    two = BundledStates(0.2).draw(8, Generator().manual_seed(2))
    torch.testing.assert_close(two[:, SOUND], 2.0 * one[:, SOUND])
    torch.testing.assert_close(two[:, ~SOUND], one[:, ~SOUND])


@pytest.mark.slow
def test_a_song_gives_its_own_states(demo_song: Path) -> None:
    states = song_states(demo_song)
    z = states.draw(3000, Generator().manual_seed(0))
    assert z.abs().max() < Z_LIMIT
    assert float(column(z, "onset").max()) > 0.5
    assert float(column(z, "bass").std()) > 0.05
    # The drift's angles are drawn anew: all around, at any sound.
    assert float(column(z, "drift1_cos").mean()) == pytest.approx(0.0, abs=0.06)
    torch.testing.assert_close(z, states.draw(3000, Generator().manual_seed(0)))


def test_a_missing_song_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match=r"no\.wav"):
        song_states(tmp_path / "no.wav")


def test_every_part_has_its_share() -> None:
    assert set(PARTS) == set(PART_SHARES)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_moves_alone_from_end_to_end(part: str) -> None:
    z = BundledStates().draw(1, Generator().manual_seed(0))[0]
    near, far = move_part(z, part, far=False), move_part(z, part, far=True)
    names = LOOPS.get(part, (part,))
    for name in Z_NAMES:
        if name not in names:
            assert column(near, name) == column(far, name) == column(z, name)
        elif part in LOOPS:
            assert column(far, name) == -column(near, name) == -column(z, name)
        else:
            assert float(column(near, name)) == 0.0
            assert float(column(far, name)) == 1.0


@pytest.mark.parametrize("part", PARTS)
def test_a_nudge_is_as_long_as_it_says(part: str) -> None:
    z = BundledStates().draw(1, Generator().manual_seed(0))[0]
    # A loop is turned: as far as it reaches.
    reach = float(
        torch.stack(
            [column(z[None], name) for name in LOOPS.get(part, ())] or [torch.ones(1)]
        ).norm()
    )
    assert float((nudge_part(z, part, 0.04) - z).norm()) == pytest.approx(0.04 * reach, rel=1e-3)
