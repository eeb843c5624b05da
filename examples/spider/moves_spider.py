"""A spider for the pages of examples/site. Its items are events; the pipeline gives them to a ledger.

    pip install scrapy
    cd examples/spider
    scrapy runspider moves_spider.py -s TENURE_COMMAND='tenure,--data,ledger'
"""

import sys
from datetime import datetime, timezone
from pathlib import Path

import scrapy

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from moves import Unclear, news, team_member  # noqa: E402


class MovesSpider(scrapy.Spider):
    name = "moves"
    # Pages on the disk, so that the example needs no network.
    start_urls = [(HERE.parent / "site" / page).as_uri() for page in ("moves.html", "team.html")]
    custom_settings = {"ITEM_PIPELINES": {"tenure_pipeline.TenurePipeline": 900}}

    def parse(self, response):
        read = datetime.now(timezone.utc).replace(microsecond=0)
        # What stands in the ledger for ever is the address of the page, not that of the copy which is read here.
        url = f"https://{Path(response.url).stem}.example"
        for element in response.css(".card"):
            card = {field.attrib["class"]: "".join(field.css("::text").getall()) for field in element.css("[class]")}
            card |= {time.attrib["class"]: time.attrib["datetime"] for time in element.css("time")}
            card |= {"id": element.attrib["id"]} if "id" in element.attrib else {}
            try:
                yield (news if "published" in card else team_member)(card, url, read)
            except (Unclear, KeyError, ValueError) as problem:
                # Neither guessed at nor dropped in silence.
                self.crawler.stats.inc_value("moves/unclear")
                self.logger.warning("%s#%s: %s", url, card.get("id", ""), problem)
