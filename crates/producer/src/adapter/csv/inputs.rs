//! Which of the named files and directories is which table of the map.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tenure_domain::day::Day;

use super::map::{Fault, Map};

/// The tables as files.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inputs {
    /// The tables of stints, with the dates that their names tell: by date, those without one last.
    pub(super) stints: Vec<(Option<Day>, PathBuf)>,
    /// The other tables, by their names in the map.
    pub(super) others: BTreeMap<String, PathBuf>,
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Finds the tables. A file that is named stands for the one of that name in a directory.
pub(super) fn find(map: &Map, inputs: &[PathBuf]) -> Result<Inputs, Fault> {
    let (directories, files): (Vec<&PathBuf>, Vec<&PathBuf>) = inputs.iter().partition(|path| path.is_dir());
    let in_directory = |path: &str| directories.iter().map(|dir| dir.join(path)).find(|path| path.is_file());
    let mut stints = Vec::new();
    let mut others = BTreeMap::<String, PathBuf>::new();
    let main = &map.files[&map.stints.file];
    for file in files {
        let name = file_name(file);
        let dated = map.revisions.as_ref().and_then(|r| r.files.as_ref()).and_then(|pattern| pattern.date(name));
        let called = |path: Option<&str>| path.is_some_and(|path| file_name(Path::new(path)) == name);
        let is_other = |(other, _): &(&String, _)| **other != map.stints.file;
        let mut fits = map.files.iter().filter(is_other).filter(|(_, decl)| called(decl.path.as_deref())).peekable();
        if dated.is_some() || called(main.path.as_deref()) || (main.path.is_none() && fits.peek().is_none()) {
            stints.push((dated, file.clone()));
        } else if fits.peek().is_none() {
            let tables: Vec<String> =
                map.files.values().filter_map(|decl| decl.path.as_deref()).map(|path| format!("`{path}`")).collect();
            return Err(Fault {
                problem: format!("`{}` is no table of the map", file.display()),
                hint: format!("the map reads {}", tables.join(", ")),
            });
        }
        for (table, _) in fits {
            if let Some(before) = others.insert(table.clone(), file.clone()) {
                return Err(Fault {
                    problem: format!("`{}` and `{}` are both the table `{table}`", before.display(), file.display()),
                    hint: "name one of them".to_owned(),
                });
            }
        }
    }
    for (name, decl) in &map.files {
        let is_main = *name == map.stints.file;
        if (is_main && !stints.is_empty()) || others.contains_key(name) {
            continue;
        }
        let path = decl.path.as_deref().unwrap_or_default();
        let found = in_directory(path).ok_or_else(|| Fault {
            problem: format!("the table `{name}` ({path}) is not among the inputs"),
            hint: "name the directory in which the tables lie, or each of them".to_owned(),
        })?;
        if is_main {
            stints.push((None, found));
        } else {
            others.insert(name.clone(), found);
        }
    }
    stints.sort_by_key(|(date, _)| (date.is_none(), *date));
    Ok(Inputs { stints, others })
}
