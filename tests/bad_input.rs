//! Bad input to `ingest`: what is told of it, and that no good event is lost to a bad neighbour.
//!
//! Every bad text stands between two good ones. Whatever it is, the good ones go in, the bad one is told with its line,
//! a reason and a hint, and a second run of the same input appends nothing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use shell::{Run, Shell, skipped};

const WHOLE: &str = "write each event as one complete JSON object";
const UTF_8: &str = "write the event in UTF-8";
const DATE: &str = "write a day 2025-09-30, a month 2025-09, a year 2025, a decade 202X, or a range \
    [2025-02-01..2025-02-14], [..2025-09-30], [2025-09-30..]";
const INSTANT: &str = "write an instant with its zone, such as 2025-09-30T06:00:00Z, or a date, a month or a year";
const OBJECT: &str = r#"send one object for each event: {"type": .., "source": .., ..}"#;
const REFERENCE: &str = r#"write a name, or {"id": .., "name": .., "aliases": [..], "identifiers": {..}}"#;
const TYPES: &str = "the types are `JoinedCompany`, `LeftCompany`, `TransferredUnit`, `AppointedToPost`, \
    `RelievedOfPost`, `ChangedTitle`, `ChangedManager`, `HeldPost`, `UnitFormed`, `UnitRenamed`, `UnitMoved`, \
    `UnitMerged`, `UnitDissolved`, `PersonDied`, `PersonDescribed`, `UnitDescribed`, `SamePerson`, `SameUnit`, `EventRetracted`, \
    `PersonErased`";
const JOINED_FIELDS: &str = "its fields are `type`, `id`, `person`, `company`, `unit`, `title`, `lead`, `acting`, \
    `remit`, `reports_to`, `employment`, `concurrent`, `effective`, `reported_at`, `source`, `confidence`, \
    `corrects`, `note`, `ingested_at`";
const EMPTY: &str = "write what the source says; what it does not say is left out";
const MEND: &str = "mend the dates, or leave out the one that the source does not give";
const SHORTEN: &str = "shorten `source.quote`, `remit` or `note`";
const SPLIT: &str = "an event is at most 64 KiB; is each event on a line of its own?";

/// A name, a text that is no event, and the reason and the hint of its rejection.
type Row = (&'static str, Vec<u8>, &'static str, &'static str);

/// Bad texts of one line.
const LINES: &[(&str, &str, &str, &str)] = &[
    ("no JSON at all", "hello", "broken JSON at line 1, column 1: expected value", WHOLE),
    (
        "a half event",
        r#"{"type": "JoinedCompany", "id": "x", "pe"#,
        "broken JSON at line 1, column 40: EOF while parsing a string",
        WHOLE,
    ),
    (
        "a comma too many",
        r#"{"type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "source": "Page",}"#,
        "broken JSON at line 1, column 87: trailing comma",
        WHOLE,
    ),
    ("single quotes", "{'type': 'JoinedCompany'}", "broken JSON at line 1, column 2: key must be a string", WHOLE),
    (
        "two events on a line",
        r#"{"type": "JoinedCompany", "id": "x1", "person": "Ann Lee", "company": "Kestrel", "source": "Page"} {"type": "JoinedCompany", "id": "x2", "person": "Ann Lee", "company": "Kestrel", "source": "Page"}"#,
        "broken JSON at line 1, column 100: trailing characters",
        WHOLE,
    ),
    ("a string", r#""JoinedCompany""#, "an event is a JSON object, this is a string", OBJECT),
    ("a number", "42", "an event is a JSON object, this is a number", OBJECT),
    ("null", "null", "an event is a JSON object, this is null", OBJECT),
    (
        "not a number",
        r#"{"type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "source": "Page","note":NaN}"#,
        "broken JSON at line 1, column 94: expected value",
        WHOLE,
    ),
    ("an empty object", "{}", "`type` is missing", TYPES),
    ("no type", r#"{"id":"x","person":"Ann Lee","company":"Kestrel","source":"Page"}"#, "`type` is missing", TYPES),
    (
        "a type that is no string",
        r#"{"type":7,"person":"Ann Lee","company":"Kestrel","source":"Page"}"#,
        "`type` is a number, it must be a string",
        TYPES,
    ),
    (
        "an unknown type",
        r#"{"type":"JoinedCompny","person":"Ann Lee","company":"Kestrel","source":"Page"}"#,
        "`type`: there is no type `JoinedCompny`",
        "did you mean `JoinedCompany`?",
    ),
    (
        "a type of elsewhere",
        r#"{"type":"Person","person":"Ann Lee","company":"Kestrel","source":"Page"}"#,
        "`type`: there is no type `Person`",
        TYPES,
    ),
    (
        "an unknown field",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","persn":"Ann Lee"}"#,
        "`persn` is not a field of JoinedCompany",
        "did you mean `person`?",
    ),
    (
        "a field of elsewhere",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","foo":1}"#,
        "`foo` is not a field of JoinedCompany",
        JOINED_FIELDS,
    ),
    (
        "a field of another type",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","to_unit":"Lab"}"#,
        "`to_unit` is not a field of JoinedCompany",
        JOINED_FIELDS,
    ),
    (
        "a field twice",
        r#"{"type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "source": "Page","company":"Osprey"}"#,
        "`company` is given twice",
        "give it once: readers of JSON differ in which of the two they take",
    ),
    (
        "the unit of a transfer",
        r#"{"type":"TransferredUnit","person":"Ann Lee","company":"Kestrel","unit":"Lab","source":"Page"}"#,
        "`unit` is not a field of TransferredUnit",
        "name the unit that the person moves to as `to_unit`",
    ),
    (
        "no person",
        r#"{"type":"JoinedCompany","id":"x","company":"Kestrel","source":"Page"}"#,
        "`person` is missing",
        "JoinedCompany needs it: who",
    ),
    (
        "nobody",
        r#"{"type":"JoinedCompany","person":null,"company":"Kestrel","source":"Page"}"#,
        "`person` is missing",
        "JoinedCompany needs it: who",
    ),
    (
        "no source",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel"}"#,
        "`source` is missing",
        "JoinedCompany needs it: where the claim comes from",
    ),
    (
        "a source without address and publisher",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":{"title":"x"}}"#,
        "`source` needs `url` or `publisher`",
        "give at least one of `url` or `publisher`",
    ),
    (
        "a source that is a list",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":["Page"]}"#,
        "`source` is an array, it must be a string or an object",
        r#"write a URL or a name, or {"url": .., "publisher": .., ..}"#,
    ),
    (
        "an unknown field of a source",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":{"publisher":"Page","retrieved":"2024-01-01"}}"#,
        "`source.retrieved` is not a field of a source",
        "did you mean `retrieved_at`?",
    ),
    (
        "a person that is a number",
        r#"{"type":"JoinedCompany","person":1,"company":"Kestrel","source":"Page"}"#,
        "`person` is a number, it must be a string or an object",
        REFERENCE,
    ),
    (
        "a person that is a list",
        r#"{"type":"JoinedCompany","person":["Ann Lee"],"company":"Kestrel","source":"Page"}"#,
        "`person` is an array, it must be a string or an object",
        REFERENCE,
    ),
    (
        "a reference without id and name",
        r#"{"type":"JoinedCompany","person":{"aliases":["Ann"]},"company":"Kestrel","source":"Page"}"#,
        "`person` needs `id` or `name`",
        "give at least one of `id` or `name`",
    ),
    (
        "an unknown field of a reference",
        r#"{"type":"JoinedCompany","person":{"nmae":"Ann"},"company":"Kestrel","source":"Page"}"#,
        "`person.nmae` is not a field of a reference",
        "did you mean `name`?",
    ),
    (
        "an id with a space",
        r#"{"type":"JoinedCompany","person":{"id":"p lee","name":"Ann Lee"},"company":"Kestrel","source":"Page"}"#,
        "`person.id`: an id starts with a letter or digit, goes on with those and . _ : / -, and has at most 200 bytes",
        "leave `id` out where the scraper has none of its own, and give the `name`",
    ),
    (
        "the ledger's own id",
        r#"{"type":"JoinedCompany","person":{"id":"~annlee"},"company":"Kestrel","source":"Page"}"#,
        "`person.id`: an id starts with a letter or digit, goes on with those and . _ : / -, and has at most 200 bytes",
        "ids with ~ are the ledger's own and change with what it learns: give the `name`",
    ),
    (
        "aliases that are one name",
        r#"{"type":"JoinedCompany","person":{"name":"Ann Lee","aliases":"Lee"},"company":"Kestrel","source":"Page"}"#,
        "`person.aliases` is a string, it must be an array",
        "write a list of names",
    ),
    (
        "an alias that is a number",
        r#"{"type":"JoinedCompany","person":{"name":"Ann Lee","aliases":["Lee",3]},"company":"Kestrel","source":"Page"}"#,
        "`person.aliases[1]` is a number, it must be a string",
        "write the name in quotes",
    ),
    (
        "identifiers that are a list",
        r#"{"type":"JoinedCompany","person":{"name":"Ann Lee","identifiers":["Q1"]},"company":"Kestrel","source":"Page"}"#,
        "`person.identifiers` is an array, it must be an object",
        r#"write register and id, as in {"wikidata": "Q1"}"#,
    ),
    (
        "an identifier that is a number",
        r#"{"type":"JoinedCompany","person":{"name":"Ann Lee","identifiers":{"wikidata":1}},"company":"Kestrel","source":"Page"}"#,
        "`person.identifiers.wikidata` is a number, it must be a string",
        "write the text in quotes",
    ),
    (
        "an empty name",
        r#"{"type":"JoinedCompany","person":"","company":"Kestrel","source":"Page"}"#,
        "`person` is empty",
        EMPTY,
    ),
    (
        "a name of spaces",
        r#"{"type":"JoinedCompany","person":"   ","company":"Kestrel","source":"Page"}"#,
        "`person` is empty",
        EMPTY,
    ),
    (
        "a name without letters",
        r#"{"type":"JoinedCompany","person":"?!","company":"Kestrel","source":"Page"}"#,
        "`person`: the name `?!` has no letter and no digit",
        "write the name as the source does; where it gives none, leave the field out",
    ),
    (
        "a name with a control character",
        r#"{"type":"JoinedCompany","person":"Ann\u0007Lee","company":"Kestrel","source":"Page"}"#,
        "`person`: a name has no control characters, this one has U+0007",
        "write the name alone, on one line",
    ),
    (
        "a name on two lines",
        r#"{"type":"JoinedCompany","person":"Ann\nLee","company":"Kestrel","source":"Page"}"#,
        "`person`: a name has no control characters, this one has U+000A",
        "write the name alone, on one line",
    ),
    (
        "an empty unit",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","unit":""}"#,
        "`unit` is empty",
        EMPTY,
    ),
    (
        "a flag in quotes",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","lead":"true"}"#,
        "`lead` is a string, it must be true or false",
        "write true or false, without quotes",
    ),
    (
        "a flag that is a number",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","acting":1}"#,
        "`acting` is a number, it must be true or false",
        "write true or false, without quotes",
    ),
    (
        "an unknown employment",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","employment":"freelance"}"#,
        "`employment`: `freelance` is none of `employee`, `board`, `advisor`, `contractor`",
        "write `employee` or `board` or `advisor` or `contractor`",
    ),
    (
        "a mistyped employment",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","employment":"adviser"}"#,
        "`employment`: `adviser` is none of `employee`, `board`, `advisor`, `contractor`",
        "did you mean `advisor`?",
    ),
    (
        "an unknown confidence",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","confidence":"sure"}"#,
        "`confidence`: `sure` is none of `confirmed`, `reported`, `rumoured`",
        "write `confirmed` or `reported` or `rumoured`",
    ),
    (
        "a confidence that is a number",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","confidence":0.9}"#,
        "`confidence` is a number, it must be a string",
        "write `confirmed` or `reported` or `rumoured`",
    ),
    (
        "a day that no year has",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","effective":"2024-02-30"}"#,
        "`effective`: `2024-02-30` is not a date: the calendar has no such day",
        DATE,
    ),
    (
        "a leap day of no leap year",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","effective":"2023-02-29"}"#,
        "`effective`: `2023-02-29` is not a date: the calendar has no such day",
        DATE,
    ),
    (
        "a month that no year has",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","effective":"2024-13"}"#,
        "`effective`: `2024-13` is not a date: the calendar has no such day",
        DATE,
    ),
    (
        "half a decade",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","effective":"2025-1X"}"#,
        "`effective`: `2025-1X` is not a date",
        DATE,
    ),
    (
        "a date in another order",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","effective":"30.09.2025"}"#,
        "`effective`: `30.09.2025` is not a date",
        DATE,
    ),
    (
        "a date that is a number",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","effective":2024}"#,
        "`effective` is a number, it must be a string",
        DATE,
    ),
    (
        "a reversed range",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","effective":"[2024-03..2024-01]"}"#,
        "`effective`: `[2024-03..2024-01]` is reversed: it ends before it begins",
        "write the earlier date first, as in [2025-02-01..2025-02-14]",
    ),
    (
        "a range without ends",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","effective":"[..]"}"#,
        "`effective`: `[..]` says nothing",
        "leave the date out where nothing is known of it",
    ),
    (
        "an instant as a date",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","effective":"2024-01-01T00:00:00Z"}"#,
        "`effective`: `2024-01-01T00:00:00Z` is not a date",
        DATE,
    ),
    (
        "an instant without a zone",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","reported_at":"2024-01-01T08:00:00"}"#,
        "`reported_at`: `2024-01-01T08:00:00` is not an instant, date, month or year",
        "add the zone, as in 2025-09-30T06:00:00Z or 2025-09-30T14:00:00+08:00",
    ),
    (
        "a vague instant",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","reported_at":"[2024..2025]"}"#,
        "`reported_at`: `[2024..2025]` is not an instant, date, month or year",
        "it is one point in time; leave it out where the source does not say, and date the change by `effective`",
    ),
    (
        "an instant that no day has",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","reported_at":"2024-01-01T25:00:00Z"}"#,
        "`reported_at`: `2024-01-01T25:00:00Z` is not an instant, date, month or year",
        INSTANT,
    ),
    (
        "an instant in words",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":"Page","reported_at":"yesterday"}"#,
        "`reported_at`: `yesterday` is not an instant, date, month or year",
        INSTANT,
    ),
    (
        "an end before its beginning",
        r#"{"type":"HeldPost","person":"Ann Lee","company":"Kestrel","from":"2024-05","to":"2024-04-30","source":"Page"}"#,
        "`to` (2024-04-30) is surely before `from` (2024-05)",
        MEND,
    ),
    (
        "seen before the beginning",
        r#"{"type":"HeldPost","person":"Ann Lee","company":"Kestrel","from":"2024-05-01","seen":"2024-04-30","source":"Page"}"#,
        "`seen` (2024-04-30) is surely before `from` (2024-05-01)",
        MEND,
    ),
    (
        "seen after the end",
        r#"{"type":"HeldPost","person":"Ann Lee","company":"Kestrel","to":"2024-05","seen":"2024-06-01","source":"Page"}"#,
        "`seen` (2024-06-01) is surely not before `to` (2024-05), the first day without the post",
        MEND,
    ),
    (
        "seen on the first day without the post",
        r#"{"type":"HeldPost","person":"Ann Lee","company":"Kestrel","to":"2024-05-01","seen":"2024-05-01","source":"Page"}"#,
        "`seen` (2024-05-01) is surely not before `to` (2024-05-01), the first day without the post",
        "mend the dates, or leave out the one that the source does not give",
    ),
    (
        "a register's word for still",
        r#"{"type":"HeldPost","person":"Ann Lee","company":"Kestrel","from":"2020","to":"9999-12-31","source":"Page"}"#,
        "`to` (`9999-12-31`) is in the year 9999",
        "registers write it for what has not ended: leave the field out",
    ),
    (
        "a post held with an effective date",
        r#"{"type":"HeldPost","person":"Ann Lee","company":"Kestrel","effective":"2024-05","source":"Page"}"#,
        "`effective` is not a field of HeldPost",
        "date the post by `from`, `to` and `seen`",
    ),
    (
        "an appointment to nothing",
        r#"{"type":"AppointedToPost","person":"Ann Lee","company":"Kestrel","unit":"Lab","lead":false,"source":"Page"}"#,
        "AppointedToPost needs `title` or `lead`: true",
        "give at least one of `title` or `lead`: true",
    ),
    (
        "a move that is none",
        r#"{"type":"TransferredUnit","person":"Ann Lee","company":"Kestrel","from_unit":"Lab","to_unit":"LAB","source":"Page"}"#,
        "`to_unit` is the same as `from_unit`",
        "name two, or leave the event out; namesakes need ids of their own",
    ),
    (
        "a new manager who is not told",
        r#"{"type":"ChangedManager","person":"Ann Lee","company":"Kestrel","source":"Page"}"#,
        "`reports_to` is missing",
        "ChangedManager needs it: the manager from then on; `null`: nobody",
    ),
    (
        "names reversed in time",
        r#"{"type":"PersonDescribed","person":"Ann Lee","names":[{"text":"Ann Ek","from":"2020","to":"2019"}],"source":"Page"}"#,
        "`names[0].to` (2019) is surely before `names[0].from` (2020)",
        MEND,
    ),
    (
        "a name without text",
        r#"{"type":"PersonDescribed","person":"Ann Lee","names":[{"lang":"en"}],"source":"Page"}"#,
        "`names[0].text` is missing",
        "a described name needs it: the name",
    ),
    (
        "a language that is none",
        r#"{"type":"PersonDescribed","person":"Ann Lee","names":[{"text":"Ann","lang":"english_uk"}],"source":"Page"}"#,
        "`names[0].lang`: `english_uk` is not the tag of a language",
        "write a tag such as zh, zh-Hans or pt-BR",
    ),
    (
        "a correction of itself",
        r#"{"type":"JoinedCompany","id":"x","person":"Ann Lee","company":"Kestrel","source":"Page","corrects":"x"}"#,
        "`corrects` is the event's own id",
        "name the other event, by the id that it has in the ledger",
    ),
    (
        "a retraction of itself",
        r#"{"type":"EventRetracted","id":"x","event":"x","source":"Page"}"#,
        "`event` is the event's own id",
        "name the other event, by the id that it has in the ledger",
    ),
    (
        "an id with a space as an event's id",
        r#"{"type":"JoinedCompany","id":"x y","person":"Ann Lee","company":"Kestrel","source":"Page"}"#,
        "`id`: an event id is 1 to 200 bytes of printable text without spaces",
        "write an id such as row-17 or a UUID",
    ),
    (
        "an empty id",
        r#"{"type":"JoinedCompany","id":"","person":"Ann Lee","company":"Kestrel","source":"Page"}"#,
        "`id` is empty",
        EMPTY,
    ),
    (
        "an id of 201 bytes",
        r#"{"type":"JoinedCompany","id":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","person":"Ann Lee","company":"Kestrel","source":"Page"}"#,
        "`id`: an event id is 1 to 200 bytes of printable text without spaces",
        "write an id such as row-17 or a UUID",
    ),
    (
        "an id that is a number",
        r#"{"type":"JoinedCompany","id":17,"person":"Ann Lee","company":"Kestrel","source":"Page"}"#,
        "`id` is a number, it must be a string",
        "write an id such as row-17 or a UUID",
    ),
    (
        "a quote with a control character",
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","source":{"publisher":"Page","quote":"a\u0000b"}}"#,
        "`source.quote` has the control character U+0000",
        r"remove it; only the line breaks and tabs of free text are kept, as \n and \t",
    ),
    (
        "a kind on two lines",
        r#"{"type":"UnitFormed","unit":"Lab","company":"Kestrel","kind":"a\nb","source":"Page"}"#,
        "`kind` has the control character U+000A",
        r"remove it; only the line breaks and tabs of free text are kept, as \n and \t",
    ),
    (
        "a lone surrogate",
        r#"{"type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "source": "Page","note":"\ud800"}"#,
        "broken JSON at line 1, column 101: unexpected end of hex escape",
        r"write the character itself, or both halves of its \u escape",
    ),
    (
        "half a surrogate pair",
        r#"{"type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "source": "Page","note":"\ud83d\u0041"}"#,
        "broken JSON at line 1, column 106: lone leading surrogate in hex escape",
        r"write the character itself, or both halves of its \u escape",
    ),
    (
        "a raw control character",
        "{\"type\": \"JoinedCompany\", \"person\": \"Ann Lee\", \"company\": \"Kestrel\", \"source\": \"Page\",\"note\":\"a\u{1}b\"}",
        r"broken JSON at line 1, column 96: control character (\u0000-\u001F) found while parsing a string",
        WHOLE,
    ),
    (
        "an unknown escape",
        r#"{"type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "source": "Page","note":"\x41"}"#,
        "broken JSON at line 1, column 96: invalid escape",
        WHOLE,
    ),
    (
        "a number beyond all bounds",
        r#"{"type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "source": "Page","note":1e999}"#,
        "broken JSON at line 1, column 98: number out of range",
        WHOLE,
    ),
    (
        "a CloudEvent of another version",
        r#"{"specversion":"0.3","data":{"type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "source": "Page"}}"#,
        r#"`specversion` is not "1.0""#,
        "wrap the event as a CloudEvents 1.0 record, or send the bare object",
    ),
    (
        "a CloudEvent without data",
        r#"{"specversion":"1.0","type":"x"}"#,
        "`data` is missing",
        "put the event under `data`, as a JSON object",
    ),
    (
        "a CloudEvent of bytes",
        r#"{"specversion":"1.0","data_base64":"e30="}"#,
        "`data_base64` is not read",
        "put the event under `data`, as a JSON object",
    ),
    (
        "a CloudEvent of a string",
        r#"{"specversion":"1.0","data":"{}"}"#,
        "`data` is a string, it must be an object",
        "put the event under `data`, as a JSON object",
    ),
    (
        "a CloudEvent with a bad event",
        r#"{"specversion":"1.0","data":{"type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "source": "Page", "persn": 1}}"#,
        "`data.persn` is not a field of JoinedCompany",
        "did you mean `person`?",
    ),
    (
        "a byte order mark within",
        "\u{feff}{\"type\": \"JoinedCompany\", \"person\": \"Ann Lee\", \"company\": \"Kestrel\", \"source\": \"Page\"}",
        "broken JSON at line 1, column 1: expected value",
        WHOLE,
    ),
];

/// The good event of that number.
fn good(number: usize) -> String {
    format!(
        r#"{{"type":"JoinedCompany","id":"good-{number}","person":"Good {number}","company":"Kestrel","source":"Page","reported_at":"2024-01-01"}}"#
    )
}

/// An event with further fields, as they stand in its JSON.
fn event(fields: &str) -> String {
    format!(r#"{{"type":"JoinedCompany","company":"Kestrel","source":"Page",{fields}}}"#)
}

/// Bad texts that are long or no text at all.
fn made() -> Vec<Row> {
    let ann = |fields: &str| event(&format!(r#""person":"Ann Lee",{fields}"#)).into_bytes();
    let noted = |note: &[u8]| {
        let event = event(r#""person":"Ann Lee","note":"?""#);
        let (before, after) = event.split_once('?').unwrap();
        [before.as_bytes(), note, after.as_bytes()].concat()
    };
    vec![
        (
            "a name of 501 characters",
            event(&format!(r#""person":"{}""#, "許".repeat(501))).into_bytes(),
            "`person`: a name has at most 500 characters, this one has 501",
            "write the name alone; what else there is to say goes into `note`",
        ),
        (
            "a name of a million characters",
            event(&format!(r#""person":"{}""#, "a".repeat(1_000_000))).into_bytes(),
            "the event has 1000072 bytes, at most 65536 are allowed",
            SHORTEN,
        ),
        (
            "an event of more than 64 KiB",
            ann(&format!(r#""note":"{}""#, "n".repeat(65_536))),
            "the event has 65625 bytes, at most 65536 are allowed",
            SHORTEN,
        ),
        (
            "a million opening brackets",
            [br#"{"note":"#.to_vec(), b"[".repeat(1_000_000)].concat(),
            "the event has 1000008 bytes, at most 65536 are allowed",
            SHORTEN,
        ),
        (
            "arrays in arrays",
            ann(&format!(r#""note":{}{}"#, "[".repeat(500), "]".repeat(500))),
            "broken JSON at line 1, column 213: recursion limit exceeded",
            WHOLE,
        ),
        (
            "objects in objects",
            ann(&format!(r#""note":{}1{}"#, r#"{"a":"#.repeat(500), "}".repeat(500))),
            "broken JSON at line 1, column 717: recursion limit exceeded",
            WHOLE,
        ),
        ("bytes that are no UTF-8", noted(b"\xff\xfe"), "byte 88 of the event is not UTF-8", UTF_8),
        ("Latin-1", noted(b"Jos\xe9"), "byte 91 of the event is not UTF-8", UTF_8),
        ("an overlong encoding", noted(b"\xc0\xaf"), "byte 88 of the event is not UTF-8", UTF_8),
        ("a surrogate as bytes", noted(b"\xed\xa0\x80"), "byte 88 of the event is not UTF-8", UTF_8),
        (
            "zeros between the letters",
            good(0).bytes().flat_map(|byte| [0, byte]).collect(),
            "broken JSON at line 1, column 1: expected value",
            WHOLE,
        ),
        (
            "a line of 10 MB",
            ann(&format!(r#""note":"{}""#, "n".repeat(10_000_000))),
            "the text is longer than 1048576 bytes",
            SPLIT,
        ),
        ("10 MB of nothing much", b"x".repeat(10_000_000), "the text is longer than 1048576 bytes", SPLIT),
    ]
}

/// What `--rejects` wrote, a value a line.
fn rejects(shell: &Shell) -> Vec<Value> {
    let text = shell.read("rejects.ndjson");
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is whole");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The ids of the events in the ledger, in their order.
fn ids(shell: &Shell) -> Vec<String> {
    let log = shell.ask(&["log"]);
    let entries = log["events"].as_array().unwrap().iter();
    entries.map(|entry| entry["event"]["id"].as_str().unwrap().to_owned()).collect()
}

/// Ingests a file twice: what it says the first time, and that the second appends nothing and says the same of the
/// rest.
#[track_caller]
fn ingest_twice(name: &str, input: &[u8], appended: usize, rejected: usize, duplicate: usize) -> Shell {
    let shell = Shell::new();
    shell.write("input", input);
    let again = appended + duplicate;
    let exit = if rejected > 0 { 8 } else { 0 };
    for (appended, duplicate) in [(appended, duplicate), (0, again)] {
        let run = shell.run(&["ingest", "input", "--rejects", "rejects.ndjson"]);
        let head = again.min(ids(&shell).len());
        let said = format!("appended {appended}, duplicate {duplicate}, rejected {rejected}; ledger at {head}\n");
        assert_eq!((run.exit, run.out.as_str(), run.err.as_str()), (Some(exit), said.as_str(), ""), "{name}");
        assert_eq!(rejects(&shell).len(), rejected, "{name}");
    }
    shell
}

#[test]
fn each_bad_line_is_told_and_costs_no_other() {
    let lines = LINES.iter().map(|(name, text, reason, hint)| (*name, text.as_bytes().to_vec(), *reason, *hint));
    let rows: Vec<Row> = lines.chain(made()).collect();
    let mut input = Vec::new();
    for (number, (_, text, ..)) in rows.iter().enumerate() {
        input.extend_from_slice(good(number).as_bytes());
        input.push(b'\n');
        input.extend_from_slice(text);
        input.push(b'\n');
    }
    input.extend_from_slice(good(rows.len()).as_bytes());

    let shell = ingest_twice("all of them", &input, rows.len() + 1, rows.len(), 0);
    let expect: Vec<String> = (0..=rows.len()).map(|number| format!("good-{number}")).collect();
    assert_eq!(ids(&shell), expect);
    for (number, (reject, (name, text, reason, hint))) in rejects(&shell).iter().zip(&rows).enumerate() {
        let told = ["reason", "hint", "file"].map(|field| reject[field].as_str().unwrap());
        assert_eq!(told, [*reason, *hint, "input"], "{name}");
        assert_eq!(reject["line"], 2 * number + 2, "{name}");
        let fields: Vec<&str> = reject.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["file", "line", "reason", "hint", "input"], "{name}");
        // What is no UTF-8 cannot stand in JSON as it is.
        let kept = reject["input"].as_str().unwrap();
        if let Ok(text) = std::str::from_utf8(text) {
            if text.is_ascii() {
                assert_eq!(kept, &text[..text.len().min(1_000)], "{name}");
            } else {
                assert!(text.starts_with(kept.trim_end_matches('\u{fffd}')), "{name}");
            }
        }
    }
}

#[test]
fn without_a_file_rejects_are_told_on_standard_error() {
    let shell = Shell::new();
    let (bad, input) = ("{\"type\":\"\u{1b}[31m\"}", [good(1), good(2)]);
    shell.write("input", format!("{}\n{bad}\n{}\n", input[0], input[1]));
    let run = shell.run(&["ingest", "input"]);
    assert_eq!((run.exit, run.out.as_str()), (Some(8), "appended 2, duplicate 0, rejected 1; ledger at 2\n"));
    assert!(run.err.starts_with("input:2: broken JSON at line 1, column 10: control character"), "{run:?}");
    assert!(!run.err.contains('\u{1b}'), "{run:?}");
    assert_eq!(run.err.lines().nth(1).unwrap().trim(), format!("hint: {WHOLE}"));
}

/// A whole input: which good events go in, and the line and reason of each reject.
#[track_caller]
fn check(name: &str, input: impl AsRef<[u8]>, appended: &[usize], expect: &[(u64, &str)]) {
    let shell = ingest_twice(name, input.as_ref(), appended.len(), expect.len(), 0);
    let appended: Vec<String> = appended.iter().map(|number| format!("good-{number}")).collect();
    assert_eq!(ids(&shell), appended, "{name}");
    let told = rejects(&shell);
    let told: Vec<(u64, &str)> =
        told.iter().map(|r| (r["line"].as_u64().unwrap(), r["reason"].as_str().unwrap())).collect();
    assert_eq!(told, expect, "{name}");
}

#[test]
fn inputs_without_an_event_are_no_error() {
    check("nothing", "", &[], &[]);
    check("a line break", "\n", &[], &[]);
    check("white space", " \t\r\n\n   \n", &[], &[]);
    check("a byte order mark", "\u{feff}", &[], &[]);
    check("an empty array", "[]", &[], &[]);
    check("an empty array over lines", "\n[\n\n]\n", &[], &[]);
}

#[test]
fn lines_end_in_any_way() {
    let [one, two] = [good(1), good(2)];
    check("no line break at the end", format!("{one}\n{two}"), &[1, 2], &[]);
    check("CRLF", format!("{one}\r\n{two}\r\n"), &[1, 2], &[]);
    check("CRLF and a bad line", format!("{one}\r\n{{}}\r\n{two}\r\n"), &[1, 2], &[(2, "`type` is missing")]);
    check("empty lines", format!("\n\n{one}\n \n\n{two}\n\n"), &[1, 2], &[]);
    check("a byte order mark and CRLF", format!("\u{feff}{one}\r\n{two}"), &[1, 2], &[]);
    check("spaces around", format!("   {one}  \n\t{two}\t"), &[1, 2], &[]);
    let cut = &two[..20];
    let reason = "broken JSON at line 1, column 20: EOF while parsing a string";
    check("a last line cut short", format!("{one}\n{cut}"), &[1], &[(2, reason)]);
}

#[test]
fn arrays_are_read_event_by_event() {
    let [one, two, three] = [good(1), good(2), good(3)];
    check("an array", format!("[{one},{two}]"), &[1, 2], &[]);
    check("an array over lines", format!("[\n{one},\n{two}\n]\n"), &[1, 2], &[]);
    check("a comma too many", format!("[{one},{two},]"), &[1, 2], &[]);
    check("a byte order mark", format!("\u{feff}[{one}]"), &[1], &[]);
    check(
        "bad elements",
        format!("[{one},\n1,\n\"],\",\n[{two}],\n{{}},\n{three}]"),
        &[1, 3],
        &[
            (2, "an event is a JSON object, this is a number"),
            (3, "an event is a JSON object, this is a string"),
            (4, "an event is a JSON object, this is an array"),
            (5, "`type` is missing"),
        ],
    );
    let trailing = format!("broken JSON at line 1, column {}: trailing characters", one.len() + 2);
    check("a comma missing", format!("[{one} {two},\n{three}]"), &[3], &[(1, &trailing)]);
    check(
        "cut within an event",
        format!("[\n{one},{}", &two[..20]),
        &[1],
        &[(2, "broken JSON at line 1, column 20: EOF while parsing a string")],
    );
    check("cut between events", format!("[\n{one},\n"), &[1], &[(3, "the array is not closed")]);
    check("cut before its end", format!("[{one},{two}"), &[1, 2], &[(1, "the array is not closed")]);
    check(
        "rubbish after it",
        format!("[{one}]\nrubbish\n{two}\n"),
        &[1, 2],
        &[(2, "broken JSON at line 1, column 1: expected value")],
    );
    check(
        "an array on a later line",
        format!("{one}\n[{two}]\n{three}"),
        &[1, 3],
        &[(2, "an event is a JSON object, this is an array")],
    );
    let long = format!("[{one},{{\"note\":\"{}\"}},{two}]", "n".repeat(2_000_000));
    check("a long element", long, &[1, 2], &[(1, "the text is longer than 1048576 bytes")]);
}

#[test]
fn other_formats_are_refused_line_by_line() {
    let over_lines = "{\n\"type\": \"JoinedCompany\"\n}\n";
    check("an object over lines is one", over_lines, &[], &[(1, "`person` is missing")]);
    check(
        "CSV",
        "id,person\n1,Ann Lee\n",
        &[],
        &[
            (1, "broken JSON at line 1, column 1: expected value"),
            (2, "broken JSON at line 1, column 2: trailing characters"),
        ],
    );
    check("UTF-16", b"\xff\xfe{\0}\0", &[], &[(1, "byte 1 of the event is not UTF-8")]);
    check("zeros", [0; 100], &[], &[(1, "broken JSON at line 1, column 1: expected value")]);
}

#[test]
fn an_id_is_used_once() {
    let one = good(1);
    let other = one.replace("Kestrel", "Osprey");
    check(
        "other content",
        format!("{one}\n{other}\n{}", good(2)),
        &[1, 2],
        &[(2, "the id `good-1` stands at position 1 with other content")],
    );
    // The same content: fields in another order, white space, escapes, nulls, another time of reading.
    let same = [
        one.clone(),
        r#"{"source":"Page", "company":"Kestrel", "person":"Good 1", "id":"good-1", "type":"JoinedCompany",
           "reported_at":"2024-01-01"}"#
            .replace('\n', " "),
        one.replace("Kestrel", r"\u004bestrel"),
        one.replace(r#""source""#, r#""note":null,"source""#),
    ];
    ingest_twice("the same content", same.join("\n").as_bytes(), 1, 0, 3);
    let read = |at: &str| one.replace(r#""Page""#, &format!(r#"{{"publisher":"Page","retrieved_at":"{at}"}}"#));
    ingest_twice("read again", format!("{}\n{}", read("2024-01-02"), read("2024-02-02")).as_bytes(), 1, 0, 1);
    // Without an id, the content makes it; `reported_at` belongs to it where the scraper gave one.
    let bare = one.replace(r#""id":"good-1","#, "");
    let unreported = bare.replace(r#","reported_at":"2024-01-01""#, "");
    ingest_twice("without an id", format!("{bare}\n{bare}\n{unreported}\n{unreported}").as_bytes(), 2, 0, 2);
}

#[test]
fn an_id_of_an_earlier_run_is_known() {
    let shell = Shell::of(&good(1));
    let other = good(1).replace("Kestrel", "Osprey");
    let run = shell.fed(&["ingest", "-"], format!("{other}\n{}\n{}\n", good(2), good(1)).as_bytes());
    assert_eq!((run.exit, run.out.as_str()), (Some(8), "appended 1, duplicate 1, rejected 1; ledger at 2\n"));
    assert_eq!(
        run.err,
        "-:1: the id `good-1` stands at position 1 with other content\n  \
        hint: an event is never changed: send the new content under another id, with `corrects`\n"
    );
}

/// A command that cannot do its work: its exit code and what it says. Nothing is appended.
#[track_caller]
fn check_failure(shell: &Shell, arguments: &[&str], exit: i32, says: &str) {
    let run = shell.run(arguments);
    assert_eq!((run.exit, run.out.as_str()), (Some(exit), ""), "{arguments:?}: {run:?}");
    assert!(run.err.starts_with(&format!("error: {says}")), "{arguments:?}: {}", run.err);
}

#[test]
fn inputs_that_cannot_be_read() {
    let shell = Shell::new();
    shell.write("good", good(1));
    check_failure(&shell, &["ingest", "."], 2, ". is a directory\nhint: name the files in it\n");
    check_failure(&shell, &["ingest", "good", "."], 2, ". is a directory\n");
    let missing = "missing: No such file or directory (os error 2)\nhint: nothing was appended\n";
    check_failure(&shell, &["ingest", "good", "missing"], 1, missing);
    check_failure(&shell, &["ingest"], 2, "the following required arguments were not provided:");
    check_failure(&shell, &["ingest", ""], 1, "");
    assert!(!shell.data().exists(), "nothing was made");
    // Its first bytes cannot be read.
    let torn = "/proc/self/mem: cannot be read after line 1: Input/output error (os error 5)\nhint: ";
    check_failure(&shell, &["ingest", "/proc/self/mem"], 1, torn);
}

#[test]
fn what_went_in_before_an_input_failed_stays() {
    let shell = Shell::new();
    shell.write("good", good(1));
    let run = shell.run(&["ingest", "good", "/proc/self/mem", "good"]);
    assert_eq!((run.exit, run.out.as_str()), (Some(1), ""), "{run:?}");
    assert_eq!(ids(&shell), ["good-1"]);
}

#[test]
fn rejects_that_cannot_be_written() {
    let shell = Shell::new();
    shell.write("good", good(1));
    shell.write("mixed", format!("{}\n{{}}\n{}", good(1), good(2)));
    check_failure(&shell, &["ingest", "good", "--rejects", "nowhere/r"], 1, "nowhere/r: No such file or directory");
    check_failure(&shell, &["ingest", "good", "--rejects", "."], 2, "--rejects . is a directory");
    assert!(!shell.data().exists(), "nothing was made");
    check_failure(&shell, &["ingest", "mixed", "--rejects", "/dev/full"], 1, "");
    // A second run tells them all.
    assert_eq!(shell.run(&["ingest", "mixed", "--rejects", "r"]).exit, Some(8));
    assert_eq!((ids(&shell).len(), shell.read("r").lines().count()), (2, 1));
}

#[test]
fn data_directories_that_cannot_be_one() {
    let shell = Shell::new();
    shell.write("good", good(1));
    check_failure(&shell, &["ingest", "good", "--data", "good"], 1, "good");
    check_failure(&shell, &["ingest", "good", "--data", "/dev/null/data"], 1, "/dev/null/data");
    check_failure(&shell, &["person", "Ann Lee", "--data", "good"], 5, "good");
    fs::create_dir(shell.data()).unwrap();
    fs::write(shell.data().join("journal"), "").unwrap();
    check_failure(&shell, &["ingest", "good"], 1, "");
}

#[test]
fn a_directory_that_cannot_be_written_is_told() {
    let shell = Shell::new();
    shell.write("good", good(1));
    let closed = shell.dir().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(closed.join("try"), "").is_ok() {
        skipped("whoever runs this may write everywhere");
        return;
    }
    check_failure(&shell, &["ingest", "good", "--data", "closed/data"], 1, "closed/data");
    let ledger = Shell::of(&good(1));
    for place in ["data/journal/00000000000000000001.ndjson", "data/journal/index", "data/journal/lock", "data/journal"]
    {
        let mode = if place.ends_with("journal") { 0o555 } else { 0o444 };
        fs::set_permissions(ledger.dir().join(place), fs::Permissions::from_mode(mode)).unwrap();
    }
    let run = ledger.fed(&["ingest", "-"], good(2).as_bytes());
    assert_eq!((run.exit, run.out.as_str()), (Some(1), ""), "{run:?}");
    assert!(run.err.starts_with("error: "), "{run:?}");
}

#[test]
fn what_is_no_text_is_told_as_what_it_is_by_every_importer() {
    let workbook: &[u8] = b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00a,b\n\x00c,\x00d\n";
    let shell = Shell::new();
    shell.write("l.xlsx", workbook);
    let told = |run: &Run, name: &str| {
        assert_eq!((run.exit, &*run.out), (Some(1), ""), "{run:?}");
        let expect = format!(
            "error: {name}: this is a workbook (xlsx, ods) or another zip archive, and no text\nhint: save the sheet of a workbook as CSV"
        );
        assert!(run.err.starts_with(&expect) && run.err.lines().count() == 2, "{run:?}");
    };
    for from in ["csv", "records", "bods", "roster", "popolo", "ftm", "wikidata"] {
        told(&shell.run(&["ingest", "--from", from, "l.xlsx"]), "l.xlsx");
    }
    told(&shell.run(&["map", "propose", "l.xlsx"]), "l.xlsx");
    told(&shell.run(&["ingest", "l.xlsx"]), "l.xlsx");
    // It is looked for before anything is appended.
    let fresh = Shell::new();
    fresh.write("l.xlsx", workbook);
    fresh.write("good", good(1));
    told(&fresh.run(&["ingest", "good", "l.xlsx"]), "l.xlsx");
    assert!(!fresh.data().exists(), "nothing was made");
    told(&shell.fed(&["ingest", "-"], workbook), "-");
    // Also where it lies in a directory, and is named as what is read.
    fs::create_dir(shell.dir().join("d")).unwrap();
    let table = "company = \"Kelp\"\nend = \"either\"\n[source]\npublisher = \"P\"\n[files.t]\npath = \"t.csv\"\n[stints]\nfile = \"t\"\n\
                 person = \"a\"\n";
    let page = "company = \"Kelp\"\ncomplete = true\n[source]\npublisher = \"P\"\n[date]\nfile = \"{date}.json\"\n[[lists]]\nat = \"*\"\n";
    for (from, name, map) in
        [("bods", "d/x.json", ""), ("roster", "d/2024-01-01.json", page), ("csv", "d/t.csv", table)]
    {
        shell.write(name, workbook);
        shell.write("map.toml", map);
        let run = shell.run(&["ingest", "--from", from, "--map", "map.toml", "d"]);
        assert!(run.exit == Some(1) && run.err.contains(&format!("{name}: this is a workbook")), "{run:?}");
        fs::remove_file(shell.dir().join(name)).unwrap();
    }
    for (begins, what) in [
        (&b"%PDF-1.7\n"[..], "this is a PDF"),
        (b"\x1f\x8b\x08\x00", "this is a compressed file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is a workbook (xls)"),
        (b"PAR1\x15\x04", "this is a Parquet file"),
        (b"SQLite format 3\0", "this is an SQLite database"),
    ] {
        shell.write("b", begins);
        let run = shell.run(&["ingest", "b"]);
        assert!(run.exit == Some(1) && run.err.contains(what), "{run:?}");
    }
}
