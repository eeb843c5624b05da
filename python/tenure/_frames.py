"""Answers as frames of pandas or polars."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from tenure._errors import usage

Kind = Literal["text", "flag", "count", "number", "day"]

_FLAGS = {"is_primary", "is_lead", "is_acting", "from_inferred", "to_inferred", "above"}
_COUNTS: dict[str, set[str]] = {
    "person": {"unseen_days"},
    "who": {"unseen_days"},
    "org": {"depth", "headcount", "possible"},
    "reports": {"depth"},
    "diff": {"unseen_days"},
    "why": {"seq"},
    "moves": {"count"},
    "log": {"seq"},
    "find": {"people"},
    "list": {"people", "tenures", "events"},
    "status": {
        "seq",
        "head",
        "events",
        "people",
        "units",
        "lag_events",
        "quarantined",
        "journal_bytes",
        "store_bytes",
    },
}
_NUMBERS: dict[str, set[str]] = {"find": {"score"}, "status": {"lag_seconds"}}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_CELL = (1 << 31) - 1
"""How long a cell may be: as long as a reader of tables can be told. A list of events stands in one."""


def kind_of(verb: str, column: str) -> Kind:
    """What the values of a column are."""
    # A diff has a post before and one after.
    plain = column.removeprefix("before_").removeprefix("after_") if verb == "diff" else column
    if plain in _COUNTS.get(verb, ()):
        return "count"
    if plain in _NUMBERS.get(verb, ()):
        return "number"
    if plain in _FLAGS:
        return "flag"
    if plain.endswith(("_earliest", "_latest")) or plain == "attested":
        return "day"
    return "text"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        # A year that the calendar of Python does not have: the text beside it says which.
        return None


def _text(text: str) -> str:
    # An apostrophe keeps spreadsheets from taking the text for a formula. What had apostrophes there has one more.
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


_READ: dict[Kind, Callable[[str], Any]] = {
    "text": _text,
    "flag": lambda text: text == "true",
    "count": int,
    "number": float,
    "day": _day,
}


def _rows(text: str) -> list[list[str]]:
    # The limit is one for the whole program, which may want its own.
    before = csv.field_size_limit(_CELL)
    try:
        return list(csv.reader(io.StringIO(text)))
    finally:
        csv.field_size_limit(before)


def frame(verb: str, text: str, engine: Literal["pandas", "polars"] | None) -> Any:
    """A frame of the rows of a table."""
    header, *rows = _rows(text)
    kinds = {column: kind_of(verb, column) for column in header}
    columns = {
        column: [None if row[place] == "" else _READ[kind](row[place]) for row in rows]
        for place, (column, kind) in enumerate(kinds.items())
    }
    if engine is None:
        engine = "pandas" if find_spec("pandas") else "polars"
    if find_spec(engine) is None:
        raise usage(f"{engine} is not installed", f"pip install {engine}")
    return _polars(columns, kinds) if engine == "polars" else _pandas(columns, kinds)


def _pandas(columns: dict[str, list[Any]], kinds: dict[str, Kind]) -> Any:
    pandas: Any = import_module("pandas")
    types = {"text": "string", "flag": "boolean", "count": "Int64", "number": "Float64", "day": "datetime64[s]"}
    return pandas.DataFrame({name: pandas.Series(values, dtype=types[kinds[name]]) for name, values in columns.items()})


def _polars(columns: dict[str, list[Any]], kinds: dict[str, Kind]) -> Any:
    polars: Any = import_module("polars")
    types = {
        "text": polars.String,
        "flag": polars.Boolean,
        "count": polars.Int64,
        "number": polars.Float64,
        "day": polars.Date,
    }
    return polars.DataFrame(columns, schema={name: types[kind] for name, kind in kinds.items()})
