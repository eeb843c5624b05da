//! Rows of trees: a row is an item that a path finds in a record, and its columns are paths from there.
//!
//! Paths are those of RFC 9535, `JSONPath`. They begin with `$`, the record, with `@`, the item that is the row, or with
//! `^`, the item in which the path before found it. A `~` at the end asks for the key by which a value was found.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde_json::Value;
use tenure_domain::wire::Refusal;

use super::paths::{Level, ListsOfOne, TreePath};
use super::shape::{Found, place};
use super::texts::{add, beside, bounded, no_text, scalar, spaced, text};
use crate::adapter::records::refusal;

/// How many rows are made of one record.
const MOST_ROWS: usize = 1_000_000;

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
    path: TreePath,
    /// The list of which it finds each item.
    list: Option<TreePath>,
}

impl Step {
    /// Whether a list of which it finds the items is there, and empty.
    fn has_empty_list(&self, base: &Value, lists: ListsOfOne) -> bool {
        let is_empty = |list: &&Value| list.as_array().is_some_and(Vec::is_empty);
        let found = self.list.as_ref().and_then(|list| list.values(base, lists).ok());
        found.is_some_and(|found| found.iter().any(is_empty))
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
            let plain = path.trim_end_matches('?');
            let (from, rest) = match plain.split_at_checked(1) {
                Some(("$", rest)) => (Base::Record, rest),
                Some(("@", rest)) => (Base::Item, rest),
                _ => return Err(format!("`{path}` is not a path")),
            };
            let to_list = plain.strip_suffix("[*]").zip(rest.strip_suffix("[*]"));
            let list = to_list.map(|(path, rest)| TreePath::read(path, rest)).transpose()?;
            Ok(Step { from, path: TreePath::read(plain, rest)?, list })
        };
        if paths.is_empty() {
            return Err("there is no path".to_owned());
        }
        let may_find_none = paths.iter().any(|path| path.ends_with('?'));
        Ok(Each { steps: paths.iter().map(read).collect::<Result<_, _>>()?, may_find_none })
    }
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
    path: Option<TreePath>,
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
    fn write(&self, levels: &[Level<'_>], from: Outside<'_>, cell: &mut String) -> Result<bool, Refusal> {
        let Some(of) = &self.of else { return self.write_one(levels, from, cell) };
        let mut within = levels.to_vec();
        let mut found = false;
        for value in of.values(levels, from)? {
            within.truncate(levels.len());
            within.push(Level::of(value));
            let mut one = String::new();
            found |= self.write_one(&within, from, &mut one)?;
            add(cell, Some(one));
        }
        Ok(found)
    }

    /// All that a path finds; of several parts what each finds side by side, nothing where no path finds any.
    fn write_one(&self, levels: &[Level<'_>], from: Outside<'_>, cell: &mut String) -> Result<bool, Refusal> {
        let mut found = false;
        if let [ColumnPart::Path(place)] = &self.parts[..] {
            place.each(levels, from, &mut |text| {
                found = true;
                add(cell, text);
            })?;
            return Ok(found);
        }
        let (mut any, mut all) = (false, true);
        for part in &self.parts {
            match part {
                ColumnPart::Text(text) => cell.push_str(text),
                ColumnPart::Path(place) => {
                    let mut texts = String::new();
                    place.each(levels, from, &mut |text| {
                        found = true;
                        add(&mut texts, text);
                    })?;
                    bounded(&texts)?;
                    any |= !texts.is_empty();
                    all &= !texts.is_empty();
                    cell.push_str(&beside(&texts));
                }
            }
        }
        if !any {
            cell.clear();
        } else if !all {
            *cell = spaced(cell);
        }
        Ok(found)
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
        let path = (!rest.is_empty()).then(|| TreePath::read(plain, rest)).transpose()?;
        Ok(RootedPath { start, path, key })
    }

    /// The values that it finds.
    fn values<'v>(&self, levels: &[Level<'v>], from: Outside<'_>) -> Result<Vec<&'v Value>, Refusal> {
        let Some(level) = self.level(levels) else { return Ok(Vec::new()) };
        let values = match &self.path {
            None => vec![level.value],
            Some(path) => path.values(level.value, from.lists)?,
        };
        for value in &values {
            from.note(value);
        }
        Ok(values)
    }

    /// From which value it starts; none where it asks for what stands in none.
    fn level<'l, 'v>(&self, levels: &'l [Level<'v>]) -> Option<&'l Level<'v>> {
        match self.start {
            Start::Record => levels.first(),
            Start::Above(up) => levels.get(levels.len() - 1 - up),
            Start::Version | Start::File => None,
        }
    }

    /// Hands on the texts that it finds.
    fn each(
        &self,
        levels: &[Level<'_>],
        from: Outside<'_>,
        take: &mut dyn FnMut(Option<String>),
    ) -> Result<(), Refusal> {
        let Some(level) = self.level(levels) else {
            let is_version = self.start == Start::Version;
            take(if is_version { from.version } else { Some(from.file) }.map(str::to_owned));
            return Ok(());
        };
        match (&self.path, self.key) {
            (None, false) => {
                from.note(level.value);
                // An item is asked for its text beside the paths of those that are objects.
                let holds_others = scalar(level.value).is_object();
                take(text(level.value).filter(|_| !holds_others));
            }
            (None, true) => take(level.key.clone()),
            (Some(_), false) => self.values(levels, from)?.into_iter().for_each(|value| take(text(value))),
            (Some(path), true) => path.located(level, from.lists)?.into_iter().for_each(|found| take(found.key)),
        }
        Ok(())
    }
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
    /// Whether a list of one is told from what stands alone.
    pub(super) lists: ListsOfOne,
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
    /// The directories that were named.
    directories: Vec<PathBuf>,
    /// How many rows there were.
    count: Cell<u64>,
    /// Whether a record was refused: it may have some.
    is_refused: Cell<bool>,
    /// How many of them only withdrew something.
    withdrawals: Cell<u64>,
    /// How many were passed over since the last call.
    passed_over: Cell<u64>,
    /// How many lists in which rows are looked for were there, and empty.
    empty_lists: Cell<u64>,
}

impl Rows {
    /// The columns are those that the map names, `?` behind one that may find nothing; files in the directories are called by
    /// their paths from there. The error is a sentence.
    pub(super) fn new(
        each: &Each,
        names: &[String],
        only: impl Iterator<Item = (String, String)>,
        directories: &[PathBuf],
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
            directories: directories.to_vec(),
            count: Cell::new(0),
            is_refused: Cell::new(false),
            withdrawals: Cell::new(0),
            passed_over: Cell::new(0),
            empty_lists: Cell::new(0),
        })
    }

    /// What is known from outside, with the name of the file for its path.
    fn named<'f>(&self, from: Outside<'f>) -> Outside<'f> {
        Outside { file: self.name_of(Path::new(from.file)), ..from }
    }

    /// What a file is called: its path from the directory that was named, else its name.
    pub(super) fn name_of<'p>(&self, path: &'p Path) -> &'p str {
        let within = self.directories.iter().find_map(|directory| path.strip_prefix(directory).ok());
        let name = within.map_or_else(|| path.file_name(), |within| Some(within.as_os_str()));
        name.or(Some(path.as_os_str())).and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// Whether a column is made of what the file is called.
    pub(super) fn reads_file(&self) -> bool {
        self.columns.iter().flat_map(Column::places).any(|place| place.start == Start::File)
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
        let is_found = self.count.get() > 0 || self.is_refused.get() || self.empty_lists() > 0;
        !is_found && !self.each.may_find_none
    }

    /// What a path of them found both in lists and in objects.
    pub(super) fn mixed(&self) -> Option<Refusal> {
        let of_columns = self.columns.iter().flat_map(Column::places).filter_map(|place| place.path.as_ref());
        self.each.steps.iter().map(|step| &step.path).chain(of_columns).find_map(TreePath::mixed)
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

    /// Makes the rows of a record.
    pub(super) fn of<'v>(&'v self, record: &'v Value, from: Outside<'_>) -> Result<Vec<Row<'v>>, Refusal> {
        let mut rows = Vec::new();
        let mut levels = vec![Level { value: record, key: None, at: from.at.map(str::to_owned) }];
        let made = self.descend(&mut levels, self.named(from), &mut rows);
        self.is_refused.set(self.is_refused.get() || made.is_err());
        made.map(|()| rows)
    }

    /// The columns of what stands around each list of a record that is empty, and in which rows would be looked for: a row
    /// without its item.
    pub(super) fn of_empty_lists(&self, record: &Value, from: Outside<'_>) -> Result<Vec<StringRecord>, Refusal> {
        let mut made = Vec::new();
        self.descend_to_lists(&mut vec![Level::of(record)], self.named(from), &mut made)?;
        Ok(made)
    }

    fn descend_to_lists(
        &self,
        levels: &mut Vec<Level<'_>>,
        from: Outside<'_>,
        made: &mut Vec<StringRecord>,
    ) -> Result<(), Refusal> {
        let Some(step) = self.each.steps.get(levels.len() - 1) else { return Ok(()) };
        let base = match step.from {
            Base::Record => levels[0].value,
            Base::Item => levels[levels.len() - 1].value,
        };
        if step.has_empty_list(base, from.lists) {
            if made.len() >= MOST_ROWS {
                return Err(too_much(format!("the record has more than {MOST_ROWS} empty lists")));
            }
            let mut around = levels.clone();
            around.resize(self.each.steps.len() + 1, Level::of(&Value::Null));
            let cells = self.cells(&around, from)?;
            made.extend(self.fits(&cells, around.len() - levels.len()).then_some(cells));
        }
        if levels.len() < self.each.steps.len() {
            for value in step.path.values(base, from.lists)? {
                levels.push(Level::of(value));
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
    ) -> Result<(), Refusal> {
        let Some(step) = self.each.steps.get(levels.len() - 1) else {
            if rows.len() >= MOST_ROWS {
                return Err(too_much(format!("the record makes more than {MOST_ROWS} rows")));
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
            Base::Record => levels[0].clone(),
            Base::Item => levels[levels.len() - 1].clone(),
        };
        let found = if self.keyed || base.at.is_some() {
            step.path.located(&base, from.lists)?
        } else {
            step.path.values(base.value, from.lists)?.into_iter().map(Level::of).collect()
        };
        for level in found {
            levels.push(level);
            self.descend(levels, from, rows)?;
            levels.pop();
        }
        if rows.is_empty() && step.has_empty_list(base.value, from.lists) {
            self.note_empty_list();
        }
        Ok(())
    }

    fn cells(&self, levels: &[Level<'_>], from: Outside<'_>) -> Result<StringRecord, Refusal> {
        let mut record = StringRecord::with_capacity(256, self.columns.len());
        let mut found = self.found.borrow_mut();
        let mut cell = String::new();
        for (number, (column, found)) in self.columns.iter().zip(found.iter_mut()).enumerate() {
            cell.clear();
            let written = column.write(levels, from, &mut cell).and_then(|found| bounded(&cell).map(|()| found));
            match written {
                Ok(any) => *found |= any,
                // Without it, it is not known whether this is a row.
                Err(refusal) if self.only.iter().any(|(column, _)| *column == number) => return Err(refusal),
                Err(refusal) => (*found, cell) = (true, no_text(refusal)),
            }
            record.push_field(&cell);
        }
        Ok(record)
    }
}

/// A record that makes more than is held.
fn too_much(reason: String) -> Refusal {
    refusal(reason, "cut the record in several")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tenure_domain::wire::Refusal;

    use super::super::texts::NO_TEXT;
    use super::{Each, ListsOfOne, Outside, Rows};

    fn rows(each: &[&str], columns: &[&str], record: &Value) -> Result<Vec<String>, String> {
        let told = |refusal: Refusal| refusal.reason;
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let rows = Rows::new(&Each::read(&owned(each))?, &owned(columns), std::iter::empty(), &[])?;
        let from =
            Outside { file: "a/f.json", version: Some("2024-05-01"), lists: ListsOfOne::Told, at: None, found: None };
        let made = rows.of(record, from).map_err(told)?;
        let shown = |cell: &str| cell.split(NO_TEXT).next().map(str::to_owned).filter(|_| cell.contains(NO_TEXT));
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
            &[],
        );
        let found = super::Found::default();
        let from = Outside { file: "a/f.xml", version: None, lists: ListsOfOne::Told, at: None, found: Some(&found) };
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
        check(&["$.terms[?@.of == 'x']"], &["@.in.*~", "version", "file"], &["k|2024-05-01|f.json"]);
        let many = json!({"texts": vec!["x"; 1_001]});
        assert_eq!(rows(&["$"], &["@.texts[*]"], &many).expect("rows"), ["!"]);
        check(&["$.nothing[*]"], &["@.of"], &[]);
        check(&["$"], &["$.terms[*]{@.of}:{^.id}"], &["x:7+false:7"]);
        check(&["$"], &["{$.names[0]} {$.none?} {$.id}", "{$.none?} {$.id}"], &["A 7|7"]);
        check(&["$"], &["{$.names[*]} {$.id}", "{$.names} {$.id}"], &["A; B 7|!"]);
        let long = r#"{"a": 12345678901234567890123, "b": 18446744073709551615, "c": 1.5, "d": [-1e300]}"#;
        let long: Value = serde_json::from_str(long).expect("JSON");
        assert_eq!(rows(&["$"], &["@.a", "@.b", "@.c"], &long).expect("rows"), ["!|18446744073709551615|1.5"]);
        assert_eq!(rows(&["$.d[*]"], &["@", "{@}"], &long).expect("rows"), ["!|!"]);
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
            let rows = Rows::new(&each, &["@".to_owned()], std::iter::empty(), &[]).expect("rows");
            let from = Outside { file: "f", version: None, lists: ListsOfOne::Told, at: Some("$[7]"), found: None };
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
