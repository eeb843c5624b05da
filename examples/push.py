#!/usr/bin/env python3
"""Scrapes pages and pushes what they claim into the standard input of `tenure ingest`.

    python3 examples/push.py --data ledger examples/site/moves.html examples/site/team.html

Needs Python 3.11 and `tenure`, and remembers nothing: what was sent before is counted as a duplicate. Ends with 8 where some of
the pages was not understood or some event was rejected; the rest is in.
"""

import argparse
import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from moves import events


def main():
    arguments = argparse.ArgumentParser(description="pushes what pages claim into `tenure ingest`")
    arguments.add_argument("pages", nargs="+", type=Path)
    arguments.add_argument("--data", default="tenure-data", help="the ledger")
    arguments.add_argument("--tenure", default="tenure", help="the program")
    arguments.add_argument("--rejects", default="rejected.ndjson", help="where rejected events go")
    arguments.add_argument(
        "--read", type=datetime.fromisoformat, default=datetime.now(timezone.utc).replace(microsecond=0),
        help="when the pages were read, with its zone; now, unless they are copies",
    )
    given = arguments.parse_args()
    if given.read.tzinfo is None:
        arguments.error("--read needs a zone, as in 2025-06-15T09:00:00+00:00")

    lines, unclear = [], 0
    for page in given.pages:
        # A scraper of yours gets a page from the network here, and its address is the URL of the page.
        for event, problem in events(page.read_text(encoding="utf-8"), f"https://{page.stem}.example", given.read):
            if problem:
                unclear += 1
                print(problem, file=sys.stderr)
            else:
                lines.append(json.dumps(event, ensure_ascii=False) + "\n")

    run = subprocess.run(
        [given.tenure, "--data", given.data, "--format", "json", "ingest", "-", "--rejects", given.rejects],
        input="".join(lines).encode(),
        stdout=subprocess.PIPE,
    )
    if run.returncode not in (0, 8):
        # 5: another process has the ledger. Nothing is lost by running this again.
        sys.exit(run.returncode)
    print(json.dumps(json.loads(run.stdout) | {"unclear": unclear}))
    sys.exit(8 if unclear else run.returncode)


if __name__ == "__main__":
    main()
