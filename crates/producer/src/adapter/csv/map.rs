//! The map: which table is which, and how its columns become the fields of events.
//!
//! A map is read key by key, so that an error names the key and what was probably meant. Whether the tables have the
//! columns that a map names is not known here.

mod files;
mod section;
mod tables;
mod value;

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use regex::Regex;
use tenure_domain::suggest::nearest;
use tenure_domain::wire::Json;
use toml::{Table as Toml, Value};

pub(super) use self::files::FileDecl;
use self::section::Section;
pub(super) use self::tables::{Holds, Links, People, Stints, Units};
use super::date::Format;
use super::headed::Written;
use super::header::is_made;
use crate::adapter::conventions::{self, Conventions, OpenWords};
use crate::adapter::revisions::Revisions;
use crate::adapter::stint::Ending;

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

/// The keys at the top of a map that other maps do not have.
const OWN_KEYS: [&str; 10] =
    ["company", "reported_at", "source", "cells", "files", "stints", "people", "units", "links", "revisions"];

const SEE: &str = "docs/sources-csv.md describes the keys of a map";

/// A map.
#[derive(Debug)]
pub(super) struct Map {
    /// The company of every stint and unit that names none itself.
    pub(super) company: Option<Json<'static>>,
    /// The source of the whole.
    pub(super) source: MapSource,
    /// When the source said all this; none: when it is read.
    pub(super) reported_at: Option<String>,
    pub(super) files: BTreeMap<String, FileDecl>,
    /// The tables of posts; at least one.
    pub(super) stints: Vec<Stints>,
    pub(super) people: Option<People>,
    /// The tables of units.
    pub(super) units: Vec<Units>,
    pub(super) links: Option<Links>,
    pub(super) revisions: Option<Revisions>,
    /// What every map can say.
    pub(super) conventions: Conventions,
}

/// The source of everything that a map reads.
#[derive(Debug, Default)]
pub(super) struct MapSource {
    pub(super) publisher: Option<String>,
    pub(super) url: Option<String>,
    pub(super) lang: Option<String>,
}

/// A value: what a column holds, or text with columns in it. All files that a map reads share what it says of one.
#[derive(Clone, Debug)]
pub(super) struct Spec(Arc<ValueSpec>);

impl Deref for Spec {
    type Target = ValueSpec;

    fn deref(&self) -> &ValueSpec {
        &self.0
    }
}

impl DerefMut for Spec {
    fn deref_mut(&mut self) -> &mut ValueSpec {
        Arc::make_mut(&mut self.0)
    }
}

/// What the map says of a value.
#[derive(Clone, Debug)]
pub(super) struct ValueSpec {
    /// Where it stands in the map.
    pub(super) key: String,
    pub(super) parts: Vec<ValuePart>,
    /// Cells that say nothing.
    pub(super) empty: Vec<String>,
    /// Words that stand for no date, in a cell that holds one.
    pub(super) open: OpenWords,
    pub(super) line_breaks: LineBreaks,
    /// What cells mean, where they do not mean what they say.
    pub(super) words: Option<BTreeMap<String, String>>,
    /// The part of the text that counts: what its groups find, one after the other, or without groups all that it finds.
    pub(super) pattern: Option<Regex>,
    /// Where this finds anything, the text says nothing.
    pub(super) unless: Option<Regex>,
    /// What stands before the text.
    pub(super) prefix: Option<String>,
    /// Whether text with several columns says nothing unless each of them says something.
    pub(super) whole: bool,
    /// The columns of a text by which a row of another table is looked for, where it says nothing unless each of them does.
    pub(super) needs: Vec<Path>,
    /// What stands between the texts of a cell that holds several.
    pub(super) split: Vec<String>,
    /// Whether what an id cannot hold is written in another way.
    pub(super) escape: bool,
    /// What is said where the columns say nothing.
    pub(super) otherwise: Option<Box<Spec>>,
    /// What is left off at the end of a cell.
    pub(super) without_end: Option<String>,
    pub(super) formats: Vec<Format>,
    /// Whether a date within a text is written as events have it, whatever its form in the cell.
    pub(super) writes_dates: bool,
    /// The last year that two digits can mean.
    pub(super) last_year: Option<i32>,
    pub(super) end: Option<Ending>,
    pub(super) bound: Bound,
}

/// What a date is of the day that is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Bound {
    /// The day itself.
    #[default]
    Exact,
    /// The earliest that it can be.
    Earliest,
    /// The latest that it can be.
    Latest,
}

/// What a line break within a cell is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LineBreaks {
    /// A part of the text, which no name or title can hold.
    #[default]
    Kept,
    /// A blank.
    Space,
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ValuePart {
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

impl Reference {
    /// Whether a cell names several.
    fn is_split(&self) -> bool {
        self.id.iter().chain(&self.name).any(|spec| !spec.split.is_empty())
    }

    fn specs(&self) -> Vec<&Spec> {
        let own = self.id.iter().chain(self.name.iter());
        own.chain(&self.aliases).chain(self.identifiers.iter().map(|(_, spec)| spec)).collect()
    }
}

impl Map {
    /// Reads a map.
    pub(super) fn read(text: &str) -> Result<Map, Fault> {
        let table: Toml = text.parse().map_err(|error: toml::de::Error| Fault::new(error.to_string(), SEE))?;
        let mut map = Section::new("", table);
        map.only(&[&OWN_KEYS[..], &conventions::KEYS[..]].concat())?;
        let shared = map.conventions()?;
        let company = map.company()?;
        let reported_at = map.text("reported_at")?;
        if let Some(at) = &reported_at
            && !conventions::is_time(at)
        {
            return Err(Fault::new(
                format!("`reported_at`: `{at}` is neither a day, a month, a year nor an instant"),
                "write it as \"2024-02-16\" or \"2024-02-16T15:35:27Z\"",
            ));
        }
        let reported_at = shared.version.clone().or(reported_at);
        let mut source = map.section("source")?.ok_or_else(|| missing("source", "say who publishes the table"))?;
        source.only(&["publisher", "url", "lang"])?;
        let of =
            MapSource { publisher: source.text("publisher")?, url: source.text("url")?, lang: source.text("lang")? };

        let mut defaults = Defaults { end: shared.end, open: shared.open(), ..Defaults::default() };
        if let Some(cells) = map.section("cells")? {
            defaults.read(cells)?;
        }

        let mut files = BTreeMap::new();
        let declared = map.section("files")?.ok_or_else(|| missing("files", "name the tables: [files.stints]"))?;
        for (name, value) in declared.table {
            let key = format!("files.{name}");
            let Value::Table(table) = value else { return Err(not_a(&key, "a table of keys")) };
            files.insert(name, FileDecl::read(Section::new(&key, table), &defaults)?);
        }

        let mut stints = Vec::new();
        for mut section in map.sections("stints")? {
            stints.push(Stints::read(&mut section, &defaults)?);
        }
        if stints.is_empty() {
            return Err(missing("stints", "say which table holds the stints"));
        }
        let people = map.section("people")?.map(|s| People::read(s, &defaults)).transpose()?;
        let units = map.sections("units")?.into_iter().map(|s| Units::read(s, &defaults)).collect::<Result<_, _>>()?;
        let links = map.section("links")?.map(|s| Links::read(s, &defaults)).transpose()?;
        let revisions = map.revisions()?;
        let map = Map {
            company: company.map(Json::from),
            source: of,
            reported_at,
            files,
            stints,
            people,
            units,
            links,
            revisions,
            conventions: shared,
        };
        map.check()?;
        Ok(map)
    }

    /// What no key can say alone.
    fn check(&self) -> Result<(), Fault> {
        for stints in &self.stints {
            self.has_file("stints.file", &stints.file)?;
        }
        let others = [
            self.people.as_ref().map(|s| ("people.file", &s.file)),
            self.links.as_ref().map(|s| ("links.file", &s.file)),
        ];
        let units = self.units.iter().map(|s| ("units.file", &s.file));
        for (key, file) in others.into_iter().flatten().chain(units) {
            self.has_file(key, file)?;
            if self.is_main(file) {
                return Err(Fault::new(
                    format!("`{key}`: the table of stints, `{file}`, is read row by row, not held in memory"),
                    "describe its file once more, under another name",
                ));
            }
        }
        let pathless =
            |(name, decl): &(&String, &FileDecl)| decl.paths.is_empty() && decl.each.is_none() && !self.is_main(name);
        if let Some((name, _)) = self.files.iter().find(pathless) {
            return Err(missing(&format!("files.{name}.path"), "only the table of stints can do without one"));
        }
        let all_have = |name: &str| self.stints.iter().all(|stints| stints.has(name));
        let timed = |(name, decl): &(&String, &FileDecl)| decl.is_timed() && self.is_main(name);
        if let Some((name, _)) = self.files.iter().find(timed) {
            let problem = format!("`files.{name}`: `from` and `to` have no effect in a table of stints");
            return Err(Fault::new(problem, "write them under [stints]"));
        }
        let of = &self.source;
        if of.publisher.is_none() && of.url.is_none() && !all_have("source.url") && !all_have("source.publisher") {
            return Err(missing("source.publisher", "say who publishes the table, or give `source.url`"));
        }
        if self.company.is_none() && self.stints.iter().any(|stints| stints.company.is_none()) {
            return Err(missing("company", "name the company of all stints, or the column `stints.company`"));
        }
        if self.links.is_some() && self.units.is_empty() {
            return Err(missing("units", "links are between the units of a table"));
        }
        if self.revisions.is_some() {
            if self.stints.iter().any(|stints| stints.key.is_none()) {
                return Err(missing("stints.key", "versions of a row are told by their key: name its column"));
            }
            // Lists have names of their own.
            let has_lists = self.stints.iter().any(|stints| stints.list.is_some());
            let needs_none = |decl: &FileDecl| decl.each.is_some() && has_lists;
            let nameless = |(_, decl): &(&String, &FileDecl)| decl.paths.is_empty() && !needs_none(decl);
            if let Some((name, _)) = self.files.iter().find(nameless) {
                let hint =
                    "versions of a table are known by its name, in which `*` is anything: path = \"posts*.json\"";
                return Err(missing(&format!("files.{name}.path"), hint));
            }
            if of.publisher.is_none() && of.url.is_none() {
                return Err(missing("source.publisher", "versions are those of one source: name it for the whole"));
            }
            if self.stints.iter().any(|stints| stints.has("reported_at")) {
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

    /// What the source calls a table: it tells the claims of one from those of another.
    pub(super) fn title(&self, table: &str) -> Option<&str> {
        self.files[table].paths.first().map(String::as_str)
    }

    /// The titles under which the ledger knows the tables; none where lists have names of their own.
    pub(super) fn titles(&self) -> Option<Vec<&str>> {
        let own = self.stints.iter().all(|stints| stints.list.is_none());
        let titles = || self.files.keys().filter_map(|table| self.title(table)).collect();
        own.then(titles)
    }

    /// How the records are written of a file that is some tables.
    pub(super) fn written(&self, tables: &[String]) -> Written {
        let files = || tables.iter().map(|table| &self.files[table]);
        let lists = files().flat_map(|file| file.lists.iter().cloned()).collect();
        Written { lists, header: files().find_map(|file| file.header.clone()) }
    }

    /// Whether a table is read row by row, and not held in memory.
    pub(super) fn is_main(&self, file: &str) -> bool {
        self.stints.iter().any(|stints| stints.file == file)
    }

    /// The columns of a table that the map reads, each once.
    pub(super) fn columns(&self, file: &str) -> Vec<String> {
        self.columns_of(file, &|_, _| true)
    }

    /// The columns that a table has by the map alone.
    pub(super) fn made(&self, file: &str) -> Vec<String> {
        self.columns_of(file, &is_made)
    }

    /// Those of the columns that the map reads of a table of which something is so, whether or not rows are looked for by them.
    fn columns_of(&self, file: &str, is_so: &dyn Fn(&str, bool) -> bool) -> Vec<String> {
        let sections = self.stints.iter().flat_map(|stints| stints.specs().into_iter().map(|s| (&stints.file, s)));
        let people = self.people.iter().flat_map(|people| people.specs().into_iter().map(|s| (&people.file, s)));
        let units = self.units.iter().flat_map(|units| units.specs().into_iter().map(|s| (&units.file, s)));
        let links = self.links.iter().flat_map(|links| links.specs().into_iter().map(|s| (&links.file, s)));
        let mut columns = Vec::new();
        let files = self.files.iter().flat_map(|(name, decl)| decl.from.iter().chain(&decl.to).map(move |s| (name, s)));
        for (of, spec) in sections.chain(people).chain(units).chain(links).chain(files) {
            spec.columns(of, &mut |table, column, is_looked_for| {
                if table == file && is_so(column, is_looked_for) {
                    columns.push(column.to_owned());
                }
            });
        }
        let decl = &self.files[file];
        columns.extend(decl.id.iter().filter(|id| is_so(id, true)).cloned());
        columns.extend(decl.only.keys().filter(|column| is_so(column, false)).cloned());
        columns.sort();
        columns.dedup();
        columns
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
    end: Option<Ending>,
    open: OpenWords,
    line_breaks: LineBreaks,
    last_year: Option<i32>,
}

impl Default for Defaults {
    fn default() -> Defaults {
        Defaults {
            empty: Vec::new(),
            formats: vec![Format::Edtf],
            end: None,
            open: OpenWords::default(),
            line_breaks: LineBreaks::default(),
            last_year: None,
        }
    }
}

impl Defaults {
    fn read(&mut self, mut cells: Section) -> Result<(), Fault> {
        cells.only(&["empty", "dates", "end", "open", "line_breaks", "last_year"])?;
        self.empty = cells.texts("empty")?.unwrap_or_default();
        if let Some(formats) = cells.texts("dates")? {
            self.formats = formats_of("cells.dates", &formats)?;
        }
        self.end = cells.end("end")?.or(self.end);
        if let Some(open) = cells.texts("open")? {
            self.open = OpenWords::of(&open);
        }
        self.line_breaks = match cells.text("line_breaks")?.as_deref() {
            None | Some("kept") => LineBreaks::Kept,
            Some("space") => LineBreaks::Space,
            Some(other) => {
                return Err(Fault::new(
                    format!("`cells.line_breaks`: `{other}` is neither \"kept\" nor \"space\""),
                    "\"space\": a line break within a cell is a blank",
                ));
            }
        };
        self.last_year = cells.year("last_year")?;
        Ok(())
    }
}

fn formats_of(key: &str, formats: &[String]) -> Result<Vec<Format>, Fault> {
    let read = |text: &String| {
        Format::read(text).ok_or_else(|| {
            Fault::new(
                format!("`{key}`: `{text}` is not a form of dates"),
                "write \"edtf\", \"excel\", \"milliseconds\", \"japanese\", or a form such as \"%d/%m/%Y\", \"%B %Y\", \"%Y\"",
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

#[cfg(test)]
mod tests {
    use super::Map;

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
        check("company = \"A\"", "company = \"A\"\nend = \"inclusiv\"", "`end`: unknown variant `inclusiv`", "");
        check("company", "compny", "`compny` is not a key of a map", "did you mean `company`?");
        check("company = \"A\"", "company = 1", "`company` is not a text", "docs/sources-csv.md");
        check("company = \"A\"", "company.nme = \"A\"", "`company.nme` is not a key", "did you mean `company.name`?");
        check("company = \"A\"", "company.id = 1", "`company.id` is not a text", "docs/sources-csv.md");
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
}
