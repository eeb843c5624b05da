"""Two pages, and the claims that they make: what the other examples send.

The standard library is all that is needed. A scraper of yours replaces the reading of the pages; what is worth copying is
how each of the three clocks gets what the source says, and nothing that it does not say:

- `effective`, when it happened: as vague as the words (`effective_date`). Words that are not understood make no event.
- `reported_at`, when the world could know: when the article came out, or the page was read. Never "now" for old news.
- `seen`, a day on which the source showed a post in force: of a team page, the day on which it was read.
"""

import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser

COMPANY = "Harbour Labs"
MONTHS = "january february march april may june july august september october november december".split()
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Unclear(ValueError):
    """The page says something that this scraper does not understand. Telling it is better than guessing."""


def effective_date(when, published):
    """The vague date (EDTF) of an article's words, never narrower than they are.

    `published` is the time of the article in the zone of its publisher, in whose days "yesterday" and "last month" count.
    """
    words = when.lower().split()
    day = published.date()
    match words:
        case []:
            # It has happened, by the day of the article in its own zone. Left out, `effective` would mean that day in UTC.
            return f"[..{day}]"
        case ["to", "come"]:
            # Announced, not done: left out, it would say the opposite.
            return f"[{day}..]"
        case ["today"]:
            return str(day)
        case ["yesterday"]:
            return str(day - timedelta(days=1))
        case ["last", "month"]:
            return str(day.replace(day=1) - timedelta(days=1))[:7]
        case ["early" | "mid" | "late", year] if re.fullmatch(r"\d{4}", year):
            # Nobody agrees where "early" ends. The year holds it; the quote keeps the word.
            return year
        case [year] if re.fullmatch(r"\d{4}", year):
            return year
        case [month, year] if month in MONTHS and re.fullmatch(r"\d{4}", year):
            return f"{year}-{MONTHS.index(month) + 1:02}"
        case [number, month, year] if month in MONTHS and number.isdecimal() and re.fullmatch(r"\d{4}", year):
            return str(date(int(year), MONTHS.index(month) + 1, int(number)))
    raise Unclear(f"no date is known for {when!r}")


def news(card, url, read):
    """The claim of an article."""
    # The article's own clock: when it was changed last, else when it came out.
    reported_at = card.get("updated", card["published"])
    published = datetime.fromisoformat(card["published"])
    event = {
        "person": {"name": card["person"], "aliases": [card["also"]]} if "also" in card else card["person"],
        "company": card["company"],
        "effective": effective_date(card.get("when", ""), published),
        "reported_at": reported_at,
        "source": {
            "url": url,
            "publisher": "The Daily Ledger",
            # Who mends the article restates the claim: of one key, what was reported last counts.
            "key": card["id"],
            "title": card["title"],
            "lang": "en",
            "quote": card["words"],
            "retrieved_at": read.isoformat(),
        },
    }
    if "rumour" in card:
        event["confidence"] = "rumoured"
    match card["move"]:
        case "joined":
            event |= {"type": "JoinedCompany", "unit": card.get("unit"), "title": card.get("post")}
        case "left":
            event |= {"type": "LeftCompany"}
        case "appointed":
            event |= {"type": "AppointedToPost", "unit": card.get("unit"), "title": card["post"]}
            event["lead"] = True if card["post"].startswith("Head of ") else None
        case other:
            raise Unclear(f"{other!r} is no move")
    return {field: value for field, value in event.items() if value is not None}


def team_member(card, url, read):
    """The claim of a line of the team page: who is there on the day of reading. Since when, it does not say."""
    event = {
        "type": "HeldPost",
        "person": card["person"],
        "company": COMPANY,
        "unit": card.get("unit"),
        "title": card["post"],
        "seen": str(read.date()),
        # The day, not the minute: read twice on one day, it is one claim.
        "reported_at": str(read.date()),
        "source": {"url": url, "publisher": COMPANY, "lang": "en", "retrieved_at": read.isoformat()},
        # The company speaks of itself.
        "confidence": "confirmed",
    }
    return {field: value for field, value in event.items() if value is not None}


def events(html, url, read):
    """Every claim of a page, and what of it is not understood: pairs of an event or none, and a complaint or none."""
    page = Cards()
    page.feed(html)
    page.close()
    for card in page.cards:
        try:
            yield (news if "published" in card else team_member)(card, url, read), None
        except (Unclear, KeyError, ValueError) as problem:
            yield None, f"{url}#{card.get('id', '')}: {type(problem).__name__}: {problem}"


class Cards(HTMLParser):
    """Takes the text of each element with a class, by that class, of each element of the class `card`."""

    def __init__(self):
        super().__init__()
        self.cards = []
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return
        attributes = dict(attributes)
        name = attributes.get("class")
        if name == "card":
            self.cards.append({"id": attributes["id"]} if "id" in attributes else {})
        elif name and self.cards:
            self.cards[-1][name] = attributes.get("datetime", "")
            name = None if "datetime" in attributes else name
        self.open.append((tag, name))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for _, name in self.open:
            if name and name != "card":
                self.cards[-1][name] += data
