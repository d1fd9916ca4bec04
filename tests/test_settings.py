"""What coordinators set themselves: which texts become a value, and which are refused."""

from __future__ import annotations

import pytest

from portal import settings


@pytest.mark.parametrize(("typed", "value"), [("7", 7), (" 60 ", 60), ("007", 7), ("00000000007", 7)])
def test_a_whole_number_is_understood(typed: str, value: int) -> None:
    assert settings.setting("reply_days").read(typed) == value


@pytest.mark.parametrize("typed", ["", "0", "61", "-3", "3.5", "²", "٣", "00000000399999", "9" * 5000])
def test_a_number_out_of_bounds_is_refused_however_it_is_written(typed: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 60"):
        settings.setting("reply_days").read(typed)


def test_every_default_is_within_its_own_bounds() -> None:
    for each in settings.SETTINGS:
        assert each.read(str(each.default)) == each.default
