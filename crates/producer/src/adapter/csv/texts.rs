//! The text that a value of a tree is, and the texts of a cell that has several.

use rustc_hash::FxHashSet;
use serde_json::{Number, Value};
use tenure_domain::wire::Refusal;

use crate::adapter::records::refusal;

/// Between the texts of a cell that has several; a text that holds it is none that the ledger takes.
pub(super) const BETWEEN: char = '\u{1f}';

/// Before what stands in a cell for a value that is no text; in an event it would be refused.
pub(super) const NO_TEXT: char = '\u{1e}';

/// How many texts are read in one cell.
pub(super) const MOST_TEXTS: usize = 1_000;

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
pub(super) fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds a text to a cell, where it says anything.
pub(super) fn add(cell: &mut String, text: Option<String>) {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return };
    if !cell.is_empty() {
        cell.push(BETWEEN);
    }
    // A text that holds the mark is left with another control character, for which it is refused.
    cell.push_str(&text.replace(BETWEEN, "\u{1d}"));
}

/// What stands for a value: of a list that holds one value that one, of an element of XML that has attributes beside its text
/// the text.
pub(super) fn scalar(value: &Value) -> &Value {
    let within = match value {
        Value::Array(items) => items.first().filter(|_| items.len() == 1),
        Value::Object(fields) => fields.get("#text"),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => None,
    };
    within.map_or(value, scalar)
}

/// The text of what stands for a value. Of another list or object it is not known which text is meant.
pub(super) fn text(value: &Value) -> Option<String> {
    match scalar(value) {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if is_rounded(number) => Some(format!("{NO_TEXT}a number of more digits than are kept")),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(format!("{NO_TEXT}a list of {}", items.len())),
        Value::Object(fields) if fields.keys().all(|field| field.starts_with('@')) => None,
        Value::Object(_) => Some(format!("{NO_TEXT}an object")),
    }
}

/// Whether a whole number was so long that it was read as the nearest fraction that is kept.
fn is_rounded(number: &Number) -> bool {
    /// From here on fractions are whole numbers, and not each of these is one.
    const LONGEST: f64 = 9_007_199_254_740_992.0;
    number.is_f64() && number.as_f64().is_some_and(|value| value.abs() >= LONGEST)
}
