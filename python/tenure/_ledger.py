"""A ledger, with a method for each question."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timezone
from types import TracebackType
from typing import Any, Literal, TypedDict, Unpack, get_args

from tenure import _frames
from tenure._doors import CommandDoor, Door, HttpDoor
from tenure._errors import RejectedError, usage

Day = str | date
"""A day (`2025-10-01`), a month or a year, which is its last day, `yesterday`, `-30d`."""

Verb = Literal[
    "person",
    "career",
    "who",
    "org",
    "holders",
    "reports",
    "diff",
    "moves",
    "why",
    "conflicts",
    "log",
    "find",
    "list",
    "status",
]
"""A question."""

_MAIN: dict[str, str] = {
    "person": "person",
    "career": "person",
    "who": "unit",
    "org": "unit",
    "holders": "unit",
    "reports": "person",
    "diff": "target",
    "why": "of",
    "conflicts": "target",
    "log": "target",
    "find": "name",
    "list": "what",
}
"""What each question is about."""

_PART = 8 << 20
"""How many bytes of events go out at once."""


class Terms(TypedDict, total=False):
    """On which terms a question is asked: clocks, filters, names."""

    at: Day
    """The day asked about; of a diff `D1..D2`."""
    known: Day
    """Only what the world knew by then; of a diff `K1..K2`."""
    recorded: int | Day
    """Only what the ledger had recorded by then: a position, a day or an instant."""
    min_confidence: Literal["rumoured", "reported", "confirmed"]
    """Only claims of at least this confidence."""
    source: str | Sequence[str]
    """Only claims by these publishers."""
    not_source: str | Sequence[str]
    """No claims by these publishers."""
    company: str
    """The company whose unit is meant by a unit's name."""
    lang: str
    """The language of names."""
    row_names: Literal["first_day", "day_asked"]
    """Of which day the names in the rows of a timeline are."""
    seen_within: str
    """Within which time a post without an end must have been seen to be certain: `90d`, `18m`, `2y`."""
    after: int
    """The position that must be applied before this is answered."""
    wait_ms: int
    """For how long to wait for that position."""


class Answer(dict[str, Any]):
    """An answer: the object that `--format json` prints, and what is told beside it."""

    basis_text: str | None
    """On what it rests, in words."""
    notices: tuple[str, ...]
    """What an asker should know."""

    def __init__(self, line: Mapping[str, Any]) -> None:
        super().__init__(line["answer"])
        self.basis_text = line["basis"]
        self.notices = tuple(line["notices"])


class Appended(TypedDict):
    """What became of events."""

    appended: int
    duplicate: int
    rejected: int
    seq: int | None
    """The position of the last event, where it is known."""
    rejects: list[dict[str, Any]]


class Ledger:
    """A ledger: in a directory, or served at `nats://..`, `http://..` or `https://..`.

    Threads may share it: their questions are answered one after the other. It is let go of by `close`, or at the end of a
    `with`.
    """

    def __init__(
        self,
        path_or_url: str | os.PathLike[str],
        *,
        token: str | None = None,
        command: str | None = None,
        flags: Sequence[str] = (),
        timeout: float = 30.0,
    ) -> None:
        """`token` is shown to a server over HTTP; `command` is the `tenure` to run instead of the one that came with this
        package, with `flags` besides (`--nats-creds FILE`). `timeout` is in seconds, for what goes over a network.
        """
        where = os.fspath(path_or_url)
        scheme = where.split("://", 1)[0] if "://" in where else None
        self._door: Door
        if scheme in ("http", "https"):
            self._door = HttpDoor(where, token, timeout)
        else:
            place = ["--data", where] if scheme is None else ["--nats", where]
            self._door = CommandDoor([*place, "--timeout", str(timeout), *flags], command)

    def person(self, person: str, **terms: Unpack[Terms]) -> Answer:
        """The posts that a person holds on a day."""
        return self._ask("person", terms, person=person)

    def career(self, person: str, **terms: Unpack[Terms]) -> Answer:
        """The whole timeline of a person."""
        return self._ask("career", terms, person=person)

    def who(
        self,
        unit: str,
        *,
        direct: bool = False,
        lead: bool = False,
        title: str | None = None,
        sort: Literal["post", "name", "start", "title", "unit"] | None = None,
        limit: int | None = None,
        **terms: Unpack[Terms],
    ) -> Answer:
        """The people of a unit or company."""
        return self._ask("who", terms, unit=unit, direct=direct, lead=lead, title=title, sort=sort, limit=limit)

    def org(self, unit: str, *, sort: Literal["name", "size"] | None = None, **terms: Unpack[Terms]) -> Answer:
        """The org chart of a unit or company."""
        return self._ask("org", terms, unit=unit, sort=sort)

    def holders(
        self,
        unit: str,
        *,
        direct: bool = False,
        lead: bool = False,
        title: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        gaps: bool = False,
        sort: Literal["post", "name", "start", "title", "unit"] | None = None,
        limit: int | None = None,
        **terms: Unpack[Terms],
    ) -> Answer:
        """Everyone who ever held a post there, in order of start."""
        return self._ask(
            "holders",
            terms,
            unit=unit,
            direct=direct,
            lead=lead,
            title=title,
            since=since,
            until=until,
            gaps=gaps,
            sort=sort,
            limit=limit,
        )

    def reports(
        self, person: str, *, direction: Literal["up", "down", "both"] | None = None, **terms: Unpack[Terms]
    ) -> Answer:
        """The reporting line of a person."""
        return self._ask("reports", terms, person=person, direction=direction)

    def diff(self, target: str, **terms: Unpack[Terms]) -> Answer:
        """What happened and what was learned between two points: `at="D1..D2"`, `known="K1..K2"` or both."""
        return self._ask("diff", terms, target=target)

    def moves(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        by: Literal["month", "quarter", "year"] | None = None,
        **terms: Unpack[Terms],
    ) -> Answer:
        """Who went from where to where."""
        return self._ask("moves", terms, from_=from_, to=to, since=since, until=until, by=by)

    def why(self, of: str, **terms: Unpack[Terms]) -> Answer:
        """The evidence of a person's post, of a tenure by its id, or of one event."""
        return self._ask("why", terms, of=of)

    def conflicts(self, target: str | None = None, **terms: Unpack[Terms]) -> Answer:
        """Contradictions, missing links, ambiguous names."""
        return self._ask("conflicts", terms, target=target)

    def log(
        self,
        target: str | None = None,
        *,
        quarantined: bool = False,
        limit: int | None = None,
        since: Day | None = None,
        until: Day | None = None,
        type: Sequence[str] = (),
        **terms: Unpack[Terms],
    ) -> Answer:
        """The events as recorded, oldest first."""
        return self._ask(
            "log", terms, target=target, quarantined=quarantined, limit=limit, since=since, until=until, type=type
        )

    def find(self, name: str, *, limit: int | None = None, **terms: Unpack[Terms]) -> Answer:
        """Search people, units and titles by any script or spelling."""
        return self._ask("find", terms, name=name, limit=limit)

    def list(
        self,
        what: Literal["companies", "units", "people", "titles", "sources"],
        *,
        sort: Literal["name", "count", "first"] | None = None,
        limit: int | None = None,
        **terms: Unpack[Terms],
    ) -> Answer:
        """The companies, units, people, titles or sources of the ledger."""
        return self._ask("list", terms, what=what, sort=sort, limit=limit)

    def status(self, *, after: int | None = None, wait_ms: int | None = None) -> Answer:
        """Lag and sizes, of the whole ledger as it stands: it has no clocks and filters."""
        return self._ask("status", {}, after=after, wait_ms=wait_ms)

    def append(self, events: Iterable[Mapping[str, Any]] | Mapping[str, Any]) -> Appended:
        """Appends events, or one. A directory without a ledger begins one.

        Events beside ones that are rejected are taken, and an event that stands there already is not taken twice, so that
        the same can be sent again after an error. Dates in them are written as the ledger reads them; what is no JSON, as a
        NaN, costs its event alone. Raises `RejectedError` where none was taken.
        """
        total = Appended(appended=0, duplicate=0, rejected=0, seq=None, rejects=[])
        nothing: RejectedError | None = None
        sent = 0
        unfit: dict[int, dict[str, Any]] = {}
        for part in _parts([events] if isinstance(events, Mapping) else events, unfit):
            try:
                taken = self._door.append(part)
            except RejectedError as error:
                nothing = error
                taken = {"appended": 0, "duplicate": 0, "rejected": len(part), "seq": None, "rejects": error.rejects}
            total["appended"] += taken["appended"]
            total["duplicate"] += taken["duplicate"]
            total["rejected"] += taken["rejected"]
            total["seq"] = max(filter(None, (total["seq"], taken["seq"])), default=None)
            # Each event is a line of its part.
            rejects = ({**reject, "line": reject["line"] + sent} for reject in taken["rejects"])
            total["rejects"].extend({**reject, **unfit.get(reject["line"], {})} for reject in rejects)
            sent += len(part)
        if nothing is not None and total["appended"] + total["duplicate"] == 0:
            told = {"error": nothing.error, "hint": nothing.hint, "exit": nothing.exit, "notices": nothing.notices}
            raise RejectedError({**told, "rejects": total["rejects"]})
        return total

    def frame(
        self, verb: Verb, about: str | None = None, *, engine: Literal["pandas", "polars"] | None = None, **fields: Any
    ) -> Any:
        """An answer as a frame of pandas, or of polars where `engine` says so or pandas is not installed.

        It has the columns of `--format csv`: `frame("holders", "Tongyi Lab", gaps=True)`. Bounds of dates (`_earliest`,
        `_latest`) are days, flags are booleans, counts are integers, all else is text. A gap is a row without a person, whose
        `gap` is `certain` or `possible`.
        """
        if verb not in get_args(Verb):
            raise usage(f"`{verb}` is no verb", f"verbs are {', '.join(get_args(Verb))}")
        if about is not None:
            if verb not in _MAIN:
                verbs = ", ".join(_MAIN)
                raise usage(f"`{verb}` is about nothing by name", f"name fields, as in limit=3; about one thing are {verbs}")
            fields[_MAIN[verb]] = about
        text = self._door.ask(_question(verb, {**fields, "format": "csv"}))["answer"]
        return _frames.frame(verb, text, engine)

    def close(self) -> None:
        """Lets go of the ledger. A later question opens it again."""
        self._door.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, verb: Verb, terms: Terms, **fields: Any) -> Answer:
        return Answer(self._door.ask(_question(verb, {**fields, **terms})))


def list_of(texts: str | Sequence[str]) -> Sequence[str]:
    """A list, also where one text is given."""
    return [texts] if isinstance(texts, str) else [*texts]


def _question(verb: Verb, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A question as the doors take it: without what has its default."""
    question: dict[str, Any] = {"verb": verb}
    for name, value in fields.items():
        if value is None or value is False or value == () or value == []:
            continue
        if isinstance(value, date):
            value = _text_of(value)
        elif name in ("source", "not_source", "type"):
            value = list_of(value)
        elif name == "recorded":
            value = str(value)
        question["from" if name == "from_" else name] = value
    return question


def _text_of(value: Any) -> str:
    """A day or a point in time as the ledger reads it."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is nothing that an event has")


def _event_line(event: Mapping[str, Any], unfit: dict[str, Any]) -> bytes:
    """An event as JSON on one line; where it is none, a line that the ledger rejects, and why."""
    try:
        return json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_text_of).encode()
    except (TypeError, ValueError, RecursionError) as problem:
        hint = "an event is an object of texts, numbers, booleans, lists and objects; leave out what is missing"
        unfit.update(reason=f"it cannot be written as JSON: {problem}", hint=hint, input=ascii(event)[:200])
        return b"null"


def _parts(events: Iterable[Mapping[str, Any]], unfit: dict[int, dict[str, Any]]) -> Iterable[Sequence[bytes]]:
    """Events as JSON, in parts that go out at once: one, where there are none, which tells where the ledger stands.

    Notes of each that cannot be written so why, by its number among all.
    """
    part: list[bytes] = []
    size = 0
    is_first = True
    for number, event in enumerate(events, 1):
        why: dict[str, Any] = {}
        line = _event_line(event, why)
        if why:
            unfit[number] = why
        if part and size + len(line) > _PART:
            yield part
            part, size, is_first = [], 0, False
        part.append(line)
        size += len(line) + 1
    if part or is_first:
        yield part
