//! A first map for a tree in which people, or other records, have lists of terms.

use std::fmt::Write as _;

use serde_json::Value;

use super::{ROWS, heading, quoted, taken};

/// How deep lists of terms are looked for.
const DEPTH: usize = 8;

/// A list of objects within a record: its path, how many there are, and their fields.
struct List {
    path: String,
    count: usize,
    fields: Vec<String>,
}

/// The map of a tree whose records name somebody and hold lists of dated objects; none where there are none.
pub(super) fn propose(document: &Value, name: &str) -> Option<String> {
    let list = document.as_array().map_or(std::slice::from_ref(document), Vec::as_slice);
    let records = &list[..list.len().min(ROWS)];
    let mut lists: Vec<List> = Vec::new();
    for record in records {
        collect(record, "$", 0, &mut lists);
    }
    let is_dated = |list: &&List| taken(&list.fields, "from").is_some() || taken(&list.fields, "to").is_some();
    let terms = lists.iter().filter(is_dated).max_by_key(|list| list.count)?;
    let first = records.first()?.as_object()?;
    let names: Vec<String> = first.keys().cloned().collect();
    let (person, word) = taken(&names, "person")?;
    let person = match &first[person] {
        Value::String(_) => quoted(&step("$", person)),
        Value::Object(parts) => full_name(&step("$", person), parts)?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
    };
    let mut map = heading("records", name);
    map.push_str("company = \"TODO: the company of all terms\"\nend = \"inclusive\"  # a guess: the last day; \"exclusive\" if it is the first day after\n");
    map.push_str(
        "# version = \"2024-01-31\"  # the day of the file\n\n[source]\npublisher = \"TODO: who publishes the file\"\n",
    );
    let _ = write!(map, "\n[files.terms]\neach = {}  # {} objects with dates\n", quoted(&terms.path), terms.count);
    let _ = write!(map, "\n[[stints]]\nfile = \"terms\"\nperson = {person}  # by its name, as `{word}`\n");
    for key in ["title", "unit", "from", "to"] {
        if let Some((field, word)) = taken(&terms.fields, key) {
            let _ = writeln!(map, "{key} = {}  # by its name, as `{word}`", quoted(&format!("{}?", step("@", field))));
        }
    }
    let read = ["title", "unit", "from", "to"].map(|key| taken(&terms.fields, key).map(|(field, _)| field));
    for field in terms.fields.iter().filter(|field| !read.contains(&Some(field.as_str()))) {
        let _ = writeln!(map, "# not read: {}", quoted(&step("@", field)));
    }
    for other in lists.iter().filter(|list| is_dated(list) && list.path != terms.path) {
        let _ = writeln!(map, "# another list with dates: {}", quoted(&other.path));
    }
    Some(map)
}

/// The name that an object of its parts comes to: a part that says all of it, else all that are texts, in their order.
fn full_name(at: &str, parts: &serde_json::Map<String, Value>) -> Option<String> {
    let texts: Vec<&String> = parts.iter().filter(|(_, part)| part.is_string()).map(|(name, _)| name).collect();
    let whole = texts.iter().find(|name| ["full", "official_full", "full_name", "text"].contains(&name.as_str()));
    if let Some(whole) = whole.or(texts.first().filter(|_| texts.len() == 1)) {
        return Some(quoted(&step(at, whole)));
    }
    let named: Vec<String> = texts.iter().map(|name| format!("{{{}?}}", step(at, name))).collect();
    (!named.is_empty()).then(|| format!("{{ name = {{ text = {} }} }}", quoted(&named.join(" "))))
}

/// A path one field further.
fn step(path: &str, field: &str) -> String {
    let plain = field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !field.starts_with(|c: char| c.is_ascii_digit());
    if plain {
        format!("{path}.{field}")
    } else {
        format!("{path}['{}']", field.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

fn collect(value: &Value, path: &str, depth: usize, lists: &mut Vec<List>) {
    let Some(object) = value.as_object().filter(|_| depth < DEPTH) else { return };
    for (name, within) in object {
        let path = step(path, name);
        match within {
            Value::Object(_) => collect(within, &path, depth + 1, lists),
            Value::Array(items) => {
                let path = format!("{path}[*]");
                for item in items.iter().take(ROWS) {
                    note(item, &path, lists);
                    collect(item, &path, depth + 1, lists);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// Counts an object of a list.
fn note(item: &Value, path: &str, lists: &mut Vec<List>) {
    let Some(object) = item.as_object() else { return };
    let at = lists.iter().position(|list| list.path == path).unwrap_or_else(|| {
        lists.push(List { path: path.to_owned(), count: 0, fields: Vec::new() });
        lists.len() - 1
    });
    lists[at].count += 1;
    for name in object.keys() {
        if !lists[at].fields.contains(name) {
            lists[at].fields.push(name.clone());
        }
    }
}
