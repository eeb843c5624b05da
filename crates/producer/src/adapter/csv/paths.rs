//! What a path of RFC 9535, `JSONPath`, finds in a value, with lists told from what stands in the place of one.
//!
//! By the RFC `[*]` finds the items of a list and the members of an object. Where a source writes a list of one as its item
//! alone, as XML must, the fields of that item would be taken for items. So one step of a path takes either lists or objects,
//! never both.

use std::cell::Cell;

use serde_json::Value;
use serde_json_path::JsonPath;
use tenure_domain::wire::Refusal;

use super::located::{further, key_of};
use super::texts::is_blank;
use crate::adapter::records::refusal;

/// Whether a record tells a list of one from what stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListsOfOne {
    /// As JSON, YAML and TOML do.
    Told,
    /// As XML does not: an element that stands once is a list where a path looks for one.
    Untold,
}

/// A path, cut before each step that finds items.
#[derive(Clone, Debug)]
pub(super) struct TreePath {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Plain(JsonPath),
    Items(Items),
}

/// A step that finds items of a list: `[*]`, `[0]`, `[1:]`. A filter asks each item what it is.
#[derive(Clone, Debug)]
struct Items {
    path: JsonPath,
    /// The path until here, as the map has it, and the name of the field in which the list stands.
    shown: String,
    field: Option<String>,
    /// Whether it can find the members of an object, too.
    takes_members: bool,
    /// Whether it finds what is the only item of a list.
    finds_alone: bool,
    /// Whether it is looked for in whatever stands there, and not in a field that the map names.
    is_anywhere: bool,
    /// What it was looked for in first.
    first: Cell<Option<Holder>>,
    /// Whether the other was there, too.
    is_mixed: Cell<bool>,
}

/// What items stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    List,
    Object,
}

/// What a step does with a value.
enum Taken {
    Nothing,
    /// What stands in it.
    Within,
    /// The value, as the one item of a list.
    Alone,
}

/// A value on the way to a row, and the key by which it was found.
#[derive(Clone, Debug)]
pub(super) struct Level<'v> {
    pub(super) value: &'v Value,
    pub(super) key: Option<String>,
    /// The path to it in the file, where that is asked for.
    pub(super) at: Option<String>,
}

impl<'v> Level<'v> {
    pub(super) fn of(value: &'v Value) -> Level<'v> {
        Level { value, key: None, at: None }
    }
}

/// A path of the crate, which begins with `$` whatever it starts from here. The error is a sentence.
fn compiled(path: &str, rest: &str) -> Result<JsonPath, String> {
    JsonPath::parse(&format!("${rest}")).map_err(|error| format!("`{path}` is not a path: {error}"))
}

impl TreePath {
    /// Reads a path, which goes on with this from where it starts. The error is a sentence.
    pub(super) fn read(path: &str, rest: &str) -> Result<TreePath, String> {
        compiled(path, rest)?;
        let before = &path[..path.len() - rest.len()];
        let mut pieces = Vec::new();
        let mut begin = 0;
        let steps = brackets(rest);
        // A filter may go back to where the whole path starts.
        let filters = steps.iter().rev().find(|(from, to)| rest[*from..*to].contains('$')).map_or(0, |(_, to)| *to);
        for (from, to) in steps {
            let within = rest[from + 1..to].trim_start();
            let names_or_filters = within.contains(['\'', '"', '?']) || rest[..from].ends_with("..");
            if names_or_filters || from < filters {
                continue;
            }
            if begin < from {
                pieces.push(Piece::Plain(compiled(path, &rest[begin..from])?));
            }
            let step = compiled(path, &rest[from..=to])?;
            pieces.push(Piece::Items(Items {
                finds_alone: !step.query(&Value::Array(vec![Value::Null])).is_empty(),
                path: step,
                shown: format!("{before}{}", &rest[..=to]),
                field: field_of(&rest[..from]),
                takes_members: within.starts_with('*'),
                is_anywhere: rest[..from].contains("..") || [".*", "[*]"].iter().any(|any| rest[..from].ends_with(any)),
                first: Cell::new(None),
                is_mixed: Cell::new(false),
            }));
            begin = to + 1;
        }
        if begin < rest.len() {
            pieces.push(Piece::Plain(compiled(path, &rest[begin..])?));
        }
        Ok(TreePath { pieces })
    }

    /// The values that it finds.
    pub(super) fn values<'v>(&self, base: &'v Value, lists: ListsOfOne) -> Result<Vec<&'v Value>, Refusal> {
        let mut found = vec![base];
        for piece in &self.pieces {
            let mut next = Vec::new();
            for value in found {
                match piece {
                    Piece::Plain(path) => next.extend(path.query(value).all()),
                    Piece::Items(items) => match items.take(value, lists)? {
                        Taken::Nothing => {}
                        Taken::Within => next.extend(items.path.query(value).all()),
                        Taken::Alone => next.extend(items.finds_alone.then_some(value)),
                    },
                }
            }
            found = next;
        }
        Ok(found)
    }

    /// The values that it finds, with their keys, and their paths where that of what it starts from is given.
    pub(super) fn located<'v>(&self, base: &Level<'v>, lists: ListsOfOne) -> Result<Vec<Level<'v>>, Refusal> {
        let mut found = vec![Level { key: None, ..base.clone() }];
        for piece in &self.pieces {
            let mut next = Vec::new();
            for level in found {
                let path = match piece {
                    Piece::Plain(path) => path,
                    Piece::Items(items) => match items.take(level.value, lists)? {
                        Taken::Nothing => continue,
                        Taken::Within => &items.path,
                        Taken::Alone => {
                            let key = Some("0".to_owned());
                            next.extend(items.finds_alone.then_some(Level { key, ..level }));
                            continue;
                        }
                    },
                };
                for node in path.query_located(level.value) {
                    let steps = || node.location().iter();
                    let at = level.at.as_ref().map(|at| steps().fold(at.clone(), |at, step| further(&at, step)));
                    next.push(Level { value: node.node(), key: key_of(steps().last()), at });
                }
            }
            found = next;
        }
        Ok(found)
    }

    /// A step that found items of lists and members of objects.
    pub(super) fn mixed(&self) -> Option<Refusal> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Items(items) if items.is_mixed.get() => Some(items.mixed()),
            Piece::Items(_) | Piece::Plain(_) => None,
        })
    }
}

impl Items {
    fn take(&self, value: &Value, lists: ListsOfOne) -> Result<Taken, Refusal> {
        let holder = match value {
            _ if has_no_items(value) => return Ok(Taken::Nothing),
            Value::Array(_) => Holder::List,
            _ if lists == ListsOfOne::Untold => return Ok(Taken::Alone),
            Value::Object(_) if self.takes_members => Holder::Object,
            Value::Object(_) => return Err(self.no_list("an object")),
            _ if self.is_anywhere => return Ok(Taken::Nothing),
            Value::Number(number) => return Err(self.no_list(&format!("the number {number}"))),
            Value::Bool(flag) => return Err(self.no_list(&format!("`{flag}`"))),
            Value::String(_) | Value::Null => return Err(self.no_list("a text")),
        };
        let first = self.first.get().unwrap_or(holder);
        self.first.set(Some(first));
        if first != holder {
            self.is_mixed.set(true);
            return Err(self.mixed());
        }
        Ok(Taken::Within)
    }

    fn no_list(&self, what: &str) -> Refusal {
        refusal(format!("`{}` is to find items of a list, and finds {what}", self.shown), self.hint())
    }

    fn mixed(&self) -> Refusal {
        refusal(
            format!("`{}` finds items of lists in some places and fields of objects in others", self.shown),
            self.hint(),
        )
    }

    fn hint(&self) -> String {
        let named = match &self.field {
            Some(field) => format!("write lists = [\"{field}\"]"),
            None => "name its field in `lists`".to_owned(),
        };
        format!("where a list of one is written as its item alone, {named} under [files.TABLE]")
    }
}

/// Whether a value in the place of a list says that there are no items.
pub(super) fn has_no_items(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => is_blank(text),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

/// Whether a path can find several values.
pub(super) fn finds_several(path: &str) -> bool {
    let picks = |(from, to): (usize, usize)| {
        let within = path[from + 1..to].trim_start();
        !within.starts_with(['\'', '"']) && within.contains(['*', '?', ':', ','])
    };
    path.contains("..") || path.contains(".*") || brackets(path).into_iter().any(picks)
}

/// Where the outermost brackets of a path stand.
fn brackets(path: &str) -> Vec<(usize, usize)> {
    let (mut found, mut open, mut quote, mut is_escaped) = (Vec::new(), Vec::new(), None, false);
    for (at, byte) in path.bytes().enumerate() {
        match (quote, byte) {
            _ if is_escaped => is_escaped = false,
            (Some(_), b'\\') => is_escaped = true,
            (Some(mark), byte) if mark == byte => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'[') => open.push(at),
            (None, b']') => {
                if let (Some(from), true) = (open.pop(), open.is_empty()) {
                    found.push((from, at));
                }
            }
            (Some(_) | None, _) => {}
        }
    }
    found
}

/// The name with which a path ends.
fn field_of(path: &str) -> Option<String> {
    let name = match path.strip_suffix(']') {
        Some(quoted) => quoted.rsplit_once('[')?.1.strip_prefix(['\'', '"'])?.strip_suffix(['\'', '"'])?,
        None => path.rsplit_once('.')?.1,
    };
    Some(name.to_owned()).filter(|name| !name.is_empty() && name != "*")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Level, ListsOfOne, TreePath, finds_several};

    #[test]
    fn a_path_takes_lists_or_objects_and_what_stands_alone_where_lists_are_not_told() {
        let check = |path: &str, told: &Value, alone: &Value| {
            let record = json!({"many": [{"k": 1}, {"k": 2}], "one": {"k": 1}, "text": "x", "none": "", "nil": null,
                "teams": {"a": [1], "b": [2, 3]}, "a b": {"k": 1}, "deep": {"x": [{"k": [1]}]}, "no": false, "beside": {"t": "x", "l": [1]}});
            for (lists, expect) in [(ListsOfOne::Told, told), (ListsOfOne::Untold, alone)] {
                let way = TreePath::read(&format!("${path}"), path).expect(path);
                let found = way.values(&record, lists).map_or(Value::from("!"), |values| json!(values));
                assert_eq!(found, *expect, "{path}");
                let located = way.located(&Level::of(&record), lists);
                let located = located.map_or(Value::from("!"), |all| all.iter().map(|one| one.value.clone()).collect());
                assert_eq!(located, *expect, "{path}");
            }
        };
        check(".many[*].k", &json!([1, 2]), &json!([1, 2]));
        check(".many[?@.k == 2].k", &json!([2]), &json!([2]));
        check(".many[?@.k == $.deep.x[0].k[0]].k", &json!([1]), &json!([1]));
        check(".one[*].k", &json!([]), &json!([1]));
        check("[?@.k == 1].k", &json!([1, 1]), &json!([1, 1]));
        check(".one[0].k", &json!("!"), &json!([1]));
        check(".one[1:]", &json!("!"), &json!([]));
        check("['a b'][*].k", &json!([]), &json!([1]));
        check(".text[*]", &json!("!"), &json!(["x"]));
        check(".none[*]", &json!([]), &json!([]));
        check(".nil[*]", &json!([]), &json!([]));
        check(".no[*]", &json!([]), &json!([]));
        check(".beside.*[*]", &json!([1]), &json!(["x", 1]));
        check(".beside[*][*]", &json!([1]), &json!([{"t": "x", "l": [1]}]));
        check(".many[?@.k == $.many[0].k]..[*]", &json!([1]), &json!([1]));
        check(".one[?@ == $.many[0].k][*]", &json!("!"), &json!([1]));
        check(".teams.*", &json!([[1], [2, 3]]), &json!([[1], [2, 3]]));
        check(".teams[*][*]", &json!([1, 2, 3]), &json!([{"a": [1], "b": [2, 3]}]));
        check(".deep..k[*]", &json!([1]), &json!([1]));
        check(".deep..[*].k", &json!([[1]]), &json!([[1]]));
    }

    #[test]
    fn what_finds_several_is_known_by_its_path() {
        for path in ["$.a[*]", "@.*", "$..a", "@.a[?@.k == 1].b", "@[1:]", "@[0,1]"] {
            assert!(finds_several(path), "{path}");
        }
        assert!(!["$.a", "@", "@['a*b, c']", "@.a[0].b"].into_iter().any(finds_several));
    }

    #[test]
    fn what_is_a_list_here_and_an_object_there_is_told() {
        let way = TreePath::read("$.p['q r'][*]", ".p['q r'][*]").expect("a path");
        let find = |value: Value| way.values(&json!({"p": {"q r": value}}), ListsOfOne::Told).map(|found| found.len());
        assert_eq!(find(json!([{"k": 1}])), Ok(1));
        assert_eq!((find(json!({})), find(json!([]))), (Ok(0), Ok(0)));
        assert!(way.mixed().is_none());
        let told = find(json!({"k": 1})).expect_err("an object beside a list");
        assert!(told.reason.contains("`$.p['q r'][*]`") && told.hint.contains("lists = [\"q r\"]"), "{told:?}");
        assert_eq!(way.mixed(), Some(told));
        assert_eq!(find(json!([1, 2])), Ok(2), "what came first is taken");
    }
}
