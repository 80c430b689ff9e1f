"""The colours of stages: the same everywhere, read by everybody."""

from itertools import pairwise

import numpy as np
import pytest

from autotrain_core.diagrams import DARK_PAGE, LIGHT_PAGE, Scheme, stage_colours
from autotrain_core.diagrams._contrast import linear, rgb
from autotrain_core.diagrams._look import look
from autotrain_core.models import TrainingStage

NAMES = [stage.name for stage in TrainingStage]
FREE = [[f"stage {number}" for number in range(count)] for count in range(1, 16)]
SCHEMES: list[Scheme] = ["even", "classic"]

# Severity 1.0 (G. Machado, M. Oliveira and L. Fernandes, IEEE TVCG 15, 2009), on light, not on sRGB.
BLIND = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "nothing": np.eye(3),
}


def light(colour: str) -> np.ndarray:
    return np.array([linear(part) for part in rgb(colour)])


def wcag(one: str, other: str) -> float:
    """WCAG 2.2, written a second time, from the text of the standard."""
    dark, bright = sorted(0.05 + float(np.dot([0.2126, 0.7152, 0.0722], light(colour))) for colour in (one, other))
    return bright / dark


def lab(colour: np.ndarray) -> np.ndarray:
    """CIE 1976 L*a*b* under D65, of light."""
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    share = (to_xyz @ colour) / [0.95047, 1.0, 1.08883]
    curve = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    return np.array([116 * curve[1] - 16, 500 * (curve[0] - curve[1]), 200 * (curve[1] - curve[2])])


def seen(fills: list[str], blindness: str) -> np.ndarray:
    return np.array([lab(np.clip(np.array(BLIND[blindness]) @ light(fill), 0, 1)) for fill in fills])


def fills(stages: list[str], scheme: Scheme = "even") -> list[str]:
    return [colour.fill for colour in stage_colours(stages, scheme=scheme).values()]


@pytest.mark.parametrize("stages", [NAMES, *FREE])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("dark", [False, True])
def test_text_is_read_on_every_fill(stages: list[str], scheme: Scheme, dark: bool) -> None:
    colours = stage_colours(stages, scheme=scheme, dark=dark).values()

    assert min(wcag(colour.text, colour.fill) for colour in colours) >= 4.5


@pytest.mark.parametrize("stages", [NAMES, *FREE])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("dark", "page"), [(False, LIGHT_PAGE), (True, DARK_PAGE)])
def test_an_edge_is_seen_on_its_page(stages: list[str], scheme: Scheme, dark: bool, page: str) -> None:
    colours = stage_colours(stages, scheme=scheme, dark=dark).values()

    assert min(wcag(colour.edge, page) for colour in colours) >= 3


# Two neighbours that lie on one another differ from a distance of 2.3 on (Mahy, 1994). Eight stages, which is what labs
# have, keep five times as much, so that small marks far apart are still told from each other; fifteen keep more than
# the least.
@pytest.mark.parametrize("blindness", BLIND)
@pytest.mark.parametrize(("stages", "least"), [(NAMES, 10), *((free, 10 if len(free) < 8 else 3.5) for free in FREE)])
def test_neighbours_are_told_apart_by_every_eye(stages: list[str], least: float, blindness: str) -> None:
    steps = np.linalg.norm(np.diff(seen(fills([*stages, "GRADUATED"]), blindness), axis=0), axis=1)
    steps = steps[steps > 0]  # Graduated may stand twice

    assert steps.min() >= least


@pytest.mark.parametrize("blindness", BLIND)
@pytest.mark.parametrize("stages", [NAMES, *FREE[1:]])
def test_lightness_rises_with_the_stage_for_every_eye(stages: list[str], blindness: str) -> None:
    lightness = seen(fills(stages), blindness)[:, 0]

    assert np.diff(lightness).min() > 3


def test_graduated_stands_apart() -> None:
    steps = np.linalg.norm(np.diff(seen(fills(NAMES), "nothing"), axis=0), axis=1)

    assert steps[-1] > 1.5 * np.median(steps[:-1])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_stage_of_today_has_one_colour_whoever_else_is_there(scheme: Scheme) -> None:
    alone = stage_colours(["STAGE_2"], scheme=scheme)["STAGE_2"]

    assert alone == stage_colours(NAMES, scheme=scheme)["STAGE_2"]
    assert alone == stage_colours(["Habituation", "STAGE_2", "Licking"], scheme=scheme)["STAGE_2"]


def test_both_spellings_of_a_stage_have_one_colour() -> None:
    by_name = stage_colours(NAMES)
    by_value = stage_colours([stage.value for stage in TrainingStage])

    assert list(by_value.values()) == list(by_name.values())


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("graduated", ["Graduated", "GRADUATED"])
def test_graduated_has_one_colour_in_free_curricula_too(scheme: Scheme, graduated: str) -> None:
    free = stage_colours(["Habituation", "Licking", graduated], scheme=scheme)

    assert free[graduated] == stage_colours(NAMES, scheme=scheme)["GRADUATED"]
    assert free[graduated] not in (free["Habituation"], free["Licking"])


def test_classic_runs_from_red_to_green() -> None:
    classic = fills(NAMES, "classic")

    assert (classic[0], classic[-1]) == ("#a50026", "#006837")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_fill_is_the_same_on_a_dark_page(scheme: Scheme) -> None:
    pages = [stage_colours(NAMES, scheme=scheme, dark=dark) for dark in (False, True)]

    assert [colour.fill for colour in pages[0].values()] == [colour.fill for colour in pages[1].values()]


def test_a_stage_asked_for_twice_counts_once() -> None:
    assert stage_colours(["a", "b", "a", "c"]) == stage_colours(["a", "b", "c"])
    assert list(stage_colours(["c", "a"])) == ["c", "a"]


def test_no_stage_has_no_colour() -> None:
    assert stage_colours([]) == {}


@pytest.mark.parametrize("dark", [False, True])
def test_everything_else_in_a_picture_is_read_on_its_page_too(dark: bool) -> None:
    drawn = look(dark=dark)
    inks = (drawn.ink, drawn.quiet, drawn.progress, drawn.rollback, drawn.stay, drawn.fault)

    assert min(wcag(ink, drawn.page) for ink in inks) >= 4.5
    assert wcag(drawn.ink, drawn.marked) >= 4.5
    assert wcag(drawn.quiet, drawn.band) >= 4.5


def test_progress_and_rollback_differ_to_every_eye() -> None:
    for drawn in (look(dark=False), look(dark=True)):
        for blindness in BLIND:
            (one, other), *_ = pairwise(seen([drawn.progress, drawn.rollback], blindness))
            assert np.linalg.norm(one - other) > 40
