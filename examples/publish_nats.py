#!/usr/bin/env python3
"""Scrapes pages and publishes what they claim into the stream of a ledger, with a NATS client and the schemas alone.

    pip install nats-py jsonschema
    tenure nats init --nats nats://localhost:4222
    python3 examples/publish_nats.py --nats nats://localhost:4222 examples/site/moves.html examples/site/team.html

docs/nats.md describes subjects and headers. What was sent before does nothing, so nothing is remembered here either. Ends with 8
where something was not understood or is no event by its schema. A schema does not see everything (an end before its start):
readers set such an event aside, and `tenure log --quarantined` shows it.
"""

import argparse
import asyncio
import hashlib
import json
import re
import sys
import unicodedata
import uuid
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

import jsonschema
import nats

from moves import events

SCHEMA = Path(__file__).parent.parent / "schemas" / "event.json"  # or: tenure schema event
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "tenure:event:v1")
# Header values: printable ASCII but `"` and `%` stands for itself.
PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
AT_ONCE = 256


def without_nulls(value):
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(v) for v in value]
    return value


def sorted_fields(value):
    if isinstance(value, dict):
        return {k: sorted_fields(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, list):
        return [sorted_fields(v) for v in value]
    return value


def event_id(event):
    """The id that the ledger itself gives to this content: claims that come by another way are the same claims."""
    content = without_nulls(event)
    content.pop("id", None)
    if event["type"] == "ChangedManager":
        content["reports_to"] = without_nulls(event["reports_to"])
    if isinstance(content["source"], dict):
        content["source"].pop("retrieved_at", None)
    text = json.dumps(sorted_fields(content), ensure_ascii=False, separators=(",", ":"))
    return str(uuid.uuid5(NAMESPACE, text))


def name_key(name):
    """The key of a name: the ledger's own, but for Traditional characters and letters with strokes, which stay as they are.

    Here that is harmless. The key only chooses a subject, and nothing is concluded from subjects: an event under another one
    is read like every other. Who wants to select by subject calls such companies by an id.
    """
    kept, latin = [], False
    for character in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).lower()):
        match unicodedata.category(character)[0]:
            case "L" | "N":
                latin = "LATIN" in unicodedata.name(character, "")
                kept.append(character)
            case "M" if not latin:
                kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def company_token(event):
    company = event.get("company") or event.get("unit")
    if company is None:
        return "~"
    if isinstance(company, str):
        company = {"name": company}
    token = name_key(company.get("name") or "")
    if not token and "id" in company:
        token = "@" + re.sub(r"[^A-Za-z0-9_:/-]", "_", company["id"])
    if len(token.encode()) > 64:
        token = "~" + hashlib.sha256(token.encode()).hexdigest()[:16]
    return token or "~"


def message(event, prefix):
    """The subject, payload and headers of an event."""
    event = {"id": event.get("id") or event_id(event)} | event
    source = event["source"]
    if isinstance(source, dict):
        source = source.get("url") or source["publisher"]
    source = source.encode()[:500].decode(errors="ignore")
    reported = event.get("reported_at")
    time = datetime.fromisoformat(reported) if reported else datetime.now(timezone.utc)
    time = time.replace(tzinfo=timezone.utc) if time.tzinfo is None else time.astimezone(timezone.utc)
    headers = {
        "Nats-Msg-Id": event["id"],
        "ce-specversion": "1.0",
        "ce-id": quote(event["id"], safe=PLAIN),
        "ce-type": event["type"],
        "ce-source": quote(source, safe=PLAIN),
        "ce-time": time.isoformat().replace("+00:00", "Z"),
        "content-type": "application/json",
    }
    payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return f"{prefix}.{company_token(event)}.{event['type']}", payload, headers


async def publish(url, prefix, wanted):
    """Publishes events. Each counts when the server has acknowledged it, and not before."""
    counts = {"appended": 0, "duplicate": 0}
    client = await nats.connect(url)
    try:
        stream = client.jetstream()
        for start in range(0, len(wanted), AT_ONCE):
            sent = (message(event, prefix) for event in wanted[start : start + AT_ONCE])
            acks = await asyncio.gather(*(stream.publish(s, p, headers=h, timeout=30) for s, p, h in sent))
            for ack in acks:
                # The server tells duplicates within its window; readers find those beyond it.
                counts["duplicate" if ack.duplicate else "appended"] += 1
    finally:
        await client.close()
    return counts


def main():
    arguments = argparse.ArgumentParser(description="publishes what pages claim into a stream")
    arguments.add_argument("pages", nargs="+", type=Path)
    arguments.add_argument("--nats", default="nats://localhost:4222", help="the server")
    arguments.add_argument("--subjects", default="tenure.events", help="what the subjects of the ledger begin with")
    arguments.add_argument(
        "--read", type=datetime.fromisoformat, default=datetime.now(timezone.utc).replace(microsecond=0),
        help="when the pages were read, with its zone; now, unless they are copies",
    )
    given = arguments.parse_args()
    if given.read.tzinfo is None:
        arguments.error("--read needs a zone, as in 2025-06-15T09:00:00+00:00")

    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    good, bad = [], 0
    for page in given.pages:
        for event, problem in events(page.read_text(encoding="utf-8"), f"https://{page.stem}.example", given.read):
            if not problem and (wrong := jsonschema.exceptions.best_match(schema.iter_errors(event))):
                problem = f"{page}: {wrong.json_path}: {wrong.message}"
            if problem:
                bad += 1
                print(problem, file=sys.stderr)
            else:
                good.append(event)
    print(json.dumps(asyncio.run(publish(given.nats, given.subjects, good)) | {"unclear": bad}))
    sys.exit(8 if bad else 0)


if __name__ == "__main__":
    main()
