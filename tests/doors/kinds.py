"""Asks by the module what has no answer: kinds.py TENURE PLACE KINDS.json

What a method does not take at all, Python itself refuses.
"""

import inspect
import json
import sys
from pathlib import Path

import tenure
from tenure import Ledger

COMMAND, PLACE, KINDS = sys.argv[1:4]
RAISED = {2: tenure.UsageError, 3: tenure.NotFoundError, 4: tenure.AmbiguousError, 6: tenure.BasisError}


def lacks(method, fields):
    """Whether the method is not given what it must have."""
    needed = inspect.signature(method).parameters.values()
    return any(one.default is one.empty and one.kind is not one.VAR_KEYWORD and one.name not in fields for one in needed)


def main():
    raised = refused = 0
    with Ledger(PLACE, command=COMMAND) as ledger:
        before = ledger.person("Ann Lee", at="2024-06-01")
        for kind in json.loads(Path(KINDS).read_text()):
            fields = {"from_" if name == "from" else name: value for name, value in kind["fields"].items()}
            # Nothing is what leaves a field out here.
            if None in fields.values() or (PLACE.startswith("http") and not spelled_alike(fields)):
                continue
            method = getattr(ledger, kind["verb"])
            try:
                method(**fields)
            except TypeError as error:
                assert lacks(method, fields), (kind, error)
                refused += 1
            except tenure.TenureError as error:
                assert type(error) is RAISED[kind["exit"]] and error.exit == kind["exit"], (kind, error)
                told = f"{error.error}\n{error.hint or ''}"
                assert kind["says"] in told, (kind, told)
                assert "--" not in told and "tenure " not in told, (kind, told)
                raised += 1
            else:
                raise AssertionError(f"{kind} is answered")
            assert ledger.person("Ann Lee", at="2024-06-01") == before, kind
    assert raised + refused >= 60, (raised, refused)
    print(f"raised {raised}, refused {refused}")


def spelled_alike(fields):
    """Whether an address says the same: there all is text."""
    return all(isinstance(value, str) or isinstance(value, list) and name != "person" for name, value in fields.items())


main()
