//! Which of the named files and directories is which table of the map.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::map::{Fault, FileDecl, Map};
use crate::adapter::AdapterError;
use crate::adapter::files::{self, file, is_hidden, kind, listed};
use crate::adapter::pattern::is_like;
use crate::adapter::period::Period;

/// The extensions of the files of a directory that may be trees.
const TREES: [&str; 9] = ["json", "ndjson", "jsonl", "yaml", "yml", "toml", "xml", "txt", "nc"];

/// The tables as files.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inputs {
    /// The files of stints: by date, those without one last.
    pub(super) stints: Vec<Main>,
    /// The other tables, by their names in the map.
    pub(super) others: BTreeMap<String, Vec<PathBuf>>,
    /// The dates of files of other tables: what is in them is of that version alone.
    pub(super) dated: HashMap<PathBuf, Period>,
}

/// A file that holds stints.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Main {
    /// The date that its name tells.
    pub(super) date: Option<Period>,
    pub(super) path: PathBuf,
    /// Which tables of the map it is, by their names.
    pub(super) tables: Vec<String>,
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

impl FileDecl {
    /// Whether a file that is named stands for the table.
    fn is_called(&self, name: &str) -> bool {
        self.paths.iter().any(|path| is_like(name, file_name(Path::new(path))))
    }

    /// How many letters and digits of the name of a dated file, at its end, are the name of the table: of `2024-02-16_units.csv`
    /// those of `units.csv`, also where that is `*_units.csv`.
    fn ends(&self, name: &str) -> usize {
        let names = self.paths.iter().map(|path| file_name(Path::new(path)));
        let ends = names.filter(|own| {
            let before = name.strip_suffix(own).and_then(|before| before.chars().next_back());
            before.is_some_and(|before| !before.is_alphabetic())
                || (own.contains('*') && is_like(name, &format!("*{own}")))
        });
        ends.map(|own| own.chars().filter(|letter| letter.is_alphanumeric()).count()).max().unwrap_or_default()
    }

    /// Whether it is whichever file is named.
    fn is_any(&self) -> bool {
        self.paths.is_empty()
    }
}

/// Finds the tables. A file that is named stands for the one of that name in a directory.
pub(super) fn find(map: &Map, inputs: &[PathBuf]) -> Result<Inputs, Fault> {
    let (directories, named): (Vec<&PathBuf>, Vec<&PathBuf>) = inputs.iter().partition(|path| path.is_dir());
    let mut found = BTreeMap::<&str, Vec<PathBuf>>::new();
    for file in named {
        let name = file_name(file);
        let is_dated = date(map, file).is_some();
        let ends = map.files.values().map(|decl| decl.ends(name)).max().filter(|ends| is_dated && *ends > 0);
        let called = |(_, decl): &(&String, &FileDecl)| decl.is_called(name) || ends == Some(decl.ends(name));
        let mut tables: Vec<&String> = map.files.iter().filter(called).map(|(table, _)| table).collect();
        let is_other = tables.is_empty();
        if is_other || is_dated {
            let is_any = |table: &str, decl: &FileDecl| decl.is_any() || (is_other && is_dated && map.is_main(table));
            let any = map.files.iter().filter(|(table, decl)| is_any(table, decl)).map(|(table, _)| table);
            tables.extend(any);
            tables.sort();
            tables.dedup();
        }
        if tables.is_empty() {
            return Err(no_table(map, file));
        }
        for table in tables {
            let files = found.entry(table).or_default();
            files.push(file.clone());
        }
    }
    for (table, decl) in &map.files {
        let is_tree = decl.is_any() && decl.each.is_some();
        if found.contains_key(&**table) && !is_tree {
            continue;
        }
        let files = within(&directories, decl)?;
        if let (true, true, Some(directory)) = (is_tree, files.is_empty(), directories.first())
            && !found.contains_key(&**table)
        {
            let problem = format!("`{}`: {}", directory.display(), files::nothing(&TREES));
            return Err(Fault { problem, hint: files::NOT_BELOW.to_owned() });
        }
        if files.is_empty() && !found.contains_key(&**table) {
            let called = if decl.is_any() { String::new() } else { format!(" ({})", decl.paths.join(", ")) };
            let is_dated = |path: &&PathBuf| !path.is_dir() && date(map, path).is_some();
            let hint = match decl.paths.first().filter(|_| decl.each.is_some() && inputs.iter().any(|of| is_dated(&of)))
            {
                Some(path) => {
                    format!("where the names of its files tell days, that stands in the path: path = \"*{path}\"")
                }
                None => "name the directory in which the tables lie, or each of them".to_owned(),
            };
            return Err(Fault { problem: format!("the table `{table}`{called} is not among the inputs"), hint });
        }
        found.entry(table).or_default().extend(files);
    }
    let mut stints = Vec::<Main>::new();
    let mut places = HashMap::<PathBuf, usize>::new();
    let mut others = BTreeMap::new();
    for (table, files) in found {
        if !map.is_main(table) {
            others.insert(table.to_owned(), files);
            continue;
        }
        for path in files {
            let place = *places.entry(path.clone()).or_insert(stints.len());
            match stints.get_mut(place) {
                Some(main) => main.tables.push(table.to_owned()),
                None => stints.push(Main { date: date(map, &path), path, tables: vec![table.to_owned()] }),
            }
        }
    }
    let is_version = |day: &Period| stints.iter().any(|main| main.date == Some(*day));
    let mut dated = HashMap::new();
    for (table, files) in &others {
        // A plain table is of the versions where each has one of its own, else it stands beside all.
        if map.files[table].each.is_some() || one_for_each(map, table, files, &stints)? {
            let days = files.iter().filter_map(|path| Some((path.clone(), date(map, path).filter(is_version)?)));
            dated.extend(days);
        }
    }
    let mut inputs = Inputs { stints, others, dated };
    inputs.sort();
    Ok(inputs)
}

/// Whether each version has a file of a plain table, of its own day. Several files that are of no version are refused.
fn one_for_each(map: &Map, table: &str, files: &[PathBuf], stints: &[Main]) -> Result<bool, Fault> {
    let days: BTreeSet<Option<Period>> = files.iter().map(|file| date(map, file)).collect();
    let versions: BTreeSet<Option<Period>> = stints.iter().map(|main| main.date).collect();
    let is_each = days == versions && days.len() == files.len() && !days.contains(&None);
    match files {
        [one, other, ..] if !is_each => Err(Fault {
            problem: format!("`{}` and `{}` are both the table `{table}`", one.display(), other.display()),
            hint: "name one of them, or one for each version".to_owned(),
        }),
        _ => Ok(is_each),
    }
}

/// Says that a file is none of the tables, and which files are.
fn no_table(map: &Map, file: &Path) -> Fault {
    let paths = map.files.values().flat_map(|decl| &decl.paths);
    let tables: Vec<String> = paths.map(|path| format!("`{path}`")).collect();
    let tells_days = map.revisions.as_ref().is_some_and(|revisions| revisions.files.is_some());
    let dated = if tells_days {
        ", and files whose names tell a day as `revisions.files` has it ({date} is 2024-02-16 or 20240216; a month is {year}-{month})"
    } else {
        ""
    };
    Fault {
        problem: format!("`{}` is no table of the map", file.display()),
        hint: format!("the map reads {}{dated}", tables.join(", ")),
    }
}

impl Inputs {
    pub(super) fn sort(&mut self) {
        self.stints.sort_by_key(|main| (main.date.is_none(), main.date));
    }

    /// Whether a file of another table belongs to a version: it has that date, or none.
    pub(super) fn is_of(&self, path: &Path, version: Option<Period>) -> bool {
        self.dated.get(path).is_none_or(|date| version == Some(*date))
    }
}

/// The date that the name of a file tells, or the names of the directories above it.
fn date(map: &Map, path: &Path) -> Option<Period> {
    map.revisions.as_ref()?.files.as_ref()?.date(path)
}

/// The files of directories that are a table; of a plain table the first.
fn within(directories: &[&PathBuf], decl: &FileDecl) -> Result<Vec<PathBuf>, Fault> {
    let mut found = Vec::new();
    for directory in directories {
        if decl.is_any() && decl.each.is_some() {
            found.extend(files::within(directory, &TREES).map_err(unreadable)?);
        }
        for path in &decl.paths {
            let steps: Vec<&str> = path.split('/').collect();
            match decl.each {
                Some(_) => walk(directory, &steps, &mut found).map_err(unreadable)?,
                None => found.extend(file(directory.join(path)).map_err(unreadable)?),
            }
        }
    }
    if let (None, [one, other, ..]) = (&decl.each, &found[..]) {
        let names = [one, other].map(|path| path.parent().map_or(path.display(), Path::display));
        return Err(Fault {
            problem: format!(
                "`{}` and `{}` are both the table `{}`",
                one.display(),
                other.display(),
                decl.paths.join(", ")
            ),
            hint: format!("its tables belong together: read `{}` and `{}` one after the other", names[0], names[1]),
        });
    }
    Ok(found)
}

/// Finds the files that a path with `*` in its names leads to, in order. A `*` stands for no hidden ones.
fn walk(directory: &Path, steps: &[&str], found: &mut Vec<PathBuf>) -> Result<(), AdapterError> {
    let Some((step, rest)) = steps.split_first() else { return Ok(()) };
    let is_meant = |path: &PathBuf| is_like(file_name(path), step) && (step.starts_with('.') || !is_hidden(path));
    for path in listed(directory)?.into_iter().filter(is_meant) {
        if rest.is_empty() {
            found.extend(file(path)?);
        } else if kind(&path)?.is_some_and(|kind| kind.is_dir()) {
            walk(&path, rest, found)?;
        }
    }
    Ok(())
}

fn unreadable(error: AdapterError) -> Fault {
    match error {
        AdapterError::Unusable { file, problem, hint } => Fault { problem: format!("{file}: {problem}"), hint },
        AdapterError::Midway { .. } | AdapterError::Ingest(_) => {
            Fault { problem: error.to_string(), hint: "may it be read?".to_owned() }
        }
    }
}
