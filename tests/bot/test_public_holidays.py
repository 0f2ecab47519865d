from datetime import date

import pytest

from bot.public_holidays import public_holidays
from core.errors import InvalidInput
from tests.drivers import refusal


def test_a_country_has_its_holidays():
    found = public_holidays("pt", None, [2026, 2027])
    assert found[date(2026, 4, 25)] == "Freedom Day"
    assert found[date(2026, 12, 1)] == "Restoration of Independence Day"
    assert date(2027, 3, 26) in found
    assert date(2026, 11, 18) not in found
    assert list(found) == sorted(found)


@pytest.mark.parametrize("part", ["BY", "by", "Bayern", " bayern "])
def test_a_part_of_a_country_has_its_own_holidays_too(part):
    epiphany, unity = date(2026, 1, 6), date(2026, 10, 3)
    assert unity in public_holidays("DE", None, [2026])
    assert epiphany not in public_holidays("DE", None, [2026])
    assert epiphany not in public_holidays("DE", "BE", [2026])
    assert {epiphany, unity} <= public_holidays("DE", part, [2026]).keys()


def test_a_holiday_on_a_weekend_is_kept_on_the_weekday_where_the_country_does_so():
    found = public_holidays("US", None, [2026, 2027])
    assert found[date(2026, 7, 3)] == "Independence Day (observed)"
    assert found[date(2026, 11, 26)] == "Thanksgiving Day"
    # New Year's Day of the year after.
    assert date(2027, 12, 31) in found
    assert date(2027, 4, 26) not in public_holidays("PT", None, [2027])


@pytest.mark.parametrize("language", ["de_DE.UTF-8", "pt_PT.UTF-8"])
def test_names_do_not_depend_on_who_started_the_process(monkeypatch, language):
    for name in ("LANGUAGE", "LC_ALL", "LANG"):
        monkeypatch.setenv(name, language)
    assert public_holidays("DE", None, [2026])[date(2026, 10, 3)] == "German Unity Day"


@pytest.mark.parametrize("country", ["XX", "", "Atlantis", "utils", "__class__", "D E", "🇵🇹", "z" * 5000])
def test_an_unknown_country_is_refused_with_what_a_country_looks_like(country):
    with pytest.raises(InvalidInput) as caught:
        public_holidays(country, None, [2026])
    assert "PT, DE or US" in caught.value.hint
    assert len(caught.value.message) < 150


def test_an_unknown_part_is_refused_with_the_parts_that_come_nearest():
    with refusal(InvalidInput, "DE has no part “Baiern”", "Bayern"):
        public_holidays("DE", "Baiern", [2026])
    with refusal(InvalidInput, "US has no part “zzz”", "such as"):
        public_holidays("us", "zzz", [2026])
    with refusal(InvalidInput, "AE has no part “nowhere”", "Give the country alone."):
        public_holidays("AE", "nowhere", [2026])


def test_a_year_beyond_what_is_known_has_none():
    assert public_holidays("PT", None, [1500]) == {}
    assert public_holidays("PT", None, []) == {}
