//! The value of a field in a row: its columns found in the headers, its cells read, its joins followed.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use csv::StringRecord;
use rustc_hash::FxHashSet;
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::GivenId;
use tenure_domain::plain_text::from_cell;
use tenure_domain::suggest::nearest;
use tenure_domain::wire::{Json, Refusal};

use super::date;
use super::header::{column_at, columns, no_column};
use super::lookup::Lookup;
use super::map::{Bound, Fault, Holds, LineBreaks, Map, Path, Spec, ValuePart};
use super::paths::finds_several;
use super::texts::{BETWEEN, MOST_TEXTS, cut, escaped, is_blank, spaced, why_no_text};
use super::{Cause, Misfit};
use crate::adapter::conventions::truth;
use crate::adapter::stint::Ending;

/// The tables that other tables look into.
pub(super) type Lookups = [Lookup];

/// Where in the rows of one table a value is read.
#[derive(Debug)]
pub(super) struct Cell {
    spec: Spec,
    parts: Vec<Found>,
    /// The columns without any of which it says nothing, in a text by which a row of another table is looked for.
    needs: Vec<CellPath>,
    otherwise: Option<Box<Cell>>,
    /// The column of the row itself by which the value is reached; none where it is the same in every row.
    column: Option<Arc<str>>,
}

#[derive(Debug)]
enum Found {
    Text(String),
    Column(CellPath),
}

/// What the columns of a value say themselves.
enum Own<'r> {
    /// Nothing: something else may be said instead.
    Nothing,
    /// Something that by the words of the map is nothing.
    Silence,
    Text(Cow<'r, str>),
}

/// A column that is not there, and may be missing.
const NOWHERE: usize = usize::MAX;

/// The way to a cell: through columns that hold ids of rows of other tables, each with the table into which it leads.
#[derive(Debug)]
struct CellPath {
    hops: Vec<(usize, usize)>,
    column: usize,
    /// Whether the columns are those of trees, of which one can hold several texts.
    several: bool,
    /// When a post begins, where rows of one id on the way hold one after the other.
    start: Option<Box<Cell>>,
}

/// Finds the columns of a map in the tables.
#[derive(Clone, Copy)]
pub(super) struct Finder<'f> {
    pub(super) map: &'f Map,
    /// The file and the header of the table whose rows are read.
    pub(super) file: &'f str,
    pub(super) header: &'f [Box<str>],
    pub(super) lookups: &'f Lookups,
    /// Whether the rows are those of a tree.
    pub(super) is_tree: bool,
    /// When what a row tells begins.
    pub(super) start: Option<&'f Spec>,
    /// The files and their columns that are read.
    pub(super) read: &'f RefCell<BTreeSet<(String, String)>>,
}

impl Finder<'_> {
    pub(super) fn cell(&self, spec: &Spec) -> Result<Cell, Fault> {
        let mut column = None;
        let mut find = |parts: &[ValuePart]| -> Result<Vec<Found>, Fault> {
            let find = |part: &ValuePart| match part {
                ValuePart::Text(text) => Ok(Found::Text(text.clone())),
                ValuePart::Column(path) => {
                    let first = path.hops.first().map_or(&path.column, |(column, _)| column);
                    column.get_or_insert_with(|| Arc::from(first.as_str()));
                    self.cell_path(&spec.key, path).map(Found::Column)
                }
            };
            parts.iter().map(find).collect()
        };
        let parts = find(&spec.parts)?;
        let otherwise = spec.otherwise.as_deref().map(|spec| self.cell(spec).map(Box::new)).transpose()?;
        let needs = spec.needs.iter().map(|path| self.cell_path(&spec.key, path)).collect::<Result<_, _>>()?;
        Ok(Cell { spec: spec.clone(), parts, needs, otherwise, column })
    }

    pub(super) fn optional(&self, spec: Option<&Spec>) -> Result<Option<Cell>, Fault> {
        spec.map(|spec| self.cell(spec)).transpose()
    }

    pub(super) fn cells(&self, specs: &[Spec]) -> Result<Vec<Cell>, Fault> {
        specs.iter().map(|spec| self.cell(spec)).collect()
    }

    pub(super) fn identifiers(&self, specs: &[(String, Spec)]) -> Result<Vec<(String, Cell)>, Fault> {
        specs.iter().map(|(register, spec)| Ok((register.clone(), self.cell(spec)?))).collect()
    }

    fn cell_path(&self, key: &str, path: &Path) -> Result<CellPath, Fault> {
        let (mut file, mut header) = (self.file, self.header);
        let at = |column: &str, header: &[Box<str>], file: &str| {
            let find = |column: &str| {
                column_at(column, header).map_err(|problem| Fault {
                    problem: format!("`{key}`: in {file}, {problem}"),
                    hint: "give one of the two another name in the file".to_owned(),
                })
            };
            let found = match (find(column)?, column.strip_suffix('?')) {
                // Where it may be missing, it is a column in which nothing stands.
                (None, Some(_)) => Some(find(column.trim_end_matches('?'))?.unwrap_or(NOWHERE)),
                (found, _) => found,
            };
            if let Some(name) = found.and_then(|at| header.get(at)) {
                self.read.borrow_mut().insert((file.to_owned(), name.to_string()));
            }
            found.ok_or_else(|| Fault {
                problem: format!("`{key}`: in {file}, {}", no_column(column, header)),
                hint: if column.contains('{') && !self.is_tree {
                    format!("text with columns in it is written {{ text = {column:?} }}")
                } else {
                    columns(header)
                },
            })
        };
        let mut hops = Vec::new();
        let (mut several, mut is_timed) = (self.is_tree, false);
        for (column, table) in &path.hops {
            let column = at(column, header, file)?;
            let decl = self.map.file(key, table)?;
            let Some(into) = self.lookups.iter().position(|lookup| *lookup.name == **table) else {
                return Err(Fault {
                    problem: format!("`{key}`: the table of stints, `{table}`, is read row by row, not looked into"),
                    hint: format!("describe it once more, under another name: [files.{table}-too]"),
                });
            };
            if decl.id.is_none() {
                return Err(Fault {
                    problem: format!("`{key}`: by which column rows of `{table}` are found is not said"),
                    hint: format!("write id = \"COLUMN\" under [files.{table}]"),
                });
            }
            hops.push((column, into));
            several |= decl.each.is_some();
            is_timed |= decl.is_timed();
            (file, header) = (&self.lookups[into].file, &self.lookups[into].header);
        }
        let start =
            self.start.filter(|_| is_timed).map(|spec| Finder { start: None, ..*self }.cell(spec).map(Box::new));
        Ok(CellPath { hops, column: at(&path.column, header, file)?, several, start: start.transpose()? })
    }
}

impl Cell {
    /// Refuses the row for what stands here.
    pub(super) fn misfit(&self, reason: impl Into<String>, hint: impl Into<String>) -> Misfit {
        Misfit::of(self.column.clone(), Refusal { reason: reason.into(), hint: hint.into() })
    }

    /// The text; none where every cell says nothing.
    pub(super) fn text<'r>(&self, row: &'r StringRecord, lookups: &'r Lookups) -> Result<Option<Cow<'r, str>>, Misfit> {
        match self.own(row, lookups)? {
            Own::Nothing => self.otherwise.as_ref().map_or(Ok(None), |otherwise| otherwise.text(row, lookups)),
            Own::Silence => Ok(None),
            Own::Text(text) => Ok(Some(text)),
        }
    }

    /// All texts, where the column is one of a tree that holds several.
    pub(super) fn texts(&self, row: &StringRecord, lookups: &Lookups) -> Result<Vec<String>, Misfit> {
        let mut texts = Vec::new();
        if let [Found::Column(cell_path)] = &self.parts[..] {
            for text in self.values(cell_path, row, lookups)? {
                if let Own::Text(text) = self.meant(Cow::Borrowed(text))? {
                    texts.push(text.into_owned());
                }
            }
        }
        if texts.is_empty() {
            texts.extend(self.text(row, lookups)?.map(Cow::into_owned));
        }
        Ok(texts)
    }

    /// What the columns themselves say.
    fn own<'r>(&self, row: &'r StringRecord, lookups: &'r Lookups) -> Result<Own<'r>, Misfit> {
        match self.said(&self.parts, row, lookups)? {
            Some(text) => self.meant(text),
            None => Ok(Own::Nothing),
        }
    }

    /// What a text means: the part of it that counts, by the words of the map, behind its prefix.
    fn meant<'r>(&self, text: Cow<'r, str>) -> Result<Own<'r>, Misfit> {
        let mut text = text;
        if let Some(Refusal { reason, hint }) = why_no_text(&text) {
            return Err(self.misfit(reason, hint));
        }
        if self.spec.unless.as_ref().is_some_and(|pattern| pattern.is_match(&text)) {
            return Ok(Own::Nothing);
        }
        if let Some(pattern) = &self.spec.pattern {
            let Some(found) = pattern.captures(&text) else { return Ok(Own::Nothing) };
            let part = match found.len() {
                1 => found[0].to_owned(),
                _ => found.iter().skip(1).flatten().map(|group| group.as_str()).collect(),
            };
            if part.trim().is_empty() {
                return Ok(Own::Nothing);
            }
            text = Cow::Owned(part.trim().to_owned());
        }
        if let Some(words) = &self.spec.words {
            let Some(word) = words.get(&*text).or_else(|| words.get("*")) else {
                let hint = match nearest(&text, words.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "add the word to the map, or `*` for all others".to_owned(),
                };
                return Err(self.misfit(format!("`{}.words` of the map does not have `{text}`", self.spec.key), hint));
            };
            if word.is_empty() {
                return Ok(Own::Silence);
            }
            text = Cow::Owned(word.clone());
        }
        if self.spec.escape {
            text = escaped(text);
        }
        Ok(Own::Text(match &self.spec.prefix {
            Some(prefix) => Cow::Owned(format!("{prefix}{text}")),
            None => text,
        }))
    }

    /// The same, where the row is of no use without it.
    pub(super) fn needed<'r>(
        &self,
        row: &'r StringRecord,
        lookups: &'r Lookups,
        what: &str,
    ) -> Result<Cow<'r, str>, Misfit> {
        let text = self.text(row, lookups)?;
        text.ok_or_else(|| self.misfit(format!("the row names no {what}"), "fill the cell, or leave the row out"))
    }

    /// The text of a name or an id, which is one. Of several beside each other it is not known which is meant.
    pub(super) fn one<'r>(&self, row: &'r StringRecord, lookups: &'r Lookups) -> Result<Option<Cow<'r, str>>, Misfit> {
        let text = self.text(row, lookups)?;
        if text.as_ref().is_some_and(|text| text.contains("; "))
            && let [Found::Column(cell_path)] = &self.parts[..]
            && let [one, other, ..] = &self.values(cell_path, row, lookups)?[..]
        {
            return Err(self.misfit(
                format!("it finds `{one}` and `{other}`, where one is to be named"),
                "name the one that is meant, make a row of each with `split` or `each`, or give other names as `aliases`",
            ));
        }
        Ok(text)
    }

    /// The same, where it is the id of a person, company or unit.
    pub(super) fn needed_id<'r>(&self, row: &'r StringRecord, lookups: &'r Lookups) -> Result<Cow<'r, str>, Misfit> {
        self.as_id(self.needed(row, lookups, "id")?)
    }

    /// An id as the ledger takes it. What it does not take is refused with what the map can do about it.
    pub(super) fn as_id<'i>(&self, id: Cow<'i, str>) -> Result<Cow<'i, str>, Misfit> {
        match id.parse::<GivenId>() {
            Ok(_) => Ok(id),
            Err(error) => Err(self.misfit(
                format!("`{id}` cannot be an id: {error}"),
                "in the map, name the part that can by match = \"..\", or write prefix = \"x/\", escape = true, \
                 or leave `id` out and give the `name`",
            )),
        }
    }

    /// The vague date; none where the cell says that it is not known.
    pub(super) fn date(&self, row: &StringRecord, lookups: &Lookups) -> Result<Option<String>, Misfit> {
        let text = match self.own(row, lookups)? {
            Own::Nothing => {
                if let Some(otherwise) = &self.otherwise {
                    return otherwise.date(row, lookups);
                }
                self.told_no_date(row, lookups, &|text| self.spec.open.is_unknown_start(text))?;
                return Ok(None);
            }
            Own::Silence => return Ok(None),
            Own::Text(text) => text,
        };
        if self.spec.open.is_unknown_start(&text) {
            return Ok(None);
        }
        let date = self.dated(&text)?;
        Ok((!self.spec.open.is_unknown_start(&date)).then_some(date))
    }

    /// The date of an end as it is written; none where there is no end.
    pub(super) fn end_date(&self, row: &StringRecord, lookups: &Lookups) -> Result<Option<String>, Misfit> {
        Ok(self.ended(row, lookups)?.map(|(date, _)| date))
    }

    /// The first day after, as a vague date.
    pub(super) fn end(&self, row: &StringRecord, lookups: &Lookups) -> Result<Option<String>, Misfit> {
        let ended = self.ended(row, lookups)?;
        Ok(ended.map(|(date, ending)| ending.map_or(date.clone(), |ending| date::after(&date, ending))))
    }

    /// The date of an end as it is written, and what it means there; none where nothing is said, or that there is none.
    fn ended(&self, row: &StringRecord, lookups: &Lookups) -> Result<Option<(String, Option<Ending>)>, Misfit> {
        let text = match self.own(row, lookups)? {
            Own::Nothing => {
                if let Some(otherwise) = &self.otherwise {
                    return otherwise.ended(row, lookups);
                }
                self.told_no_date(row, lookups, &|text| self.spec.open.is_open_end(text))?;
                return Ok(None);
            }
            Own::Silence => return Ok(None),
            Own::Text(text) => text,
        };
        if self.spec.open.is_open_end(&text) {
            return Ok(None);
        }
        let date = self.dated(&text)?;
        Ok((!self.spec.open.is_open_end(&date)).then_some((date, self.spec.end)))
    }

    /// What stands in a column in which `match` finds nothing, where nothing else is said instead. A text of several columns
    /// is made to ask something of them, and so is a pattern of which `words` say what it means that it finds something.
    pub(super) fn unmatched<'r>(
        &self,
        row: &'r StringRecord,
        lookups: &'r Lookups,
    ) -> Result<Option<Cow<'r, str>>, Misfit> {
        let (Some(pattern), None, None, [Found::Column(_)]) =
            (&self.spec.pattern, &self.spec.words, &self.otherwise, &self.parts[..])
        else {
            return Ok(None);
        };
        let is_left_out = |text: &str| self.spec.unless.as_ref().is_some_and(|unless| unless.is_match(text));
        let text = self.said(&self.parts, row, lookups)?;
        Ok(text.filter(|text| !(pattern.is_match(text) || is_left_out(text))))
    }

    /// Refuses a date where `match` finds none and the map does not say that there is none.
    fn told_no_date(
        &self,
        row: &StringRecord,
        lookups: &Lookups,
        is_word: &dyn Fn(&str) -> bool,
    ) -> Result<(), Misfit> {
        match self.unmatched(row, lookups)?.filter(|text| !is_word(text)) {
            None => Ok(()),
            Some(text) => Err(self.misfit(
                format!("`match` of the map finds no date in `{text}`"),
                "let it find more, or say which texts tell no date: with `unless`, `empty`, `open` or `otherwise`",
            )),
        }
    }

    fn dated(&self, text: &str) -> Result<String, Misfit> {
        let read = date::read(text, &self.spec.formats, self.spec.last_year);
        let bounded = read.map(|date| match self.spec.bound {
            Bound::Exact => date,
            Bound::Earliest => date::on_or_after(&date),
            Bound::Latest => date::on_or_before(&date),
        });
        bounded.ok_or_else(|| {
            if date::lacks_a_century(text, &self.spec.formats) {
                let reason = format!("`{text}` has a year of two digits, and the map does not say of which century");
                return self.misfit(reason, "write years of four digits, or last_year = 2030 under [cells] and %y");
            }
            self.misfit(
                format!("`{text}` is not a date in any of the forms that the map gives"),
                "name the form with `dates`, what says nothing with `empty`, what says \"still\" with `open`",
            )
        })
    }

    /// The value of a field; none where there is nothing to say.
    pub(super) fn value(
        &self,
        holds: Holds,
        row: &StringRecord,
        lookups: &Lookups,
    ) -> Result<Option<Json<'static>>, Misfit> {
        Ok(match holds {
            Holds::Text => self.text(row, lookups)?.map(|text| text.into_owned().into()),
            Holds::Date => self.date(row, lookups)?.map(Json::from),
            Holds::End => self.end(row, lookups)?.map(Json::from),
            Holds::Moment => {
                let text = self.text(row, lookups)?;
                text.map(|text| date::moment(&text, &self.spec.formats, self.spec.last_year).into())
            }
            Holds::Flag => match self.text(row, lookups)? {
                None => None,
                Some(text) => {
                    let hint = "say with `words` which cells mean \"true\" and which \"false\"";
                    let neither = || self.misfit(format!("`{text}` is neither true nor false"), hint);
                    truth(&text).ok_or_else(neither)?.then(|| true.into())
                }
            },
        })
    }

    pub(super) fn says_nothing(&self, cell: &str) -> bool {
        is_blank(cell) || self.spec.empty.iter().any(|empty| empty == cell)
    }

    /// What parts come to; none where they have columns and none of these says anything.
    fn said<'r>(
        &self,
        parts: &[Found],
        row: &'r StringRecord,
        lookups: &'r Lookups,
    ) -> Result<Option<Cow<'r, str>>, Misfit> {
        if let [Found::Column(cell_path)] = parts {
            for needed in &self.needs {
                if self.follow(needed, row, lookups)?.is_none() {
                    return Ok(None);
                }
            }
            return self.follow(cell_path, row, lookups);
        }
        let mut text = String::new();
        let (mut columns, mut said) = (0, 0);
        for part in parts {
            match part {
                Found::Text(literal) => text.push_str(literal),
                Found::Column(cell_path) => {
                    columns += 1;
                    if let Some(cell) = self.follow(cell_path, row, lookups)? {
                        said += 1;
                        let formats = self.spec.writes_dates.then_some(&self.spec.formats);
                        let date = formats.and_then(|formats| date::read(&cell, formats, self.spec.last_year));
                        text.push_str(date.as_deref().unwrap_or(&cell));
                    }
                }
            }
        }
        let enough = if self.spec.whole { said == columns } else { columns == 0 || said > 0 };
        // Where a part is missing, so is the blank beside it.
        let text = if said < columns { spaced(&text) } else { text.trim().to_owned() };
        Ok(enough.then_some(Cow::Owned(text)))
    }

    /// The texts at the end of a way, each once.
    fn values<'r>(
        &self,
        cell_path: &CellPath,
        row: &'r StringRecord,
        lookups: &'r Lookups,
    ) -> Result<Vec<&'r str>, Misfit> {
        let mut rows: Vec<&StringRecord> = vec![row];
        let start = cell_path.start.as_ref().map(|start| start.date(row, lookups)).transpose()?.flatten();
        let on = start.as_ref().and_then(|date| date.parse::<VagueDate>().ok()).map(|date| date.bounds());
        for (column, into) in &cell_path.hops {
            let table = &lookups[*into];
            let mut next = Vec::new();
            for row in rows {
                for id in self.texts_of(row.get(*column), cell_path) {
                    if self.says_nothing(id) {
                        continue;
                    }
                    let before = next.len();
                    next.extend(table.find(id, on).map(|row| &row.record));
                    if next.len() == before && !table.sparse {
                        let when = start.as_ref().map_or_else(String::new, |date| format!(" on {date}"));
                        let misfit = self.misfit(
                            format!("no row of `{}` ({}) has the id `{id}`{when}", table.name, table.file),
                            "are the tables of the same day? Where a row may be missing, write sparse = true",
                        );
                        return Err(Misfit { cause: Cause::Absent, ..misfit });
                    }
                }
            }
            rows = next;
        }
        let (mut said, mut known) = (Vec::new(), FxHashSet::default());
        for row in rows {
            for cell in self.texts_of(row.get(cell_path.column), cell_path) {
                let cell = self.spec.without_end.as_deref().and_then(|end| cell.strip_suffix(end)).unwrap_or(cell);
                if !self.says_nothing(cell) && known.insert(cell) {
                    said.push(cell);
                }
                if self.is_split() && said.len() > MOST_TEXTS {
                    return Err(self.holds_too_many());
                }
            }
        }
        Ok(said)
    }

    /// What stands in a cell of the row itself, where it is one text as it stands, and so what the whole way comes to.
    fn alone<'r>(&self, cell_path: &CellPath, row: &'r StringRecord) -> Option<&'r str> {
        let cell = row.get(cell_path.column).unwrap_or_default();
        let is_one = cell_path.hops.is_empty() && !self.is_split() && self.spec.without_end.is_none();
        let is_plain =
            is_one && !cell.bytes().any(|byte| byte == b'\r' || byte == b'\n' || char::from(byte) == BETWEEN);
        is_plain.then(|| from_cell(cell.trim()))
    }

    /// The texts of a cell.
    fn texts_of<'c>(&self, cell: Option<&'c str>, cell_path: &CellPath) -> impl Iterator<Item = &'c str> {
        let between = |c: char| cell_path.several && c == BETWEEN;
        let texts = cell.unwrap_or_default().split(between);
        texts.flat_map(|text| cut(text, &self.spec.split)).map(|text| from_cell(text.trim()))
    }

    /// Whether it is a path that can find several values: which of them are not there is not known.
    pub(super) fn finds_several(&self) -> bool {
        let [Found::Column(cell_path)] = &self.parts[..] else { return false };
        cell_path.several && self.column.as_deref().is_some_and(finds_several)
    }

    /// Whether the cells of the row may hold several texts, by the map.
    pub(super) fn is_split(&self) -> bool {
        !self.spec.split.is_empty()
    }

    /// Where in the row the cell stands, or the first of the way that leads to it; none for a text of several.
    pub(super) fn place(&self) -> Option<usize> {
        let [Found::Column(cell_path)] = &self.parts[..] else { return None };
        let at = cell_path.hops.first().map_or(cell_path.column, |(column, _)| *column);
        (at != NOWHERE).then_some(at)
    }

    /// Where in the map it stands.
    pub(super) fn key(&self) -> &str {
        &self.spec.key
    }

    /// The place in the row, and the texts there, with their repetitions.
    pub(super) fn pieces<'r>(&self, row: &'r StringRecord) -> Result<Option<(usize, Vec<&'r str>)>, Misfit> {
        let (Some(at), [Found::Column(cell_path)]) = (self.place(), &self.parts[..]) else { return Ok(None) };
        let texts: Vec<&str> = self.texts_of(row.get(at), cell_path).take(MOST_TEXTS + 1).collect();
        if texts.len() > MOST_TEXTS { Err(self.holds_too_many()) } else { Ok(Some((at, texts))) }
    }

    fn holds_too_many(&self) -> Misfit {
        self.misfit(format!("it holds more than {MOST_TEXTS} texts"), "is `split` what stands between them?")
    }

    /// What stands at the end of a way. Where it leads to several rows, what differs stands beside each other.
    fn follow<'r>(
        &self,
        cell_path: &CellPath,
        row: &'r StringRecord,
        lookups: &'r Lookups,
    ) -> Result<Option<Cow<'r, str>>, Misfit> {
        if let Some(cell) = self.alone(cell_path, row) {
            return Ok(Some(Cow::Borrowed(cell)).filter(|_| !self.says_nothing(cell)));
        }
        let said = self.values(cell_path, row, lookups)?;
        let broken = |cell: &&str| self.spec.line_breaks == LineBreaks::Space && cell.contains(['\r', '\n']);
        if said.iter().any(broken) {
            let spaced = |cell: &&str| {
                cell.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
            };
            return Ok(Some(Cow::Owned(said.iter().map(spaced).collect::<Vec<_>>().join("; "))));
        }
        Ok(match &said[..] {
            [] => None,
            [one] => Some(Cow::Borrowed(*one)),
            several => Some(Cow::Owned(several.join("; "))),
        })
    }
}
