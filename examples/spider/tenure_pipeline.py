"""A Scrapy pipeline that gives every item to a ledger. Items are events: dicts, as docs/events.md describes them.

    ITEM_PIPELINES = {"tenure_pipeline.TenurePipeline": 900}
    TENURE_COMMAND = ["tenure", "--data", "ledger"]   # with --nats URL in it, the log is a stream
    TENURE_REJECTS = "rejected.ndjson"

Events are collected in a file while the spider runs, and ingested when it closes: so they go in together, and a crawl that
is cut off leaves them in the file. Where `tenure` fails, the file stays, and its place is logged: ingest it later. The counts of the
summary are in the stats, as `tenure/appended`, `tenure/duplicate` and `tenure/rejected`.
"""

import json
import logging
import os
import subprocess
import tempfile

from scrapy.exceptions import DropItem

logger = logging.getLogger(__name__)


class TenurePipeline:
    def __init__(self, command, rejects, stats):
        self.command, self.rejects, self.stats = command, rejects, stats

    @classmethod
    def from_crawler(cls, crawler):
        settings = crawler.settings
        return cls(
            settings.getlist("TENURE_COMMAND", ["tenure"]),
            settings.get("TENURE_REJECTS", "rejected.ndjson"),
            crawler.stats,
        )

    def open_spider(self):
        descriptor, self.path = tempfile.mkstemp(prefix="tenure-", suffix=".ndjson")
        self.file = os.fdopen(descriptor, "w", encoding="utf-8")

    def process_item(self, item):
        if "type" not in item or "source" not in item:
            raise DropItem(f"no event, for want of a type or a source: {item!r}")
        self.file.write(json.dumps(dict(item), ensure_ascii=False) + "\n")
        return item

    def close_spider(self):
        self.file.close()
        arguments = ["--format", "json", "--quiet", "ingest", self.path, "--rejects", self.rejects]
        try:
            run = subprocess.run([*self.command, *arguments], stdout=subprocess.PIPE, check=False)
            code = run.returncode
        except OSError as error:
            run, code = None, error
        # 8: some events were rejected, and are in the file of rejects; the rest is in.
        if code not in (0, 8):
            logger.error("tenure ended with %s; the events are kept in %s", code, self.path)
            self.stats.set_value("tenure/kept", self.path)
            return
        os.unlink(self.path)
        summary = json.loads(run.stdout)
        for count in ("appended", "duplicate", "rejected"):
            self.stats.set_value(f"tenure/{count}", summary[count])
        logger.info("tenure: %s", summary)
