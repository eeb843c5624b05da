//! `docs/events.md`, from the table.

use std::fmt::Write;

use serde_json::Value;

use super::table::{
    CONFIDENCES, DESCRIBED_NAME, EMPLOYMENTS, EVENT_TYPES, Field, Kind, Need, QUOTE, REFERENCE, SOURCE, Shape,
};
use super::{EVENT_BYTES, NAMESPACE};

/// The page on events.
pub fn page() -> String {
    let mut page = HEAD.replace("{bytes}", &EVENT_BYTES.to_string()).replace("{namespace}", &NAMESPACE.to_string());
    let common = |field: &&Field| EVENT_TYPES.iter().all(|t| has(&t.shape, field) || field.name == "effective");

    page += "## Common fields\n\n";
    let first = &EVENT_TYPES[0].shape;
    page += &table(first.fields.iter().filter(common));
    page += "\n## Values\n\n";
    page += VALUES;
    for (title, shape) in
        [("Reference", &*REFERENCE), ("Source", &*SOURCE), ("Quote", &*QUOTE), ("Described name", &*DESCRIBED_NAME)]
    {
        let _ = write!(page, "\n### {title}\n\n{}", table(shape.fields.iter()));
        if !shape.one_of.is_empty() {
            let _ = writeln!(page, "\nAt least one of {} is given.", quoted(shape.one_of));
        }
    }
    page += "\n## Types\n";
    for event_type in EVENT_TYPES.iter() {
        let shape = &event_type.shape;
        let own = table(shape.fields.iter().filter(|field| !common(field)));
        let example: Value = serde_json::from_str(event_type.example).expect("the examples of the table are JSON");
        let _ = write!(page, "\n### {}\n\n{}\n\n{own}", shape.name, event_type.doc);
        if !shape.one_of.is_empty() {
            let _ = writeln!(page, "\nAt least one of {} is given.", quoted(shape.one_of));
        }
        let _ = write!(page, "\n```json\n{example:#}\n```\n");
    }
    page
}

fn has(shape: &Shape, field: &Field) -> bool {
    shape.fields.iter().any(|f| f.name == field.name && f.doc == field.doc)
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn table<'f>(fields: impl Iterator<Item = &'f Field>) -> String {
    let mut table = "| field | value | |\n|---|---|---|\n".to_owned();
    for field in fields {
        let required = if field.need == Need::Required { "**required** " } else { "" };
        let _ = writeln!(table, "| `{}` | {} | {required}{} |", field.name, value(field.kind), field.doc);
    }
    table
}

/// What a field of the kind holds, in a few words.
fn value(kind: Kind) -> String {
    let value = match kind {
        Kind::Type => "a type",
        Kind::Event => "event id",
        Kind::EntityId => "id",
        Kind::Person => "person",
        Kind::PersonOrNobody => "person or null",
        Kind::Company => "company",
        Kind::Unit => "unit",
        Kind::Date => "vague date",
        Kind::Quote => "quote",
        Kind::Instant => "instant",
        Kind::Name => "name",
        Kind::Aliases => "list of names",
        Kind::Names => "list of described names",
        Kind::Identifiers => "identifiers",
        Kind::Text => "text",
        Kind::Line => "line",
        Kind::Language => "language",
        Kind::Flag => "true or false",
        Kind::Confidence => return quoted(&CONFIDENCES.map(|(word, _)| word)),
        Kind::Employment => return quoted(&EMPLOYMENTS.map(|(word, _)| word)),
        Kind::Source => "source",
    };
    value.to_owned()
}

const HEAD: &str = r#"# Events

<!-- Made from the table of the program. Do not edit: run TENURE_BLESS=1 cargo test -p tenure-domain --test wire -->

An event is one JSON object of at most {bytes} bytes. `null` is the same as leaving the field out, but for the
`reports_to` of a `ChangedManager`. Fields that a type does not have are refused, and so is a field given twice.
`schemas/event.json` describes all events and `schemas/events/<Type>.json` those of one type.

An event may come wrapped as a CloudEvents 1.0 structured record: an object with `"specversion": "1.0"` and the event
under `data`. The other attributes are not looked at; the record's `id` is not the event's. It is the event that is measured, without
spaces between its fields; the whole record may have 64 KiB more.

## The id

An event without an `id` is given one made from its content, so that the same claim scraped twice is one event.
The content is the event without nulls, `id`, `ingested_at` and `source.retrieved_at`, as canonical JSON (RFC 8785); the id is its
UUIDv5 in the namespace `{namespace}`, which is that of the URL `tenure:event:v1`. In Python:

```python
import json, uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "tenure:event:v1")

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
    content = without_nulls(event)
    content.pop("id", None)
    content.pop("ingested_at", None)
    if event["type"] == "ChangedManager":
        content["reports_to"] = without_nulls(event["reports_to"])
    if isinstance(content["source"], dict):
        content["source"].pop("retrieved_at", None)
    # Enough for RFC 8785 here: events hold no numbers. Fields are sorted by UTF-16.
    text = json.dumps(sorted_fields(content), ensure_ascii=False, separators=(",", ":"))
    return str(uuid.uuid5(NAMESPACE, text))
```

An `id` that was used before, with the same content, is a duplicate and does nothing; with other content it is refused.

"#;

const VALUES: &str = r#"| value | what to write |
|---|---|
| person, company, unit | a name, or a [reference](#reference); company names share one namespace, unit names are those of their company, unit ids are global |
| name | a name or title as the source spells it: one line of at most 500 characters with a letter, a mark or a digit |
| id | letters, digits and `._:/-`, the first a letter or digit; at most 200 bytes |
| event id | 1 to 200 bytes of printable text without spaces; `id` does not begin with `tenure.passed-over:` |
| identifiers | an object of registers and ids: `{"wikidata": "Q1"}` |
| vague date | `2025-09-30`, `2025-09`, `2025`, `202X`, `20XX`, or a range of these: `[2025-02..2025-04]`, `[..2025-09-30]`, `[2025-09-30..]`; `~`, `?` or `%` may follow a date; no date in the year 9999, and in the year 0000 the beginning of a range alone |
| day | `2025-09-30` |
| instant | RFC 3339 with a zone: `2025-09-30T06:00:00Z`; or a date (midnight UTC), or a month or year (its last day) |
| language | a BCP 47 tag: `zh-Hans` |
| source | a URL, the name of a publisher, or a [source](#source) |
| quote | the words, or a [quote](#quote) with the words around them |
| text | any text but control characters other than line breaks (`\n`) and tabs |
| line | a text without line breaks; spaces at its ends do not count |
"#;
