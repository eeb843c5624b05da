//! The fields of entries of a tree, also those within others.

use serde_json::Value;

use crate::adapter::proposal::words::WITHIN;

/// How deep in an entry fields are looked for that stand in others.
const NESTED: usize = 3;

/// How many fields of an entry are looked at, at each depth.
pub(super) const FIELDS: usize = 1_000;

/// The fields of an object, and after them those within these, each with those that it stands in before it.
pub(super) fn all_fields(object: &Value) -> Vec<(String, &Value)> {
    let mut found: Vec<(String, &Value)> = Vec::new();
    let mut level: Vec<(String, &Value)> = vec![(String::new(), object)];
    // A value of a result of SPARQL stands with its type.
    let is_value = |value: &Value| value.get("type").is_some() && value.get("value").is_some_and(Value::is_string);
    for _ in 0..NESTED {
        let mut next = Vec::new();
        for (name, value) in level {
            let prefix = if name.is_empty() { name } else { name + &WITHIN.to_string() };
            let only = if is_value(value) { Some("value") } else { None };
            let fields =
                value.as_object().into_iter().flatten().filter(|(field, _)| only.is_none_or(|only| only == *field));
            next.extend(fields.map(|(field, value)| (format!("{prefix}{field}"), value)));
        }
        next.truncate(FIELDS);
        found.extend(next.iter().filter(|(_, value)| !is_value(value)).cloned());
        level = next;
    }
    found
}

/// What stands in a field of an object, or in one within another.
pub(super) fn within<'v>(object: &'v Value, field: &str) -> Option<&'v Value> {
    field.split(WITHIN).try_fold(object, |value, field| value.get(field))
}

/// Completes an entry with what others have and it has not: what stands in a field is told by an entry that has it.
pub(super) fn complete(entry: &mut Value, other: &Value) {
    let says_nothing = entry.is_null() || entry.as_str().is_some_and(|text| text.trim().is_empty());
    if says_nothing && !other.is_null() {
        *entry = other.clone();
    } else if let (Value::Object(fields), Value::Object(more)) = (entry, other) {
        for (name, value) in more {
            if let Some(there) = fields.get_mut(name) {
                complete(there, value);
            } else if fields.len() < FIELDS {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
}

/// A path one field further, or through a field to one within it.
pub(super) fn step(path: &str, field: &str) -> String {
    field.split(WITHIN).fold(path.to_owned(), |path, field| one_step(&path, field))
}

fn one_step(path: &str, field: &str) -> String {
    let plain = field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !field.starts_with(|c: char| c.is_ascii_digit());
    if plain {
        format!("{path}.{field}")
    } else {
        format!("{path}['{}']", field.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}
