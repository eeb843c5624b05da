//! JSON as it was given: a tree that borrows its texts, keeps the order of fields, and shows a field given twice.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Number, Value};

use super::Refusal;

/// The fields of an object, as they stand in the text.
pub(super) type Object<'a> = Vec<(Cow<'a, str>, Node<'a>)>;

/// One value of JSON.
#[derive(Clone, Debug)]
pub(super) enum Node<'a> {
    Null,
    Flag(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Object(Object<'a>),
}

impl Node<'_> {
    /// What it is, in an error.
    pub(super) fn what(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Flag(true) => "true",
            Node::Flag(false) => "false",
            Node::Number(_) => "a number",
            Node::Text(_) => "a string",
            Node::List(_) => "an array",
            Node::Object(_) => "an object",
        }
    }
}

impl<'a> From<&'a Value> for Node<'a> {
    fn from(value: &'a Value) -> Node<'a> {
        match value {
            Value::Null => Node::Null,
            Value::Bool(flag) => Node::Flag(*flag),
            Value::Number(number) => Node::Number(number.clone()),
            Value::String(text) => Node::Text(text.as_str().into()),
            Value::Array(items) => Node::List(items.iter().map(Node::from).collect()),
            Value::Object(fields) => Node::Object(borrowed(fields)),
        }
    }
}

/// The fields of an object, borrowed.
pub(super) fn borrowed<'a>(fields: impl IntoIterator<Item = (&'a String, &'a Value)>) -> Object<'a> {
    fields.into_iter().map(|(name, value)| (name.as_str().into(), Node::from(value))).collect()
}

/// Reads a text that is one JSON value. How deep it nests is bounded by `serde_json`.
pub(super) fn parse(text: &str) -> Result<Node<'_>, Refusal> {
    serde_json::from_str(text).map_err(|error| {
        let what = error.to_string();
        let what = what.rsplit_once(" at line ").map_or(&*what, |(what, _)| what);
        Refusal::new(
            format_args!("broken JSON at line {}, column {}: {what}", error.line(), error.column()),
            if what.contains("surrogate") || what.contains("hex escape") {
                "write the character itself, or both halves of its \\u escape"
            } else {
                "write each event as one complete JSON object"
            },
        )
    })
}

/// The first field of that name.
pub(super) fn get<'o, 'a>(object: &'o Object<'a>, name: &str) -> Option<&'o Node<'a>> {
    object.iter().find(|(n, _)| n == name).map(|(_, node)| node)
}

/// The first field of that name.
pub(super) fn get_mut<'o, 'a>(object: &'o mut Object<'a>, name: &str) -> Option<&'o mut Node<'a>> {
    let found = object.iter_mut().find(|(n, _)| n == name);
    found.map(|(_, node)| node)
}

/// Takes out the first field of that name.
pub(super) fn remove<'a>(object: &mut Object<'a>, name: &str) -> Option<Node<'a>> {
    let at = object.iter().position(|(n, _)| n == name)?;
    Some(object.remove(at).1)
}

/// Drops the fields that are null, at every depth, except that one field of the object itself.
pub(super) fn prune(object: &mut Object<'_>, keep: Option<&str>) {
    object.retain(|(name, node)| !matches!(node, Node::Null) || keep == Some(name));
    each_within(object, |inner| inner.retain(|(_, node)| !matches!(node, Node::Null)));
}

/// The canonical text (RFC 8785) of an object that holds no numbers, as no event does.
///
/// What is left of the rule then is the order of the keys, by UTF-16, and the fewest escapes, which `serde_json` writes.
pub(super) fn canonical(mut object: Object<'_>) -> Vec<u8> {
    sort(&mut object);
    each_within(&mut object, sort);
    serde_json::to_vec(&Node::Object(object)).expect("a tree of JSON is JSON")
}

fn sort(object: &mut Object<'_>) {
    object.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
}

/// Does something to each object that lies within, at every depth.
fn each_within(object: &mut Object<'_>, change: fn(&mut Object<'_>)) {
    let mut nodes: Vec<&mut Node<'_>> = object.iter_mut().map(|(_, node)| node).collect();
    while let Some(node) = nodes.pop() {
        match node {
            Node::Object(inner) => {
                change(inner);
                nodes.extend(inner.iter_mut().map(|(_, node)| node));
            }
            Node::List(items) => nodes.extend(items),
            Node::Null | Node::Flag(_) | Node::Number(_) | Node::Text(_) => {}
        }
    }
}

/// Where in an event a value stands.
#[derive(Clone, Copy)]
pub(super) enum FieldPath<'p> {
    /// The event itself.
    Event,
    /// A field of an object.
    Field(&'p FieldPath<'p>, &'p str),
    /// An item of an array.
    Item(&'p FieldPath<'p>, usize),
}

impl<'p> FieldPath<'p> {
    /// A field of the object here.
    pub(super) fn field(&'p self, name: &'p str) -> FieldPath<'p> {
        FieldPath::Field(self, name)
    }

    /// An item of the array here.
    pub(super) fn item(&'p self, index: usize) -> FieldPath<'p> {
        FieldPath::Item(self, index)
    }
}

impl fmt::Display for FieldPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldPath::Event => Ok(()),
            FieldPath::Field(FieldPath::Event, name) => f.write_str(&shown(name)),
            FieldPath::Field(object, name) => write!(f, "{object}.{}", shown(name)),
            FieldPath::Item(array, index) => write!(f, "{array}[{index}]"),
        }
    }
}

/// A text of an event as an error shows it: its beginning, without control characters.
pub(super) fn shown(text: &str) -> String {
    const CHARACTERS: usize = 60;
    let mut shown = String::new();
    for character in text.chars().take(CHARACTERS) {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    if text.chars().nth(CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Null => serializer.serialize_unit(),
            Node::Flag(flag) => serializer.serialize_bool(*flag),
            Node::Number(number) => number.serialize(serializer),
            Node::Text(text) => serializer.serialize_str(text),
            Node::List(items) => items.serialize(serializer),
            Node::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, node) in fields {
                    map.serialize_entry(name, node)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node<'de>, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node<'de>, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node<'de>, E> {
        let number = Number::from_f64(number).ok_or_else(|| E::custom("number out of range"))?;
        Ok(Node::Number(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = array.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
        let mut fields = Vec::with_capacity(12);
        while let Some((Key(name), node)) = map.next_entry()? {
            fields.push((name, node));
        }
        Ok(Node::Object(fields))
    }
}

/// The name of a field, borrowed where the text has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        match Node::deserialize(deserializer)? {
            Node::Text(text) => Ok(Key(text)),
            Node::Null | Node::Flag(_) | Node::Number(_) | Node::List(_) | Node::Object(_) => {
                Err(D::Error::custom("a key must be a string"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{Node, borrowed, canonical, parse};

    /// JSON without numbers, with keys whose order in UTF-8 and UTF-16 differs.
    fn json() -> impl Strategy<Value = Value> {
        let text = "[a-c\"\\\\/\u{0}-\u{1f}\u{7f}\u{e9}\u{2028}\u{e000}\u{ffff}\u{10000}]{0,3}";
        let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), text.prop_map(Value::from)];
        leaf.prop_recursive(3, 24, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(text, inner, 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn without_numbers_the_canonical_text_is_that_of_rfc_8785(value in json()) {
            let text = serde_json::json!({"": value}).to_string();
            let Ok(Node::Object(object)) = parse(&text) else { unreachable!("an object") };
            let expect: Value = serde_json::from_str(&text).expect("JSON");
            let text = serde_json_canonicalizer::to_vec(&expect).expect("JSON");
            prop_assert_eq!(&canonical(borrowed(expect.as_object().expect("an object"))), &text);
            prop_assert_eq!(canonical(object), text);
        }
    }
}
