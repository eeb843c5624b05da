//! The text that a value of a tree is, and the texts of a cell that has several.

use std::borrow::Cow;
use std::fmt::Write as _;

use rustc_hash::FxHashSet;
use serde_json::{Map, Number, Value};
use tenure_domain::plain_text::is_invisible;
use tenure_domain::wire::Refusal;

use crate::adapter::records::refusal;

/// Between the texts of a cell that has several; a text that holds it is none that the ledger takes.
pub(super) const BETWEEN: char = '\u{1f}';

/// Before and behind why there is no text in a cell, and what to do; in an event it would be refused.
pub(super) const NO_TEXT: char = '\u{1e}';

/// How many texts are read in one cell.
pub(super) const MOST_TEXTS: usize = 1_000;

/// What stands in a cell in which there is no text, for this reason: a row of which it is read is rejected.
pub(super) fn no_text(Refusal { reason, hint }: Refusal) -> String {
    format!("{NO_TEXT}{reason}{NO_TEXT}{hint}{NO_TEXT}")
}

/// Why a cell of a tree holds no text, where it holds none.
pub(super) fn why_no_text(cell: &str) -> Option<Refusal> {
    let mut told = cell.split(NO_TEXT).skip(1);
    told.next().zip(told.next()).map(|(reason, hint)| refusal(reason, hint))
}

/// Whether a row is the header of its table once more, as in files that were put together.
pub(super) fn is_header<'c>(row: impl IntoIterator<Item = &'c str>, header: &[Box<str>]) -> bool {
    !header.is_empty() && row.into_iter().map(str::trim).eq(header.iter().map(|name| &**name))
}

/// Whether a text shows nothing.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Refuses a cell of more texts than are read.
pub(super) fn bounded(cell: &str) -> Result<(), Refusal> {
    if cell.matches(BETWEEN).count() < MOST_TEXTS {
        return Ok(());
    }
    let reason = format!("a path finds more than {MOST_TEXTS} texts in one row");
    Err(refusal(reason, "name the field within it that is meant, or cut the record in several"))
}

/// The texts of a cell, each once, side by side.
pub(super) fn beside(cell: &str) -> String {
    let mut known = FxHashSet::default();
    let texts = cell.split(BETWEEN).map(str::trim).filter(|text| known.insert(*text));
    texts.collect::<Vec<_>>().join("; ")
}

/// A text without blanks at its ends, and without several beside each other.
pub(in crate::adapter) fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds a text to a cell, where it says anything.
pub(super) fn add(cell: &mut String, text: Option<String>) {
    let Some(text) = text.filter(|text| !is_blank(text)) else { return };
    if !cell.is_empty() {
        cell.push(BETWEEN);
    }
    // A text that holds the mark is left with another control character, for which it is refused.
    cell.push_str(&text.replace(BETWEEN, "\u{1d}"));
}

/// What stands for a value: of a list that holds one value that one, of an element of XML that has attributes alone beside its
/// text the text.
pub(super) fn scalar(value: &Value) -> &Value {
    let within = match value {
        Value::Array(items) => items.first().filter(|_| items.len() == 1),
        Value::Object(fields) if fields.keys().all(|field| is_attribute(field) || field == "#text") => {
            fields.get("#text")
        }
        Value::Object(_) | Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => None,
    };
    within.map_or(value, scalar)
}

/// The text of what stands for a value. Of another list or object it is not known which text is meant.
pub(super) fn text(value: &Value) -> Option<String> {
    let none = |what: &str, hint: &str| Some(no_text(refusal(format!("it finds {what}, and no text"), hint)));
    let name = "name the field within it that is meant, or an item of it, as @.end.date or @.end[0]";
    match scalar(value) {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if is_rounded(number) => {
            none("a number of more digits than are kept", "write the number in quotes")
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => none(&format!("a list of {}", items.len()), name),
        Value::Object(fields) if is_nil(fields) => None,
        Value::Object(fields) if fields.keys().all(|field| is_attribute(field)) => none(
            "attributes alone",
            "name the one that is meant, as @.end['@value'], or else the text, as @.end['#text']?",
        ),
        Value::Object(fields) if fields.contains_key("#text") => none("a text with elements in it", name),
        Value::Object(_) => none("an object", name),
    }
}

/// Whether a field stands for an attribute of an element.
fn is_attribute(field: &str) -> bool {
    field.starts_with('@')
}

/// Whether an element says that it has nothing (XML Schema Part 1, `xsi:nil`), or has nothing in its attributes either.
fn is_nil(fields: &Map<String, Value>) -> bool {
    let is_nothing = |(field, value): (&String, &Value)| {
        is_attribute(field) && (value.is_null() || value.as_str().is_some_and(is_blank))
    };
    let says_nil = |(field, value): (&String, &Value)| {
        let name = field.rsplit([':', '@']).next();
        is_attribute(field) && name == Some("nil") && matches!(value.as_str(), Some("true" | "1"))
    };
    fields.iter().all(is_nothing) || fields.iter().any(says_nil)
}

/// Whether a whole number was so long that it was read as the nearest fraction that is kept.
fn is_rounded(number: &Number) -> bool {
    /// From here on fractions are whole numbers, and not each of these is one.
    const LONGEST: f64 = 9_007_199_254_740_992.0;
    number.is_f64() && number.as_f64().is_some_and(|value| value.abs() >= LONGEST)
}

/// A text as an id can hold it: another byte is `:` and its two digits, and so is a `:` that could be taken for that.
pub(super) fn escaped(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    let bytes = text.as_bytes();
    let holds = |(at, byte): (usize, &u8)| match byte {
        b':' => !is_digit(bytes.get(at + 1)) || !is_digit(bytes.get(at + 2)),
        byte => byte.is_ascii_alphanumeric() || b"._/-".contains(byte),
    };
    if bytes.iter().enumerate().all(holds) {
        return text;
    }
    let mut written = String::with_capacity(3 * bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if holds((at, byte)) {
            written.push(char::from(*byte));
        } else {
            let _ = write!(written, ":{byte:02X}");
        }
    }
    Cow::Owned(written)
}

/// The texts that stand in one, by what stands between them.
pub(super) fn cut<'c>(text: &'c str, separators: &[String]) -> impl Iterator<Item = &'c str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let found = separators.iter().filter_map(|one| Some((text.find(one.as_str())?, one.len())));
        let Some((at, length)) = found.min_by_key(|(at, length)| (*at, usize::MAX - length)) else { return Some(text) };
        rest = Some(&text[at + length..]);
        Some(&text[..at])
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{cut, escaped};

    #[test]
    fn a_cell_is_cut_at_the_separator_that_comes_first() {
        let check = |text: &str, separators: &[&str], expect: &[&str]| {
            let separators: Vec<String> = separators.iter().map(|one| (*one).to_owned()).collect();
            assert_eq!(cut(text, &separators).collect::<Vec<_>>(), expect, "{text}");
        };
        check("a;b", &[], &["a;b"]);
        check("a;b/c;", &[";", "/"], &["a", "b", "c", ""]);
        check("a, b and c", &[",", " and ", ", "], &["a", "b", "c"]);
        check("", &[";"], &[""]);
    }

    #[test]
    fn what_an_id_cannot_hold_is_written_in_one_way_only() {
        let check = |text: &str, expect: &str| assert_eq!(escaped(Cow::Borrowed(text)), expect, "{text}");
        check("ann_b:c/d-1.x", "ann_b:c/d-1.x");
        check("ä", ":C3:A4");
        check(":C3:A4", ":3AC3:3AA4");
        check("a b@c", "a:20b:40c");
    }
}
