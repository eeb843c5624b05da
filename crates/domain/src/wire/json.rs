//! JSON as it was given: a tree that borrows its texts, keeps the order of fields, and shows a field given twice.

use std::borrow::Cow;
use std::fmt;
use std::ops::Index;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use super::Refusal;

/// The fields of an object, as they stand in the text.
pub type Object<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// One value of JSON, of which an event is read, or made. Beside `serde_json`'s it hashes nothing, and holds the names of
/// fields where they stand: an event has few fields, and importers make millions.
#[derive(Clone, Debug)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number, which no event has.
    Number(Number),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Json<'a>>),
    /// An object.
    Object(Object<'a>),
}

/// What stands where there is no field.
static NOTHING: Json<'static> = Json::Null;

impl<'a> Json<'a> {
    /// An object of these fields.
    pub fn object<const N: usize>(fields: [(&'static str, Json<'a>); N]) -> Json<'a> {
        Json::Object(fields.into_iter().map(|(name, node)| (name.into(), node)).collect())
    }

    /// The text, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }

    /// Whether there is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// The fields, where it is an object.
    pub fn fields(&self) -> &[(Cow<'a, str>, Json<'a>)] {
        if let Json::Object(object) = self { object } else { &[] }
    }

    /// A field, to be changed.
    pub fn field_mut(&mut self, name: &str) -> Option<&mut Json<'a>> {
        let Json::Object(object) = self else { return None };
        object.iter_mut().find(|(known, _)| known == name).map(|(_, node)| node)
    }

    /// Sets a field of an object, in its place where it stands already.
    pub fn set(&mut self, name: impl Into<Cow<'a, str>>, node: impl Into<Json<'a>>) {
        let (name, node) = (name.into(), node.into());
        match (self.field_mut(&name), node) {
            (Some(known), node) => *known = node,
            (None, node) => {
                if let Json::Object(object) = self {
                    object.push((name, node));
                }
            }
        }
    }

    /// Takes a field out of an object.
    pub fn take(&mut self, name: &str) -> Option<Json<'a>> {
        if let Json::Object(object) = self { remove(object, name) } else { None }
    }

    /// The same without its fields that are null, at every depth.
    #[must_use]
    pub fn pruned(mut self) -> Json<'a> {
        if let Json::Object(object) = &mut self {
            prune(object, None);
        }
        self
    }

    /// The same, which borrows all texts.
    pub fn by_ref(&self) -> Json<'_> {
        match self {
            Json::Null => Json::Null,
            Json::Flag(flag) => Json::Flag(*flag),
            Json::Number(number) => Json::Number(number.clone()),
            Json::Text(text) => Json::Text(Cow::Borrowed(text)),
            Json::List(items) => Json::List(items.iter().map(Json::by_ref).collect()),
            Json::Object(fields) => {
                Json::Object(fields.iter().map(|(name, node)| (Cow::Borrowed(&**name), node.by_ref())).collect())
            }
        }
    }

    /// The same, which borrows nothing.
    pub fn into_owned(self) -> Json<'static> {
        match self {
            Json::Null => Json::Null,
            Json::Flag(flag) => Json::Flag(flag),
            Json::Number(number) => Json::Number(number),
            Json::Text(text) => Json::Text(text.into_owned().into()),
            Json::List(items) => Json::List(items.into_iter().map(Json::into_owned).collect()),
            Json::Object(fields) => Json::Object(
                fields.into_iter().map(|(name, node)| (Cow::Owned(name.into_owned()), node.into_owned())).collect(),
            ),
        }
    }
    /// What it is, in an error.
    pub(super) fn what(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Flag(true) => "true",
            Json::Flag(false) => "false",
            Json::Number(_) => "a number",
            Json::Text(_) => "a string",
            Json::List(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

/// As its JSON.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(EVENT_TEXT);
        write_node(self, Order::Given, &mut text);
        f.write_str(&text)
    }
}

impl<'a> Index<&str> for Json<'a> {
    type Output = Json<'a>;

    fn index(&self, name: &str) -> &Json<'a> {
        self.fields().iter().find(|(known, _)| known == name).map_or(&NOTHING, |(_, node)| node)
    }
}

/// The order of fields says nothing.
impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Json::Null, Json::Null) => true,
            (Json::Flag(one), Json::Flag(other)) => one == other,
            (Json::Number(one), Json::Number(other)) => one == other,
            (Json::Text(one), Json::Text(other)) => one == other,
            (Json::List(one), Json::List(other)) => one == other,
            (Json::Object(one), Json::Object(other)) => {
                one.len() == other.len() && one.iter().all(|(name, node)| get(other, name) == Some(node))
            }
            (Json::Null | Json::Flag(_) | Json::Number(_) | Json::Text(_) | Json::List(_) | Json::Object(_), _) => {
                false
            }
        }
    }
}

impl PartialEq<&str> for Json<'_> {
    fn eq(&self, text: &&str) -> bool {
        self.as_str() == Some(*text)
    }
}

impl PartialEq<bool> for Json<'_> {
    fn eq(&self, flag: &bool) -> bool {
        matches!(self, Json::Flag(own) if own == flag)
    }
}

impl From<bool> for Json<'_> {
    fn from(flag: bool) -> Self {
        Json::Flag(flag)
    }
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(text: &'a str) -> Json<'a> {
        Json::Text(text.into())
    }
}

impl From<String> for Json<'_> {
    fn from(text: String) -> Self {
        Json::Text(text.into())
    }
}

/// What may be missing is null where it is.
impl<'a, T: Into<Json<'a>>> From<Option<T>> for Json<'a> {
    fn from(given: Option<T>) -> Json<'a> {
        given.map_or(Json::Null, Into::into)
    }
}

impl<'a> From<Object<'a>> for Json<'a> {
    fn from(object: Object<'a>) -> Json<'a> {
        Json::Object(object)
    }
}

impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Flag(flag),
            Value::Number(number) => Json::Number(number),
            Value::String(text) => Json::Text(text.into()),
            Value::Array(items) => Json::List(items.into_iter().map(Json::from).collect()),
            Value::Object(fields) => {
                Json::Object(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
            }
        }
    }
}

impl<'a> From<&'a Value> for Json<'a> {
    fn from(value: &'a Value) -> Json<'a> {
        match value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Flag(*flag),
            Value::Number(number) => Json::Number(number.clone()),
            Value::String(text) => Json::Text(text.as_str().into()),
            Value::Array(items) => Json::List(items.iter().map(Json::from).collect()),
            Value::Object(fields) => Json::Object(borrowed(fields)),
        }
    }
}

/// The fields of an object, borrowed.
pub(super) fn borrowed<'a>(fields: impl IntoIterator<Item = (&'a String, &'a Value)>) -> Object<'a> {
    fields.into_iter().map(|(name, value)| (name.as_str().into(), Json::from(value))).collect()
}

/// Reads a text that is one JSON value. How deep it nests is bounded by `serde_json`.
pub(super) fn parse(text: &str) -> Result<Json<'_>, Refusal> {
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
pub(super) fn get<'o, 'a>(object: &'o Object<'a>, name: &str) -> Option<&'o Json<'a>> {
    object.iter().find(|(n, _)| n == name).map(|(_, node)| node)
}

/// Takes out the first field of that name.
pub(super) fn remove<'a>(object: &mut Object<'a>, name: &str) -> Option<Json<'a>> {
    let at = object.iter().position(|(n, _)| n == name)?;
    Some(object.remove(at).1)
}

/// Drops the fields that are null, at every depth, except that one field of the object itself.
pub(super) fn prune(object: &mut Object<'_>, keep: Option<&str>) {
    object.retain(|(name, node)| !matches!(node, Json::Null) || keep == Some(name));
    each_within(object, |inner| inner.retain(|(_, node)| !matches!(node, Json::Null)));
}

/// The canonical text (RFC 8785) of an object that holds no numbers, as no event does.
///
/// What is left of the rule then is the order of the keys, by UTF-16, and the fewest escapes, which `serde_json` writes.
pub(super) fn canonical<'o>(fields: impl Iterator<Item = (&'o str, &'o Json<'o>)>) -> String {
    let mut text = String::with_capacity(EVENT_TEXT);
    write_fields(sorted(fields), Order::Canonical, &mut text);
    text
}

/// Room for the text of most events.
pub(super) const EVENT_TEXT: usize = 512;

/// In which order the fields of objects are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// As they stand.
    Given,
    /// That of RFC 8785.
    Canonical,
}

/// Writes an object as it stands.
pub(super) fn write_object(object: &Object<'_>, into: &mut String) {
    write_fields(fields_of(object), Order::Given, into);
}

/// The fields of an object, by their names.
pub(super) fn fields_of<'o>(object: &'o Object<'_>) -> impl Iterator<Item = (&'o str, &'o Json<'o>)> {
    object.iter().map(|(name, node)| (&**name, node))
}

fn sorted<'o>(fields: impl Iterator<Item = (&'o str, &'o Json<'o>)>) -> impl Iterator<Item = (&'o str, &'o Json<'o>)> {
    let mut fields: Vec<_> = fields.collect();
    fields.sort_by(|(one, _), (other, _)| {
        // Bytes are in the order of UTF-16 up to the surrogates, and names beyond those are rare.
        if one.is_ascii() && other.is_ascii() { one.cmp(other) } else { one.encode_utf16().cmp(other.encode_utf16()) }
    });
    fields.into_iter()
}

fn write_fields<'o>(fields: impl Iterator<Item = (&'o str, &'o Json<'o>)>, order: Order, into: &mut String) {
    let mut between = '{';
    for (name, node) in fields {
        into.push(between);
        between = ',';
        write_text(name, into);
        into.push(':');
        write_node(node, order, into);
    }
    if between == '{' {
        into.push(between);
    }
    into.push('}');
}

fn write_node(node: &Json<'_>, order: Order, into: &mut String) {
    match node {
        Json::Null => into.push_str("null"),
        Json::Flag(true) => into.push_str("true"),
        Json::Flag(false) => into.push_str("false"),
        Json::Number(number) => into.push_str(&number.to_string()),
        Json::Text(text) => write_text(text, into),
        Json::List(items) => {
            let mut between = '[';
            for item in items {
                into.push(between);
                between = ',';
                write_node(item, order, into);
            }
            if between == '[' {
                into.push(between);
            }
            into.push(']');
        }
        Json::Object(object) => match order {
            Order::Given => write_fields(fields_of(object), order, into),
            Order::Canonical => write_fields(sorted(fields_of(object)), order, into),
        },
    }
}

/// Writes a text. Most have nothing that is escaped.
pub(super) fn write_text(text: &str, into: &mut String) {
    // Without an end before the last byte, so that many are looked at at once.
    let is_escaped = |byte: u8| u8::from(byte < b' ' || byte == b'"' || byte == b'\\');
    if text.bytes().fold(0, |any, byte| any | is_escaped(byte)) > 0 {
        into.push_str(&serde_json::to_string(text).expect("a text is JSON"));
        return;
    }
    into.push('"');
    into.push_str(text);
    into.push('"');
}

/// Does something to each object that lies within, at every depth.
fn each_within(object: &mut Object<'_>, change: fn(&mut Object<'_>)) {
    let mut nodes: Vec<&mut Json<'_>> = object.iter_mut().map(|(_, node)| node).collect();
    while let Some(node) = nodes.pop() {
        match node {
            Json::Object(inner) => {
                change(inner);
                nodes.extend(inner.iter_mut().map(|(_, node)| node));
            }
            Json::List(items) => nodes.extend(items),
            Json::Null | Json::Flag(_) | Json::Number(_) | Json::Text(_) => {}
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

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json<'de>, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json<'de>, E> {
        let number = Number::from_f64(number).ok_or_else(|| E::custom("number out of range"))?;
        Ok(Json::Number(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Json<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = array.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut fields = Vec::with_capacity(12);
        while let Some((Key(name), node)) = map.next_entry()? {
            fields.push((name, node));
        }
        Ok(Json::Object(fields))
    }
}

/// The name of a field, borrowed where the text has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        match Json::deserialize(deserializer)? {
            Json::Text(text) => Ok(Key(text)),
            Json::Null | Json::Flag(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => {
                Err(D::Error::custom("a key must be a string"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{Json, borrowed, canonical, fields_of, parse, write_object};

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
        fn what_is_written_is_what_serde_json_writes(value in json()) {
            let value = serde_json::json!({"a": value, "b": -1.5, "c": 18_446_744_073_709_551_615_u64});
            let mut written = String::new();
            write_object(&borrowed(value.as_object().expect("an object")), &mut written);
            prop_assert_eq!(written, value.to_string());
        }

        #[test]
        fn without_numbers_the_canonical_text_is_that_of_rfc_8785(value in json()) {
            let text = serde_json::json!({"": value}).to_string();
            let Ok(Json::Object(object)) = parse(&text) else { unreachable!("an object") };
            let expect: Value = serde_json::from_str(&text).expect("JSON");
            let text = serde_json_canonicalizer::to_vec(&expect).expect("JSON");
            let made = borrowed(expect.as_object().expect("an object"));
            prop_assert_eq!(canonical(fields_of(&made)).into_bytes(), text.clone());
            prop_assert_eq!(canonical(fields_of(&object)).into_bytes(), text);
        }
    }
}
