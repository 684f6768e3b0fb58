"""The colours of a city can be told apart, or the profile is refused with the pair that cannot."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ckanext.stuttgart import city
from ckanext.stuttgart.colours import PAIRS, Palette, contrast, too_close
from ckanext.stuttgart.errors import CityProfileError

CITIES = ("stuttgart", "musterstadt")


def test_black_on_white_has_the_contrast_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("name", CITIES)
def test_every_pair_of_roles_is_checked_in_both_schemes(name: str) -> None:
    palette = city.load(name).colours
    assert list(too_close(palette)) == []
    for role in {role for role, _, _ in PAIRS}:
        light = dataclasses.replace(palette.light, **{role: palette.light.surface})
        ground = {ground for one, ground, _ in PAIRS if one == role}
        found = dict(too_close(Palette(light, palette.dark)))
        assert f"light.{role}" in found or "surface" not in ground, role


def test_a_profile_whose_text_cannot_be_read_is_refused_with_the_key(tmp_path: Path) -> None:
    shipped = city.config_folder() / "musterstadt.yaml"
    text = shipped.read_text(encoding="utf-8").replace('muted: "', 'muted: "#f7f7f7" # "', 1)
    profile = tmp_path / "grau.yaml"
    profile.write_text(text, encoding="utf-8")
    with pytest.raises(CityProfileError, match=r"colours\.light\.muted.*contrast of 1\.\d+.*at least 4\.5"):
        city.load(profile)
