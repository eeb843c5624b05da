//! Pages of answers: lists are cut to what is asked for, and all of it to what an agent can read.

use serde_json::{Map, Value};

/// How many of a list are given where nothing is said.
const DEFAULT: usize = 50;
/// The most of a list that are given.
const MOST: usize = 500;
/// The most of a list within an entry: names, supports, people of a flow.
const WITHIN: usize = 40;
/// The most bytes of an answer.
const BYTES: usize = 256 << 10;

/// Which part of an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    offset: usize,
    limit: usize,
}

impl Page {
    /// Takes what says so from the arguments of a tool. `find` has a limit of its own, which stays among them.
    pub(crate) fn take(arguments: &mut Map<String, Value>) -> Result<Page, String> {
        let is_search = arguments.contains_key("name");
        let number = |field: &str, default: usize| match arguments.get(field) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => value
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .ok_or_else(|| format!("{field} {value}: no count")),
        };
        let (limit, offset) = (number("limit", DEFAULT)?, number("offset", 0)?);
        if !is_search {
            arguments.shift_remove("limit");
            arguments.shift_remove("offset");
        }
        if !(1..=MOST).contains(&limit) {
            return Err(format!("limit {limit}: too few or too many"));
        }
        Ok(Page { offset, limit })
    }

    /// That part of an answer, and how many of each list are left out.
    pub(crate) fn cut(self, answer: &Value) -> (Value, Map<String, Value>) {
        let mut page = self;
        loop {
            let mut cut = answer.clone();
            let mut left_out = Map::new();
            page.lists(&mut cut, &mut left_out);
            if page.limit == 1 || cut.to_string().len() <= BYTES {
                return (cut, left_out);
            }
            page.limit /= 2;
        }
    }

    fn lists(self, answer: &mut Value, left_out: &mut Map<String, Value>) {
        let Value::Object(fields) = answer else { return };
        // A search has found more than its list holds.
        let total = fields.get("total").and_then(Value::as_u64).and_then(|total| usize::try_from(total).ok());
        for (name, value) in fields {
            match value {
                Value::Array(list) => {
                    let all = total.unwrap_or(list.len());
                    list.drain(..self.offset.min(list.len()));
                    list.truncate(self.limit);
                    note(left_out, name, all.saturating_sub(self.offset + list.len()));
                    for item in list {
                        within(item, left_out);
                    }
                }
                // A chart: as many units as there is room for, those nearest the top first.
                Value::Object(unit) if unit.contains_key("children") => prune(value, self.limit * 4, left_out),
                // An answer of several, or a person of whom the answer is.
                Value::Object(_) => self.lists(value, left_out),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
    }
}

/// Whether a page lacks entries of the lists that the answer has.
pub(crate) fn is_part(whole: &Value, page: &Value) -> bool {
    let lists = whole.as_object().into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_array()?)));
    lists.into_iter().any(|(name, list)| page[name.as_str()].as_array().is_none_or(|given| given.len() < list.len()))
}

fn note(left_out: &mut Map<String, Value>, name: &str, count: usize) {
    if count > 0 {
        let before = left_out.get(name).and_then(Value::as_u64).unwrap_or_default();
        left_out.insert(name.to_owned(), (before + count as u64).into());
    }
}

/// Cuts the lists within an entry.
fn within(value: &mut Value, left_out: &mut Map<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Value::Array(list) = value {
                    note(left_out, name, list.len().saturating_sub(WITHIN));
                    list.truncate(WITHIN);
                }
                within(value, left_out);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| within(item, left_out)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Keeps so many units of a chart, level by level.
fn prune(chart: &mut Value, most: usize, left_out: &mut Map<String, Value>) {
    let mut kept = 0;
    let mut level: Vec<&mut Value> = vec![chart];
    while !level.is_empty() {
        let mut next = Vec::new();
        for unit in level {
            let Some(children) = unit.get_mut("children").and_then(Value::as_array_mut) else { continue };
            let room = most.saturating_sub(kept).min(children.len());
            let dropped: usize = children.drain(room..).map(|child| count(&child)).sum();
            note(left_out, "children", dropped);
            kept += room;
            next.extend(children.iter_mut());
        }
        level = next;
    }
}

/// How many units there are, this one too.
fn count(unit: &Value) -> usize {
    let mut all = 0;
    let mut open = vec![unit];
    while let Some(unit) = open.pop() {
        all += 1;
        open.extend(unit["children"].as_array().into_iter().flatten());
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(arguments: &Value) -> Result<Page, String> {
        Page::take(&mut arguments.as_object().cloned().unwrap_or_default())
    }

    #[test]
    fn a_page_is_what_is_asked_for() {
        assert_eq!(page(&json!({})), Ok(Page { offset: 0, limit: 50 }));
        assert_eq!(page(&json!({"limit": 2, "offset": 3})), Ok(Page { offset: 3, limit: 2 }));
        for wrong in [json!({"limit": 0}), json!({"limit": 501}), json!({"limit": "x"}), json!({"offset": -1})] {
            assert!(page(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lists_are_cut_and_counted() {
        let answer = json!({"basis": {}, "members": (0..10).collect::<Vec<_>>(), "gaps": [1]});
        let (cut, left_out) = Page { offset: 3, limit: 2 }.cut(&answer);
        assert_eq!(cut, json!({"basis": {}, "members": [3, 4], "gaps": []}));
        assert_eq!(Value::Object(left_out), json!({"members": 5}));
        // A search found more than it gives.
        let found = json!({"matches": [1, 2], "total": 51});
        assert_eq!(Value::Object(Page { offset: 0, limit: 50 }.cut(&found).1), json!({"matches": 49}));
    }

    #[test]
    fn what_is_not_all_is_known_as_a_part() {
        let answer = json!({"basis": {}, "members": [1, 2, 3], "gaps": []});
        let part = |offset: usize, limit: usize| is_part(&answer, &Page { offset, limit }.cut(&answer).0);
        assert_eq!([part(0, 3), part(0, 2), part(1, 3), part(9, 3)], [false, true, true, true]);
    }

    #[test]
    fn a_chart_keeps_what_is_near_the_top() {
        let unit = |id: usize, children: Vec<Value>| json!({"id": id, "children": children});
        let chart = unit(0, (1..=3).map(|i| unit(i, vec![unit(i * 10, vec![])])).collect());
        let (cut, left_out) = Page { offset: 0, limit: 1 }.cut(&json!({"unit": chart}));
        assert_eq!(count(&cut["unit"]), 5);
        assert_eq!(Value::Object(left_out), json!({"children": 2}));
    }

    #[test]
    fn no_answer_is_larger_than_an_agent_reads() {
        let answer = json!({"members": vec![json!({"remit": "x".repeat(5_000)}); 500]});
        let (cut, left_out) = Page { offset: 0, limit: 500 }.cut(&answer);
        assert!(cut.to_string().len() <= BYTES);
        let given = cut["members"].as_array().map_or(0, Vec::len) as u64;
        assert_eq!(left_out["members"].as_u64(), Some(500 - given));
    }
}
