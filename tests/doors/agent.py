"""Drives every tool of `tenure mcp` with the official client, and asks questions whose answers are known.

Usage: agent.py stdio TENURE DATA | agent.py http ADDRESS
The client holds each answer against the output schema of its tool.
"""

import asyncio
import sys
import time
from contextlib import asynccontextmanager

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

TOOLS = ["find", "person", "who", "org", "holders", "diff", "why", "conflicts"]

# Questions to the ledger of the demo: the tool, what it is asked, and what must be in its answer.
KNOWN = [
    ("find", {"name": "许主洪"}, lambda a: a["matches"][0]["id"] == "steven-hoi"),
    ("find", {"name": "tongyi"}, lambda a: any(m["id"] == "alibaba/tongyi" for m in a["matches"])),
    ("person", {"person": "Steven Hoi", "at": "2025-10-01"},
     lambda a: any(p["unit"] and p["unit"]["name"] == "Tongyi Lab" for p in a["person"]["positions"])),
    ("person", {"person": "Steven Hoi", "at": "2025-10-01", "known": "2025-09-28"},
     lambda a: not any(p["unit"] and "ongyi" in p["unit"]["name"] for p in a["person"]["positions"])),
    ("person", {"person": "許主洪", "at": "2025-10-01"}, lambda a: len(a["career"]["conflicts"]) > 0),
    ("person", {"person": "Steven Hoi", "at": "2025-10-01", "recorded": "7"}, lambda a: a["person"]["basis"]["seq"] == 7),
    ("who", {"unit": "Tongyi Lab", "at": "2025-10-01"},
     lambda a: {"Zhou Jingren", "Steven Hoi Chu-hong"} <= {m["person"]["name"] for m in a["members"]}),
    ("who", {"unit": "通義實驗室", "at": "2025-10-01"}, lambda a: a["unit"]["id"] == "alibaba/tongyi"),
    ("who", {"unit": "Alibaba", "at": "2025-10-01", "limit": 1}, lambda a: len(a["members"]) == 1),
    ("org", {"unit": "Alibaba", "at": "2026-04-10"}, lambda a: len(a["unit"]["children"]) > 1),
    ("holders", {"unit": "Tongyi Lab", "lead": True},
     lambda a: a["holders"][0]["person"]["name"] == "Zhou Jingren" and "gaps" in a),
    ("diff", {"target": "Tongyi Lab", "at": "2026-03-01..2026-04-10"},
     lambda a: any(c["kind"] == "left" and c["person"]["name"] == "林俊暘" for c in a["happened"])),
    ("why", {"of": "steven-hoi@7188c7b6", "at": "2025-10-01"}, lambda a: len(a["supports"]) == 4),
    ("why", {"of": "#2"}, lambda a: a["became"]["state"] == "live"),
    ("conflicts", {"target": "Steven Hoi"}, lambda a: len(a["conflicts"]) >= 2),
    ("conflicts", {}, lambda a: len(a["conflicts"]) >= 2),
    ("conflicts", {"source": ["SCMP"]}, lambda a: isinstance(a["conflicts"], list)),
]

# What has no answer: a tool error, with these words in it.
DENIED = [
    ("who", {"unit": "Nowhere"}, "nothing in this ledger is called"),
    ("person", {"person": "Steven Hoy"}, "did you mean"),
    ("person", {"person": "Steven Hoi", "at": "soon"}, "write a day as"),
    ("person", {"persn": "x"}, "persn"),
    ("person", {}, "person"),
    ("diff", {"target": "Tongyi Lab"}, "two points"),
    ("who", {"unit": "Alibaba", "limit": 0}, "limit"),
    ("who", {"unit": "Alibaba", "offset": -1}, "offset"),
    ("find", {"name": "x" * 1101}, "may have 1100"),
]


@asynccontextmanager
async def session():
    if sys.argv[1] == "stdio":
        parameters = StdioServerParameters(command=sys.argv[2], args=["--data", sys.argv[3], "mcp"])
        async with stdio_client(parameters) as (read, write), ClientSession(read, write) as client:
            yield client
    else:
        async with streamable_http_client(sys.argv[2] + "/mcp") as streams, ClientSession(*streams[:2]) as client:
            yield client


async def main():
    async with session() as client:
        started = await client.initialize()
        assert started.server_info.name == "tenure", started
        for word in ["certainty", "confidence", "known", "recorded"]:
            assert word in started.instructions, word
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == TOOLS, tools
        for tool in tools:
            assert tool.output_schema and tool.annotations.read_only_hint, tool
            assert {"at", "known", "recorded", "source"} <= tool.input_schema["properties"].keys(), tool
        for tool, arguments, holds in KNOWN:
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, (tool, arguments, result)
            content = result.structured_content
            assert content["basis"].startswith("at ") or tool == "find", content["basis"]
            assert isinstance(content["notices"], list) and result.content[0].text, result
            assert holds(content["answer"]), (tool, arguments, content["answer"])
        # The text shows the page that the structured content is.
        text = (await client.call_tool("person", {"person": "steven-hoi", "limit": 1, "offset": 1})).content[0].text
        assert "left out: " in text and len(text) <= 4000, text
        # What is a part of an answer says nothing of the rest.
        late = await client.call_tool("person", {"person": "steven-hoi", "offset": 50})
        assert "no post" not in late.content[0].text, late
        assert "nobody" not in (await client.call_tool("who", {"unit": "Alibaba", "offset": 50})).content[0].text
        assert (await client.call_tool("org", {"unit": "Alibaba", "offset": 1})).is_error
        beyond = await client.call_tool("holders", {"unit": "Alibaba", "limit": 1, "offset": 1000})
        assert "Hoi" not in beyond.content[0].text and beyond.structured_content["answer"]["holders"] == [], beyond
        for tool, arguments, words in DENIED:
            result = await client.call_tool(tool, arguments)
            assert result.is_error and words in result.content[0].text, (tool, arguments, result)
            assert "row_names" not in result.content[0].text, result
        begun = time.perf_counter()
        for _ in range(100):
            await client.call_tool("person", {"person": "steven-hoi", "at": "2025-10-01"})
        print(f"driven {len(tools)} tools, {len(KNOWN)} answers, {len(DENIED)} errors")
        print(f"{(time.perf_counter() - begun) * 10:.2f} ms a call, the client's part included", file=sys.stderr)


asyncio.run(main())
