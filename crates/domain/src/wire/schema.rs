//! The JSON Schemas (2020-12) of events, from the table.
//!
//! Each stands alone, so that a scraper needs one file and no resolver. A schema refuses all that it can express;
//! whether a day exists, a range is reversed or a person reports to himself is found out by reading.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::table::{
    CONFIDENCES, DESCRIBED_NAME, EMPLOYMENTS, EVENT_TYPES, EventType, Field, Kind, Need, QUOTE, REFERENCE, SOURCE,
    Shape, event_type,
};
use crate::event::GIVEN_ID_BYTES;
use crate::name::NAME_CHARACTERS;
use crate::position::EVENT_ID_BYTES;

/// The definitions that a schema refers to, by name.
type Definitions = BTreeMap<&'static str, Value>;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The names of the types of events, in the order of the contract.
pub fn event_types() -> impl Iterator<Item = &'static str> {
    EVENT_TYPES.iter().map(|t| t.shape.name)
}

/// The schema of the events of one type; `None` where there is no such type.
pub fn event_schema(name: &str) -> Option<Value> {
    let event_type = event_type(name)?;
    let mut definitions = Definitions::new();
    let mut schema = json!({"$schema": DIALECT, "$id": format!("{name}.json")});
    extend(&mut schema, event(event_type, &mut definitions));
    extend(&mut schema, json!({"$defs": definitions}));
    Some(schema)
}

/// The schema of any event.
pub fn any_event_schema() -> Value {
    let mut definitions = Definitions::new();
    let events: Vec<_> = EVENT_TYPES.iter().map(|t| (t.shape.name, event(t, &mut definitions))).collect();
    let names: Vec<&str> = event_types().collect();
    let by_type = |name: &&str| {
        json!({
            "if": {"required": ["type"], "properties": {"type": {"const": name}}},
            "then": {"$ref": format!("#/$defs/{name}")},
        })
    };
    let cases: Vec<Value> = names.iter().map(by_type).collect();
    definitions.extend(events);
    json!({
        "$schema": DIALECT,
        "$id": "event.json",
        "title": "event",
        "description": "An event of any type.",
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": names}},
        "allOf": cases,
        "$defs": definitions,
    })
}

fn extend(schema: &mut Value, more: Value) {
    if let (Value::Object(schema), Value::Object(more)) = (schema, more) {
        schema.extend(more);
    }
}

fn event(event_type: &EventType, definitions: &mut Definitions) -> Value {
    let example: Value = serde_json::from_str(event_type.example).expect("the examples of the table are JSON");
    let mut schema = json!({"title": event_type.shape.name, "description": event_type.doc});
    extend(&mut schema, object(&event_type.shape, definitions));
    extend(&mut schema, json!({"examples": [example]}));
    schema
}

fn object(shape: &Shape, definitions: &mut Definitions) -> Value {
    let properties: Map<String, Value> =
        shape.fields.iter().map(|field| (field.name.to_owned(), property(shape, field, definitions))).collect();
    let required: Vec<&str> = shape.fields.iter().filter(|f| f.need == Need::Required).map(|f| f.name).collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        extend(&mut schema, json!({"required": required}));
    }
    if !shape.one_of.is_empty() {
        let given = |name: &&str| {
            let is_flag = shape.fields.iter().any(|f| f.name == *name && f.kind == Kind::Flag);
            let value = if is_flag { json!({"const": true}) } else { json!({"not": {"type": "null"}}) };
            json!({"required": [name], "properties": {*name: value}})
        };
        let one_of: Vec<Value> = shape.one_of.iter().map(given).collect();
        extend(&mut schema, json!({"anyOf": one_of}));
    }
    schema
}

/// A field; one that may be absent may be null, which says the same.
fn property(shape: &Shape, field: &Field, definitions: &mut Definitions) -> Value {
    let mut property = json!({"description": field.doc});
    let value = match definition(field.kind, definitions) {
        None if field.kind == Kind::Type => json!({"const": shape.name}),
        None => json!({"type": "boolean"}),
        Some(name) => json!({"$ref": format!("#/$defs/{name}")}),
    };
    if field.need == Need::Optional || field.kind == Kind::PersonOrNobody {
        extend(&mut property, json!({"anyOf": [value, {"type": "null"}]}));
    } else {
        extend(&mut property, value);
    }
    property
}

/// The definition of what a kind of field holds, put among the others; none where there is little to define.
fn definition(kind: Kind, definitions: &mut Definitions) -> Option<&'static str> {
    let (name, schema) = match kind {
        Kind::Type | Kind::Flag => return None,
        Kind::Event => ("event_id", event_id()),
        Kind::EntityId => ("entity_id", entity_id()),
        Kind::Person | Kind::PersonOrNobody | Kind::Company | Kind::Unit => {
            let name = definition(Kind::Name, definitions).expect("a name is defined");
            let whole = object(&REFERENCE, definitions);
            let name = json!({"$ref": format!("#/$defs/{name}")});
            ("reference", json!({"description": "A name, or an object.", "anyOf": [name, whole]}))
        }
        Kind::Source => {
            let line = definition(Kind::Line, definitions).expect("a line is defined");
            let whole = object(&SOURCE, definitions);
            let line = json!({"$ref": format!("#/$defs/{line}")});
            let description = "A URL (it contains ://), the name of a publisher, or an object.";
            ("source", json!({"description": description, "anyOf": [line, whole]}))
        }
        Kind::Names => ("names", json!({"type": "array", "items": object(&DESCRIBED_NAME, definitions)})),
        Kind::Aliases => {
            let name = definition(Kind::Name, definitions).expect("a name is defined");
            ("aliases", json!({"type": "array", "items": {"$ref": format!("#/$defs/{name}")}}))
        }
        Kind::Identifiers => {
            let line = definition(Kind::Line, definitions).expect("a line is defined");
            let line = json!({"$ref": format!("#/$defs/{line}")});
            let value = json!({"anyOf": [line, {"type": "null"}]});
            ("identifiers", json!({"type": "object", "propertyNames": line, "additionalProperties": value}))
        }
        Kind::Date => ("date", date()),
        Kind::Instant => ("instant", instant()),
        Kind::Name => ("name", name()),
        Kind::Quote => {
            let words = definition(Kind::Text, definitions).expect("a text is defined");
            let whole = object(&QUOTE, definitions);
            let words = json!({"$ref": format!("#/$defs/{words}")});
            ("quote", json!({"description": "The words, or an object.", "anyOf": [words, whole]}))
        }
        Kind::Text => ("text", text("Free text.", FREE_TEXT)),
        Kind::Line => ("line", text("A text on one line.", ONE_LINE)),
        Kind::Language => ("language", text("A BCP 47 tag.", "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$")),
        Kind::Confidence => ("confidence", json!({"enum": CONFIDENCES.map(|(word, _)| word)})),
        Kind::Employment => ("employment", json!({"enum": EMPLOYMENTS.map(|(word, _)| word)})),
    };
    definitions.insert(name, schema);
    Some(name)
}

const YEAR: &str = "[0-9]{4}";
const MONTH: &str = "(0[1-9]|1[0-2])";
const DAY: &str = "(0[1-9]|[12][0-9]|3[01])";
/// No control characters but at the ends, which do not count.
const ONE_LINE: &str = r"^\s*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*\s*$";

/// No control characters but line breaks and tabs, and not blank.
const FREE_TEXT: &str = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0b-\x1f\x7f-\x9f]*$";

/// A string of that pattern.
fn text(description: &str, pattern: &str) -> Value {
    json!({"description": description, "type": "string", "pattern": pattern})
}

fn name() -> Value {
    let mut name = text("A name as the source spells it, with at least one letter or digit.", ONE_LINE);
    extend(&mut name, json!({"maxLength": NAME_CHARACTERS}));
    name
}

fn event_id() -> Value {
    let description = format!("1 to {EVENT_ID_BYTES} bytes of printable text without spaces.");
    let mut id = text(&description, r"^[^\s\x00-\x1f\x7f-\x9f]+$");
    extend(&mut id, json!({"maxLength": EVENT_ID_BYTES}));
    id
}

fn entity_id() -> Value {
    let mut id = text("The scraper's own id.", "^[A-Za-z0-9][A-Za-z0-9._:/-]*$");
    extend(&mut id, json!({"maxLength": GIVEN_ID_BYTES}));
    id
}

fn date() -> Value {
    let simple = format!("({YEAR}(-{MONTH}(-({DAY}|XX))?|-XX(-XX)?)?|[0-9]{{3}}X|[0-9]{{2}}XX)[~?%]?");
    let pattern = format!(r"^({simple}|\[{simple}\.\.({simple})?\]|\[\.\.{simple}\])$");
    text("A vague date: 2025-09-30, 2025-09, 2025, 202X, 20XX, or [2025-02..2025-04], [..2025], [2025..].", &pattern)
}

fn instant() -> Value {
    let time = r"[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})";
    let pattern = format!("^{YEAR}(-{MONTH}(-{DAY}({time})?)?)?$");
    text("An RFC 3339 instant; or a date (midnight UTC), or a month or year (its last day).", &pattern)
}
