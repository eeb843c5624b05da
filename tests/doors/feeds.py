"""Reads the feeds of a server as a reader does: feeds.py ADDRESS PERSON UNIT COMPANY"""

import json
import sys
from datetime import datetime
from urllib.parse import quote
from urllib.request import urlopen

import feedparser

ADDRESS, *TARGETS = sys.argv[1:]


def read(path):
    with urlopen(ADDRESS + path) as reply:
        return reply.headers["Content-Type"], reply.read()


def main():
    count = 0
    for target in [None, *TARGETS]:
        query = f"?target={quote(target, safe='')}" if target else ""
        kind, xml = read(f"/v1/feed.atom{query}")
        feed = feedparser.parse(xml, response_headers={"content-type": kind})
        assert not feed.bozo and feed.version == "atom10", (target, feed.bozo and feed.bozo_exception)
        assert feed.feed.title and feed.feed.id == f"{ADDRESS}/v1/feed.atom{query}" and feed.feed.author, feed.feed
        links = {link.rel: link.href for link in feed.feed.links}
        page = f"{ADDRESS}/find?name={quote(target, safe='')}" if target else f"{ADDRESS}/"
        assert links == {"self": feed.feed.id, "alternate": page}, links
        assert feed.entries, target
        ids = [entry.id for entry in feed.entries]
        assert len(set(ids)) == len(ids), ids
        for entry in feed.entries:
            assert entry.title and entry.updated_parsed and entry.published_parsed and entry.summary, entry
            assert [link.rel for link in entry.links] == ["alternate"], entry.links
        updated = [entry.updated_parsed for entry in feed.entries]
        assert updated == sorted(updated, reverse=True), "what was recorded last stands first"

        # https://jsonfeed.org/version/1.1
        kind, text = read(f"/v1/feed.json{query}")
        feed = json.loads(text)
        assert kind == "application/feed+json" and feed["version"] == "https://jsonfeed.org/version/1.1", feed
        assert feed["title"] and feed["home_page_url"] and feed["feed_url"] == f"{ADDRESS}/v1/feed.json{query}", feed
        assert [item["id"] for item in feed["items"]] == ids
        for item in feed["items"]:
            assert item["url"] and item["title"] and isinstance(item["content_text"], str), item
            assert datetime.fromisoformat(item["date_published"]).tzinfo, item
            assert all(name.startswith("_") for name in item.keys() - FIELDS), item
        count += 1
    print(f"read {count} feeds")


FIELDS = {"id", "url", "title", "content_text", "date_published"}

main()
