//! Pages of answers: lists are cut to what is asked for, and all of it to what an agent can read.

use serde_json::{Map, Value};

/// How many of a list are given where nothing is said.
const DEFAULT: usize = 50;
/// The most of a list that are given.
const MOST: usize = 500;
/// The most of a list within an entry: names, supports, people of a flow.
const WITHIN: usize = 40;
/// The most bytes of what a tool gives.
pub(crate) const BYTES: usize = 256 << 10;

/// Of what a tool gives pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paged {
    /// A search, which has a limit of its own and no offset.
    Search,
    /// The rows of a question that takes a limit: no more of them are asked for than the page ends with.
    Rows,
    /// Each list of the answer.
    Lists,
    /// A chart, which is given from its top.
    Chart,
}

/// Which part of an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    offset: usize,
    limit: usize,
}

/// A part of an answer.
#[derive(Debug)]
pub(crate) struct CutAnswer {
    /// The answer, its lists cut.
    pub(crate) answer: Value,
    /// How many of each list are left out.
    pub(crate) left_out: Map<String, Value>,
    /// Whether something of its own lists is left out, before the page or after it.
    pub(crate) is_cut: bool,
}

impl Page {
    /// Takes what says so from the arguments of a tool, and leaves there what its questions take of it.
    pub(crate) fn take(paged: Paged, arguments: &mut Map<String, Value>) -> Result<Page, String> {
        let number = |field: &str, default: usize| match arguments.get(field) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => value
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .ok_or_else(|| format!("{field} {value}: no count")),
        };
        let (limit, offset) = (number("limit", DEFAULT)?, number("offset", 0)?);
        if !(1..=MOST).contains(&limit) {
            return Err(format!("limit {limit}: too few or too many"));
        }
        match paged {
            Paged::Search => {}
            Paged::Rows => {
                arguments.shift_remove("offset");
                arguments.insert("limit".to_owned(), offset.saturating_add(limit).into());
            }
            Paged::Lists | Paged::Chart => {
                arguments.shift_remove("limit");
                arguments.shift_remove("offset");
            }
        }
        Ok(Page { offset, limit })
    }

    /// That part of an answer, of so many bytes at most where it is not one entry alone that takes more.
    pub(crate) fn cut(self, mut answer: Value, bytes: usize) -> CutAnswer {
        let Page { offset, mut limit } = self;
        let mut left_out = Map::new();
        let mut is_cut = lists(&mut answer, Page { offset, limit }, true, &mut left_out);
        while limit > 1 && answer.to_string().len() > bytes {
            limit /= 2;
            is_cut |= lists(&mut answer, Page { offset: 0, limit }, false, &mut left_out);
        }
        CutAnswer { answer, left_out, is_cut }
    }
}

/// The lists of rows of which an answer tells how many there are in all, where it was asked for a number of them.
const ROWS: [&str; 3] = ["holders", "matches", "members"];

/// Cuts the lists of an answer, and says whether something of them is left out. What an answer tells of all its rows holds for
/// the `first` cut.
fn lists(answer: &mut Value, page: Page, first: bool, left_out: &mut Map<String, Value>) -> bool {
    let Value::Object(fields) = answer else { return false };
    let total = fields.get("total").and_then(Value::as_u64).and_then(|total| usize::try_from(total).ok());
    let total = total.filter(|_| first);
    let mut is_cut = false;
    for (name, value) in fields {
        match value {
            Value::Array(list) => {
                let all = total.filter(|_| ROWS.contains(&name.as_str())).unwrap_or(list.len());
                list.drain(..page.offset.min(list.len()));
                list.truncate(page.limit);
                note(left_out, name, all.saturating_sub(page.offset + list.len()));
                is_cut |= list.len() < all;
                for item in list {
                    within(item, left_out);
                }
            }
            // As many units as there is room for, those nearest the top first.
            Value::Object(unit) if unit.contains_key("children") => prune(value, page.limit * 4, left_out),
            // A person of whom the answer is.
            Value::Object(_) => is_cut |= lists(value, page, first, left_out),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    is_cut
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

    fn page(paged: Paged, arguments: &Value) -> Result<(Page, Value), String> {
        let mut arguments = arguments.as_object().cloned().unwrap_or_default();
        Page::take(paged, &mut arguments).map(|page| (page, Value::Object(arguments)))
    }

    #[test]
    fn a_page_is_what_is_asked_for() {
        let check = |paged: Paged, given: Value, expected: Page, asked: Value| {
            assert_eq!(page(paged, &given), Ok((expected, asked)), "{given}");
        };
        check(Paged::Lists, json!({}), Page { offset: 0, limit: 50 }, json!({}));
        check(Paged::Lists, json!({"limit": 2, "offset": 3}), Page { offset: 3, limit: 2 }, json!({}));
        check(Paged::Rows, json!({"limit": 2, "offset": 3}), Page { offset: 3, limit: 2 }, json!({"limit": 5}));
        check(Paged::Search, json!({"limit": 9}), Page { offset: 0, limit: 9 }, json!({"limit": 9}));
        for wrong in [json!({"limit": 0}), json!({"limit": 501}), json!({"limit": "x"}), json!({"offset": -1})] {
            assert!(page(Paged::Lists, &wrong).is_err(), "{wrong}");
        }
    }

    fn cut(answer: &Value, offset: usize, limit: usize) -> CutAnswer {
        Page { offset, limit }.cut(answer.clone(), BYTES)
    }

    #[test]
    fn lists_are_cut_and_counted() {
        let answer = json!({"basis": {}, "members": (0..10).collect::<Vec<_>>(), "gaps": [1]});
        let part = cut(&answer, 3, 2);
        assert_eq!(part.answer, json!({"basis": {}, "members": [3, 4], "gaps": []}));
        assert_eq!(Value::Object(part.left_out), json!({"members": 5}));
        // A search found more than it gives, and of the holders of a post no more are asked for than the page ends with.
        let found = json!({"matches": [1, 2], "total": 51});
        assert_eq!(Value::Object(cut(&found, 0, 50).left_out), json!({"matches": 49}));
        let held = json!({"holders": [1, 2, 3], "gaps": [1], "total": 9});
        let part = cut(&held, 1, 2);
        assert_eq!((part.answer["holders"].clone(), part.is_cut), (json!([2, 3]), true));
        assert_eq!(Value::Object(part.left_out), json!({"holders": 6}));
    }

    #[test]
    fn what_is_not_all_is_known_as_a_part() {
        let answer = json!({"basis": {}, "members": [1, 2, 3], "gaps": []});
        let part = |offset: usize, limit: usize| cut(&answer, offset, limit).is_cut;
        assert_eq!([part(0, 3), part(0, 2), part(1, 3), part(9, 3)], [false, true, true, true]);
    }

    #[test]
    fn a_chart_keeps_what_is_near_the_top() {
        let unit = |id: usize, children: Vec<Value>| json!({"id": id, "children": children});
        let chart = unit(0, (1..=3).map(|i| unit(i, vec![unit(i * 10, vec![])])).collect());
        let part = cut(&json!({"unit": chart}), 0, 1);
        assert_eq!(count(&part.answer["unit"]), 5);
        assert_eq!(Value::Object(part.left_out), json!({"children": 2}));
    }

    #[test]
    fn no_answer_is_larger_than_an_agent_reads() {
        let answer = json!({"members": vec![json!({"remit": "x".repeat(5_000)}); 600], "total": 900});
        let part = cut(&answer, 0, 500);
        assert!(part.answer.to_string().len() <= BYTES);
        let given = part.answer["members"].as_array().map_or(0, Vec::len) as u64;
        assert_eq!(part.left_out["members"].as_u64(), Some(900 - given));
    }
}
