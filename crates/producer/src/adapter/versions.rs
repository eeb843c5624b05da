//! Which inputs are which version of a source.

use std::path::{Path, PathBuf};

use super::Task;
use super::accounts::Accounts;
use super::conventions::{Conventions, instant};
use super::revisions::{Revisions, Version};
use super::settings::unusable;
use super::{AdapterError, files::files};

/// A version and its files.
pub(super) struct Dated {
    pub(super) version: Version,
    pub(super) inputs: Vec<PathBuf>,
}

/// The versions of the inputs, by their dates: those that the names of files tell, and last what has no date of its own.
pub(super) fn versions(
    task: &Task<'_>,
    conventions: &Conventions,
    reported_at: Option<&str>,
    revisions: Option<&Revisions>,
    extensions: &[&str],
    accounts: &mut Accounts,
) -> Result<Vec<Dated>, AdapterError> {
    let own = task.version.or(conventions.version.as_deref()).or(reported_at);
    check(task.version)?;
    let pattern = revisions.and_then(|revisions| revisions.files.as_ref());
    let mut dated = Vec::new();
    for path in files(task.inputs, extensions)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        dated.push((pattern.and_then(|pattern| pattern.date(name)), path));
    }
    if task.version.is_some() {
        accounts.dated_by_name = dated.iter().filter(|(day, _)| day.is_some()).count() as u64;
    }
    dated.sort_by_key(|(day, _)| (day.is_none(), *day));
    let mut versions: Vec<Dated> = Vec::new();
    let mut last = None;
    for (day, path) in dated {
        match versions.last_mut() {
            Some(version) if last == Some(day) => version.inputs.push(path),
            _ => {
                let text = day.map(|day| day.to_string()).or_else(|| own.map(str::to_owned));
                versions.push(Dated { version: Version::of(text), inputs: vec![path] });
            }
        }
        last = Some(day);
    }
    Ok(versions)
}

/// Refuses a version that is no day.
pub(super) fn check(version: Option<&str>) -> Result<(), AdapterError> {
    match version {
        Some(text) if instant(text).is_none() => {
            let problem = format!("`{text}` is neither a day nor an instant");
            Err(unusable(Path::new("--version"), problem, "write 2024-02-16 or 2024-02-16T15:35:27Z"))
        }
        Some(_) | None => Ok(()),
    }
}
