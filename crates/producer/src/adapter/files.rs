//! Which files are meant where files and directories are named.

use std::path::{Path, PathBuf};

use super::AdapterError;
use super::settings::unusable;

/// The files that are meant, as they were named; of a directory those with one of the extensions, by name.
pub(super) fn files(inputs: &[PathBuf], extensions: &[&str]) -> Result<Vec<PathBuf>, AdapterError> {
    let fits = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        path.is_file() && extensions.iter().any(|one| extension.eq_ignore_ascii_case(one))
    };
    let mut files = Vec::new();
    for input in inputs {
        if !input.is_dir() {
            files.push(input.clone());
            continue;
        }
        let listed = std::fs::read_dir(input).map_err(|error| unusable(input, error, "may it be read?"))?;
        let mut within: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).filter(|path| fits(path)).collect();
        within.sort();
        files.extend(within);
    }
    Ok(files)
}
