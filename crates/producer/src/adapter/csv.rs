//! Tables of stints (CSV, TSV): a row for each post held.
//!
//! A map says which columns are which fields, which other tables a row leads to, what a cell means that says "still",
//! and whether an end is the last day. The table of stints is read row by row; the tables that it leads to (people,
//! posts, units) are held in memory, and where versions of a table follow each other, so are a few words for each of
//! its keys. What the columns mean is the map's to say: nothing here knows any one source.

mod claims;
mod column;
mod date;
mod inputs;
mod map;
mod people;
mod stints;
mod structure;
mod table;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use ::csv::StringRecord;
use serde_json::{Map as Object, Value};
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::suggest::nearest;
use tenure_domain::wire::Refusal;

use self::claims::{Claims, Origin};
use self::column::Finder;
pub(super) use self::date::Format;
use self::inputs::Inputs;
use self::map::{Fault, Map};
use self::stints::Stints;
use self::table::{Lookup, Row, Table};
use super::conventions::instant;
use super::settings::unusable;
use super::versions::check;
use super::{Adapter, AdapterError, Sink, Task};
use crate::IngestError;

/// The maps that come with the program, by their names.
const SHIPPED: [(&str, &str); 2] = [
    ("ifg-ministers", include_str!("../../maps/ifg-ministers.toml")),
    ("tenure-stints", include_str!("../../maps/tenure-stints.toml")),
];

/// The least that a map must hold.
const LEAST: &str = r#"company = "Harbour Labs"
end = "inclusive"
[source]
publisher = "Harbour Gazette"
[files.stints]
[stints]
file = "stints"
person = "name"
from = "start"
to = "end""#;

/// Tables of stints (CSV, TSV): a row for each post held.
#[derive(Clone, Copy, Debug)]
pub struct CsvStints;

/// Why a row is of no use, and for which of its columns.
#[derive(Debug)]
struct Misfit {
    column: Option<Arc<str>>,
    refusal: Refusal,
}

/// A row of a table in memory that is of no use.
struct Rejected {
    file: Arc<str>,
    line: u64,
    input: String,
    misfit: Misfit,
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
type Make = Box<dyn Fn(Option<Day>) -> Option<(String, Object<String, Value>)>>;

impl Adapter for CsvStints {
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        let (file, text) = map_text(task.map)?;
        let in_map = |Fault { problem, hint }| AdapterError::Unusable { file: file.clone(), problem, hint };
        let mut map = Map::read(&text).map_err(in_map)?;
        check(task.version)?;
        map.reported_at = task.version.map(str::to_owned).or(map.reported_at);
        let inputs = inputs::find(&map, task.inputs).map_err(in_map)?;
        Reading { map: &map, file: &file, read: RefCell::default() }.read(&inputs, sink)
    }
}

/// The name and the text of a map: a file, or one that comes with the program.
fn map_text(map: Option<&Path>) -> Result<(String, String), AdapterError> {
    let shipped = || SHIPPED.iter().map(|(name, _)| *name);
    let Some(path) = map else {
        return Err(AdapterError::Unusable {
            file: "csv".to_owned(),
            problem: "a table needs a map".to_owned(),
            hint: format!(
                "name one with --map MAP.toml; tenure map propose FILE prints a first one, and the least is:\n{LEAST}\n\
                 with the program come: {}",
                shipped().collect::<Vec<_>>().join(", ")
            ),
        });
    };
    let name = path.display().to_string();
    if let Some((_, text)) = SHIPPED.iter().find(|(shipped, _)| *shipped == name && !path.is_file()) {
        return Ok((name, (*text).to_owned()));
    }
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((name, text)),
        Err(error) => {
            let hint = match nearest(&name, shipped()) {
                Some(near) => format!("did you mean `{near}`, which comes with the program?"),
                None => "name the file of the map".to_owned(),
            };
            Err(unusable(path, error, hint))
        }
    }
}

/// A reading of tables by a map.
struct Reading<'r> {
    map: &'r Map,
    /// What the map is called.
    file: &'r str,
    /// The files and their columns that are read.
    read: RefCell<BTreeSet<(String, String)>>,
}

impl Reading<'_> {
    fn in_map(&self, fault: Fault) -> AdapterError {
        AdapterError::Unusable { file: self.file.to_owned(), problem: fault.problem, hint: fault.hint }
    }

    fn read(&self, inputs: &Inputs, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        let mut rejected = Vec::new();
        let lookups = self.lookups(inputs, &mut rejected)?;
        // Every column is looked for before anything is appended.
        for (_, path) in &inputs.stints {
            let table = self.open(path)?;
            Stints::find(self.finder(&table, &lookups)).map_err(|fault| self.in_map(fault))?;
        }
        let statements = self.statements(&lookups, &mut rejected)?;
        let titles: Vec<&str> = self.map.files.values().filter_map(|decl| decl.path.as_deref()).collect();
        let mut claims = Claims::new(self.map, &titles, sink)?;
        let doubtful = !rejected.is_empty();
        for lookup in &lookups {
            claims.of_source().accounts().records += lookup.rows.len() as u64;
            self.leave(&lookup.name, (&lookup.file, &lookup.header), &mut claims);
        }
        for Rejected { file, line, input, misfit } in rejected {
            claims.reject(Origin { file: &file, line, input: &input, title: None }, None, misfit)?;
        }
        for version in inputs.stints.chunk_by(|(a, _), (b, _)| a == b) {
            let date = version[0].0;
            claims.begin(date.map(|day| day.to_string()).or_else(|| self.map.reported_at.clone()));
            if doubtful {
                claims.of_source().doubt();
            }
            let day = date.or_else(|| self.map.reported_at.as_deref().and_then(instant).map(Instant::day));
            for statement in &statements {
                let Statement { file, line, input, table, make } = statement;
                if let Some((key, event)) = make(day) {
                    over(claims.of_source(), &event);
                    claims.say(Origin { file, line: *line, input, title: self.title(table) }, Some(&key), event)?;
                }
            }
            let mut last = None;
            for (_, path) in version {
                let table = self.open(path)?;
                last = Some(table.file.clone());
                self.stints(table, &lookups, &mut claims)?;
            }
            if let Some(file) = last {
                claims.end(&file)?;
            }
        }
        Ok(())
    }

    /// Counts the columns of a table that the map does not read.
    fn leave(&self, name: &str, (file, header): (&str, &[Box<str>]), claims: &mut Claims<'_>) {
        let decl = &self.map.files[name];
        let read = self.read.borrow();
        for column in header.iter().filter(|column| !column.is_empty()) {
            let finds = decl.id.as_deref() == Some(column) || decl.only.contains_key(&**column);
            if !finds && !read.contains(&(file.to_owned(), column.to_string())) {
                claims.of_source().accounts().leave(&format!("{file}: {column}"));
            }
        }
    }

    /// What the source calls a table: it tells the claims of one from those of another.
    fn title(&self, table: &str) -> Option<&str> {
        self.map.files[table].path.as_deref()
    }

    fn open(&self, path: &Path) -> Result<Table, AdapterError> {
        Table::open(path, &self.map.files[&self.map.stints.file]).map_err(|problem| unreadable(path, problem))
    }

    fn finder<'f>(&'f self, table: &'f Table, lookups: &'f [Lookup]) -> Finder<'f> {
        Finder { map: self.map, file: &table.file, header: &table.header, lookups, read: &self.read }
    }

    fn lookups(&self, inputs: &Inputs, rejected: &mut Vec<Rejected>) -> Result<Vec<Lookup>, AdapterError> {
        let mut lookups = Vec::new();
        for (name, path) in &inputs.others {
            let decl = &self.map.files[name];
            let read = Lookup::read(name, path, decl, &mut |table, broken| {
                let input = String::from_utf8_lossy(&table.text).into_owned();
                rejected.push(Rejected { file: table.file.clone(), line: broken.line, input, misfit: broken.into() });
                Ok(())
            })?;
            lookups.push(read.map_err(|problem| unreadable(path, problem))?);
        }
        Ok(lookups)
    }

    /// What the tables of people, units and links say.
    fn statements(&self, lookups: &[Lookup], rejected: &mut Vec<Rejected>) -> Result<Vec<Statement>, AdapterError> {
        let finder = |table: &str| {
            let lookup = lookups.iter().find(|lookup| *lookup.name == *table).expect("every other table is in memory");
            Finder { map: self.map, file: &lookup.file, header: &lookup.header, lookups, read: &self.read }
        };
        let mut statements = Vec::new();
        if let Some(people) = &self.map.people {
            let (said, broken) = people::read(people, finder(&people.file)).map_err(|fault| self.in_map(fault))?;
            statements.extend(said);
            rejected.extend(broken);
        }
        if let Some(units) = &self.map.units {
            let links = self.map.links.as_ref();
            let links_finder = links.map(|links| finder(&links.file));
            let company = self.map.company.as_deref();
            let (said, broken) = structure::read(units, links, company, finder(&units.file), links_finder)
                .map_err(|fault| self.in_map(fault))?;
            statements.extend(said);
            rejected.extend(broken);
        }
        Ok(statements)
    }

    fn stints(&self, mut table: Table, lookups: &[Lookup], claims: &mut Claims<'_>) -> Result<(), AdapterError> {
        let stints = Stints::find(self.finder(&table, lookups)).map_err(|fault| self.in_map(fault))?;
        let company = self.map.company.as_deref();
        let title = self.title(&self.map.stints.file);
        self.leave(&self.map.stints.file, (&table.file, &table.header), claims);
        while let Some(row) = table.next_row()? {
            let input = String::from_utf8_lossy(&table.text);
            let file = &table.file;
            let from = |line| Origin { file, line, input: input.trim_end_matches(['\r', '\n']), title };
            match row {
                Err(broken) => claims.reject(from(broken.line), None, broken.into())?,
                Ok(Row { line, record }) => match stints.key(&record, lookups) {
                    Err(misfit) => claims.reject(from(line), None, misfit)?,
                    Ok(key) => match stints.event(company, &record, lookups) {
                        Err(misfit) => claims.reject(from(line), key.as_deref(), misfit)?,
                        Ok(event) => claims.say(from(line), key.as_deref(), event)?,
                    },
                },
            }
            claims.of_source().accounts().records += 1;
            let passed = table.passed();
            claims.of_source().passed(passed);
        }
        Ok(())
    }
}

/// Notes who has died, and what is dissolved.
fn over(claims: &mut super::claims::Claims<'_>, event: &Object<String, Value>) {
    let of = match event["type"].as_str() {
        Some("PersonDied") => "person",
        Some("UnitDissolved") => "unit",
        _ => return,
    };
    let day = event["effective"].as_str().and_then(|date| date.parse::<VagueDate>().ok());
    if let Some(id) = event[of]["id"].as_str() {
        claims.is_over(id, day.and_then(|day| day.bounds().latest()));
    }
}

fn unreadable(path: &Path, problem: impl std::fmt::Display) -> AdapterError {
    unusable(path, problem, "a table is text, its first line the names of the columns")
}

/// The cells of a row, as a reject shows them.
fn text_of(row: &StringRecord) -> String {
    row.iter().collect::<Vec<_>>().join(",")
}

/// An object without the fields that say nothing.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let said = object.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(said.map(|(field, value)| (field, without_nulls(value))).collect())
        }
        value @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => value,
    }
}
