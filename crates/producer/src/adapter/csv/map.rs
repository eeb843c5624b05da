//! The map: which table is which, and how its columns become the fields of events.
//!
//! A map is read key by key, so that an error names the key and what was probably meant. Whether the tables have the
//! columns that a map names is not known here.

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use tenure_domain::day::Instant;
use tenure_domain::suggest::nearest;
use toml::{Table as Toml, Value};

use super::date::{End, Format};
use super::pattern::Pattern;

/// What is wrong with a map, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) problem: String,
    pub(super) hint: String,
}

impl Fault {
    fn new(problem: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault { problem: problem.into(), hint: hint.into() }
    }
}

const SEE: &str = "docs/sources-csv.md describes the keys of a map";

/// A map.
#[derive(Debug)]
pub(super) struct Map {
    /// The company of every stint and unit that names none itself.
    pub(super) company: Option<String>,
    /// The source of the whole.
    pub(super) source: Source,
    /// When the source said all this; none: when it is read.
    pub(super) reported_at: Option<String>,
    pub(super) files: BTreeMap<String, FileDecl>,
    pub(super) stints: Stints,
    pub(super) people: Option<People>,
    pub(super) units: Option<Units>,
    pub(super) links: Option<Links>,
    pub(super) revisions: Option<Revisions>,
}

/// The source of everything that a map reads.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) publisher: Option<String>,
    pub(super) url: Option<String>,
    pub(super) lang: Option<String>,
}

/// A table, and how it is written.
#[derive(Debug, Default)]
pub(super) struct FileDecl {
    /// Where it lies in a directory; none: it is whichever file is named.
    pub(super) path: Option<String>,
    /// The column by which other tables find its rows.
    pub(super) id: Option<String>,
    pub(super) delimiter: u8,
    pub(super) encoding: Option<&'static Encoding>,
    /// Only rows with these cells are read.
    pub(super) only: BTreeMap<String, String>,
    /// Whether a row that another table looks for may be missing.
    pub(super) sparse: bool,
}

/// A value: what a column holds, or text with columns in it.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    /// Where it stands in the map.
    pub(super) key: String,
    pub(super) parts: Vec<Part>,
    /// Cells that say nothing.
    pub(super) empty: Vec<String>,
    /// What cells mean, where they do not mean what they say.
    pub(super) words: Option<BTreeMap<String, String>>,
    /// What is said where the columns say nothing.
    pub(super) otherwise: Vec<Part>,
    /// What is left off at the end of a cell.
    pub(super) without_end: Option<String>,
    pub(super) formats: Vec<Format>,
    pub(super) end: Option<End>,
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Column(Path),
}

/// A column, of the table itself or of one that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Columns that hold the id of a row of another table, and that table.
    pub(super) hops: Vec<(String, String)>,
    pub(super) column: String,
}

/// How a person or unit is named.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) id: Option<Spec>,
    pub(super) name: Option<Spec>,
    pub(super) aliases: Vec<Spec>,
    pub(super) identifiers: Vec<(String, Spec)>,
}

/// What a field of a stint holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Flag,
    Date,
    /// The first day after.
    End,
    /// An instant, or a date that stands for one.
    Moment,
}

/// The fields of a stint that hold a value, in the order in which events give them.
const STINT_FIELDS: [(&str, Holds); 14] = [
    ("title", Holds::Text),
    ("lead", Holds::Flag),
    ("acting", Holds::Flag),
    ("remit", Holds::Text),
    ("employment", Holds::Text),
    ("concurrent", Holds::Flag),
    ("from", Holds::Date),
    ("to", Holds::End),
    ("seen", Holds::Date),
    ("confidence", Holds::Text),
    ("note", Holds::Text),
    ("reported_at", Holds::Moment),
    ("source.url", Holds::Text),
    ("source.quote", Holds::Text),
];

/// The table of stints.
#[derive(Debug)]
pub(super) struct Stints {
    pub(super) file: String,
    pub(super) key: Option<Spec>,
    pub(super) person: Reference,
    pub(super) company: Option<Reference>,
    pub(super) unit: Option<Reference>,
    pub(super) reports_to: Option<Reference>,
    /// The other fields.
    pub(super) fields: Vec<(&'static str, Holds, Spec)>,
}

/// The table of people: a row for each name that somebody bore.
#[derive(Debug)]
pub(super) struct People {
    pub(super) file: String,
    pub(super) id: Spec,
    pub(super) name: Spec,
    pub(super) lang: Option<Spec>,
    pub(super) from: Option<Spec>,
    pub(super) to: Option<Spec>,
    pub(super) aliases: Vec<Spec>,
    pub(super) identifiers: Vec<(String, Spec)>,
}

/// The table of units.
#[derive(Debug)]
pub(super) struct Units {
    pub(super) file: String,
    pub(super) id: Spec,
    pub(super) name: Spec,
    pub(super) company: Option<Spec>,
    pub(super) from: Option<Spec>,
    pub(super) to: Option<Spec>,
    pub(super) parent: Option<Spec>,
    pub(super) kind: Option<Spec>,
    pub(super) aliases: Vec<Spec>,
    pub(super) identifiers: Vec<(String, Spec)>,
}

/// The table of what became of units: one became another, from one day to another.
#[derive(Debug)]
pub(super) struct Links {
    pub(super) file: String,
    pub(super) unit: Spec,
    pub(super) into: Spec,
    pub(super) kind: Spec,
    pub(super) from: Option<Spec>,
    pub(super) to: Option<Spec>,
}

/// How versions of the tables follow each other.
#[derive(Debug)]
pub(super) struct Revisions {
    /// The names of files that are dated versions of the table of stints.
    pub(super) files: Option<Pattern>,
    /// Whether a version may lack most of what the one before had.
    pub(super) may_shrink: bool,
}

impl Map {
    /// Reads a map.
    pub(super) fn read(text: &str) -> Result<Map, Fault> {
        let table: Toml = text.parse().map_err(|error: toml::de::Error| Fault::new(error.to_string(), SEE))?;
        let mut map = Section::new("", table);
        map.only(&[
            "company",
            "reported_at",
            "source",
            "cells",
            "files",
            "stints",
            "people",
            "units",
            "links",
            "revisions",
        ])?;
        let company = map.text("company")?;
        let reported_at = map.text("reported_at")?;
        if let Some(at) = &reported_at
            && at.parse::<tenure_domain::day::Day>().is_err()
            && at.parse::<Instant>().is_err()
        {
            return Err(Fault::new(
                format!("`reported_at`: `{at}` is neither a day nor an instant"),
                "write it as \"2024-02-16\" or \"2024-02-16T15:35:27Z\"",
            ));
        }
        let mut source = map.section("source")?.ok_or_else(|| missing("source", "say who publishes the table"))?;
        source.only(&["publisher", "url", "lang"])?;
        let of = Source { publisher: source.text("publisher")?, url: source.text("url")?, lang: source.text("lang")? };

        let mut defaults = Defaults::default();
        if let Some(mut cells) = map.section("cells")? {
            cells.only(&["empty", "dates", "end"])?;
            defaults.empty = cells.texts("empty")?.unwrap_or_default();
            if let Some(formats) = cells.texts("dates")? {
                defaults.formats = formats_of("cells.dates", &formats)?;
            }
            defaults.end = cells.end("end")?;
        }

        let mut files = BTreeMap::new();
        let declared = map.section("files")?.ok_or_else(|| missing("files", "name the tables: [files.stints]"))?;
        for (name, value) in declared.table {
            let key = format!("files.{name}");
            let Value::Table(table) = value else { return Err(not_a(&key, "a table of keys")) };
            files.insert(name, FileDecl::read(Section::new(&key, table))?);
        }

        let mut stints = map.section("stints")?.ok_or_else(|| missing("stints", "say which table holds the stints"))?;
        let stints = Stints::read(&mut stints, &defaults)?;
        let people = map.section("people")?.map(|s| People::read(s, &defaults)).transpose()?;
        let units = map.section("units")?.map(|s| Units::read(s, &defaults)).transpose()?;
        let links = map.section("links")?.map(|s| Links::read(s, &defaults)).transpose()?;
        let revisions = map.section("revisions")?.map(Revisions::read).transpose()?;
        let map = Map { company, source: of, reported_at, files, stints, people, units, links, revisions };
        map.check()?;
        Ok(map)
    }

    /// What no key can say alone.
    fn check(&self) -> Result<(), Fault> {
        let named = [
            Some(("stints.file", &self.stints.file)),
            self.people.as_ref().map(|s| ("people.file", &s.file)),
            self.units.as_ref().map(|s| ("units.file", &s.file)),
            self.links.as_ref().map(|s| ("links.file", &s.file)),
        ];
        for (key, file) in named.into_iter().flatten() {
            self.has_file(key, file)?;
            if key != "stints.file" && *file == self.stints.file {
                return Err(Fault::new(
                    format!("`{key}`: the table of stints, `{file}`, is read row by row, not held in memory"),
                    "describe its file once more, under another name",
                ));
            }
        }
        if let Some((name, _)) = self.files.iter().find(|(name, f)| f.path.is_none() && **name != self.stints.file) {
            return Err(missing(&format!("files.{name}.path"), "only the table of stints can do without one"));
        }
        let per_row = |name: &str| self.stints.fields.iter().any(|(field, ..)| *field == name);
        let of = &self.source;
        if of.publisher.is_none() && of.url.is_none() && !per_row("source.url") {
            return Err(missing("source.publisher", "say who publishes the table, or give `source.url`"));
        }
        if self.company.is_none() && self.stints.company.is_none() {
            return Err(missing("company", "name the company of all stints, or the column `stints.company`"));
        }
        if self.company.is_none() && self.units.as_ref().is_some_and(|units| units.company.is_none()) {
            return Err(missing("units.company", "name the column, or the company of all with `company`"));
        }
        if self.links.is_some() && self.units.is_none() {
            return Err(missing("units", "links are between the units of a table"));
        }
        if self.revisions.is_some() {
            if self.stints.key.is_none() {
                return Err(missing("stints.key", "versions of a row are told by their key: name its column"));
            }
            if self.files[&self.stints.file].path.is_none() {
                let key = format!("files.{}.path", self.stints.file);
                return Err(missing(&key, "versions of a table are known by its name"));
            }
            if of.publisher.is_none() && of.url.is_none() {
                return Err(missing("source.publisher", "versions are those of one source: name it for the whole"));
            }
            if per_row("reported_at") {
                return Err(Fault::new(
                    "`stints.reported_at`: a version is reported as a whole where there are `revisions`",
                    "leave out one of the two",
                ));
            }
        }
        Ok(())
    }

    fn has_file(&self, key: &str, file: &str) -> Result<(), Fault> {
        if self.files.contains_key(file) {
            return Ok(());
        }
        let near = nearest(file, self.files.keys().map(String::as_str));
        let hint =
            near.map_or_else(|| format!("describe it under [files.{file}]"), |near| format!("did you mean `{near}`?"));
        Err(Fault::new(format!("`{key}`: there is no [files.{file}]"), hint))
    }

    /// Finds the table to which a path leads.
    pub(super) fn file(&self, key: &str, file: &str) -> Result<&FileDecl, Fault> {
        self.has_file(key, file)?;
        Ok(&self.files[file])
    }
}

/// What holds where a value says nothing else.
struct Defaults {
    empty: Vec<String>,
    formats: Vec<Format>,
    end: Option<End>,
}

impl Default for Defaults {
    fn default() -> Defaults {
        Defaults { empty: Vec::new(), formats: vec![Format::Edtf], end: None }
    }
}

fn formats_of(key: &str, formats: &[String]) -> Result<Vec<Format>, Fault> {
    let read = |text: &String| {
        Format::read(text).ok_or_else(|| {
            Fault::new(
                format!("`{key}`: `{text}` is not a form of dates"),
                "write \"edtf\", or a form such as \"%d/%m/%Y\", \"%B %Y\", \"%Y\"",
            )
        })
    };
    formats.iter().map(read).collect()
}

fn missing(key: &str, hint: &str) -> Fault {
    Fault::new(format!("`{key}` is missing"), hint)
}

fn not_a(key: &str, what: &str) -> Fault {
    Fault::new(format!("`{key}` is not {what}"), SEE)
}

/// A table of keys, which are taken out as they are understood.
struct Section {
    path: String,
    table: Toml,
}

impl Section {
    fn new(path: &str, table: Toml) -> Section {
        Section { path: path.to_owned(), table }
    }

    fn key(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        match self.table.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(Value::Datetime(date)) => Ok(Some(date.to_string())),
            Some(_) => Err(not_a(&self.key(name), "a text")),
        }
    }

    /// One text or several.
    fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, Fault> {
        let text = |value: Value| value.as_str().map(str::to_owned);
        let texts = match self.table.remove(name) {
            None => return Ok(None),
            Some(Value::Array(values)) => values.into_iter().map(text).collect::<Option<Vec<String>>>(),
            Some(value) => text(value).map(|text| vec![text]),
        };
        texts.map(Some).ok_or_else(|| not_a(&self.key(name), "a text or a list of texts"))
    }

    fn words(&mut self, name: &str) -> Result<Option<BTreeMap<String, String>>, Fault> {
        let key = self.key(name);
        let Some(value) = self.table.remove(name) else { return Ok(None) };
        let Value::Table(table) = value else { return Err(not_a(&key, "a table of texts")) };
        let mut words = BTreeMap::new();
        for (word, value) in table {
            let Value::String(text) = value else { return Err(not_a(&format!("{key}.{word}"), "a text")) };
            words.insert(word, text);
        }
        Ok(Some(words))
    }

    fn flag(&mut self, name: &str) -> Result<bool, Fault> {
        match self.table.remove(name) {
            None => Ok(false),
            Some(Value::Boolean(flag)) => Ok(flag),
            Some(_) => Err(not_a(&self.key(name), "true or false")),
        }
    }

    fn end(&mut self, name: &str) -> Result<Option<End>, Fault> {
        match self.text(name)?.as_deref() {
            None => Ok(None),
            Some("inclusive") => Ok(Some(End::Inclusive)),
            Some("exclusive") => Ok(Some(End::Exclusive)),
            Some(other) => Err(Fault::new(
                format!("`{}`: `{other}` is neither \"inclusive\" nor \"exclusive\"", self.key(name)),
                "\"inclusive\": an end is the last day; \"exclusive\": it is the first day after",
            )),
        }
    }

    fn section(&mut self, name: &str) -> Result<Option<Section>, Fault> {
        let key = self.key(name);
        match self.table.remove(name) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Section::new(&key, table))),
            Some(_) => Err(not_a(&key, "a table of keys")),
        }
    }

    fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Fault> {
        value.ok_or_else(|| missing(&self.key(name), SEE))
    }

    /// A value: a column, or a table that says more.
    fn spec(&mut self, name: &str, defaults: &Defaults) -> Result<Option<Spec>, Fault> {
        let key = self.key(name);
        self.table.remove(name).map(|value| Spec::read(&key, value, defaults)).transpose()
    }

    /// A value that says when something ended.
    fn ending(&mut self, name: &str, defaults: &Defaults) -> Result<Option<Spec>, Fault> {
        let spec = self.spec(name, defaults)?;
        if let Some(spec) = &spec
            && spec.end.is_none()
        {
            return Err(Fault::new(
                format!("`{}`: whether an end is the last day or the first day after is not said", spec.key),
                "write end = \"inclusive\" (the last day) or end = \"exclusive\" (the first day after) under [cells]",
            ));
        }
        Ok(spec)
    }

    fn aliases(&mut self, defaults: &Defaults) -> Result<Vec<Spec>, Fault> {
        let key = self.key("aliases");
        match self.table.remove("aliases") {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => values.into_iter().map(|value| Spec::read(&key, value, defaults)).collect(),
            Some(value) => Ok(vec![Spec::read(&key, value, defaults)?]),
        }
    }

    fn identifiers(&mut self, defaults: &Defaults) -> Result<Vec<(String, Spec)>, Fault> {
        let Some(section) = self.section("identifiers")? else { return Ok(Vec::new()) };
        let Section { path, table } = section;
        let read = |(name, value): (String, Value)| {
            let spec = Spec::read(&format!("{path}.{name}"), value, defaults)?;
            Ok((name, spec))
        };
        table.into_iter().map(read).collect()
    }

    fn reference(&mut self, name: &str, defaults: &Defaults) -> Result<Option<Reference>, Fault> {
        let key = self.key(name);
        let Some(value) = self.table.remove(name) else { return Ok(None) };
        let is_value = |table: &Toml| table.contains_key("column") || table.contains_key("text");
        let Some(table) = value.as_table().filter(|table| !is_value(table)).cloned() else {
            let name = Some(Spec::read(&key, value, defaults)?);
            return Ok(Some(Reference { id: None, name, aliases: Vec::new(), identifiers: Vec::new() }));
        };
        let mut section = Section::new(&key, table);
        section.only(&["id", "name", "aliases", "identifiers"])?;
        let reference = Reference {
            id: section.spec("id", defaults)?,
            name: section.spec("name", defaults)?,
            aliases: section.aliases(defaults)?,
            identifiers: section.identifiers(defaults)?,
        };
        if reference.id.is_none() && reference.name.is_none() {
            return Err(missing(&format!("{key}.id"), "a reference has an `id` or a `name`"));
        }
        Ok(Some(reference))
    }

    /// Refuses other keys than these.
    fn only(&self, known: &[&str]) -> Result<(), Fault> {
        let Some(unknown) = self.table.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
        let hint = match nearest(unknown, known.iter().copied()) {
            Some(near) => format!("did you mean `{}`?", self.key(near)),
            None => format!("known are {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")),
        };
        Err(Fault::new(format!("`{}` is not a key of a map", self.key(unknown)), hint))
    }
}

impl FileDecl {
    fn read(mut section: Section) -> Result<FileDecl, Fault> {
        section.only(&["path", "id", "delimiter", "encoding", "only", "sparse"])?;
        let delimiter = section.text_as_is("delimiter")?;
        let delimiter = match delimiter.as_deref().map(str::as_bytes) {
            None => b',',
            Some([byte]) if byte.is_ascii() && *byte != b'"' => *byte,
            Some(_) => return Err(not_a(&section.key("delimiter"), "one character, as in \",\", \";\" or \"\\t\"")),
        };
        let encoding = match section.text("encoding")? {
            None => None,
            Some(label) => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                Fault::new(
                    format!("`{}`: `{label}` is not an encoding", section.key("encoding")),
                    "UTF-8, and UTF-16 with a byte order mark, need none; others are named as in \"windows-1252\"",
                )
            })?),
        };
        let decl = FileDecl {
            path: section.text("path")?,
            id: section.text("id")?,
            delimiter,
            encoding,
            only: section.words("only")?.unwrap_or_default(),
            sparse: section.flag("sparse")?,
        };
        Ok(decl)
    }
}

impl Section {
    /// A text that may be white space.
    fn text_as_is(&mut self, name: &str) -> Result<Option<String>, Fault> {
        match self.table.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(not_a(&self.key(name), "a text")),
        }
    }
}

impl Stints {
    fn read(section: &mut Section, defaults: &Defaults) -> Result<Stints, Fault> {
        let mut known = vec!["file", "key", "person", "company", "unit", "reports_to", "source"];
        known.extend(STINT_FIELDS.iter().map(|(name, _)| *name).filter(|name| !name.contains('.')));
        section.only(&known)?;
        let file = section.text("file")?;
        let file = section.required("file", file)?;
        let key = section.spec("key", defaults)?;
        let person = section.reference("person", defaults)?;
        let person = section.required("person", person)?;
        let company = section.reference("company", defaults)?;
        let unit = section.reference("unit", defaults)?;
        let reports_to = section.reference("reports_to", defaults)?;
        let mut source = section.section("source")?;
        if let Some(source) = &source {
            source.only(&["url", "quote"])?;
        }
        let mut fields = Vec::new();
        for (name, holds) in STINT_FIELDS {
            let spec = match (name.strip_prefix("source."), holds) {
                (Some(name), _) => source.as_mut().map(|s| s.spec(name, defaults)).transpose()?.flatten(),
                (None, Holds::End) => section.ending(name, defaults)?,
                (None, Holds::Text | Holds::Flag | Holds::Date | Holds::Moment) => section.spec(name, defaults)?,
            };
            fields.extend(spec.map(|spec| (name, holds, spec)));
        }
        Ok(Stints { file, key, person, company, unit, reports_to, fields })
    }
}

impl People {
    fn read(mut section: Section, defaults: &Defaults) -> Result<People, Fault> {
        section.only(&["file", "id", "name", "lang", "from", "to", "aliases", "identifiers"])?;
        let (file, id, name) = (section.text("file")?, section.spec("id", defaults)?, section.spec("name", defaults)?);
        let people = People {
            file: section.required("file", file)?,
            id: section.required("id", id)?,
            name: section.required("name", name)?,
            lang: section.spec("lang", defaults)?,
            from: section.spec("from", defaults)?,
            to: section.ending("to", defaults)?,
            aliases: section.aliases(defaults)?,
            identifiers: section.identifiers(defaults)?,
        };
        Ok(people)
    }
}

impl Units {
    fn read(mut section: Section, defaults: &Defaults) -> Result<Units, Fault> {
        section.only(&["file", "id", "name", "company", "from", "to", "parent", "kind", "aliases", "identifiers"])?;
        let (file, id, name) = (section.text("file")?, section.spec("id", defaults)?, section.spec("name", defaults)?);
        let units = Units {
            file: section.required("file", file)?,
            id: section.required("id", id)?,
            name: section.required("name", name)?,
            company: section.spec("company", defaults)?,
            from: section.spec("from", defaults)?,
            to: section.ending("to", defaults)?,
            parent: section.spec("parent", defaults)?,
            kind: section.spec("kind", defaults)?,
            aliases: section.aliases(defaults)?,
            identifiers: section.identifiers(defaults)?,
        };
        Ok(units)
    }
}

impl Links {
    fn read(mut section: Section, defaults: &Defaults) -> Result<Links, Fault> {
        section.only(&["file", "unit", "into", "kind", "from", "to"])?;
        let file = section.text("file")?;
        let [unit, into, kind] = ["unit", "into", "kind"].map(|name| section.spec(name, defaults));
        let links = Links {
            file: section.required("file", file)?,
            unit: section.required("unit", unit?)?,
            into: section.required("into", into?)?,
            kind: section.required("kind", kind?)?,
            from: section.spec("from", defaults)?,
            to: section.ending("to", defaults)?,
        };
        if links.from.is_none() && links.to.is_none() {
            return Err(missing("links.from", "a link has a date: name the column of its first or its last day"));
        }
        Ok(links)
    }
}

impl Revisions {
    fn read(mut section: Section) -> Result<Revisions, Fault> {
        section.only(&["files", "may_shrink"])?;
        let files = match section.text("files")? {
            None => None,
            Some(text) => Some(Pattern::read(&text).ok_or_else(|| {
                Fault::new(
                    format!("`revisions.files`: `{text}` does not say where the date stands"),
                    "write {date} for the date and * for anything, as in \"{date}_*_stints.csv\"",
                )
            })?),
        };
        let revisions = Revisions { files, may_shrink: section.flag("may_shrink")? };
        Ok(revisions)
    }
}

impl Spec {
    fn read(key: &str, value: Value, defaults: &Defaults) -> Result<Spec, Fault> {
        let spec = |parts| Spec {
            key: key.to_owned(),
            parts,
            empty: defaults.empty.clone(),
            words: None,
            otherwise: Vec::new(),
            without_end: None,
            formats: defaults.formats.clone(),
            end: defaults.end,
        };
        let table = match value {
            Value::String(column) => return Ok(spec(vec![Part::Column(Path::read(key, &column)?)])),
            Value::Table(table) => table,
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) => {
                return Err(Fault::new(
                    format!("`{key}` is not the name of a column"),
                    "write the column, or { text = \"..\" } for what is the same in every row",
                ));
            }
        };
        let mut section = Section::new(key, table);
        section.only(&["column", "text", "empty", "words", "otherwise", "without_end", "dates", "end"])?;
        let parts = match (section.text("column")?, section.text("text")?) {
            (Some(column), None) => vec![Part::Column(Path::read(key, &column)?)],
            (None, Some(text)) => parts_of(key, &text)?,
            _ => {
                return Err(Fault::new(
                    format!("`{key}` has to have one of `column` and `text`"),
                    "write { column = \"name of column\" } or { text = \"text with {name of column}\" }",
                ));
            }
        };
        let mut spec = spec(parts);
        if let Some(empty) = section.texts("empty")? {
            spec.empty = empty;
        }
        spec.words = section.words("words")?;
        if let Some(text) = section.text("otherwise")? {
            spec.otherwise = parts_of(&section.key("otherwise"), &text)?;
        }
        spec.without_end = section.text("without_end")?;
        if let Some(formats) = section.texts("dates")? {
            spec.formats = formats_of(&section.key("dates"), &formats)?;
        }
        spec.end = section.end("end")?.or(spec.end);
        Ok(spec)
    }
}

impl Path {
    /// `column`, or `column -> table.column`, or more of these steps.
    fn read(key: &str, text: &str) -> Result<Path, Fault> {
        let wrong = || {
            Fault::new(
                format!("`{key}`: `{text}` is not a path to a column"),
                "write \"column\", or \"column -> table.column\" where the column holds the id of a row of that table",
            )
        };
        let mut steps = text.split("->").map(str::trim);
        let mut column = steps.next().filter(|c| !c.is_empty()).ok_or_else(wrong)?.to_owned();
        let mut hops = Vec::new();
        for step in steps {
            let (table, next) = step.split_once('.').ok_or_else(wrong)?;
            if table.is_empty() || next.is_empty() {
                return Err(wrong());
            }
            hops.push((std::mem::replace(&mut column, next.to_owned()), table.to_owned()));
        }
        Ok(Path { hops, column })
    }
}

/// Cuts text into what stands there and the columns in braces. A brace itself is written twice.
fn parts_of(key: &str, text: &str) -> Result<Vec<Part>, Fault> {
    let unclosed = || Fault::new(format!("`{key}`: a brace in `{text}` has no other"), "write a brace itself twice");
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            literal.push_str(brace);
            rest = after;
        } else if brace == "{" {
            let (column, after) = rest.split_once('}').ok_or_else(unclosed)?;
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(Part::Column(Path::read(key, column)?));
            rest = after;
        } else {
            return Err(unclosed());
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::{Fault, Map, Part, Path, parts_of};

    const MAP: &str = "company = \"A\"\nsource.publisher = \"P\"\ncells.end = \"exclusive\"\n\
                       files.s = { path = \"s.csv\" }\n\
                       stints = { file = \"s\", person = \"who\", to = \"end\" }\n";

    #[test]
    fn a_fault_names_its_key_and_what_may_be_meant() {
        assert!(Map::read(MAP).is_ok());
        let check = |old: &str, new: &str, problem: &str, hint: &str| {
            assert!(MAP.contains(old), "{old}");
            let Err(fault) = Map::read(&MAP.replacen(old, new, 1)) else { panic!("{new}: it is read") };
            assert!(fault.problem.contains(problem), "{new}: {fault:?}");
            assert!(fault.hint.contains(hint), "{new}: {fault:?}");
        };
        let end = "cells.end = \"exclusive\"";
        check(end, "", "`stints.to`: whether an end is the last day or the first day after is not said", "inclusive");
        check(end, "cells.end = \"last\"", "`cells.end`: `last` is neither", "it is the first day after");
        check(end, "cells.ends = \"exclusive\"", "`cells.ends` is not a key of a map", "did you mean `cells.end`?");
        check(end, "cells.dates = \"%Q\"", "`cells.dates`: `%Q` is not a form of dates", "%d/%m/%Y");
        check("company = \"A\"", "", "`company` is missing", "`stints.company`");
        check("company", "compny", "`compny` is not a key of a map", "did you mean `company`?");
        check("company = \"A\"", "company = 1", "`company` is not a text", "docs/sources-csv.md");
        check("source.publisher = \"P\"", "", "`source` is missing", "who publishes");
        check("source.publisher", "source.publsher", "`source.publsher` is not a key", "`source.publisher`?");
        check("person = \"who\", ", "", "`stints.person` is missing", "");
        check("person = \"who\"", "persn = \"who\"", "`stints.persn` is not a key", "did you mean `stints.person`?");
        check("person = \"who\"", "person = {}", "`stints.person.id` is missing", "an `id` or a `name`");
        check("person = \"who\"", "person = 1", "`stints.person` is not the name of a column", "{ text =");
        check("person = \"who\"", "person = { text = \"{a\" }", "a brace in `{a` has no other", "twice");
        check("person = \"who\"", "person = { column = \"a\", text = \"b\" }", "one of `column` and `text`", "");
        check("person = \"who\"", "person = \"a -> b\"", "`a -> b` is not a path", "column -> table.column");
        check(
            "person = \"who\"",
            "person = { column = \"a\", colum = \"b\" }",
            "person.colum` is not",
            "person.column`?",
        );
        check("file = \"s\"", "file = \"t\"", "`stints.file`: there is no [files.t]", "[files.t]");
        check(
            end,
            "cells.end = \"exclusive\"\npeople = { file = \"s\", id = \"i\", name = \"n\" }",
            "`people.file`: the table of stints",
            "another name",
        );
        check("s = { path", "t = {}\nfiles.s = { path", "`files.t.path` is missing", "only the table of stints");
        check("path = \"s.csv\"", "path = \"s.csv\", delimiter = \"ab\"", "`files.s.delimiter` is not one", "");
        check(
            "path = \"s.csv\"",
            "path = \"s.csv\", encoding = \"x\"",
            "`files.s.encoding`: `x` is not",
            "windows-1252",
        );
        check(end, "cells.end = \"exclusive\"\nrevisions = {}", "`stints.key` is missing", "column");
        check(
            end,
            "cells.end = \"exclusive\"\nrevisions.files = \"s\"",
            "`s` does not say where the date stands",
            "{date}",
        );
        check(end, "cells.end = \"exclusive\"\nreported_at = \"May\"", "`reported_at`: `May`", "2024-02-16");
        check(end, "cells.end = \"exclusive\"\nlinks = { file = \"s\" }", "`links.unit` is missing", "");
        check(end, "cells.end = ", "TOML parse error", "docs/sources-csv.md");
    }

    #[test]
    fn text_is_cut_at_its_columns() {
        let column = |column: &str, hops: &[(&str, &str)]| {
            let hops = hops.iter().map(|(c, t)| ((*c).to_owned(), (*t).to_owned())).collect();
            Part::Column(Path { hops, column: column.to_owned() })
        };
        let text = |text: &str| Part::Text(text.to_owned());
        let check = |given: &str, expect: Option<Vec<Part>>| {
            assert_eq!(parts_of("k", given).map_err(|Fault { problem, .. }| problem).ok(), expect, "{given}");
        };
        check("plain", Some(vec![text("plain")]));
        check("{a}", Some(vec![column("a", &[])]));
        check(
            "x/{a b} {c -> t.d -> u.e.f}",
            Some(vec![text("x/"), column("a b", &[]), text(" "), column("e.f", &[("c", "t"), ("d", "u")])]),
        );
        check("{{a}}", Some(vec![text("{a}")]));
        check("", Some(vec![]));
        check("a}", None);
        check("{a", None);
        check("{}", None);
    }
}
