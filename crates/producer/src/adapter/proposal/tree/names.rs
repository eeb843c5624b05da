//! Who is named in an object of a tree: the fields of names and of ids.

use serde_json::{Map as Object, Value};

use super::fields::{all_fields, step, within};
use crate::adapter::proposal::quoted;
use crate::adapter::proposal::words::{WITHIN, all_taken, folded, is_no_name, is_word, parts_of_names};

/// Fields that hold the id of what they stand in.
pub(super) const IDS: [&str; 5] = ["id", "ID", "Id", "uuid", "identifier"];

/// Fields that say in one text what a name is.
pub(super) const WHOLE: [&str; 9] =
    ["full", "official_full", "full_name", "fullName", "formatted", "displayName", "text", "name", "label"];

/// Fields that hold a part of a name.
const PARTS: [&str; 10] =
    ["first", "given", "first_name", "given_name", "middle", "last", "family", "last_name", "family_name", "surname"];

/// The fields that say what a person is called in an object: one for all of it, or those of the parts.
pub(super) fn name_fields(object: &Value) -> Vec<String> {
    let plain: Vec<String> =
        all_fields(object).into_iter().filter(|(_, value)| !value.is_array()).map(|(field, _)| field).collect();
    let is_named = |field: &str| within(object, field).is_none_or(|value| names_one(value) || value.is_null());
    let people = all_taken(&plain, "person").into_iter().chain(all_taken(&plain, "person_id"));
    let whole = people.map(|(field, _)| field).find(|field| is_named(field)).map(str::to_owned);
    let outright = whole.as_ref().filter(|field| is_word(field));
    match (outright, parts_of_names(&plain)) {
        (None, Some(parts)) => parts.into_iter().map(str::to_owned).collect(),
        (Some(_), _) | (None, None) => whole.into_iter().collect(),
    }
}

/// Whether a value can be what one is called, in one text or in parts.
pub(super) fn names_one(value: &Value) -> bool {
    match value {
        Value::String(text) => !is_no_name(text),
        Value::Object(parts) => of_parts("$", parts).is_some(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
    }
}

/// The field of an id that stands beside the name of a person in an object, or around it. An id of the object itself is not
/// known for one of the person where the object is a row.
pub(super) fn id_field(object: &Value, is_row: bool) -> Option<String> {
    let names = name_fields(object);
    let mut around = names.first()?.rsplit_once(WITHIN).map(|(around, _)| around);
    loop {
        let field = |id: &&str| around.map_or_else(|| (*id).to_owned(), |around| format!("{around}{WITHIN}{id}"));
        let is_id = |field: &String| within(object, field).is_some_and(|id| id.is_string() || id.is_number());
        if around.is_some() || !is_row {
            let found = IDS.iter().map(field).find(is_id);
            if found.is_some() {
                return found;
            }
        }
        around = around?.rsplit_once(WITHIN).map(|(around, _)| around);
    }
}

/// The value of a map for whom an object names, with the id where there is one.
pub(super) fn reference(at: &str, object: &Value, is_row: bool) -> Option<String> {
    let name = full_name(at, object)?;
    let Some(id) = id_field(object, is_row) else { return Some(name) };
    Some(with_id(&quoted(&step(at, &id)), &name))
}

/// A name with the id at a path.
pub(super) fn with_id(path: &str, name: &str) -> String {
    let name = name.strip_prefix("{ name = ").and_then(|name| name.strip_suffix(" }")).unwrap_or(name);
    format!("{{ id = {{ path = {path}, prefix = \"x/\", escape = true }}, name = {name} }}")
}

/// The value of a map for what a person is called in an object; none where its name is in none of its fields.
pub(super) fn full_name(at: &str, object: &Value) -> Option<String> {
    match &name_fields(object)[..] {
        [field] => match within(object, field)? {
            Value::String(text) => (!is_no_name(text)).then(|| quoted(&step(at, field))),
            Value::Object(parts) => of_parts(&step(at, field), parts),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        },
        [] => None,
        parts => {
            let is_name = |value: &Value| value.as_str().is_some_and(|text| text.is_empty() || !is_no_name(text));
            let are_texts = parts.iter().all(|part| within(object, part).is_none_or(is_name));
            let text: Vec<String> = parts.iter().map(|part| format!("{{{}?}}", step(at, part))).collect();
            are_texts.then(|| format!("{{ name = {{ text = {} }} }}", quoted(&text.join(" "))))
        }
    }
}

/// The name that an object of its parts comes to: a part that says all of it, where it is there; else the parts, or all that
/// are texts, in their order.
pub(super) fn of_parts(at: &str, parts: &Object<String, Value>) -> Option<String> {
    let is_name = |part: &Value| part.as_str().is_some_and(|text| text.is_empty() || !is_no_name(text));
    let texts: Vec<&String> = parts.iter().filter(|(_, part)| is_name(part)).map(|(name, _)| name).collect();
    let whole = texts.iter().find(|name| WHOLE.contains(&name.as_str()));
    let whole = whole.or(texts.first().filter(|_| texts.len() == 1)).map(|whole| step(at, whole));
    let place = |name: &str| PARTS.iter().position(|part| folded(part) == folded(name));
    let mut some: Vec<&&String> = texts.iter().filter(|name| place(name).is_some()).collect();
    some.sort_by_key(|name| place(name));
    let named: Vec<&&String> = if some.is_empty() { texts.iter().collect() } else { some.clone() };
    let joined: Vec<String> = named.iter().map(|name| format!("{{{}?}}", step(at, name))).collect();
    let joined = quoted(&joined.join(" "));
    match whole {
        Some(whole) if some.is_empty() => Some(quoted(&whole)),
        Some(whole) => {
            Some(format!("{{ name = {{ path = {}, otherwise = {joined} }} }}", quoted(&format!("{whole}?"))))
        }
        None => (!named.is_empty()).then(|| format!("{{ name = {{ text = {joined} }} }}")),
    }
}
