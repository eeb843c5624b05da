//! YAML and JSON as one tree, with the line of every value.
//!
//! A document is read whole, since what is looked for may lie anywhere in it; so its size, its depth and the number of its values
//! are bounded, what aliases repeat included. What a scalar looks like (`no`, `1.0`, a date) is not interpreted: it is
//! text, as a person reads it.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::lines::{At, Lines};
use super::looks;

/// The longest document, in bytes.
pub(super) const BYTES: u64 = 32 << 20;
/// The deepest nesting.
const DEPTH: usize = 100;
/// The most values.
pub(super) const VALUES: usize = 2_000_000;
/// The most bytes of text that anchors and aliases repeat, together.
const REPEATED: usize = 64 << 20;

/// A value and the line on which it begins, from 1.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) line: u64,
    pub(super) value: Value,
    /// A key that the object has twice, and where it stands again: which of the two counts is not known.
    pub(super) twice: Option<(u64, Box<str>)>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Text(String),
    List(Vec<Node>),
    Fields(Vec<(String, Node)>),
}

impl Node {
    pub(super) fn new(line: u64, value: Value) -> Node {
        Node { line, value, twice: None }
    }

    /// A key that stands twice in an object here or within, and the line on which it stands again.
    pub(super) fn ambiguous_key(&self) -> Option<(u64, &str)> {
        let within = || self.within().into_iter().find_map(|(_, node)| node.ambiguous_key());
        self.twice.as_ref().map(|(line, key)| (*line, &**key)).or_else(within)
    }

    /// A field of an object.
    pub(super) fn field(&self, name: &str) -> Option<&Node> {
        let Value::Fields(fields) = &self.value else { return None };
        fields.iter().find(|(field, _)| field == name).map(|(_, node)| node)
    }

    /// The text of a scalar, trimmed; none where it is empty.
    pub(super) fn text(&self) -> Option<&str> {
        let Value::Text(text) = &self.value else { return None };
        let text = text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// What stands within it, each with its key in an object.
    pub(super) fn within(&self) -> Vec<(Option<&str>, &Node)> {
        match &self.value {
            Value::Null | Value::Text(_) => Vec::new(),
            Value::List(items) => items.iter().map(|node| (None, node)).collect(),
            Value::Fields(fields) => fields.iter().map(|(key, node)| (Some(key.as_str()), node)).collect(),
        }
    }

    /// As a reader of a reject is shown it.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Text(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Fields(fields) => fields.iter().map(|(key, node)| (key.clone(), node.to_json())).collect(),
        }
    }
}

/// Why a document cannot be read.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) line: u64,
    pub(super) reason: String,
}

/// Reads a document: JSON, where the file is called so, else YAML.
pub(super) fn read(path: &Path) -> io::Result<Result<Node, Broken>> {
    let is_json = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    Ok(text_of(path)?.and_then(|text| if is_json { json(&text) } else { yaml(&text) }))
}

/// The text of a document.
pub(super) fn text_of(path: &Path) -> io::Result<Result<String, Broken>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > BYTES {
        return Ok(Err(Broken { line: 1, reason: format!("the document is longer than {BYTES} bytes") }));
    }
    if looks::in_utf_16(&bytes).is_some() {
        return Ok(Err(Broken { line: 1, reason: looks::other_encoding(&bytes).reason }));
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let (valid, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
            let line = bytes[..valid].split(|byte| *byte == b'\n').count() as u64;
            Err(Broken { line, reason: looks::other_encoding(bytes).reason })
        }
    })
}

// JSON.

fn json(text: &str) -> Result<Node, Broken> {
    let left = Cell::new(VALUES);
    let lines = Lines::new(text.as_bytes());
    let at = lines.at();
    let mut json = serde_json::Deserializer::from_reader(lines);
    let tree = Tree { at: &at, left: &left };
    let read = tree.deserialize(&mut json).and_then(|node| json.end().map(|()| node));
    read.map_err(|error| {
        let text = error.to_string();
        let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
        Broken { line: error.line().max(1) as u64, reason: format!("broken JSON: {what}") }
    })
}

#[derive(Clone, Copy)]
struct Tree<'l> {
    at: &'l At,
    left: &'l Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        let line = self.at.line();
        let left = self.left.get();
        if left == 0 {
            return Err(serde::de::Error::custom(too_many()));
        }
        self.left.set(left - 1);
        let mut node = Node::new(line, deserializer.deserialize_any(self)?);
        if let Value::Fields(fields) = &node.value {
            node.twice = twice(fields);
        }
        Ok(node)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Text(flag.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = array.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            fields.push((key, map.next_value_seed(self)?));
        }
        Ok(Value::Fields(fields))
    }
}

fn too_much() -> String {
    format!("aliases repeat more than {} MiB of text", REPEATED >> 20)
}

/// Why a document is refused that has more values.
pub(super) fn too_many() -> String {
    format!("the document has more than {VALUES} values")
}

// YAML.

/// A list or an object that is not at its end yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The key of an object's field, until its value comes.
    key: Option<Key>,
    /// The objects that are merged into this one, with `<<`.
    merged: Vec<Node>,
}

/// The key of a field.
enum Key {
    Name(String),
    /// `<<`: what comes is merged into the object.
    Merge,
}

impl Open {
    fn new(line: u64, value: Value, anchor: usize) -> Open {
        Open { node: Node::new(line, value), anchor, key: None, merged: Vec::new() }
    }

    /// Takes a value that stands within; the error is a sentence.
    fn take(&mut self, done: Node, plain: bool) -> Result<(), String> {
        match &mut self.node.value {
            Value::List(items) => items.push(done),
            Value::Fields(fields) => match self.key.take() {
                Some(Key::Name(name)) => fields.push((name, done)),
                Some(Key::Merge) => match done.value {
                    Value::Fields(_) => self.merged.push(done),
                    Value::List(items) if items.iter().all(|item| matches!(item.value, Value::Fields(_))) => {
                        self.merged.extend(items);
                    }
                    Value::Null | Value::Text(_) | Value::List(_) => {
                        return Err("`<<` merges something that is no object".to_owned());
                    }
                },
                None => match done.value {
                    Value::Text(name) if name == "<<" && plain => self.key = Some(Key::Merge),
                    Value::Text(name) => self.key = Some(Key::Name(name)),
                    Value::Null => self.key = Some(Key::Name(String::new())),
                    Value::List(_) | Value::Fields(_) => return Err("a key that is no text".to_owned()),
                },
            },
            Value::Null | Value::Text(_) => unreachable!("only lists and objects are open"),
        }
        Ok(())
    }

    /// The whole, with what is merged into it: its own fields count before those, and the first of those before others.
    fn close(self) -> (Node, usize) {
        let Open { mut node, anchor, merged, .. } = self;
        if let Value::Fields(fields) = &mut node.value {
            node.twice = twice(fields);
            let mut had: HashSet<String> = fields.iter().map(|(name, _)| name.clone()).collect();
            for source in merged {
                node.twice = node.twice.or(source.twice);
                let Value::Fields(more) = source.value else { continue };
                fields.extend(more.into_iter().filter(|(name, _)| had.insert(name.clone())));
            }
        }
        (node, anchor)
    }
}

/// A key that stands twice among fields.
fn twice(fields: &[(String, Node)]) -> Option<(u64, Box<str>)> {
    let mut had = HashSet::with_capacity(fields.len());
    fields.iter().find(|(name, _)| !had.insert(name)).map(|(name, node)| (node.line, name.as_str().into()))
}

fn yaml(text: &str) -> Result<Node, Broken> {
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: HashMap<usize, (Node, usize)> = HashMap::new();
    let mut left = VALUES;
    let mut room = REPEATED;
    let mut root: Option<Node> = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Broken {
            line: error.marker().line().max(1) as u64,
            reason: format!("broken YAML: {}", error.info()),
        })?;
        let line = span.start.line().max(1) as u64;
        let broken = |reason: String| Broken { line, reason };
        let mut weight = 1;
        let mut plain = false;
        let done = match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                continue;
            }
            Event::Alias(anchor) => {
                let Some((node, of_it)) = anchors.get(&anchor) else {
                    return Err(broken("an alias within what it repeats".to_owned()));
                };
                weight = *of_it;
                if weight > left {
                    return Err(broken(too_many()));
                }
                room = room.checked_sub(text_bytes(node)).ok_or_else(|| broken(too_much()))?;
                node.clone()
            }
            Event::Scalar(text, style, anchor, _) => {
                let null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let value = if null { Value::Null } else { Value::Text(text.into_owned()) };
                plain = style == ScalarStyle::Plain;
                let node = Node::new(line, value);
                if anchor != 0 {
                    room = room.checked_sub(text_bytes(&node)).ok_or_else(|| broken(too_much()))?;
                    anchors.insert(anchor, (node.clone(), 1));
                }
                node
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() == DEPTH => {
                return Err(broken(format!("the document nests deeper than {DEPTH} levels")));
            }
            Event::SequenceStart(anchor, _) => {
                open.push(Open::new(line, Value::List(Vec::new()), anchor));
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Open::new(line, Value::Fields(Vec::new()), anchor));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(closed) = open.pop() else { continue };
                let (node, anchor) = closed.close();
                if anchor != 0 {
                    let size = weigh(&node);
                    if size > left {
                        return Err(broken(too_many()));
                    }
                    left -= size;
                    room = room.checked_sub(text_bytes(&node)).ok_or_else(|| broken(too_much()))?;
                    anchors.insert(anchor, (node.clone(), size));
                }
                node
            }
        };
        left = left.checked_sub(weight).ok_or_else(|| broken(too_many()))?;
        let Some(parent) = open.last_mut() else {
            if root.is_some() {
                return Err(broken("a second document in one file".to_owned()));
            }
            root = Some(done);
            continue;
        };
        parent.take(done, plain).map_err(broken)?;
    }
    Ok(root.unwrap_or(Node::new(1, Value::Null)))
}

/// How many bytes of text there are in it, keys included.
fn text_bytes(node: &Node) -> usize {
    let own = if let Value::Text(text) = &node.value { text.len() } else { 0 };
    let within = node.within().into_iter();
    own + within.map(|(key, inner)| key.map_or(0, str::len) + text_bytes(inner)).sum::<usize>()
}

/// How many values there are in it.
fn weigh(node: &Node) -> usize {
    1 + node.within().into_iter().map(|(_, inner)| weigh(inner)).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::{Node, json, yaml};

    fn shown(node: &Node) -> String {
        node.to_json().to_string()
    }

    #[test]
    fn yaml_and_json_are_one_tree() {
        let document = yaml("a:\n- name: No\n  since: 2024-05-01\n- &x {n: ~}\n- *x\n").expect("YAML");
        assert_eq!(shown(&document), r#"{"a":[{"name":"No","since":"2024-05-01"},{"n":null},{"n":null}]}"#);
        let list = document.field("a").expect("a list").within();
        assert_eq!(list.iter().map(|(_, node)| node.line).collect::<Vec<_>>(), [2, 4, 4]);
        let document = json("{\"a\": [\n 1,\n\n {\"b\": \"\\ud83d\\ude00\"}]}").expect("JSON");
        let list = document.field("a").expect("a list").within();
        assert_eq!(list.iter().map(|(_, node)| node.line).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(shown(list[1].1), "{\"b\":\"😀\"}");
    }

    #[test]
    fn merges_are_resolved_and_keys_that_stand_twice_are_known() {
        let check = |text: &str, expect: &str, twice: Option<(u64, &str)>| {
            let document = yaml(text).expect("YAML");
            assert_eq!((&*shown(&document), document.ambiguous_key()), (expect, twice), "{text}");
        };
        check("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", r#"{"a":{"x":"1","y":"2"},"b":{"y":"3","x":"1"}}"#, None);
        check(
            "- &a {x: 1}\n- &b {x: 2, z: 4}\n- <<: [*a, *b]\n  y: 3",
            r#"[{"x":"1"},{"x":"2","z":"4"},{"y":"3","x":"1","z":"4"}]"#,
            None,
        );
        check("'<<': {x: 1}", r#"{"<<":{"x":"1"}}"#, None);
        check("- {role: a, role: b}", r#"[{"role":"b"}]"#, Some((1, "role")));
        check("a: 1\nb:\n  c: 2\n  d: 3\n  c: 4", r#"{"a":"1","b":{"c":"4","d":"3"}}"#, Some((5, "c")));
        let json = json("[{\"role\":1,\n\"role\":2}]").expect("JSON");
        assert_eq!(json.ambiguous_key().map(|(_, key)| key), Some("role"));
        assert!(yaml("a: {<<: text}").expect_err("no object").reason.contains("no object"));
    }

    #[test]
    fn what_grows_without_bound_is_refused() {
        let check = |read: Result<Node, super::Broken>, line: u64, reason: &str| {
            let broken = read.expect_err(reason);
            assert!(broken.line == line && broken.reason.contains(reason), "{broken:?}");
        };
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for i in 1..9 {
            let before = format!("*a{},", i - 1).repeat(10);
            laughs = format!("{laughs}a{i}: &a{i} [{before}]\n");
        }
        check(yaml(&laughs), 6, "more than");
        check(yaml(&"- ".repeat(200)), 1, "deeper");
        check(json(&"[".repeat(200)), 1, "recursion limit");
        check(yaml("a: [b\nc: d"), 2, "broken YAML");
        check(json("{\n\"a\":\n}"), 3, "broken JSON");
        check(yaml("a: &x [*x]"), 1, "alias");
        let long = format!("- &a {}\n{}", "x".repeat(1 << 20), "- *a\n".repeat(100));
        check(yaml(&long), 65, "aliases repeat more than 64 MiB");
        check(yaml("a\n---\nb"), 3, "second document");
    }
}
