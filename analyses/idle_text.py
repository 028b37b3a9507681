"""Writing many notes at once: dates, numbers and missing columns as text, templates over arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import texts

if TYPE_CHECKING:
    from fractions import Fraction

    from policies.text import Lang, Text

__all__ = [
    "Fields",
    "Pieces",
    "choose",
    "code_texts",
    "coded",
    "combined",
    "day_pieces",
    "day_text",
    "day_texts",
    "first_that_holds",
    "in_pieces",
    "joined_missing",
    "missing_names",
    "share_text",
    "text_or_null",
    "write_notes",
    "years_text",
]

#: Texts of many rows, each distinct one once: the place of each row's text, and the distinct texts.
Pieces = tuple[np.ndarray, Sequence[str]]

#: What fills the places of a template: one text for all rows, or the texts of the rows asked for.
Fields = Mapping[str, str | Callable[[np.ndarray], Pieces]]

_EPOCH = date(1970, 1, 1).toordinal()
_NOT_A_DAY = np.iinfo(np.int64).min
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_YEARS = {1: ("一年", "one year"), 2: ("两年", "two years")}
_SHARES = {(1, 3): ("三分之一", "one third"), (2, 3): ("三分之二", "two thirds")}


def choose(
    conditions: Sequence[np.ndarray],
    choices: Sequence[str | np.ndarray],
    default: str | np.ndarray = "",
) -> np.ndarray:
    """Return, row by row, the choice of the first condition that holds.

    As `numpy.select`, for codes: the rows share the strings instead of holding a copy each.

    Examples
    --------
    >>> choose([np.array([True, False])], ["yes"], "no").tolist()
    ['yes', 'no']
    """
    which = first_that_holds(conditions)
    every = [*choices, default]
    names = np.array([name if isinstance(name, str) else "" for name in every], dtype=object)
    out: np.ndarray = names.take(which)
    for place, values in enumerate(every):
        if isinstance(values, np.ndarray):
            at = which == place
            out[at] = values[at]
    return out


def first_that_holds(conditions: Sequence[np.ndarray]) -> np.ndarray:
    """Return, row by row, the place of the first condition that holds; their number where none does.

    Examples
    --------
    >>> first_that_holds([np.array([True, False]), np.array([True, False])]).tolist()
    [0, 2]
    """
    which = np.full(len(conditions[0]), len(conditions), dtype=np.int8)
    for place in range(len(conditions) - 1, -1, -1):
        np.putmask(which, conditions[place], place)
    return which


def coded(frame: pd.DataFrame, name: str) -> Pieces:
    """Return a text column as the place of each row's text, and the distinct texts; null is empty.

    A ledger has few distinct codes: they are compared and translated once each, not row by row.

    Examples
    --------
    >>> places, found = coded(pd.DataFrame({"cause": ["holder", None, "holder"]}), "cause")
    >>> places.tolist(), found
    ([0, 1, 0], ['holder', ''])
    """
    if name not in frame:
        return np.zeros(len(frame), dtype=np.int64), [""]
    places, distinct = pd.factorize(texts(frame, name).array)
    found = [str(each) for each in distinct]
    return np.where(places < 0, len(found), places), [*found, ""]


def code_texts(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Return a text column as an array of texts that the rows share; null is empty.

    Examples
    --------
    >>> code_texts(pd.DataFrame({"cause": ["holder", None]}), "cause").tolist()
    ['holder', '']
    """
    places, found = coded(frame, name)
    whole: np.ndarray = np.array(found, dtype=object).take(places)
    return whole


def day_text(day: np.datetime64, lang: Lang | str) -> str:
    """Return a day as a reader writes it.

    Examples
    --------
    >>> day_text(np.datetime64("2021-06-30"), "zh"), day_text(np.datetime64("2021-06-30"), "en")
    ('2021年6月30日', '30 June 2021')
    >>> day_text(np.datetime64("NaT"), "en")
    'not recorded'
    """
    if np.isnat(day):
        return "未登记" if lang == "zh" else "not recorded"
    return _number_text(int(day.astype("datetime64[D]").astype(np.int64)), lang)


#: A ledger has some thousand different days, each of them in many notes.
@lru_cache(maxsize=65536)
def _number_text(number: int, lang: Lang | str) -> str:
    """Return the day of a number of days since 1970-01-01 as text."""
    on = date.fromordinal(_EPOCH + number)
    if lang == "zh":
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def in_pieces(values: np.ndarray, write: Callable[[np.ndarray], Sequence[str]] = list) -> Pieces:
    """Return what `write` makes of `values`, written once for each distinct value.

    Examples
    --------
    >>> places, written = in_pieces(np.array([7, 9, 7]), lambda n: [f"{each} days" for each in n])
    >>> places.tolist(), written
    ([0, 1, 0], ['7 days', '9 days'])
    """
    places, distinct = pd.factorize(values, use_na_sentinel=False)
    return places, write(np.asarray(distinct))


def day_pieces(days: np.ndarray, lang: Lang | str) -> Pieces:
    """Return many days as text, each distinct day once."""
    return in_pieces(
        np.asarray(days, dtype="datetime64[D]").astype(np.int64),
        lambda distinct: [
            day_text(np.datetime64("NaT", "D"), lang)
            if day == _NOT_A_DAY
            else _number_text(day, lang)
            for day in distinct.tolist()
        ],
    )


def day_texts(days: np.ndarray, lang: Lang | str) -> np.ndarray:
    """Return many days as text; each distinct day is written once."""
    places, written = day_pieces(days, lang)
    return np.array(written, dtype=object)[places]


def combined(places: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the combination that each row has of several codes, and the first row of each combination.

    Examples
    --------
    >>> combined([np.array([0, 1, 0, 0]), np.array([2, 2, 2, 5])])
    (array([0, 1, 0, 2]), array([0, 1, 3]))
    """
    whole = pd.factorize(places[0])[0]
    for more in places[1:]:
        whole = pd.factorize(whole * (more.max(initial=0) + 1) + more)[0]
    return whole, np.flatnonzero(~pd.Series(whole).duplicated().to_numpy())


def years_text(years: int, lang: Lang | str) -> str:
    """Return a number of years in words.

    Examples
    --------
    >>> years_text(2, "zh"), years_text(3, "en")
    ('两年', '3 years')
    """
    zh, en = _YEARS.get(years, (f"{years}年", f"{years} years"))
    return zh if lang == "zh" else en


def share_text(share: Fraction, lang: Lang | str) -> str:
    """Return a share of the law as it is written: a percentage where that is exact, else a fraction.

    Examples
    --------
    >>> from fractions import Fraction
    >>> share_text(Fraction(1, 4), "en"), share_text(Fraction(1, 3), "zh")
    ('25 %', '三分之一')
    """
    if 100 % share.denominator == 0:
        percent = share.numerator * 100 // share.denominator
        return f"{percent}%" if lang == "zh" else f"{percent} %"
    plain = f"{share.numerator}/{share.denominator}"
    zh, en = _SHARES.get((share.numerator, share.denominator), (plain, plain))
    return zh if lang == "zh" else en


def missing_names(n: int, which: Sequence[tuple[np.ndarray, str]]) -> np.ndarray:
    """Return, for each of `n` rows, the names whose mask holds, comma-separated in the order given.

    Examples
    --------
    >>> a, b = np.array([True, False, True]), np.array([True, False, False])
    >>> missing_names(3, [(a, "started"), (b, "permit")]).tolist()
    ['started,permit', '', 'started']
    """
    bits = np.zeros(n, dtype=np.int64)
    for place, (mask, _) in enumerate(which):
        bits |= np.asarray(mask, dtype=np.int64) << place
    places, distinct = pd.factorize(bits)
    names = [
        ",".join(name for place, (_, name) in enumerate(which) if code >> place & 1)
        for code in np.asarray(distinct).tolist()
    ]
    return np.array(names, dtype=object)[places]


def text_or_null(values: np.ndarray) -> pd.Series[str]:
    """Return texts as a column in which the empty one is null.

    Examples
    --------
    >>> text_or_null(np.array(["1y", ""], dtype=object)).isna().tolist()
    [False, True]
    """
    series: pd.Series[str] = pd.Series(values, dtype="string")
    return series.mask(series == "")


def joined_missing(*parts: np.ndarray) -> np.ndarray:
    """Join comma-separated names row by row, each name once.

    Examples
    --------
    >>> a, b = np.array(["started", ""], dtype=object), np.array(["cause,started", ""], dtype=object)
    >>> joined_missing(a, b).tolist()
    ['started,cause', '']
    """
    codes = [pd.factorize(np.asarray(part, dtype=object)) for part in parts]
    combined = np.zeros(len(parts[0]), dtype=np.int64)
    for place, values in codes:
        combined = combined * max(len(values), 1) + place
    where, distinct = pd.factorize(combined)
    first = np.zeros(len(distinct), dtype=np.int64)
    first[where[::-1]] = np.arange(len(where))[::-1]
    names = [
        ",".join(
            dict.fromkeys(name for part in parts for name in str(part[row]).split(",") if name)
        )
        for row in first
    ]
    return np.array(names, dtype=object)[where]


def _places(template: str, fields: Fields) -> tuple[str, list[Callable[[np.ndarray], Pieces]]]:
    """Fill in what is the same for all rows and number the places that are not."""
    parts: list[str] = []
    moving: list[Callable[[np.ndarray], Pieces]] = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(literal.replace("{", "{{").replace("}", "}}"))
        if name is None:
            continue
        value = fields[name]
        if isinstance(value, str):
            parts.append(value.replace("{", "{{").replace("}", "}}"))
        else:
            parts.append("{}")
            moving.append(value)
    return "".join(parts), moving


def write_notes(
    key: np.ndarray, templates: Mapping[str, Text], fields: Fields, lang: Lang | str
) -> np.ndarray:
    """Write the note of every row: its template, by `key`, filled in.

    Rows with the same texts in its places share one note.

    Parameters
    ----------
    key : numpy.ndarray of str
        The template of each row; an empty key writes an empty note.
    templates : mapping of str to Text
        With named places.
    fields : mapping of str to str or callable
        A callable is given the positions of the rows and returns their texts in pieces.
    lang : {"zh", "en"}
        The language.

    Returns
    -------
    numpy.ndarray of str

    Examples
    --------
    >>> from policies.text import Text
    >>> days = np.array(["3", "4"], dtype=object)
    >>> write_notes(np.array(["a", ""]), {"a": Text("{n}天", "{n} days")}, {"n": lambda at: in_pieces(days[at])}, "zh")
    array(['3天', ''], dtype=object)
    """
    notes = np.full(len(key), "", dtype=object)
    codes, names = pd.factorize(np.asarray(key, dtype=object))
    for code, name in enumerate(names):
        if name == "":
            continue
        at = np.flatnonzero(codes == code)
        text, moving = _places(templates[name].zh if lang == "zh" else templates[name].en, fields)
        if moving:
            pieces = [value(at) for value in moving]
            where, first = combined([places for places, _ in pieces])
            columns = ([said[place] for place in places[first]] for places, said in pieces)
            notes[at] = np.array(list(map(text.format, *columns)), dtype=object)[where]
        else:
            notes[at] = text.format()
    return notes
