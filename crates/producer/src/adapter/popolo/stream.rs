//! A file of Popolo as one element after the other: it is a single object, or one a line, and may be longer than memory.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::IngestError;
use crate::adapter::lines::{At, Lines};
use crate::adapter::{AdapterError, looks};
use tenure_domain::unique_keys::UniqueKeys;

/// The longest element, in bytes.
const ELEMENT_BYTES: u64 = 4 << 20;

/// An element of one of the collections.
pub(super) struct Element {
    /// The collection, as Popolo names it.
    pub(super) of: &'static str,
    pub(super) index: usize,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// How many bytes of the file lie before its end.
    pub(super) passed: u64,
    pub(super) value: Value,
}

/// Why a file is not read to its end.
pub(super) struct Broken {
    pub(super) line: u64,
    pub(super) reason: String,
}

/// Takes the elements of some collections.
struct Taker<'t> {
    wanted: &'t [&'static str],
    take: &'t mut dyn FnMut(Element) -> Result<(), AdapterError>,
    at: At,
    /// Whether the object has any of the collections.
    has_any: bool,
    failed: Option<AdapterError>,
}

/// Hands on each element of the wanted collections, in the order of the file. Whether it has any of the collections.
pub(super) fn elements(
    path: &Path,
    wanted: &[&'static str],
    take: &mut dyn FnMut(Element) -> Result<(), AdapterError>,
) -> Result<Result<bool, Broken>, AdapterError> {
    let unreadable = |source| IngestError::Input { file: path.display().to_string(), line: 0, source };
    let mut input = BufReader::with_capacity(1 << 20, File::open(path).map_err(unreadable)?);
    let begins = input.fill_buf().map_err(unreadable)?;
    if looks::in_utf_16(begins).is_some() {
        return Ok(Err(Broken { line: 1, reason: looks::other_encoding(begins).reason }));
    }
    // The mark of UTF-8 is no part of the text.
    if begins.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    let lines = Lines::new(input);
    let at = lines.at();
    let mut taker = Taker { wanted, take, at: at.clone(), has_any: false, failed: None };
    let mut json = serde_json::Deserializer::from_reader(lines);
    let read = loop {
        let read =
            json.deserialize_map(&mut taker).and_then(|()| json.end().map_or_else(rest, |()| Ok(AfterObject::Nothing)));
        match read {
            Ok(AfterObject::Nothing) => break Ok(()),
            Ok(AfterObject::Another) => {}
            Err(error) => break Err(error),
        }
    };
    if let Some(failed) = taker.failed {
        return Err(failed);
    }
    let Err(error) = read else { return Ok(Ok(taker.has_any)) };
    let line = error.line().max(1) as u64;
    if error.is_io() {
        let source = std::io::Error::from(error);
        if source.kind() == std::io::ErrorKind::FileTooLarge {
            let reason = format!("an element is longer than {ELEMENT_BYTES} bytes");
            return Ok(Err(Broken { line: at.line(), reason }));
        }
        return Err(IngestError::Input { file: path.display().to_string(), line: at.line(), source }.into());
    }
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    Ok(Err(Broken { line, reason: format!("no Popolo: {what}") }))
}

/// What follows an object.
enum AfterObject {
    Nothing,
    /// Another object, on the next line.
    Another,
}

/// What follows an object that is not the end.
fn rest(error: serde_json::Error) -> serde_json::Result<AfterObject> {
    if error.is_syntax() { Ok(AfterObject::Another) } else { Err(error) }
}

impl<'de> Visitor<'de> for &mut Taker<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `persons`, `organizations` and `memberships`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        loop {
            self.at.allow(ELEMENT_BYTES);
            let Some(key) = map.next_key::<String>()? else { return Ok(()) };
            if let Some(of) = self.wanted.iter().find(|wanted| **wanted == key) {
                self.has_any = true;
                map.next_value_seed(Collection { of, taker: self })?;
            } else {
                self.at.allow(u64::MAX);
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
}

struct Collection<'c, 't> {
    of: &'static str,
    taker: &'c mut Taker<'t>,
}

impl<'de> DeserializeSeed<'de> for Collection<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Collection<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` as an array", self.of)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let Collection { of, taker } = self;
        for index in 0.. {
            taker.at.allow(ELEMENT_BYTES);
            let Some((line, value)) = array.next_element_seed(OnLine(&taker.at))? else { break };
            let element = Element { of, index, line, passed: taker.at.passed(), value };
            if let Err(failed) = (taker.take)(element) {
                taker.failed = Some(failed);
                return Err(A::Error::custom("not taken"));
            }
        }
        Ok(())
    }
}

/// Reads a value and tells the line on which it begins.
struct OnLine<'l>(&'l At);

impl<'de> DeserializeSeed<'de> for OnLine<'_> {
    type Value = (u64, Value);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(u64, Value), D::Error> {
        let line = self.0.line();
        let UniqueKeys(value) = serde::Deserialize::deserialize(deserializer)?;
        Ok((line, value))
    }
}
