//! Tables of stints (CSV, TSV), and trees in which stints stand (JSON, YAML, TOML, XML), by a map.
//!
//! A map says which columns are which fields, which other tables a row leads to, what a cell means that says "still",
//! and whether an end is the last day. The table of stints is read row by row; the tables that it leads to (people,
//! posts, units) are held in memory, and where versions of a table follow each other, so are a few words for each of
//! its keys. What the columns mean is the map's to say: nothing here knows any one source.

mod calendar;
mod claims;
mod column;
mod date;
mod fill;
mod headed;
mod header;
mod inputs;
mod items;
mod located;
mod lookup;
mod map;
mod mention;
mod months;
mod ordered;
mod paths;
mod people;
mod plain;
mod records;
mod sequence;
mod several;
mod shape;
mod shipped;
mod stints;
mod structure;
mod table;
mod texts;
mod timed;
mod tree;
mod units;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::csv::StringRecord;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::VagueDate;
use tenure_domain::wire::{Json, Refusal};

use self::claims::{Claims, Origin};
use self::column::Finder;
pub(super) use self::date::Format;
use self::inputs::{Inputs, Main};
use self::items::{Collect, Preview, Search, Seen, Tell};
use self::lookup::Lookup;
use self::map::{Fault, Map};
pub(super) use self::plain::{each_cell_row, each_row};
pub(super) use self::records::{first_records, with_lists};
use self::several::OneOf;
use self::shape::Shape;
use self::shipped::{LEAST, LEAST_OF_TREES, map_text};
use self::stints::{NO_WHEN, Said, Stints};
use self::table::{Row, Table};
pub(super) use self::texts::spaced;
use self::tree::Rows;
use super::claims::over::Mortal;
use super::looks::{self, FileKind};
use super::period::Period;
use super::revisions::Version;
use super::settings::unusable;
use super::versions::check;
use super::{Adapter, AdapterError, Sink, Task};
use crate::IngestError;

/// Tables of stints (CSV, TSV): a row for each post held.
#[derive(Clone, Copy, Debug)]
pub struct CsvStints;

/// Trees (JSON, lines of JSON, YAML, TOML, XML) in which posts stand, by a map of paths.
#[derive(Clone, Copy, Debug)]
pub struct Records;

/// Why a row is of no use, and for which of its columns.
#[derive(Clone, Debug)]
struct Misfit {
    column: Option<Arc<str>>,
    refusal: Refusal,
    cause: Cause,
}

/// What makes a row of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// What it says itself.
    Own,
    /// That the row of another table, to which it leads, is in none of the inputs.
    Absent,
}

impl Misfit {
    fn of(column: Option<Arc<str>>, refusal: Refusal) -> Misfit {
        Misfit { column, refusal, cause: Cause::Own }
    }
}

/// A row of a table in memory that is of no use.
struct Rejected {
    file: Arc<str>,
    line: u64,
    input: String,
    misfit: Misfit,
}

/// What is read beside the stints of a version.
struct Beside {
    lookups: Vec<Lookup>,
    /// What is said of people and units.
    statements: Vec<Statement>,
    rejected: Vec<Rejected>,
}

/// What a table in memory says of a person or unit.
struct Statement {
    file: Arc<str>,
    line: u64,
    input: String,
    /// The table's name in the map.
    table: String,
    /// What it says by a day; without a day, all of it.
    make: Make,
}

/// Makes an event, and its key, as far as it can have been known by a day.
type Make = Box<dyn Fn(Option<Day>) -> Option<(String, Json<'static>)>>;

impl Adapter for CsvStints {
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        read(task, sink, ("a table", LEAST))
    }
}

impl Adapter for Records {
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        read(task, sink, ("a tree", LEAST_OF_TREES))
    }
}

/// Reads tables and trees by a map; without one, the error says what it is for and the least that it must hold.
fn read(task: &Task<'_>, sink: &mut dyn Sink, without: (&str, &str)) -> Result<(), AdapterError> {
    let (file, text) = map_text(task.map, without)?;
    let in_map = |Fault { problem, hint }| AdapterError::Unusable { file: file.clone(), problem, hint };
    let mut map = Map::read(&text).map_err(in_map)?;
    check(task.version)?;
    map.reported_at = task.version.map(str::to_owned).or(map.reported_at);
    let mut inputs = inputs::find(&map, task.inputs).map_err(in_map)?;
    if task.version.is_some() {
        sink.accounts().dated_by_name = inputs.stints.iter().filter(|main| main.date.is_some()).count() as u64;
    }
    let directories: Vec<PathBuf> = task.inputs.iter().filter(|path| path.is_dir()).cloned().collect();
    let run = TableRun::new(&map, &file, &directories)?;
    run.without_stints(&mut inputs)?;
    run.called_apart(&inputs)?;
    run.read(&inputs, sink)
}

/// A reading of tables by a map.
struct TableRun<'r> {
    map: &'r Map,
    /// What the map is called.
    file: &'r str,
    /// The files and their columns that are read: of the tables that others look into, and of the file at hand.
    read: RefCell<BTreeSet<(String, String)>>,
    /// The rows of the tables that are trees.
    trees: BTreeMap<String, Rows>,
    /// The fields that the records of trees have.
    shape: RefCell<Shape>,
    /// The files in which tables that others look into have rows.
    looked_into: RefCell<BTreeSet<PathBuf>>,
    /// The files of which what does not read is told with the tables beside those of stints.
    told: RefCell<BTreeSet<PathBuf>>,
}

impl TableRun<'_> {
    fn new<'r>(map: &'r Map, file: &'r str, directories: &[PathBuf]) -> Result<TableRun<'r>, AdapterError> {
        let mut reading = TableRun {
            map,
            file,
            read: RefCell::default(),
            trees: BTreeMap::new(),
            shape: RefCell::default(),
            looked_into: RefCell::default(),
            told: RefCell::default(),
        };
        for (name, decl) in &map.files {
            let Some(each) = &decl.each else { continue };
            let only = decl.only.iter().map(|(column, value)| (column.clone(), value.clone()));
            let rows = Rows::new(each, &map.columns(name), only, directories).map_err(|problem| {
                let hint = "a path begins with $ (the record), @ (the item) or ^ (the item above it): \"@.start\"; \
                            what every row says is { text = \"..\" }";
                reading.in_map(Fault { problem: format!("`files.{name}`: {problem}"), hint: hint.to_owned() })
            })?;
            reading.trees.insert(name.clone(), rows);
        }
        Ok(reading)
    }

    fn in_map(&self, fault: Fault) -> AdapterError {
        AdapterError::Unusable { file: self.file.to_owned(), problem: fault.problem, hint: fault.hint }
    }

    /// Reads files of no day in which no stint stands with the last version of a day: what else is in them is read with every
    /// version, and is none by itself.
    fn without_stints(&self, inputs: &mut Inputs) -> Result<(), AdapterError> {
        let Some(last) = inputs.stints.iter().filter_map(|main| main.date).max() else { return Ok(()) };
        for main in inputs.stints.iter_mut().filter(|main| main.date.is_none()) {
            let trees: Option<Vec<&Rows>> = main.tables.iter().map(|table| self.trees.get(table)).collect();
            let Some(rows) = trees else { continue };
            if !Search::has_rows(rows, &main.path, &self.map.written(&main.tables))? {
                main.date = Some(last);
            }
        }
        inputs.sort();
        Ok(())
    }

    /// Refuses files of a tree that have one name, where the map reads it: what is made of it would be one.
    fn called_apart(&self, inputs: &Inputs) -> Result<(), AdapterError> {
        for (table, rows) in self.trees.iter().filter(|(_, rows)| rows.reads_file()) {
            let main = inputs.stints.iter().filter(|main| main.tables.contains(table)).map(|main| &main.path);
            let mut called = BTreeMap::new();
            for path in main.chain(inputs.others.get(table).into_iter().flatten()) {
                let name = rows.name_of(path);
                let Some(other) = called.insert(name.to_owned(), path).filter(|other| *other != path) else { continue };
                let (one, other) = (other.display(), path.display());
                return Err(self.in_map(Fault {
                    problem: format!("`{one}` and `{other}` are both called `{name}`, and the map reads `file`"),
                    hint: format!("name a directory above both, with path = \"*/*.json\" under [files.{table}]"),
                }));
            }
        }
        Ok(())
    }

    fn read(&self, inputs: &Inputs, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        let versions = || inputs.stints.chunk_by(|a, b| a.date == b.date);
        let mut beside = self.beside(inputs, versions().next().and_then(|version| version[0].date))?;
        // Every column is looked for before anything is appended.
        let seen = self.look(inputs, &beside.lookups)?;
        self.not_mixed()?;
        if seen == Seen::Whole {
            self.all_found(inputs)?;
        }
        let (titles, today) = (self.map.titles(), sink.now().day());
        let mut claims = Claims::new(self.map, titles.as_deref(), sink)?;
        for (number, version) in versions().enumerate() {
            let date = version[0].date;
            let text = date.map(|period| period.to_string()).or_else(|| self.map.reported_at.clone());
            let of = Version::of(text.clone(), today);
            let day = of.day();
            claims.begin(of);
            if number > 0 && !inputs.dated.is_empty() {
                beside = self.beside(inputs, date)?;
            }
            // What is beside all versions is told with the first.
            self.account(&beside, &|file| number == 0 || inputs.dated.contains_key(Path::new(file)), &mut claims)?;
            if !beside.rejected.is_empty() {
                claims.of_source().doubt();
            }
            for statement in &beside.statements {
                let Statement { file, line, input, table, make } = statement;
                if let Some((key, event)) = make(day) {
                    // A table that is of no day stands beside each version, and may be of a later one.
                    let is_of_version = date.is_none() || inputs.dated.contains_key(Path::new(&**file));
                    over(claims.of_source(), &event, is_of_version);
                    let title = self.map.title(table);
                    let from = Origin { file, line: *line, input, title, at: None };
                    claims.say(from, Some(&key), event, Vec::new())?;
                }
            }
            // Where no version is known, what is read is that of the day on which it is.
            let named = text.unwrap_or_else(|| today.to_string());
            claims.sequences = self.sequences(version, Some(&named), &beside.lookups)?;
            let mut last = None;
            for main in version {
                last = Some(Arc::from(main.path.display().to_string()));
                self.main(main, Some(&named), &beside.lookups, &mut claims)?;
                self.forget_columns(&beside.lookups);
            }
            if let Some(file) = last {
                claims.end(&file)?;
            }
        }
        self.shape.borrow().tell(claims.of_source().accounts());
        claims.close()?;
        if seen == Seen::Part { self.all_found(inputs) } else { Ok(()) }
    }

    /// Reads the tables beside those of stints that a version is read with.
    fn beside(&self, inputs: &Inputs, version: Option<Period>) -> Result<Beside, AdapterError> {
        let mut rejected = Vec::new();
        let lookups = self.lookups(inputs, version, &mut rejected)?;
        let statements = self.statements(&lookups, &mut rejected)?;
        Ok(Beside { lookups, statements, rejected })
    }

    /// Counts the rows beside those of stints, and tells what of them does not read, of files that were not told yet.
    fn account(
        &self,
        beside: &Beside,
        is_new: &dyn Fn(&str) -> bool,
        claims: &mut Claims<'_>,
    ) -> Result<(), AdapterError> {
        for lookup in &beside.lookups {
            let rows = lookup.rows.iter().filter(|row| is_new(&row.file)).count();
            claims.of_source().accounts().records += rows as u64;
            // Of a tree only what the map reads is in its columns.
            if is_new(&lookup.file) && !self.trees.contains_key(&*lookup.name) {
                self.leave(&lookup.name, (&lookup.file, &lookup.header), claims);
            }
        }
        for Rejected { file, line, input, misfit } in beside.rejected.iter().filter(|of| is_new(&of.file)) {
            claims.reject(Origin { file, line: *line, input, title: None, at: None }, None, misfit.clone())?;
        }
        Ok(())
    }

    /// Looks for the columns of all tables of stints, and in the trees for what the paths find.
    fn look(&self, inputs: &Inputs, lookups: &[Lookup]) -> Result<Seen, AdapterError> {
        let mut look = Preview::new(lookups);
        for main in &inputs.stints {
            let (trees, tables) = self.kinds(main);
            for table in tables {
                self.find(table, self.finder(&self.open(&main.path, table, None)?, table, lookups))?;
            }
            if !trees.is_empty() {
                let file = main.path.display().to_string();
                look.rows.clear();
                for table in trees {
                    let stints = self.find(table, self.tree_finder(table, &file, lookups))?;
                    look.rows.push((&self.trees[table], stints));
                }
                look.read(&main.path, &self.map.written(&main.tables))?;
            }
            self.forget_columns(lookups);
        }
        Ok(look.seen())
    }

    /// Refuses a map of which a path found items of lists in some places and fields of objects in others.
    fn not_mixed(&self) -> Result<(), AdapterError> {
        let Some(Refusal { reason, hint }) = self.trees.values().find_map(Rows::mixed) else { return Ok(()) };
        Err(self.in_map(Fault { problem: reason, hint }))
    }

    /// Refuses a map of which a path never found anything.
    fn all_found(&self, inputs: &Inputs) -> Result<(), AdapterError> {
        for (name, rows) in &self.trees {
            if rows.finds_none() {
                let problem = format!("`files.{name}.each` finds nothing in any record");
                let looks = |main: &Main| looks::instead(&main.path, FileKind::Tree);
                let looks: Option<Vec<String>> = inputs.stints.iter().map(looks).collect();
                let looks =
                    looks.and_then(|all| all.into_iter().next()).map_or_else(String::new, |first| first + "; or ");
                let mend = "mend the path, or write ? behind it where it may find nothing: \"$.terms[*]?\"";
                return Err(self.in_map(Fault { problem, hint: looks + mend }));
            }
            if let Some(path) = rows.never_found().first() {
                let problem = format!("`{path}` finds nothing in any row of `{name}`");
                let hint = "mend the path, or write ? behind it where it may find nothing: \"@.end?\"".to_owned();
                return Err(self.in_map(Fault { problem, hint }));
            }
        }
        Ok(())
    }

    /// The tables that a file is: trees, and plain ones.
    fn kinds<'m>(&self, main: &'m Main) -> (Vec<&'m String>, Vec<&'m String>) {
        main.tables.iter().partition(|table| self.trees.contains_key(*table))
    }

    /// The stints of a table, with the columns of its rows.
    fn find(&self, table: &str, finder: Finder<'_>) -> Result<Vec<Stints>, AdapterError> {
        let of_table = self.map.stints.iter().enumerate().filter(|(_, stints)| stints.file == *table);
        let found: Result<_, Fault> = of_table.map(|(section, stints)| Stints::find(section, stints, finder)).collect();
        found.map_err(|fault| self.in_map(fault))
    }

    fn main(
        &self,
        main: &Main,
        version: Option<&str>,
        lookups: &[Lookup],
        claims: &mut Claims<'_>,
    ) -> Result<(), AdapterError> {
        let (trees, tables) = self.kinds(main);
        // What one of the tables does not read of the file another one may.
        for table in tables.iter().filter(|_| tables.len() > 1) {
            self.find(table, self.finder(&self.open(&main.path, table, None)?, table, lookups))?;
        }
        for table in tables {
            self.stints(table, self.open(&main.path, table, version)?, lookups, claims)?;
        }
        if trees.is_empty() {
            return Ok(());
        }
        let file = main.path.display().to_string();
        let mut tell = Tell::new(self.map, &self.shape, &file, version, lookups, claims);
        tell.is_told = self.told.borrow().contains(&main.path);
        for table in trees {
            let stints = self.find(table, self.tree_finder(table, &file, lookups))?;
            tell.tables.push((&self.trees[table], self.map.title(table), stints));
        }
        let is_found = self.looked_into.borrow().contains(&main.path);
        tell.read(&main.path, &self.map.written(&main.tables), is_found)
    }

    fn tree_finder<'f>(&'f self, table: &str, file: &'f str, lookups: &'f [Lookup]) -> Finder<'f> {
        let header = &self.trees[table].header;
        Finder { map: self.map, file, header, lookups, is_tree: true, start: None, read: &self.read }
    }

    /// Forgets the columns of a file of stints: there can be as many as there are records.
    fn forget_columns(&self, lookups: &[Lookup]) {
        self.read.borrow_mut().retain(|(file, _)| lookups.iter().any(|lookup| *lookup.file == **file));
    }

    /// Counts the columns of a table that the map does not read.
    fn leave(&self, name: &str, (file, header): (&str, &[Box<str>]), claims: &mut Claims<'_>) {
        let decl = &self.map.files[name];
        let read = self.read.borrow();
        for column in header.iter().filter(|column| !column.is_empty()) {
            let is_made = |text: &str| header::has(text, column);
            let finds = decl.id.as_deref() == Some(column)
                || decl.only.contains_key(&**column)
                || is_made(column)
                || header.iter().any(|other| is_made(other));
            if !finds && !read.contains(&(file.to_owned(), column.to_string())) {
                claims.of_source().accounts().leave(&format!("{file}: {column}"));
            }
        }
    }

    fn open(&self, path: &Path, table: &str, version: Option<&str>) -> Result<Table, AdapterError> {
        self.opened(path, table, version).map_err(|problem| unreadable(path, problem))
    }

    /// Opens a table, with the columns that it has by the map alone. The error is a sentence.
    fn opened(&self, path: &Path, table: &str, version: Option<&str>) -> Result<Table, String> {
        Table::open(path, &self.map.files[table])?.making(&self.map.made(table), version)
    }

    fn finder<'f>(&'f self, opened: &'f Table, table: &str, lookups: &'f [Lookup]) -> Finder<'f> {
        let is_tree = self.trees.contains_key(table);
        Finder {
            map: self.map,
            file: &opened.file,
            header: &opened.header,
            lookups,
            is_tree,
            start: None,
            read: &self.read,
        }
    }

    fn lookups(
        &self,
        inputs: &Inputs,
        version: Option<Period>,
        rejected: &mut Vec<Rejected>,
    ) -> Result<Vec<Lookup>, AdapterError> {
        let mut lookups = Vec::new();
        let text = version.map(|period| period.to_string()).or_else(|| self.map.reported_at.clone());
        self.told.borrow_mut().clear();
        for (name, paths) in &inputs.others {
            let decl = &self.map.files[name];
            if let Some(rows) = self.trees.get(name) {
                let mut collect = Collect::new(rows, &self.shape, text.as_deref(), &self.told);
                for path in paths.iter().filter(|path| inputs.is_of(path, version)) {
                    collect.read(path, &self.map.written(std::slice::from_ref(name)))?;
                }
                lookups.push(Lookup::of_rows(name, decl, (collect.file(), &rows.header), collect.rows));
                self.looked_into.borrow_mut().extend(collect.files);
                rejected.extend(collect.rejected);
                continue;
            }
            let path = paths.iter().find(|path| inputs.is_of(path, version)).unwrap_or(&paths[0]);
            let opened = self.opened(path, name, text.as_deref());
            let read = Lookup::read(name, opened, decl, &mut |table, broken| {
                let input = String::from_utf8_lossy(&table.text).into_owned();
                rejected.push(Rejected { file: table.file.clone(), line: broken.line, input, misfit: broken.into() });
                Ok(())
            })?;
            lookups.push(read.map_err(|problem| unreadable(path, problem))?);
        }
        self.time(&mut lookups, rejected)?;
        Ok(lookups)
    }

    /// What the tables of people, units and links say.
    fn statements(&self, lookups: &[Lookup], rejected: &mut Vec<Rejected>) -> Result<Vec<Statement>, AdapterError> {
        let finder = |table: &str| self.finder_beside(table, lookups);
        let mut statements = Vec::new();
        if let Some(people) = &self.map.people {
            let (said, broken) = people::read(people, finder(&people.file)).map_err(|fault| self.in_map(fault))?;
            statements.extend(said);
            rejected.extend(broken);
        }
        if !self.map.units.is_empty() {
            let links = self.map.links.as_ref();
            let links_finder = links.map(|links| finder(&links.file));
            let company = self.map.company.as_ref();
            let units: Vec<_> = self.map.units.iter().map(|units| (units, finder(&units.file))).collect();
            let (said, broken) =
                structure::read(&units, links, company, links_finder).map_err(|fault| self.in_map(fault))?;
            statements.extend(said);
            rejected.extend(broken);
        }
        Ok(statements)
    }

    fn stints(
        &self,
        name: &str,
        mut table: Table,
        lookups: &[Lookup],
        claims: &mut Claims<'_>,
    ) -> Result<(), AdapterError> {
        let stints = self.find(name, self.finder(&table, name, lookups))?;
        let company = self.map.company.as_ref();
        let title = self.map.title(name);
        self.leave(name, (&table.file, &table.header), claims);
        while let Some(row) = table.next_row()? {
            let input = String::from_utf8_lossy(&table.text);
            let file = &table.file;
            let from = |line| Origin { file, line, input: input.trim_end_matches(['\r', '\n']), title, at: None };
            match row {
                Err(broken) => {
                    claims.of_source().accounts().records += 1;
                    claims.reject(from(broken.line), None, broken.into())?;
                }
                Ok(Row { line, record, .. }) => take(&stints, company, (&record, lookups), from(line), claims)?,
            }
            let passed = table.passed();
            claims.of_source().passed(passed);
        }
        claims.of_source().accounts().pass_over(table.passed_over());
        Ok(())
    }
}

/// Takes what a row says, by each of the sections that read it.
fn take(
    sections: &[Stints],
    company: Option<&Json<'static>>,
    (record, lookups): (&StringRecord, &[Lookup]),
    from: Origin<'_>,
    claims: &mut Claims<'_>,
) -> Result<(), AdapterError> {
    claims.of_source().accounts().records += 1;
    // What a section says counts before why another one says nothing.
    let (mut any, mut why) = (false, NO_WHEN);
    let mut note = |silent: Option<&'static str>| match silent {
        None => any = true,
        Some(NO_WHEN) => {}
        Some(silent) => why = silent,
    };
    for stints in sections {
        let list = match stints.list(record, lookups) {
            Ok(list) => list,
            Err(misfit) => return claims.reject(from, None, misfit),
        };
        let from = Origin { title: list.as_ref().map(|list| &*list.name).or(from.title), ..from };
        if let Some(list) = list.as_ref().filter(|list| list.is_whole) {
            claims.of_source().is_whole(&list.name);
        }
        let Some(split) = stints.split(record) else {
            note(take_one(stints, company, (record, lookups), (from, ""), claims)?);
            continue;
        };
        match split {
            Ok(split) => {
                for OneOf { record, key } in split.rows(record, lookups) {
                    note(take_one(stints, company, (&record, lookups), (from, &key), claims)?);
                }
            }
            Err(misfit) => return claims.reject(from, None, misfit),
        }
    }
    if !any {
        claims.of_source().accounts().drop_record(why);
    }
    Ok(())
}

/// Takes what a row says by one section, under its key with what is added to it. Why it says nothing, where it does not.
fn take_one(
    stints: &Stints,
    company: Option<&Json<'static>>,
    (record, lookups): (&StringRecord, &[Lookup]),
    (from, added): (Origin<'_>, &str),
    claims: &mut Claims<'_>,
) -> Result<Option<&'static str>, AdapterError> {
    let read = stints.key(record, lookups).and_then(|key| Ok((key, stints.publisher(record, lookups)?)));
    let (key, publisher) = match read {
        Ok((key, own)) => (key.map(|key| key + added), claims.publisher(own)),
        Err(misfit) => return claims.reject(from, None, misfit).map(|()| None),
    };
    let of_publisher = key.as_deref().map(|key| (&*publisher, key));
    match stints.said(company, record, lookups, &claims.sequences) {
        Err(misfit) => claims.reject(from, of_publisher, misfit)?,
        Ok(Said::Event(event, absent)) => {
            stints.unmatched(record, lookups).for_each(|cell| claims.of_source().accounts().mismatch(cell));
            claims.say(from, key.as_deref(), event, absent)?;
        }
        Ok(Said::Withdrawn(at)) => claims.take_back(from, of_publisher.unwrap_or_default(), at)?,
        Ok(Said::Nothing(why)) => return Ok(Some(why)),
    }
    Ok(None)
}

/// Notes who has died, and what is dissolved.
fn over(claims: &mut super::claims::Claims<'_>, event: &Json<'_>, is_of_version: bool) {
    let (of, field) = match event["type"].as_str() {
        Some("PersonDied") => (Mortal::Person, "person"),
        Some("UnitDissolved") => (Mortal::Unit, "unit"),
        _ => return,
    };
    let over = event["effective"].as_str().and_then(|date| date.parse::<VagueDate>().ok()).map(|date| date.bounds());
    let over = if is_of_version { over } else { over.and_then(Bounds::latest).map(Bounds::on) };
    if let Some(id) = event[field]["id"].as_str() {
        claims.is_over(of, id, over);
    }
}

fn unreadable(path: &Path, problem: impl std::fmt::Display) -> AdapterError {
    unusable(path, problem, "a table is text, its first line the names of the columns")
}

/// The cells of a row, as a reject shows them.
fn text_of(row: &StringRecord) -> String {
    row.iter().collect::<Vec<_>>().join(",")
}

/// An event of these fields, without those that say nothing.
fn said<const N: usize>(fields: [(&'static str, Json<'static>); N]) -> Json<'static> {
    Json::object(fields).pruned()
}
