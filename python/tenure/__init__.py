"""Ask a ledger of personnel changes: who was where, what was known then, and which sources say so.

>>> from tenure import Ledger
>>> with Ledger("demo-data") as ledger:
...     ledger.person("Steven Hoi", at="2025-10-01")["positions"][0]["title"]
'Vice-President'
"""

from tenure._errors import (
    AmbiguousError,
    BasisError,
    Candidate,
    NotFoundError,
    RejectedError,
    TenureError,
    UnreachableError,
    UsageError,
)
from tenure._ledger import Answer, Appended, Ledger, Terms

__all__ = [
    "AmbiguousError",
    "Answer",
    "Appended",
    "BasisError",
    "Candidate",
    "Ledger",
    "NotFoundError",
    "RejectedError",
    "TenureError",
    "Terms",
    "UnreachableError",
    "UsageError",
]
