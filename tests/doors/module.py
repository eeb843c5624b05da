"""Drives the Python module: `python module.py TENURE WORLD.ndjson [HTTP-ADDRESS TOKEN]`."""

import inspect
import os
import signal
import sys
import tempfile
import threading
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import tenure
from tenure import Ledger

COMMAND, WORLD = sys.argv[1:3]
JOINED = {
    "type": "JoinedCompany",
    "person": "Zoe =Quist",
    "company": "Kestrel",
    "title": "+1 officer",
    "effective": "2024-05-01",
    "reported_at": "2024-05-02",
    "source": "News",
}


def raises(kind: type[tenure.TenureError], ask: Any) -> tenure.TenureError:
    try:
        ask()
    except tenure.TenureError as error:
        assert type(error) is kind, (type(error), error)
        return error
    raise AssertionError(f"no {kind.__name__}")


def every_verb(ledger: Ledger) -> None:
    """Each question, with something that its answer must say."""
    person = ledger.person("Ann Lee", at=date(2024, 6, 1))
    assert person["person"]["name"] == "Ann Lee" and person["positions"], person
    assert person.basis_text is not None and "2024-06-01" in person.basis_text, person.basis_text
    assert ledger.career("林伟")["tenures"]
    assert ledger.who("Kestrel", at="2024-01-01", lead=True)["members"]
    assert ledger.org("Kestrel", at="2024-01-01", sort="size")["unit"]["children"]
    assert ledger.holders("Vision", gaps=True)["gaps"] is not None
    assert "gaps" not in ledger.holders("Vision")
    assert "up" in ledger.reports("Ann Lee", direction="up", at="2024-06-01")
    assert ledger.diff("Ann Lee", at="2022..2025")["happened"]
    assert ledger.moves(by="year", until=date(2030, 1, 1))["flows"]
    assert ledger.why("Ann Lee", at="2024-06-01")["supports"]
    assert ledger.conflicts()["conflicts"]
    assert len(ledger.log(limit=3, type="JoinedCompany")["events"]) <= 3
    assert ledger.find("lin", limit=2)["matches"]
    assert ledger.list("people", sort="first", limit=1)
    assert ledger.status()["events"] > 20


def clocks_and_filters(ledger: Ledger) -> None:
    early = ledger.person("Ann Lee", at="2024-06-01", known=datetime(1990, 1, 1, tzinfo=timezone.utc))
    assert early["positions"] == [] and early.notices, early.notices
    assert ledger.person("Ann Lee", recorded=1)["basis"]["seq"] == 1
    every = ledger.person("Ann Lee", at="2024-06-01", source=["Kestrel", "Company Register"], min_confidence="reported")
    assert ledger.person("Ann Lee", at="2024-06-01", source="Kestrel")["basis"] == every["basis"]


def errors(ledger: Ledger) -> None:
    missing = raises(tenure.NotFoundError, lambda: ledger.person("Ann Leee"))
    assert missing.exit == 3 and missing.hint is not None and "Ann Lee" in missing.hint, missing
    assert [one["name"] for one in missing.candidates] == ["Ann Lee"], missing.candidates
    wrong = raises(tenure.UsageError, lambda: ledger.person("Ann Lee", at="2024-13"))
    assert "2024-13" in wrong.error and wrong.exit == 2, wrong
    raises(tenure.BasisError, lambda: ledger.person("Ann Lee", recorded=99_999))
    raises(tenure.UsageError, lambda: ledger.person("x" * 1101))
    # What went wrong harms nothing after it.
    assert ledger.person("Ann Lee")["person"]["name"] == "Ann Lee"


def frames(ledger: Ledger) -> None:
    import pandas
    import polars

    for verb, about, fields in [
        ("person", "Ann Lee", {"at": "2024-06-01"}),
        ("career", "Ann Lee", {}),
        ("who", "Kestrel", {"at": "2024-01-01"}),
        ("org", "Kestrel", {"at": "2024-01-01"}),
        ("holders", "Vision", {"gaps": True}),
        ("reports", "Ann Lee", {"at": "2024-06-01"}),
        ("diff", "Ann Lee", {"at": "2022..2025"}),
        ("moves", None, {"by": "year"}),
        ("why", "Ann Lee", {"at": "2024-06-01"}),
        ("conflicts", None, {}),
        ("log", None, {"limit": 9}),
        ("find", "lin", {}),
        ("list", "people", {}),
        ("status", None, {}),
    ]:
        one = ledger.frame(verb, about, engine="pandas", **fields)  # type: ignore[arg-type]
        other = ledger.frame(verb, about, engine="polars", **fields)  # type: ignore[arg-type]
        assert isinstance(one, pandas.DataFrame) and isinstance(other, polars.DataFrame)
        assert len(one) == len(other) > 0 and list(one.columns) == other.columns, verb
        for column in other.columns:
            values = other[column].drop_nulls().to_list()
            # What is a number or a flag in the answer is one in the frame: only ids and texts look like them by chance.
            as_text = [value for value in values if isinstance(value, str)]
            assert not as_text or not all(text in ("true", "false") for text in as_text), (verb, column)
    answer = ledger.holders("Vision")["holders"]
    days = [one["from"]["earliest"] and date.fromisoformat(one["from"]["earliest"]) for one in answer]
    held = ledger.frame("holders", "Vision", engine="polars")
    assert held.schema["from_earliest"] == polars.Date and held.schema["is_primary"] == polars.Boolean
    assert held["from_earliest"].to_list() == days
    held = ledger.frame("holders", "Vision", engine="pandas")
    assert str(held["from_earliest"].dtype) == "datetime64[s]" and str(held["is_primary"].dtype) == "boolean"
    assert list(held["person"]) == [one["person"]["name"] for one in answer]
    assert [None if pandas.isna(day) else day.date() for day in held["from_earliest"]] == days
    raises(tenure.NotFoundError, lambda: ledger.frame("who", "Nowhere"))
    for verb, about in [("holder", "Vision"), ("holder", None), ("status", "x"), ("moves", "x")]:
        wrong = raises(tenure.UsageError, lambda: ledger.frame(verb, about))  # type: ignore[arg-type]
        assert f"`{verb}`" in wrong.error and wrong.hint is not None, wrong


def appending(ledger: Ledger, base: int) -> None:
    taken = ledger.append([JOINED, {"type": "Jined"}])
    assert (taken["appended"], taken["rejected"], taken["seq"]) == (1, 1, base + 1), taken
    assert "JoinedCompany" in taken["rejects"][0]["hint"], taken
    assert ledger.append(iter([JOINED]))["duplicate"] == 1
    # One event is an event, and not the list of its fields.
    refused = raises(tenure.RejectedError, lambda: ledger.append({"type": "Jined"}))
    assert isinstance(refused, tenure.RejectedError) and len(refused.rejects) == 1, refused
    assert refused.rejects[0]["reason"] in str(refused), refused
    nothing = ledger.append([])
    assert (nothing["appended"], nothing["seq"]) == (0, base + 1), nothing
    unfit = [{**JOINED, "note": float("nan")}, {**JOINED, "note": "\ud800"}, {**JOINED, "note": {1}}]
    dated = {**JOINED, "effective": date(2024, 5, 1)}
    taken = ledger.append([unfit[0], dated, *unfit[1:]])
    assert (taken["appended"], taken["duplicate"], taken["rejected"]) == (0, 1, 3), taken
    assert [reject["line"] for reject in taken["rejects"]] == [1, 3, 4], taken
    assert all("cannot be written as JSON" in reject["reason"] and reject["hint"] for reject in taken["rejects"]), taken
    frame = ledger.frame("person", "Zoe =Quist", engine="polars", at="2024-06-01")
    assert frame["title"].to_list() == ["+1 officer"], frame
    assert len(ledger.frame("log", engine="polars", type="JoinedCompany", limit=2)) == 2
    appending_in_parts(ledger)


def appending_in_parts(ledger: Ledger) -> None:
    """Events that go out in several parts are told of as if they were one."""
    whole = tenure._ledger._PART
    # One event, of fewer characters than bytes, and no room for another.
    tenure._ledger._PART = 300
    try:
        wrong = [{"type": "Jined", "note": "林" * 60, "number": number} for number in range(3)]
        refused = raises(tenure.RejectedError, lambda: ledger.append(wrong))
        assert isinstance(refused, tenure.RejectedError)
        assert [reject["line"] for reject in refused.rejects] == [1, 2, 3], refused.rejects
        taken = ledger.append([*wrong, JOINED, wrong[0]])
        assert (taken["duplicate"], taken["rejected"]) == (1, 4), taken
        assert [reject["line"] for reject in taken["rejects"]] == [1, 2, 3, 5], taken
    finally:
        tenure._ledger._PART = whole
    assert [len(part) for part in tenure._ledger._parts([{"a": "林" * (whole // 3)}, {"a": 1}], {})] == [1, 1]


def cells() -> None:
    """A text comes out of a cell as it went into it."""
    read = tenure._frames._text
    assert [read(cell) for cell in ("'=x", "''=x", "'''-5", "'＝1", "'Ann'")] == ["=x", "'=x", "''-5", "＝1", "'Ann'"]
    limit = tenure._frames.csv.field_size_limit()
    long = tenure._frames.frame("find", "name\n" + "x" * (limit + 1) + "\n", "polars")
    assert long["name"].str.len_chars().to_list() == [limit + 1] and tenure._frames.csv.field_size_limit() == limit


def a_server_that_hangs_up() -> None:
    """It is told as one that does not answer."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                connection.recv(1 << 16)
                connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with Ledger(f"http://127.0.0.1:{server.getsockname()[1]}") as ledger:
            raises(tenure.UnreachableError, ledger.status)
        thread.join()


def the_command(place: Path) -> None:
    """What only a process of its own does."""
    ledger = Ledger(place, command=COMMAND)
    every_verb(ledger)
    # Threads share it.
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(ledger.person("Ann Lee")["person"]["id"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["p/lee"] * 8, seen
    # A process that dies is told of once, and the next question starts another.
    process = ledger._door._process  # type: ignore[attr-defined]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert ledger.person("Ann Lee")["person"]["id"] == "p/lee"
    assert ledger._door._process.pid != process.pid  # type: ignore[attr-defined]
    ledger.close()
    assert ledger.person("Ann Lee")["person"]["id"] == "p/lee", "it is opened again"
    ledger.close()
    raises(tenure.UnreachableError, lambda: Ledger(place, command="/nowhere/tenure").status())
    with Ledger(place / "nothing here", command=COMMAND) as none:
        raises(tenure.UnreachableError, none.status)


def columns_are_what_they_are_in_answers(address: str, verbs: dict[str, Any]) -> None:
    """What is a count, a number or a flag in an answer is one in the frame."""
    import csv
    import json
    from urllib.request import urlopen

    with urlopen(f"{address}/v1/openapi.json") as reply:
        schemas = json.load(reply)["components"]["schemas"]

    def fields(schema: Any, seen: set[str]) -> dict[str, set[str]]:
        """The types of the fields in a schema and all below it, by name."""
        found: dict[str, set[str]] = {}
        if isinstance(schema, list):
            parts = schema
        elif isinstance(schema, dict):
            parts = list(schema.values())
            for name, field in schema.get("properties", {}).items():
                types = field.get("type", []) if isinstance(field, dict) else []
                found.setdefault(name, set()).update([types] if isinstance(types, str) else types)
            name = schema.get("$ref", "").rsplit("/", 1)[-1]
            if name and name not in seen:
                parts.append(schemas[name])
                seen.add(name)
        else:
            return {}
        for part in parts:
            for name, types in fields(part, seen).items():
                found.setdefault(name, set()).update(types)
        return found

    counted = 0
    for verb, query in QUESTIONS.items():
        with urlopen(f"{address}/v1/{verb}?{query}&format=csv") as reply:
            header = next(csv.reader([reply.readline().decode()]))
        answer = verbs[verb]["responses"]["200"]["content"]["application/json"]["schema"]
        types = fields(answer, set())
        for column in header:
            # A table has the side of a change in the name, and flags as questions.
            plain = column.removeprefix("before_").removeprefix("after_")
            stated = types.get(plain, types.get(plain.removeprefix("is_"), set())) - {"null"}
            kind = tenure._frames.kind_of(verb, column)  # type: ignore[arg-type]
            if stated in ({"integer"}, {"number"}, {"boolean"}):
                wanted = {"integer": "count", "number": "number", "boolean": "flag"}[min(stated)]
                assert kind == wanted, (verb, column, kind, stated)
                counted += 1
            else:
                # What only the table has: how deep a row stands, on which side of a date it was guessed.
                own = column in ("depth", "above") or column.endswith("_inferred")
                assert own or kind in ("text", "day"), (verb, column, kind, stated)
    assert counted >= 40, counted


QUESTIONS = {
    "person": "person=Ann+Lee",
    "career": "person=Ann+Lee",
    "who": "unit=Kestrel",
    "org": "unit=Kestrel",
    "holders": "unit=Vision&gaps=true",
    "reports": "person=Ann+Lee",
    "diff": "target=Ann+Lee&at=2022..2025",
    "moves": "by=year",
    "why": "of=Ann+Lee&at=2024-06-01",
    "conflicts": "",
    "log": "limit=9",
    "find": "name=lin",
    "list": "what=people",
    "status": "",
}


def fields_are_those_of_the_api(address: str) -> None:
    """Each method takes what its question takes, no more and no less."""
    import json
    from urllib.request import urlopen

    with urlopen(f"{address}/v1/openapi.json") as reply:
        paths = json.load(reply)["paths"]
    verbs = {path.removeprefix("/v1/"): methods["get"] for path, methods in paths.items() if "get" in methods}
    for verb in tenure._ledger._MAIN.keys() | {"moves", "status"}:
        described = {field["name"] for field in verbs[verb]["parameters"]} - {"format"}
        signature = inspect.signature(getattr(Ledger, verb)).parameters
        own = {name.removesuffix("_") for name in signature} - {"self", "terms"}
        if verb == "status":
            # It is about nothing that a day or a language could change.
            own |= {"at", "lang", "row_names"}
        else:
            own |= set(tenure.Terms.__annotations__)
        assert own == described, (verb, described)
    columns_are_what_they_are_in_answers(address, verbs)
    missing = verbs.keys() - (tenure._ledger._MAIN.keys() | {"moves", "status"})
    assert all("." in verb or verb == "changes" for verb in missing), missing


def gaps() -> None:
    """A frame has the gaps of a post as rows without a person."""
    import polars

    with tempfile.TemporaryDirectory() as dir, Ledger(Path(dir) / "data", command=COMMAND) as ledger:
        post = {"type": "HeldPost", "company": "Acme", "title": "CTO", "reported_at": "2020-01-01", "source": "Wire"}
        held = [("Ann", "2010-01-01", "2012-01-01"), ("Bo", "2014-01-01", "2015-01-01")]
        ledger.append([post | {"id": who, "person": who, "from": begin, "to": end} for who, begin, end in held])
        told = ledger.holders("Acme", title="CTO", gaps=True)["gaps"]
        rows = ledger.frame("holders", "Acme", title="CTO", engine="polars", gaps=True)
        rows = rows.filter(polars.col("person").is_null())
        assert list(rows["gap"]) == [gap["certainty"] for gap in told] == ["certain", "certain"], (rows, told)
        assert rows["from_earliest"][0] == date(2012, 1, 1), rows


def forked(ledger: Ledger) -> None:
    """Two processes that were one, each with its own answers; and one that ends does not wait for the other."""

    expected = {name: ledger.person(name)["person"] for name in ("Ann Lee", "林伟")}

    def asks(name: str) -> None:
        for _ in range(60):
            assert ledger.person(name)["person"] == expected[name]

    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(writer)
            asks("林伟")
            os.read(reader, 1)
            ledger.close()
            status = 0
        finally:
            os._exit(status)
    os.close(reader)
    asks("Ann Lee")
    ledger.close()
    os.close(writer)
    assert os.waitpid(child, 0)[1] == 0
    asks("Ann Lee")


def main() -> None:
    with tempfile.TemporaryDirectory() as dir:
        place = Path(dir) / "data"
        with Ledger(place, command=COMMAND) as ledger:
            import json

            events = [json.loads(line) for line in Path(WORLD).read_text().splitlines() if line.strip()]
            base = ledger.append(events)["seq"]
            assert base == len(events), base
            for check in (every_verb, clocks_and_filters, errors, frames):
                check(ledger)
            appending(ledger, base)
            forked(ledger)
        the_command(place)
    cells()
    gaps()
    a_server_that_hangs_up()
    print("driven the command")
    if len(sys.argv) > 3:
        address, token = sys.argv[3:5]
        with Ledger(address, token=token) as ledger:
            base = ledger.status()["events"]
            for check in (every_verb, clocks_and_filters, errors, frames):
                check(ledger)
            appending(ledger, base)
            forked(ledger)
        raises(tenure.UsageError, lambda: Ledger(address).append([JOINED]))
        raises(tenure.UnreachableError, lambda: Ledger("http://127.0.0.1:1").status())
        fields_are_those_of_the_api(address)
        print("driven a server")


main()
