"""Opens exported tables with the programs that they are for.

    tables.py read DIR..            every format holds what the CSV holds
    tables.py questions DOC DIR     each question of a page, asked of DuckDB and SQLite, has the answer that it shows
    tables.py answers DOC DIR       prints the page with the answers as they are
"""

import asyncio
import csv
import datetime
import re
import sqlite3
import sys
import unicodedata
from pathlib import Path

import duckdb
import openpyxl
import pandas
from datasette.app import Datasette

TABLES = ["tenures", "statements", "events", "units"]


def text(value):
    """A cell as the CSV has it."""
    if value is None or value is pandas.NaT or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None and (value.hour, value.minute, value.second) == (0, 0, 0):
            return value.date().isoformat()
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return str(value)


def plain(cell):
    """A cell of the CSV without the apostrophe of a spreadsheet, and a point in time without its fraction."""
    cell = cell[1:] if re.match(r"'[=+\-@\t\r]", cell) else cell
    point = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z", cell)
    return point.group(1) if point else cell


def expect(what, found, wanted):
    if found != wanted:
        for one, other in zip(found, wanted):
            if one != other:
                sys.exit(f"{what}: {one!r} is not {other!r}")
        sys.exit(f"{what}: {len(found)} rows, not {len(wanted)}")


def database(folder):
    """DuckDB with the tables of the files of Parquet."""
    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    for table in TABLES:
        base.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{folder / (table + '.parquet')}')")
    return base


async def served(file):
    """The rows of each table, as Datasette serves them."""
    site = Datasette([str(file)])
    got = {table: await site.client.get(f"/ledger/{table}.json?_shape=array&_size=max") for table in TABLES}
    return {table: one.raise_for_status().json() for table, one in got.items()}


def read(folder):
    base = database(folder)
    book = openpyxl.load_workbook(folder / "ledger.xlsx")
    of_datasette = asyncio.run(served(folder / "ledger.sqlite"))
    expect("sheets", book.sheetnames, TABLES)
    for table in TABLES:
        with open(folder / f"{table}.csv", newline="", encoding="utf-8") as file:
            columns, *rows = list(csv.reader(file))
        rows = [[plain(cell) for cell in row] for row in rows]
        found = [[text(cell) for cell in row] for row in base.sql(f"SELECT * FROM {table}").fetchall()]
        expect(f"DuckDB, Parquet, {table}", found, rows)
        counted = base.sql(f"SELECT count(*) FROM read_csv('{folder / (table + '.csv')}', all_varchar = true)").fetchall()
        expect(f"DuckDB, CSV, {table}", list(counted[0]), [len(rows)])
        frame = pandas.read_parquet(folder / f"{table}.parquet")
        expect(f"pandas, {table}", list(frame.columns), columns)
        expect(f"pandas, {table}", [len(frame)], [len(rows)])
        cells = list(book[table].iter_rows())
        if any(cell.data_type == "f" for row in cells for cell in row):
            sys.exit(f"a formula in the sheet {table}")
        found = [[plain(text(cell.value)) for cell in row] for row in cells]
        expect(f"openpyxl, {table}", found, [columns] + rows)
        expect(f"Datasette, {table}", [len(of_datasette[table])], [len(rows)])
    frame = pandas.read_csv(folder / "spreadsheet.csv")
    expect("pandas, with a byte order mark", [frame.columns[0]], ["tenure"])
    if not (folder / "spreadsheet.csv").read_bytes().startswith(b"\xef\xbb\xbf"):
        sys.exit("the table for spreadsheets has no byte order mark")


def shown(columns, rows):
    """A table of texts, in columns."""
    lines = [columns] + [[text(cell).replace("T00:00:00", "") for cell in row] for row in rows]
    widths = [max(wide(line[i]) for line in lines) for i in range(len(columns))]
    padded = [[cell + " " * (width - wide(cell)) for cell, width in zip(line, widths)] for line in lines]
    return "\n".join("  ".join(line).rstrip() for line in padded)


def wide(cell):
    """How many columns of a terminal it takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell)


def blocks(page):
    """The questions of a page, each with its answer."""
    return re.findall(r"```sql\n(.*?)\n```\n\n```text\n(.*?)\n?```", page, re.S)


def answers(folder, question):
    """What DuckDB and SQLite answer."""
    asked = database(folder).execute(question)
    columns = [column[0] for column in asked.description]
    of_duckdb = shown(columns, asked.fetchall())
    lite = sqlite3.connect(folder / "ledger.sqlite").execute(question)
    of_sqlite = shown([column[0] for column in lite.description], lite.fetchall())
    return of_duckdb, of_sqlite


def main():
    mode = sys.argv[1]
    if mode == "read":
        return [read(Path(folder)) for folder in sys.argv[2:]]
    page, folder = Path(sys.argv[2]).read_text(encoding="utf-8"), Path(sys.argv[3])
    found = blocks(page)
    if mode == "answers":
        for question, answer in found:
            page = page.replace(f"{question}\n```\n\n```text\n{answer}", f"{question}\n```\n\n```text\n{answers(folder, question)[0]}\n", 1)
        return print(page, end="")
    if len(found) < 10:
        sys.exit(f"{len(found)} questions are not ten")
    for question, answer in found:
        for of, told in zip(["DuckDB", "SQLite"], answers(folder, question)):
            if told != answer:
                sys.exit(f"{of} answers\n{told}\nand not\n{answer}\nto\n{question}")


main()
