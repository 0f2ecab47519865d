"""The public holidays of a country or one of its parts, as the package `holidays` knows them."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version

from core.calendar_records import PublicHolidays
from core.errors import InvalidInput

# A timebox of a year that is extended by a year still ends in a year that is known; its start is in one too.
_YEARS_BEFORE, _YEARS_AHEAD = 1, 3


def known_holidays(country: str, part: str | None, year: int) -> PublicHolidays:
    """Those that are to be kept in that year. Slow: the package is loaded. Raises `InvalidInput`."""
    code = _known_country(country)
    known_part = _known_subdivision(code, part) if part is not None else None
    first = year - _YEARS_BEFORE
    days = public_holidays(code, known_part, range(first, year + _YEARS_AHEAD + 1))
    return PublicHolidays(code, known_part, edition_of(year), first, days)


def edition_of(year: int) -> str:
    """Another one each year, and with each version of the package: governments change their minds."""
    return f"holidays {version('holidays')} until {year + _YEARS_AHEAD}"


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> Mapping[date, str]:
    """Days and their names, in English where the package has it; a day that is kept for another one is there as well.

    `country` is an ISO 3166 code such as PT, `subdivision` its own code or name such as BY or Bayern, both in any case.
    Raises `InvalidInput` for what is not known; a year that the package does not reach has no holidays.
    """
    import holidays

    code = _known_country(country)
    part = None if subdivision is None else _known_subdivision(code, subdivision)
    # The language is named, or it would be that of whoever started the process.
    found = holidays.country_holidays(code, subdiv=part, years=sorted(set(years)), language="en_US")
    return dict(sorted(found.items()))


def _known_country(text: str) -> str:
    import holidays

    code = text.strip().upper()
    if code not in holidays.list_supported_countries():
        raise InvalidInput(
            f"There is no country “{text.strip()[:40]}” whose public holidays are known.",
            "Give its ISO code of two letters, such as PT, DE or US.",
        )
    return code


def _known_subdivision(country: str, text: str) -> str:
    """Its code, in the spelling of the package."""
    import holidays

    parts = holidays.country_holidays(country)
    codes = {part: part for part in parts.subdivisions} | parts.subdivisions_aliases
    spellings = {spelling.casefold(): spelling for spelling in codes}
    name = text.strip().casefold()
    if name in spellings:
        return codes[spellings[name]]
    wrong = f"{country} has no part “{text.strip()[:40]}” with public holidays of its own."
    if not codes:
        raise InvalidInput(wrong, "Give the country alone.")
    near = [spellings[match] for match in difflib.get_close_matches(name, spellings, n=3, cutoff=0.6)]
    choices = ", ".join(near or sorted(codes)[:8])
    raise InvalidInput(wrong, f"Give the country alone, or one of its parts, such as {choices}.")
