//! Which inputs are which version of a source.

use std::path::{Path, PathBuf};

use super::conventions::{Conventions, is_time};
use super::period::Period;
use super::revisions::{Revisions, Version};
use super::settings::unusable;
use super::{AdapterError, files::files};
use super::{Sink, Task};

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
    sink: &mut dyn Sink,
) -> Result<Vec<Dated>, AdapterError> {
    let own = task.version.or(conventions.version.as_deref()).or(reported_at);
    check(task.version)?;
    let pattern = revisions.and_then(|revisions| revisions.files.as_ref());
    let mut dated: Vec<(Option<Period>, PathBuf)> = Vec::new();
    for path in files(task.inputs, extensions)? {
        dated.push((pattern.and_then(|pattern| pattern.date(&path)), path));
    }
    if task.version.is_some() {
        sink.accounts().dated_by_name = dated.iter().filter(|(day, _)| day.is_some()).count() as u64;
    }
    dated.sort_by_key(|(day, _)| (day.is_none(), *day));
    let mut versions: Vec<Dated> = Vec::new();
    let mut last = None;
    for (day, path) in dated {
        match versions.last_mut() {
            Some(version) if last == Some(day) => version.inputs.push(path),
            _ => {
                let text = day.map(|period| period.to_string()).or_else(|| own.map(str::to_owned));
                versions.push(Dated { version: Version::of(text, sink.now().day()), inputs: vec![path] });
            }
        }
        last = Some(day);
    }
    Ok(versions)
}

/// Refuses a version that is of no time.
pub(super) fn check(version: Option<&str>) -> Result<(), AdapterError> {
    match version {
        Some(text) if !is_time(text) => {
            let problem = format!("`{text}` is neither a day, a month, a year nor an instant");
            Err(unusable(Path::new("--version"), problem, "write 2024-02-16, 2024-02, 2024 or 2024-02-16T15:35:27Z"))
        }
        Some(_) | None => Ok(()),
    }
}
