"""Names that look alike: which are one, which are mixed up, and what a new one must not be made of."""

import pytest

from autotrain_core.models import faults_of_new_name, folded, look_alike, scripts, skeleton


@pytest.mark.parametrize(
    "other",
    ["coupled baiting", "Coupled  Baiting", "Coupled\u00a0Baiting", " Coupled\u2003Baiting ", "Ｃｏｕｐｌｅｄ Baiting"],
)
def test_what_nobody_can_tell_apart_is_one_name(other: str) -> None:
    assert folded(other) == folded("Coupled Baiting")


@pytest.mark.parametrize("other", ["Coupled Baiting 2", "CoupledBaiting", "Uncoupled Baiting", "Сoupled Baiting"])
def test_what_can_be_told_apart_is_another_name(other: str) -> None:
    assert folded(other) != folded("Coupled Baiting")


@pytest.mark.parametrize(
    "other",
    ["Сoupled Baiting", "Cοupled Baiting", "COUPLED ВAITING", "Coupled\u3164 Baiting", "coupled baıting"],
)
def test_what_people_mix_up_looks_alike(other: str) -> None:
    assert look_alike(other, "Coupled Baiting")
    assert skeleton(other) == skeleton("Coupled Baiting")


def test_dashes_of_every_kind_look_alike() -> None:
    assert skeleton("Run\u2013in") == skeleton("Run\u2212in") == skeleton("Run-in")


def test_names_that_are_unlike_do_not_look_alike() -> None:
    assert not look_alike("Coupled Baiting", "Uncoupled Baiting")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Coupled Baiting 2", ("Latin",)),
        ("Сoupled Baiting", ("Cyrillic", "Latin")),
        ("Δ delay", ("Greek", "Latin")),
        ("報酬テスト Reward", ("Latin",)),
        ("12 %", ()),
    ],
)
def test_the_scripts_of_a_name_are_known(name: str, found: tuple[str, ...]) -> None:
    assert scripts(name) == found


@pytest.mark.parametrize("name", ["Coupled Baiting", "Köder", "報酬", "Uncoupled (rwdDelay 159)"])
def test_an_ordinary_name_has_no_fault(name: str) -> None:
    assert list(faults_of_new_name(name)) == []


@pytest.mark.parametrize("version", ["2.3", "2.3.1rwdDelay159", "0.1 pilot", "v1-beta_2"])
def test_an_ordinary_version_has_no_fault(version: str) -> None:
    assert list(faults_of_new_name(version, version=True)) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Coupled  Baiting", "holds several blanks in a row; nobody sees how many, so keep one"),
        ("Coupled\u00a0Baiting", "holds a blank that is not the usual one (U+00A0 NO-BREAK SPACE); type an ordinary"),
        ("Coupled\tBaiting", "holds a blank that is not the usual one (U+0009); type an ordinary blank"),
        ("Coupled\u3164Baiting", "(U+3164 HANGUL FILLER)"),
    ],
)
def test_a_blank_that_nobody_sees_is_a_fault(name: str, said: str) -> None:
    (found,) = faults_of_new_name(name)

    assert said in found


@pytest.mark.parametrize("version", ["２.4", "2٫4", "2.4β"])
def test_a_version_is_of_plain_letters_and_digits(version: str) -> None:
    (found,) = faults_of_new_name(version, version=True)

    assert "versions are of the letters a to z" in found
