//! The records of a file that is a tree: JSON, lines of JSON, YAML, TOML, XML, or a filing of the SEC.
//!
//! A document that is a list is a list of records, and any other is one. Lists and lines of JSON are read one by one; a
//! document of another form is held in memory, and bounded. Scalars of YAML and XML are texts.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;
use roxmltree::{Node, ParsingOptions};
use serde_json::{Map as Object, Value};
use tenure_domain::wire::Refusal;

use super::AdapterError;
use super::paths::{ListsOfOne, has_no_items};
use crate::Place;
use crate::adapter::document;
use crate::adapter::looks::{self, FileKind, named};
use crate::adapter::records::{Pass, Record, RecordWatch, each_record, json, refusal};
use crate::adapter::settings::unusable;
use tenure_domain::unique_keys::UniqueKeys;

/// The most elements and attributes of a document of XML.
const NODES: u32 = 2_000_000;

/// The deepest nesting of XML.
const DEPTH: usize = 100;

/// How a tree is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// One record a line.
    Lines,
    /// One array of records.
    List,
    Json,
    Yaml,
    Toml,
    Xml,
    /// XML within a header of lines, as the SEC keeps filings.
    Filing,
}

/// Whether more records are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    Wanted,
    Enough,
}

/// Takes the records of a file.
pub(super) trait Take {
    /// Takes a record, and says whether more are wanted. The column of the place is the path of the record.
    fn record(&mut self, place: &Place, record: &Value, lists: ListsOfOne) -> Result<More, AdapterError>;

    /// The document is a list without records.
    fn empty(&mut self);

    /// Takes what cannot be read.
    fn broken(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), AdapterError>;

    /// So many bytes of the file are read.
    fn read_so_far(&mut self, bytes: u64);
}

/// Reads the records of a file in their order. `lists` are fields that are lists, also where the one item of it stands alone.
pub(super) fn read(path: &Path, lists: &[String], take: &mut dyn Take) -> Result<(), AdapterError> {
    let form = form(path).map_err(|error| unusable(path, error, "may it be read?"))?;
    if matches!(form, Form::Lines | Form::List) {
        let mut told = Lines { take, more: More::Wanted, count: 0 };
        let inputs = [path.to_owned()];
        each_record(&inputs, Pass::HandingOn, &mut told, &mut |record: &Record<'_>, told| {
            let at = if form == Form::List { format!("$[{}]", told.count) } else { "$".to_owned() };
            told.count += 1;
            match json(record.text) {
                Ok(value) => {
                    let value = listed(value, lists);
                    let place = Place { column: Some(at.into()), ..record.place.clone() };
                    told.more = told.take.record(&place, &value, ListsOfOne::Told)?;
                }
                Err(refusal) => {
                    let refusal = named(refusal, record.text, FileKind::Tree);
                    told.take.broken(record.place.clone(), record.text, refusal)?;
                }
            }
            Ok(())
        })?;
        if form == Form::List && told.count == 0 {
            told.take.empty();
        }
        return Ok(());
    }
    let file: Arc<str> = path.display().to_string().into();
    let at = |line: u64, path: Option<String>| Place { file: file.clone(), line, column: path.map(Arc::from) };
    let document = whole(path, form, lists).map_err(|error| unusable(path, error, "may it be read?"))?;
    let of_one = if matches!(form, Form::Xml | Form::Filing) { ListsOfOne::Untold } else { ListsOfOne::Told };
    match document.map(|document| listed(document, lists)) {
        Err((line, reason)) => {
            let hint = "mend the document, or leave it out; its records keep what they said";
            take.broken(at(line, None), "", refusal(reason, hint))?;
        }
        Ok(Value::Array(records)) if records.is_empty() => take.empty(),
        Ok(Value::Array(records)) => {
            for (number, record) in records.iter().enumerate() {
                if take.record(&at(1, Some(format!("$[{number}]"))), record, of_one)? == More::Enough {
                    break;
                }
            }
        }
        Ok(record) => {
            take.record(&at(1, Some("$".to_owned())), &record, of_one)?;
        }
    }
    take.read_so_far(std::fs::metadata(path).map_or(0, |meta| meta.len()));
    Ok(())
}

/// A value in which the fields with some names are lists: what stands alone there is one of it.
pub(super) fn listed(mut value: Value, lists: &[String]) -> Value {
    fn list(value: &mut Value, lists: &[String]) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    list(value, lists);
                    if !value.is_array() && !has_no_items(value) && lists.contains(name) {
                        *value = Value::Array(vec![value.take()]);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| list(item, lists)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    if !lists.is_empty() {
        list(&mut value, lists);
    }
    value
}

/// The first records of a file, as far as they can be read, and the fields in which one or several stand: of XML the elements
/// that stand several times, else those that are lists in some places only.
pub(in crate::adapter) fn first_records(path: &Path, most: usize) -> (Vec<Value>, Vec<String>) {
    let mut lists: Vec<String> = Vec::new();
    loop {
        let mut first = FirstRecords { most, records: Vec::new() };
        // What cannot be read is not looked at: the run tells it.
        if read(path, &lists, &mut first).is_err() {
            return (Vec::new(), lists);
        }
        let is_xml = form(path).is_ok_and(|form| matches!(form, Form::Xml | Form::Filing));
        let (mut are_lists, mut alone) = (BTreeSet::new(), BTreeSet::new());
        first.records.iter().for_each(|record| note_lists(record, &mut are_lists, &mut alone));
        let is_new = |name: &&&str| (is_xml || alone.contains(*name)) && !lists.iter().any(|list| list == *name);
        let found: Vec<String> = are_lists.iter().filter(is_new).map(|name| (*name).to_owned()).collect();
        if found.is_empty() {
            return (first.records, lists);
        }
        lists.extend(found);
    }
}

/// A document in which the fields are lists everywhere that are so in some places, and these fields.
pub(in crate::adapter) fn with_lists(document: Value) -> (Value, Vec<String>) {
    let (mut are_lists, mut alone) = (BTreeSet::new(), BTreeSet::new());
    note_lists(&document, &mut are_lists, &mut alone);
    let lists: Vec<String> = are_lists.intersection(&alone).map(|name| (*name).to_owned()).collect();
    (listed(document, &lists), lists)
}

/// Notes the fields that are lists, and those in which something else stands.
fn note_lists<'v>(value: &'v Value, are_lists: &mut BTreeSet<&'v str>, alone: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if value.is_array() {
                    are_lists.insert(name);
                } else if !value.is_null() && value != "" {
                    alone.insert(name);
                }
                note_lists(value, are_lists, alone);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| note_lists(item, are_lists, alone)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Keeps the first records.
struct FirstRecords {
    most: usize,
    records: Vec<Value>,
}

impl Take for FirstRecords {
    fn record(&mut self, _: &Place, record: &Value, _: ListsOfOne) -> Result<More, AdapterError> {
        self.records.push(record.clone());
        Ok(if self.records.len() < self.most { More::Wanted } else { More::Enough })
    }

    fn empty(&mut self) {}

    fn broken(&mut self, _: Place, _: &str, _: Refusal) -> Result<(), AdapterError> {
        Ok(())
    }

    fn read_so_far(&mut self, _: u64) {}
}

/// Lines of JSON, until enough is read.
struct Lines<'t> {
    take: &'t mut dyn Take,
    more: More,
    /// How many records there were.
    count: usize,
}

impl RecordWatch for Lines<'_> {
    fn unreadable(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), AdapterError> {
        self.take.broken(place, input, refusal)
    }

    fn read_so_far(&mut self, bytes: u64) {
        self.take.read_so_far(bytes);
    }

    fn has_enough(&self) -> bool {
        self.more == More::Enough
    }
}

/// How a file is written, by its name and its beginning.
fn form(path: &Path) -> std::io::Result<Form> {
    let mut input = BufReader::new(File::open(path)?);
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_lowercase();
    match extension.as_str() {
        "yaml" | "yml" => return Ok(Form::Yaml),
        "toml" => return Ok(Form::Toml),
        _ => {}
    }
    let begins = input.fill_buf()?;
    let encoding = looks::in_utf_16(begins);
    let begins = encoding.unwrap_or(encoding_rs::UTF_8).decode_without_bom_handling(begins).0;
    let begins = begins.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_owned();
    if begins.starts_with("<SEC-DOCUMENT>") || begins.starts_with("<SUBMISSION>") {
        return Ok(Form::Filing);
    }
    if begins.starts_with('<') {
        return Ok(Form::Xml);
    }
    if begins.starts_with('[') && encoding.is_none() {
        return Ok(Form::List);
    }
    // What is told of another encoding is told where lines are read.
    if !begins.starts_with('{') || encoding.is_some() {
        return Ok(Form::Lines);
    }
    // An object over several lines is one document; one on a line of its own is a record.
    let mut input = input.take(document::BYTES);
    let mut first = Vec::new();
    // Blank lines, and the mark of UTF-8, can stand before it.
    while first.trim_ascii().is_empty() {
        first.clear();
        if input.read_until(b'\n', &mut first)? == 0 {
            break;
        }
        if first.starts_with(b"\xef\xbb\xbf") {
            first.drain(..3);
        }
    }
    let is_object = serde_json::from_slice::<serde::de::IgnoredAny>(first.trim_ascii()).is_ok();
    Ok(if is_object { Form::Lines } else { Form::Json })
}

/// A whole document, or on which line it is broken and why.
fn whole(path: &Path, form: Form, lists: &[String]) -> std::io::Result<Result<Value, (u64, String)>> {
    if form == Form::Yaml {
        let read = document::read(path)?;
        return Ok(match read {
            Ok(node) => match node.ambiguous_key() {
                Some((line, key)) => Err((line, format!("an object has the key `{key}` twice"))),
                None => Ok(node.to_json()),
            },
            Err(broken) => Err((broken.line, broken.reason)),
        });
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(document::BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > document::BYTES {
        return Ok(Err((1, format!("the document is longer than {} bytes", document::BYTES))));
    }
    let encoding = match looks::in_utf_16(&bytes) {
        Some(encoding) => Some(encoding),
        None if form == Form::Xml => match declared_encoding(&bytes) {
            Ok(declared) => declared,
            Err(label) => return Ok(Err((1, format!("the encoding `{label}`, which it names, is not known")))),
        },
        None => None,
    };
    let encoding = encoding.unwrap_or(encoding_rs::UTF_8);
    let (text, encoding, broken) = encoding.decode(&bytes);
    if broken {
        return Ok(Err((1, format!("the file is not {}", encoding.name()))));
    }
    let text = &*text;
    Ok(match form {
        Form::Toml => {
            toml::from_str(text).map(|table: toml::Table| of_toml(toml::Value::Table(table))).map_err(|error| {
                let before = error.span().map_or("", |span| &text[..span.start.min(text.len())]);
                (before.lines().count().max(1) as u64, format!("broken TOML: {}", error.message()))
            })
        }
        Form::Xml => xml(text, lists),
        Form::Filing => filing(text, lists),
        Form::Json | Form::Lines | Form::List | Form::Yaml => {
            let read = serde_json::from_str(text).map(|UniqueKeys(value)| value);
            read.map_err(|error| (error.line().max(1) as u64, format!("broken JSON: {error}")))
        }
    })
}

/// The encoding that the first line of a document of XML names; none where it names none. The error is a name that is not known.
fn declared_encoding(bytes: &[u8]) -> Result<Option<&'static Encoding>, String> {
    let begins = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let label = || {
        let (declaration, _) = begins.strip_prefix("<?xml")?.split_once("?>")?;
        let (_, label) = declaration.split_once("encoding")?;
        label.trim_start_matches(['=', ' ', '"', '\'']).split(['"', '\'']).next()
    };
    let Some(label) = label() else { return Ok(None) };
    Encoding::for_label(label.as_bytes()).map(Some).ok_or_else(|| label.to_owned())
}

fn of_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(of_toml).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, of_toml(value))).collect(),
    }
}

/// A document of XML: what stands in its root element.
fn xml(text: &str, lists: &[String]) -> Result<Value, (u64, String)> {
    // What entities may expand to is bounded by the parser.
    let options = ParsingOptions { nodes_limit: NODES, allow_dtd: true, ..ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(text, options)
        .map_err(|error| (u64::from(error.pos().row), format!("broken XML: {error}")))?;
    let root = document.root_element();
    match of_element(root, lists, 0) {
        Some(Value::Object(object)) => Ok(Value::Object(object)),
        Some(text) => Ok(Value::Object(Object::from_iter([("#text".to_owned(), text)]))),
        None => Err((1, format!("the document nests deeper than {DEPTH} levels"))),
    }
}

/// An element: its text, where it has nothing else, or an object of its attributes (`@name`), its text (`#text`) and
/// its elements, without their prefixes. None where it is too deep.
fn of_element(element: Node<'_, '_>, lists: &[String], depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let mut object = Object::new();
    for attribute in element.attributes() {
        object.insert(format!("@{}", attribute.name()), attribute.value().into());
    }
    let mut text = String::new();
    for child in element.children() {
        if child.is_text() {
            text.push_str(child.text().unwrap_or_default());
        } else if child.is_element() {
            let name = child.tag_name().name();
            let value = of_element(child, lists, depth + 1)?;
            match object.get_mut(name) {
                Some(Value::Array(items)) => items.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
                None if !has_no_items(&value) && lists.iter().any(|list| list == name) => {
                    object.insert(name.to_owned(), Value::Array(vec![value]));
                }
                None => {
                    object.insert(name.to_owned(), value);
                }
            }
        }
    }
    let text = text.trim();
    if object.is_empty() {
        return Some(text.into());
    }
    if !text.is_empty() {
        object.insert("#text".to_owned(), text.into());
    }
    Some(Value::Object(object))
}

/// A filing: the root element of its first document of XML, with the lines of the header above it under `header`.
fn filing(text: &str, lists: &[String]) -> Result<Value, (u64, String)> {
    let lacks = || (1, "the filing holds no document between <XML> and </XML>".to_owned());
    let (head, rest) = text.split_once("<XML>").ok_or_else(lacks)?;
    let (body, _) = rest.split_once("</XML>").ok_or_else(lacks)?;
    let before = head.lines().count() as u64;
    let mut record = xml(body.trim(), lists).map_err(|(line, reason)| (line + before, reason))?;
    let mut header = Object::new();
    for line in head.lines().map(str::trim) {
        let pair = match line.strip_prefix('<') {
            Some(line) => line.split_once('>'),
            None => line.split_once(':'),
        };
        // What stands there first is of the filing, and later lines are of those whom it names.
        if let Some((name, value)) = pair.filter(|(_, value)| !value.trim().is_empty()) {
            header.entry(name.trim()).or_insert_with(|| value.trim().into());
        }
    }
    record["header"] = Value::Object(header);
    Ok(record)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Encoding, declared_encoding, filing, xml};

    #[test]
    fn elements_become_objects() {
        let check = |text: &str, expect: Value| {
            assert_eq!(xml(text, &["p".to_owned()]).expect(text), expect, "{text}");
        };
        check("<r><a>1 &amp; 2</a><b/></r>", json!({"a": "1 & 2", "b": ""}));
        check("<r><p>x</p></r>", json!({"p": ["x"]}));
        check("<r><q>x</q><q>y</q><q>z</q></r>", json!({"q": ["x", "y", "z"]}));
        check(
            "<c:r xmlns:c='u' id='7'>t<c:p c:k='1'>x</c:p></c:r>",
            json!({"@id": "7", "p": [{"@k": "1", "#text": "x"}], "#text": "t"}),
        );
        check("<!DOCTYPE r [<!ENTITY e 'x'>]><r><a>&e;</a></r>", json!({"a": "x"}));
        let many: Vec<String> = (1..12)
            .map(|i| {
                let ten = format!("&e{};", i - 1).repeat(10);
                format!("<!ENTITY e{i} '{ten}'>")
            })
            .collect();
        let many = many.concat();
        let bomb = format!("<!DOCTYPE r [<!ENTITY e0 'x'>{many}]><r>&e11;</r>");
        assert!(xml(&bomb, &[]).is_err_and(|(_, reason)| reason.contains("broken XML")));
        assert!(xml("<r><a></r>", &[]).is_err_and(|(line, reason)| line == 1 && reason.contains("broken XML")));
        let deep = "<a>".repeat(200) + &"</a>".repeat(200);
        assert!(xml(&deep, &[]).is_err_and(|(_, reason)| reason.contains("deeper")));
    }

    #[test]
    fn the_encoding_is_the_one_that_is_named() {
        let check = |begins: &str, expect: Option<&str>| {
            let declared = declared_encoding(begins.as_bytes()).map(|declared| declared.map(Encoding::name));
            assert_eq!(declared, Ok(expect), "{begins}");
        };
        check("<?xml version='1.0' encoding='ISO-8859-1'?><r/>", Some("windows-1252"));
        check("<?xml version=\"1.0\" encoding = \"Shift_JIS\" ?><r/>", Some("Shift_JIS"));
        check("<?xml version='1.0'?><r encoding='latin1'/>", None);
        check("<r/>", None);
        assert_eq!(declared_encoding(b"<?xml version='1.0' encoding='klingon'?><r/>"), Err("klingon".to_owned()));
    }

    #[test]
    fn a_filing_has_a_header() {
        let text = "<SUBMISSION>\n<TYPE>4\n<PERIOD>20250212\n<CIK>1\n<CIK>2\n<TEXT>\n<XML>\n<?xml version=\"1.0\"?>\n<d><a>1</a></d>\n</XML>";
        let expect = json!({"a": "1", "header": {"TYPE": "4", "PERIOD": "20250212", "CIK": "1"}});
        assert_eq!(filing(text, &[]).expect("a filing"), expect);
        assert!(filing("<SUBMISSION>", &[]).is_err());
    }
}
