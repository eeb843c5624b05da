//! What fields the records of trees have, and which of them no path of the map reads.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use crate::adapter::accounts::Accounts;

/// How many fields are told apart; those beyond count as one.
const MOST_FIELDS: usize = 10_000;

/// In how many records it is looked which fields are read, beside those that have a field for the first time.
const LOOKED_AT: u64 = 1_000;

/// The values of one record that paths found, by where they lie in memory.
pub(super) type Found = RefCell<FxHashSet<usize>>;

/// Where a value lies: what tells it from every other one of the record.
pub(super) fn place(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

/// The fields that records have, each as often as there was a value.
#[derive(Debug)]
pub(super) struct Shape {
    fields: Vec<Field>,
    records: u64,
}

#[derive(Debug, Default)]
struct Field {
    name: String,
    within: FxHashMap<Box<str>, usize>,
    count: u64,
    is_read: bool,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape { fields: vec![Field { name: "$".to_owned(), ..Field::default() }], records: 0 }
    }
}

impl Shape {
    /// Counts the fields of a record. Whether it is to be looked which of them are read.
    pub(super) fn count(&mut self, record: &Value) -> bool {
        let before = self.fields.len();
        self.records += 1;
        self.walk(0, record, &mut |field, _| field.count += 1);
        self.fields.len() > before || self.records <= LOOKED_AT
    }

    /// Notes which fields of a record are read.
    pub(super) fn mark(&mut self, record: &Value, found: &Found) {
        let found = found.borrow();
        self.walk(0, record, &mut |field, value| field.is_read |= found.contains(&place(value)));
    }

    fn walk(&mut self, at: usize, value: &Value, act: &mut dyn FnMut(&mut Field, &Value)) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let within = self.within(at, name, &format_args!(".{name}"));
                    self.walk(within, value, act);
                }
            }
            Value::Array(items) => {
                let within = if items.is_empty() { at } else { self.within(at, "*", &"[*]") };
                for value in items {
                    self.walk(within, value, act);
                }
            }
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) | Value::String(_) => act(&mut self.fields[at], value),
        }
    }

    /// A field within one; the same one where there are too many.
    fn within(&mut self, at: usize, name: &str, shown: &dyn std::fmt::Display) -> usize {
        if let Some(within) = self.fields[at].within.get(name) {
            return *within;
        }
        if self.fields.len() >= MOST_FIELDS {
            return at;
        }
        let within = self.fields.len();
        let name_of = format!("{}{shown}", self.fields[at].name);
        self.fields.push(Field { name: name_of, ..Field::default() });
        self.fields[at].within.insert(name.into(), within);
        within
    }

    /// Tells the fields that are not read.
    pub(super) fn tell(&self, accounts: &mut Accounts) {
        for field in self.fields.iter().filter(|field| !field.is_read && field.count > 0) {
            accounts.leave_some(&field.name, field.count);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Found, Shape, place};
    use crate::adapter::accounts::Accounts;

    #[test]
    fn fields_that_no_path_reads_are_told_with_their_number() {
        let record = json!({"id": 1, "terms": [{"of": "x", "party": "P"}, {"of": "y", "party": "Q"}], "none": null});
        let mut shape = Shape::default();
        let found = Found::default();
        found.borrow_mut().extend([place(&record["id"]), place(&record["terms"][1]["of"])]);
        assert!(shape.count(&record) && shape.count(&record));
        shape.mark(&record, &found);
        let mut accounts = Accounts::default();
        shape.tell(&mut accounts);
        assert_eq!(accounts.unread.into_iter().collect::<Vec<_>>(), [("$.terms[*].party".to_owned(), 4)]);
    }

    #[test]
    fn fields_without_end_count_as_one() {
        let mut shape = Shape::default();
        let record: serde_json::Map<_, _> = (0..20_000).map(|number| (number.to_string(), 1.into())).collect();
        shape.count(&record.into());
        assert_eq!(shape.fields.len(), super::MOST_FIELDS);
        assert_eq!(shape.fields[0].count, 10_001);
    }
}
