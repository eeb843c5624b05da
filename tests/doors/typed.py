"""A program that uses the module, for the checker of types alone."""

from datetime import date, datetime
from typing import assert_type

from tenure import Answer, Appended, Ledger, NotFoundError

with Ledger("data") as ledger:
    assert_type(ledger.person("Ann Lee", at=date(2024, 6, 1), known="2024"), Answer)
    assert_type(ledger.who("Kestrel", lead=True, recorded=20, source=["News"]), Answer)
    assert_type(ledger.moves(from_="Vision", by="year", known=datetime(2024, 1, 1)), Answer)
    assert_type(ledger.append([{"type": "LeftCompany"}]), Appended)
    ledger.person("Ann Lee", when="2024")  # type: ignore[call-arg]
    ledger.who("Kestrel", sort="age")  # type: ignore[arg-type]
    ledger.person()  # type: ignore[call-arg]
    try:
        ledger.status()
    except NotFoundError as error:
        assert_type(error.candidates[0]["name"], str)
