"""What a call of the Python module costs: `python ask.py COMMAND PLACE AT PERSON..`."""

import sys
import time

from tenure import Ledger

command, place, at, *people = sys.argv[1:]
with Ledger(place, command=command) as ledger:
    ledger.person(people[0], at=at)
    took = []
    for person in people:
        began = time.perf_counter()
        ledger.person(person, at=at)
        took.append(time.perf_counter() - began)
took.sort()
p50, p99 = (took[(len(took) - 1) * percent // 100] * 1e3 for percent in (50, 99))
print(f"p50 {p50:.3f} ms, p99 {p99:.3f} ms")
