"""Why a question has no answer: an exception for each exit code of the command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


Candidate = TypedDict(
    "Candidate",
    {
        "id": str,
        "name": str,
        "kind": str,
        "company": dict[str, str] | None,
        "title": str | None,
        "from": str | None,
        "to": str | None,
    },
)
"""One of those that a name can mean."""


class TenureError(Exception):
    """A question has no answer, or events were not appended."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.error: str = str(told.get("error", ""))
        """What is wrong, and where."""
        self.hint: str | None = told.get("hint")
        """What to do."""
        self.exit: int = int(told.get("exit", 1))
        """The exit code of the command."""
        self.candidates: tuple[Candidate, ...] = tuple(told.get("candidates") or ())
        """Whom or what the name can mean, or comes near."""
        self.notices: tuple[str, ...] = tuple(told.get("notices") or ())
        """What was told beside."""
        super().__init__(self.error if self.hint is None else f"{self.error} (hint: {self.hint})")


class UsageError(TenureError):
    """The question is wrong in itself."""


class NotFoundError(TenureError):
    """Nobody and nothing is meant."""


class AmbiguousError(TenureError):
    """Several are meant: `candidates` names them, to ask again by id."""


class UnreachableError(TenureError):
    """The ledger, the log or the service cannot be reached."""


class BasisError(TenureError):
    """The ledger has not come to the basis that was asked for."""


class RejectedError(TenureError):
    """No event was taken: `rejects` says why, event by event."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(told)
        self.rejects: tuple[dict[str, Any], ...] = tuple(told.get("rejects") or ())

    def __str__(self) -> str:
        first = self.rejects[0].get("reason") if self.rejects else None
        return super().__str__() if first is None else f"{super().__str__()}; the first: {first}"


_OF_EXIT: dict[int, type[TenureError]] = {
    2: UsageError,
    3: NotFoundError,
    4: AmbiguousError,
    5: UnreachableError,
    6: BasisError,
    8: RejectedError,
}


def error_of(told: Mapping[str, Any]) -> TenureError:
    """The exception for an error as the doors write it."""
    return _OF_EXIT.get(int(told.get("exit", 1)), TenureError)(told)


def usage(error: str, hint: str) -> UsageError:
    """The exception for a question that no door is asked."""
    return UsageError({"error": error, "hint": hint, "exit": 2})


def unreachable(error: str, hint: str) -> UnreachableError:
    """The exception where no door says why."""
    return UnreachableError({"error": error, "hint": hint, "exit": 5})
