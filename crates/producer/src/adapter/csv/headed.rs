//! Lists under a list of names: each is a record whose fields have these names, as a row under a header.

use std::path::Path;

use serde_json::{Map as Object, Value};
use tenure_domain::wire::Refusal;

use super::AdapterError;
use super::paths::ListsOfOne;
use super::records::{self, More, Take};
use crate::Place;
use crate::adapter::records::refusal;

/// What a map says of how the records of a file are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// Fields that are lists, also where what stands there is one item alone.
    pub(super) lists: Vec<String>,
    /// A name by which the list is found that names the elements of those below.
    pub(super) header: Option<String>,
}

/// Reads the records of a file in their order.
pub(super) fn read(path: &Path, written: &Written, take: &mut dyn Take) -> Result<(), AdapterError> {
    match &written.header {
        Some(name) => records::read(path, &written.lists, &mut Headed::new(name, &written.lists, take)),
        None => records::read(path, &written.lists, take),
    }
}

/// Hands on each list below the header as an object. In a record that is no list, so are lists that stand below a header in a
/// list within it.
struct Headed<'t> {
    take: &'t mut dyn Take,
    /// Fields that are lists, once they have their names.
    lists: &'t [String],
    /// The name by which the header is found.
    name: &'t str,
    /// The names of the fields, once the header is found; none for a place that no name or several name.
    fields: Option<Vec<Option<String>>>,
}

impl<'t> Headed<'t> {
    fn new(name: &'t str, lists: &'t [String], take: &'t mut dyn Take) -> Headed<'t> {
        Headed { take, lists, name, fields: None }
    }
}

/// The names of the fields.
fn fields(header: &[Value]) -> Vec<Option<String>> {
    let names: Vec<&str> = header.iter().map(|name| name.as_str().unwrap_or_default().trim()).collect();
    let is_one = |name: &&&str| !name.is_empty() && names.iter().filter(|other| other == name).count() == 1;
    names.iter().map(|name| Some(name).filter(is_one).map(|name| (*name).to_owned())).collect()
}

/// A list with the names of its elements. The error is a sentence.
fn named(names: &[Option<String>], cells: &[Value]) -> Result<Value, String> {
    if names.len() != cells.len() {
        return Err(format!("the list has {} elements, and the header has {}", cells.len(), names.len()));
    }
    let named = names.iter().zip(cells).filter_map(|(name, cell)| Some((name.clone()?, cell.clone())));
    Ok(Value::Object(named.collect::<Object<String, Value>>()))
}

impl Headed<'_> {
    fn is_header(&self, cells: &[Value]) -> bool {
        cells.iter().any(|cell| cell.as_str().is_some_and(|cell| cell.trim() == self.name))
    }

    /// A value, with objects for the lists below a header in it, which is taken out.
    fn under_header(&self, value: &Value) -> Result<Value, String> {
        match value {
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| Ok((name.clone(), self.under_header(value)?)));
                fields.collect::<Result<Object<String, Value>, String>>().map(Value::Object)
            }
            Value::Array(items) => {
                let header = items.iter().position(|item| item.as_array().is_some_and(|cells| self.is_header(cells)));
                let names = header.and_then(|at| items[at].as_array()).map(|cells| fields(cells));
                let row = |item: &Value| match (&names, item) {
                    (Some(names), Value::Array(cells)) => named(names, cells),
                    _ => self.under_header(item),
                };
                items
                    .iter()
                    .skip(header.map_or(0, |at| at + 1))
                    .map(row)
                    .collect::<Result<Vec<_>, _>>()
                    .map(Value::Array)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(value.clone()),
        }
    }
}

impl Take for Headed<'_> {
    fn record(&mut self, place: &Place, record: &Value, lists: ListsOfOne) -> Result<More, AdapterError> {
        let of_list = match (record, &self.fields) {
            // Lists that were put together have it again.
            (Value::Array(cells), Some(names)) if self.is_header(cells) && fields(cells) == *names => {
                return Ok(More::Wanted);
            }
            (Value::Array(cells), Some(names)) => named(names, cells),
            (Value::Array(cells), None) => {
                if self.is_header(cells) {
                    self.fields = Some(fields(cells));
                }
                return Ok(More::Wanted);
            }
            (_, _) => self.under_header(record),
        };
        match of_list {
            Ok(record) => self.take.record(place, &records::listed(record, self.lists), lists),
            Err(reason) => {
                let refusal = refusal(reason, "write null for what is not known");
                self.take.broken(place.clone(), &record.to_string(), refusal)?;
                Ok(More::Wanted)
            }
        }
    }

    fn empty(&mut self) {
        self.take.empty();
    }

    fn broken(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), AdapterError> {
        self.take.broken(place, input, refusal)
    }

    fn read_so_far(&mut self, bytes: u64) {
        self.take.read_so_far(bytes);
    }
}
