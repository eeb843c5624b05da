//! Rows of trees: a row is an item that a path finds in a record, and its columns are paths from there.
//!
//! Paths are those of RFC 9535, `JSONPath`. They begin with `$`, the record, with `@`, the item that is the row, or with
//! `^`, the item in which the path before found it. A `~` at the end asks for the key by which a value was found.

use std::cell::{Cell, RefCell};

use csv::StringRecord;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::located::{further, key_of};
use super::shape::{Found, place};

/// Between the texts of a cell that has several; a text that holds it is none that the ledger takes.
pub(super) const BETWEEN: char = '\u{1f}';

/// Before what stands in a cell for a value that is no text; in an event it would be refused.
pub(super) const NO_TEXT: char = '\u{1e}';

/// How many rows are made of one record.
const MOST_ROWS: usize = 1_000_000;

/// How many texts are read in one cell.
pub(super) const MOST_TEXTS: usize = 1_000;

/// How the rows of a tree are found: each path leads to items in what the one before found.
#[derive(Clone, Debug)]
pub(super) struct Each {
    steps: Vec<Step>,
    /// Whether there may be no rows at all.
    may_find_none: bool,
}

#[derive(Clone, Debug)]
struct Step {
    from: Base,
    path: JsonPath,
    /// The list of which it finds each item.
    list: Option<JsonPath>,
}

impl Step {
    /// Whether a list of which it finds the items is there, and empty.
    fn has_empty_list(&self, base: &Value) -> bool {
        let is_empty = |list: &&Value| list.as_array().is_some_and(Vec::is_empty);
        self.list.as_ref().is_some_and(|list| list.query(base).all().iter().any(is_empty))
    }
}

/// From where a step leads on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Record,
    Item,
}

impl Each {
    /// Reads the paths. The error is a sentence.
    pub(super) fn read(paths: &[String]) -> Result<Each, String> {
        let read = |path: &String| {
            let (from, rest) = match path.trim_end_matches('?').split_at_checked(1) {
                Some(("$", rest)) => (Base::Record, rest),
                Some(("@", rest)) => (Base::Item, rest),
                _ => return Err(format!("`{path}` is not a path")),
            };
            let list = rest.strip_suffix("[*]").map(|list| compiled(path, list)).transpose()?;
            Ok(Step { from, path: compiled(path, rest)?, list })
        };
        if paths.is_empty() {
            return Err("there is no path".to_owned());
        }
        let may_find_none = paths.iter().any(|path| path.ends_with('?'));
        Ok(Each { steps: paths.iter().map(read).collect::<Result<_, _>>()?, may_find_none })
    }
}

/// A path of the crate, which begins with `$` whatever it starts from here. The error is a sentence.
fn compiled(path: &str, rest: &str) -> Result<JsonPath, String> {
    JsonPath::parse(&format!("${rest}")).map_err(|error| format!("`{path}` is not a path: {error}"))
}

/// A column: a path, or text with paths in braces, or a path and text for each value that it finds.
#[derive(Debug)]
struct Column {
    /// The values for each of which there is a text.
    of: Option<RootedPath>,
    parts: Vec<ColumnPart>,
}

#[derive(Debug)]
enum ColumnPart {
    Text(String),
    Path(RootedPath),
}

/// A path, and from where it starts.
#[derive(Debug)]
struct RootedPath {
    start: Start,
    /// None: the value itself.
    path: Option<JsonPath>,
    /// Whether the key by which it is found is asked for.
    key: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Record,
    /// The item, or as many items above it.
    Above(usize),
    /// The day of the version.
    Version,
    /// The name of the file.
    File,
}

impl Column {
    /// Reads a column. The error is a sentence.
    fn read(text: &str) -> Result<Column, String> {
        if !text.contains('{') {
            return Ok(Column { of: None, parts: vec![ColumnPart::Path(RootedPath::read(text)?)] });
        }
        let mut parts = Vec::new();
        let is_path = text.starts_with(['$', '@', '^']);
        let (of, mut rest) = if is_path { text.split_at(text.find('{').unwrap_or_default()) } else { ("", text) };
        let of = (!of.is_empty()).then(|| RootedPath::read(of)).transpose()?;
        while let Some((before, after)) = rest.split_once('{') {
            let (path, after) = after.split_once('}').ok_or_else(|| format!("a brace in `{text}` has no other"))?;
            parts.push(ColumnPart::Text(before.to_owned()));
            parts.push(ColumnPart::Path(RootedPath::read(path.trim_end_matches('?'))?));
            rest = after;
        }
        parts.push(ColumnPart::Text(rest.to_owned()));
        Ok(Column { of, parts })
    }

    fn places(&self) -> impl Iterator<Item = &RootedPath> {
        let within = self.parts.iter().filter_map(|part| match part {
            ColumnPart::Text(_) => None,
            ColumnPart::Path(place) => Some(place),
        });
        self.of.iter().chain(within)
    }

    /// Whether it begins in one of so many items, counted from the row upwards.
    fn is_within(&self, items: usize) -> bool {
        let begins = |place: &RootedPath| matches!(place.start, Start::Above(up) if up < items);
        self.of.as_ref().map_or_else(|| self.places().any(begins), begins)
    }

    /// Writes the texts of a row. Whether any path found a value, be it an empty one.
    fn write(&self, levels: &[Level<'_>], from: Outside<'_>, cell: &mut String) -> bool {
        let Some(of) = &self.of else { return self.write_one(levels, from, cell) };
        let mut within = levels.to_vec();
        let mut found = false;
        for value in of.values(levels, from) {
            within.truncate(levels.len());
            within.push(Level { value, key: None, at: None });
            let mut one = String::new();
            found |= self.write_one(&within, from, &mut one);
            add(cell, Some(one));
        }
        found
    }

    /// All that a path finds; of several parts the first of each, nothing where no path finds any.
    fn write_one(&self, levels: &[Level<'_>], from: Outside<'_>, cell: &mut String) -> bool {
        let mut found = false;
        if let [ColumnPart::Path(place)] = &self.parts[..] {
            place.each(levels, from, &mut |text| {
                found = true;
                add(cell, text);
            });
            return found;
        }
        let (mut any, mut all) = (false, true);
        for part in &self.parts {
            match part {
                ColumnPart::Text(text) => cell.push_str(text),
                ColumnPart::Path(place) => {
                    let mut first = String::new();
                    place.each(levels, from, &mut |text| {
                        found = true;
                        if first.is_empty() {
                            add(&mut first, text);
                        }
                    });
                    any |= !first.is_empty();
                    all &= !first.is_empty();
                    cell.push_str(&first);
                }
            }
        }
        if !any {
            cell.clear();
        } else if !all {
            *cell = spaced(cell);
        }
        found
    }
}

impl RootedPath {
    /// Reads a path. The error is a sentence.
    fn read(text: &str) -> Result<RootedPath, String> {
        let known = match text {
            "version" => Some(Start::Version),
            "file" => Some(Start::File),
            _ => None,
        };
        if let Some(start) = known {
            return Ok(RootedPath { start, path: None, key: false });
        }
        let (plain, key) = text.strip_suffix('~').map_or((text, false), |plain| (plain, true));
        let above = plain.len() - plain.trim_start_matches('^').len();
        let (start, rest) = match plain.split_at_checked(above.max(1)) {
            Some(("$", rest)) => (Start::Record, rest),
            Some(("@", rest)) => (Start::Above(0), rest),
            Some((_, rest)) if above > 0 => (Start::Above(above), rest),
            _ => return Err(format!("`{text}` is not a path")),
        };
        let path = (!rest.is_empty()).then(|| compiled(text, rest)).transpose()?;
        Ok(RootedPath { start, path, key })
    }

    /// The values that it finds.
    fn values<'v>(&self, levels: &[Level<'v>], from: Outside<'_>) -> Vec<&'v Value> {
        let level = match self.start {
            Start::Record => &levels[0],
            Start::Above(up) => &levels[levels.len() - 1 - up],
            Start::Version | Start::File => return Vec::new(),
        };
        let values = match &self.path {
            None => vec![level.value],
            Some(path) => path.query(level.value).all(),
        };
        for value in &values {
            from.note(value);
        }
        values
    }

    /// Hands on the texts that it finds.
    fn each(&self, levels: &[Level<'_>], from: Outside<'_>, take: &mut dyn FnMut(Option<String>)) {
        let level = match self.start {
            Start::Record => &levels[0],
            Start::Above(up) => &levels[levels.len() - 1 - up],
            Start::Version => return take(from.version.map(str::to_owned)),
            Start::File => return take(Some(from.file.to_owned())),
        };
        match (&self.path, self.key) {
            (None, false) => {
                from.note(level.value);
                // An item is asked for its text beside the paths of those that are objects.
                take(text(level.value).filter(|text| !text.starts_with(NO_TEXT)));
            }
            (None, true) => take(level.key.clone()),
            (Some(_), false) => self.values(levels, from).into_iter().for_each(|value| take(text(value))),
            (Some(path), true) => {
                let places = path.query_located(level.value);
                places.iter().for_each(|node| take(key_of(node.location().iter().last())));
            }
        }
    }
}

/// A value on the way to a row, and the key by which it was found.
#[derive(Clone, Debug)]
struct Level<'v> {
    value: &'v Value,
    key: Option<String>,
    /// The path to it in the file, where that is asked for.
    at: Option<String>,
}

/// A row: its item, and the texts of its columns.
pub(super) struct Row<'v> {
    pub(super) item: &'v Value,
    /// The path to the item in the file, where that is asked for.
    pub(super) at: Option<String>,
    pub(super) record: StringRecord,
}

/// What is known of a record that does not stand in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outside<'f> {
    pub(super) file: &'f str,
    pub(super) version: Option<&'f str>,
    /// The path to the record, where its rows are told by theirs and not by lines.
    pub(super) at: Option<&'f str>,
    /// Takes down which values are read, where that is wanted.
    pub(super) found: Option<&'f Found>,
}

impl Outside<'_> {
    fn note(&self, value: &Value) {
        if let Some(found) = self.found {
            found.borrow_mut().extend([place(value), place(scalar(value))]);
        }
    }
}

/// The rows of a tree, by the columns that a map reads.
#[derive(Debug)]
pub(super) struct Rows {
    each: Each,
    /// What the columns are called in the map.
    pub(super) header: Vec<Box<str>>,
    columns: Vec<Column>,
    /// Whether what was found is found by its key, and so its place must be known.
    keyed: bool,
    /// Columns, and what must stand there.
    only: Vec<(usize, String)>,
    /// Which columns found something in any row.
    found: RefCell<Vec<bool>>,
    /// How many rows there were.
    count: Cell<u64>,
    /// How many of them only withdrew something.
    withdrawals: Cell<u64>,
    /// How many were passed over since the last call.
    passed_over: Cell<u64>,
    /// How many lists in which rows are looked for were there, and empty.
    empty_lists: Cell<u64>,
}

impl Rows {
    /// The columns are those that the map names, `?` behind one that may find nothing. The error is a sentence.
    pub(super) fn new(
        each: &Each,
        names: &[String],
        only: impl Iterator<Item = (String, String)>,
    ) -> Result<Rows, String> {
        let mut header: Vec<Box<str>> = Vec::new();
        let mut found = Vec::new();
        let mut columns = Vec::new();
        for name in names {
            let plain = name.trim_end_matches('?');
            let column = Column::read(plain)?;
            let is_above = |place: &RootedPath, most: usize| matches!(place.start, Start::Above(up) if up > most);
            let (of, most) = (column.of.as_ref(), each.steps.len());
            let within = most + usize::from(of.is_some());
            if of.is_some_and(|of| is_above(of, most)) || column.places().any(|place| is_above(place, within)) {
                return Err(format!("`{name}` begins above the record"));
            }
            // What may be missing is not looked for, nor is the day of a version.
            let sure = plain.len() < name.len() || column.places().all(|place| place.start == Start::Version);
            if let Some(at) = header.iter().position(|known| **known == *plain) {
                found[at] |= sure;
            } else {
                header.push(plain.into());
                found.push(sure);
                columns.push(column);
            }
        }
        let at = |name: &str| header.iter().position(|known| **known == *name);
        let only = only.filter_map(|(name, value)| Some((at(name.trim_end_matches('?'))?, value))).collect();
        let keyed = columns.iter().flat_map(Column::places).any(|place| place.key && place.path.is_none());
        Ok(Rows {
            each: each.clone(),
            header,
            columns,
            keyed,
            only,
            found: found.into(),
            count: Cell::new(0),
            withdrawals: Cell::new(0),
            passed_over: Cell::new(0),
            empty_lists: Cell::new(0),
        })
    }

    /// Notes that a row which was made only withdraws something.
    pub(super) fn withdraws(&self) {
        self.withdrawals.set(self.withdrawals.get() + 1);
    }

    /// The columns that found nothing in any row, where there were rows that say something.
    pub(super) fn never_found(&self) -> Vec<&str> {
        let found = self.found.borrow();
        let are_any = self.count.get() > self.withdrawals.get();
        let missing = self.header.iter().zip(&*found).filter(|(_, found)| !**found && are_any);
        missing.map(|(name, _)| &**name).collect()
    }

    /// Whether there were no rows, and should be.
    pub(super) fn finds_none(&self) -> bool {
        self.count.get() == 0 && !self.each.may_find_none && self.empty_lists() == 0
    }

    /// How many lists in which rows are looked for were there, and empty: the map fits, and there is nothing to say.
    pub(super) fn empty_lists(&self) -> u64 {
        self.empty_lists.get()
    }

    /// Notes that such a list is empty.
    pub(super) fn note_empty_list(&self) {
        self.empty_lists.set(self.empty_lists.get() + 1);
    }

    /// How many rows were passed over since the last call, as the map says that only others are read.
    pub(super) fn passed_over(&self) -> u64 {
        self.passed_over.take()
    }

    /// Makes the rows of a record. The error is a sentence.
    pub(super) fn of<'v>(&'v self, record: &'v Value, from: Outside<'_>) -> Result<Vec<Row<'v>>, String> {
        let mut rows = Vec::new();
        let mut levels = vec![Level { value: record, key: None, at: from.at.map(str::to_owned) }];
        self.descend(&mut levels, from, &mut rows)?;
        Ok(rows)
    }

    /// The columns of what stands around each list of a record that is empty, and in which rows would be looked for: a row
    /// without its item. The error is a sentence.
    pub(super) fn of_empty_lists(&self, record: &Value, from: Outside<'_>) -> Result<Vec<StringRecord>, String> {
        let mut made = Vec::new();
        self.descend_to_lists(&mut vec![Level { value: record, key: None, at: None }], from, &mut made)?;
        Ok(made)
    }

    fn descend_to_lists(
        &self,
        levels: &mut Vec<Level<'_>>,
        from: Outside<'_>,
        made: &mut Vec<StringRecord>,
    ) -> Result<(), String> {
        let Some(step) = self.each.steps.get(levels.len() - 1) else { return Ok(()) };
        let base = match step.from {
            Base::Record => levels[0].value,
            Base::Item => levels[levels.len() - 1].value,
        };
        if step.has_empty_list(base) {
            if made.len() >= MOST_ROWS {
                return Err(format!("the record has more than {MOST_ROWS} empty lists"));
            }
            let mut around = levels.clone();
            around.resize(self.each.steps.len() + 1, Level { value: &Value::Null, key: None, at: None });
            let cells = self.cells(&around, from)?;
            made.extend(self.fits(&cells, around.len() - levels.len()).then_some(cells));
        }
        if levels.len() < self.each.steps.len() {
            for value in step.path.query(base) {
                levels.push(Level { value, key: None, at: None });
                self.descend_to_lists(levels, from, made)?;
                levels.pop();
            }
        }
        Ok(())
    }

    /// Whether a row is one of those that the map reads. What would stand in items that are not there is not asked.
    fn fits(&self, row: &StringRecord, missing: usize) -> bool {
        let fits = |(column, value): &(usize, String)| match row.get(*column).unwrap_or_default() {
            "" => false,
            text => value == "*" || text == value,
        };
        self.only.iter().filter(|(column, _)| !self.columns[*column].is_within(missing)).all(fits)
    }

    fn descend<'v>(
        &'v self,
        levels: &mut Vec<Level<'v>>,
        from: Outside<'_>,
        rows: &mut Vec<Row<'v>>,
    ) -> Result<(), String> {
        let Some(step) = self.each.steps.get(levels.len() - 1) else {
            if rows.len() >= MOST_ROWS {
                return Err(format!("the record makes more than {MOST_ROWS} rows"));
            }
            let record = self.cells(levels, from)?;
            if self.fits(&record, 0) {
                self.count.set(self.count.get() + 1);
                let Level { value: item, at, .. } = levels[levels.len() - 1].clone();
                rows.push(Row { item, at, record });
            } else {
                self.passed_over.set(self.passed_over.get() + 1);
            }
            return Ok(());
        };
        let base = match step.from {
            Base::Record => &levels[0],
            Base::Item => &levels[levels.len() - 1],
        };
        let (base, base_at) = (base.value, base.at.clone());
        if self.keyed || base_at.is_some() {
            for node in step.path.query_located(base) {
                let at = base_at
                    .as_ref()
                    .map(|at| node.location().iter().fold(at.clone(), |at, element| further(&at, element)));
                levels.push(Level { value: node.node(), key: key_of(node.location().iter().last()), at });
                self.descend(levels, from, rows)?;
                levels.pop();
            }
        } else {
            for value in step.path.query(base) {
                levels.push(Level { value, key: None, at: None });
                self.descend(levels, from, rows)?;
                levels.pop();
            }
        }
        if rows.is_empty() && step.has_empty_list(base) {
            self.note_empty_list();
        }
        Ok(())
    }

    fn cells(&self, levels: &[Level<'_>], from: Outside<'_>) -> Result<StringRecord, String> {
        let mut record = StringRecord::with_capacity(256, self.columns.len());
        let mut found = self.found.borrow_mut();
        let mut cell = String::new();
        for (column, found) in self.columns.iter().zip(found.iter_mut()) {
            cell.clear();
            *found |= column.write(levels, from, &mut cell);
            if cell.matches(BETWEEN).count() >= MOST_TEXTS {
                return Err(format!("a path finds more than {MOST_TEXTS} texts in one row"));
            }
            record.push_field(&cell);
        }
        Ok(record)
    }
}

/// A text without blanks at its ends, and without several beside each other.
pub(super) fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn add(cell: &mut String, text: Option<String>) {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return };
    if !cell.is_empty() {
        cell.push(BETWEEN);
    }
    // A text that holds the mark is left with another control character, for which it is refused.
    cell.push_str(&text.replace(BETWEEN, "\u{1d}"));
}

/// What stands for a value: of a list that holds one value that one, of an element of XML that has attributes beside its text
/// the text.
fn scalar(value: &Value) -> &Value {
    let within = match value {
        Value::Array(items) => items.first().filter(|_| items.len() == 1),
        Value::Object(fields) => fields.get("#text"),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => None,
    };
    within.map_or(value, scalar)
}

/// The text of what stands for a value. Of another list or object it is not known which text is meant.
fn text(value: &Value) -> Option<String> {
    match scalar(value) {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(format!("{NO_TEXT}a list of {}", items.len())),
        Value::Object(fields) if fields.keys().all(|field| field.starts_with('@')) => None,
        Value::Object(_) => Some(format!("{NO_TEXT}an object")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Each, Outside, Rows};

    fn rows(each: &[&str], columns: &[&str], record: &Value) -> Result<Vec<String>, String> {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let rows = Rows::new(&Each::read(&owned(each))?, &owned(columns), std::iter::empty())?;
        let from = Outside { file: "a/f.json", version: Some("2024-05-01"), at: None, found: None };
        let made = rows.of(record, from)?;
        let shown =
            |cell: &str| cell.split(super::NO_TEXT).next().map(str::to_owned).filter(|_| cell.contains(super::NO_TEXT));
        let cell = |cell: &str| shown(cell).map_or(cell.replace('\u{1f}', "+"), |before| before + "!");
        Ok(made.iter().map(|row| row.record.iter().map(cell).collect::<Vec<_>>().join("|")).collect())
    }

    #[test]
    fn the_text_of_an_element_is_read_with_it() {
        let record = json!({"name": {"#text": "Ann", "@lang": "en"}, "role": ["Head"]});
        let rows = Rows::new(
            &Each::read(&["$".to_owned()]).expect("a path"),
            &["@.name".into(), "@.role".into()],
            std::iter::empty(),
        );
        let found = super::Found::default();
        let from = Outside { file: "a/f.xml", version: None, at: None, found: Some(&found) };
        rows.expect("paths").of(&record, from).expect("a row");
        let is_read = |value: &Value| found.borrow().contains(&super::place(value));
        assert!(is_read(&record["name"]["#text"]) && is_read(&record["role"][0]) && !is_read(&record["name"]["@lang"]));
    }

    #[test]
    fn paths_find_rows_and_cells() {
        let record = json!({"id": 7, "names": ["A", "B"], "terms": [{"of": "x", "in": {"k": [1, null]}}, {"of": false}],
            "units": {"Lab": ["Ann", {"n": "Bo"}], "Shop": []}});
        let check = |each: &[&str], columns: &[&str], expect: &[&str]| {
            assert_eq!(rows(each, columns, &record).expect("rows"), expect, "{each:?} {columns:?}");
        };
        check(&["$"], &["$.id", "@.names[*]", "@.none?"], &["7|A+B|"]);
        check(&["$.terms[*]"], &["@.of", "$.id", "^.id", "@.in.k[*]", "@"], &["x|7|7|1|", "false|7|7||"]);
        check(&["$.units.*", "@[*]"], &["^~", "@", "@.n", "@~"], &["Lab|Ann||0", "Lab||Bo|1"]);
        check(&["$.terms[?@.of == 'x']"], &["@.in.*~", "version", "file"], &["k|2024-05-01|a/f.json"]);
        let many = json!({"texts": vec!["x"; 1_001]});
        assert!(rows(&["$"], &["@.texts[*]"], &many).is_err_and(|told| told.contains("more than 1000 texts")));
        check(&["$.nothing[*]"], &["@.of"], &[]);
        check(&["$"], &["$.terms[*]{@.of}:{^.id}"], &["x:7+false:7"]);
        check(&["$"], &["{$.names[0]} {$.none?} {$.id}", "{$.none?} {$.id}"], &["A 7|7"]);
        check(&["$.terms[*]"], &["{$.id}/{@.of}-{@.in}", "{@.none?}/{@.in}?"], &["7/x-!|/!", "7/false-|"]);
        let vague = json!({"a": ["x"], "b": {"#text": "y", "@k": "z"}, "c": {"@nil": "true"}, "d": ["x", "y"], "e": {"f": 1}, "g": []});
        let columns = ["@.a", "@.b", "@.c", "@.d", "@.e", "@.g"];
        assert_eq!(rows(&["$"], &columns, &vague).expect("rows"), ["x|y||!|!|"]);
    }

    #[test]
    fn rows_of_a_document_know_their_paths() {
        let record = json!({"people": [{"terms": [1, 2]}], "by key": {"x": [{"terms": [3]}]}});
        let paths = |each: &[&str]| -> Vec<String> {
            let each: Vec<String> = each.iter().map(|path| (*path).to_owned()).collect();
            let each = Each::read(&each).expect("paths");
            let rows = Rows::new(&each, &["@".to_owned()], std::iter::empty()).expect("rows");
            let from = Outside { file: "f", version: None, at: Some("$[7]"), found: None };
            rows.of(&record, from).expect("rows").into_iter().filter_map(|row| row.at).collect()
        };
        assert_eq!(paths(&["$.people[*]", "@.terms[*]"]), ["$[7].people[0].terms[0]", "$[7].people[0].terms[1]"]);
        assert_eq!(paths(&["$['by key'].*[*]"]), ["$[7]['by key'].x[0]"]);
        assert_eq!(paths(&["$"]), ["$[7]"]);
    }

    #[test]
    fn what_is_no_path_is_told() {
        let check = |each: &str, column: &str, expect: &str| {
            let told = rows(&[each], &[column], &json!({})).expect_err(expect);
            assert!(told.contains(expect), "{told}");
        };
        check("terms[*]", "@.a", "`terms[*]` is not a path");
        check("$.terms[", "@.a", "`$.terms[` is not a path");
        check("$", "name", "`name` is not a path");
        check("$", "^^.name", "`^^.name` begins above the record");
        check("$", "@.a b", "`@.a b` is not a path");
    }
}
