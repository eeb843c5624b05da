//! Which files are meant where files and directories are named.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::AdapterError;
use super::settings::unusable;
use crate::binary::Binary;

/// The files that are meant, as they were named; of a directory those with one of the extensions, by name. Directories in which
/// there are none are no input.
pub(super) fn files(inputs: &[PathBuf], extensions: &[&str]) -> Result<Vec<PathBuf>, AdapterError> {
    let mut files = Vec::new();
    for input in inputs {
        if input.is_dir() {
            files.extend(within(input, extensions)?);
        } else {
            files.push(input.clone());
        }
    }
    match inputs.first() {
        Some(directory) if files.is_empty() => Err(unusable(directory, nothing(extensions), NOT_BELOW)),
        Some(_) | None => Ok(files),
    }
}

/// What to do about a directory in which there is no file to be read.
pub(super) const NOT_BELOW: &str = "directories within it are not looked into: name these, or the files";

/// That a directory has no file with one of these extensions.
pub(super) fn nothing(extensions: &[&str]) -> String {
    format!("it holds no file that ends in .{}", extensions.join(", ."))
}

/// The files of a directory with one of the extensions, by name, but for hidden ones.
pub(super) fn within(directory: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, AdapterError> {
    let fits = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        !is_hidden(path) && extensions.iter().any(|one| extension.eq_ignore_ascii_case(one))
    };
    let files = listed(directory)?.into_iter().filter(|path| fits(path)).map(file);
    files.filter_map(Result::transpose).collect()
}

/// Whether a file is hidden: no directory stands for it.
pub(super) fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// What a directory holds, by name. One that cannot be read to its end is not taken for one that holds less.
pub(super) fn listed(directory: &Path) -> Result<Vec<PathBuf>, AdapterError> {
    let entries = std::fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<PathBuf>>>());
    let mut paths = entries.map_err(|error| unusable(directory, error, "may it be read?"))?;
    paths.sort();
    Ok(paths)
}

/// A path that leads to a file of text; none where it leads to something else, or nowhere.
pub(super) fn file(path: PathBuf) -> Result<Option<PathBuf>, AdapterError> {
    let Some(_) = kind(&path)?.filter(std::fs::FileType::is_file) else { return Ok(None) };
    refuse_binary(&path)?;
    Ok(Some(path))
}

/// Refuses a file that is no text.
pub(super) fn refuse_binary(path: &Path) -> Result<(), AdapterError> {
    Binary::of_file(path).map_or(Ok(()), |binary| Err(unusable(path, binary, binary.hint())))
}

/// What a path leads to; none where it leads nowhere.
pub(super) fn kind(path: &Path) -> Result<Option<std::fs::FileType>, AdapterError> {
    match std::fs::metadata(path) {
        Ok(meta) => Ok(Some(meta.file_type())),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(unusable(path, error, "may it be read?")),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::{file, files, listed};

    #[test]
    fn what_cannot_be_looked_at_is_not_taken_for_absent() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("a.json"), "[]").expect("written");
        std::fs::create_dir(path("d.json")).expect("made");
        symlink("nowhere", path("e.json")).expect("linked");
        let found = || files(&[dir.path().to_owned()], &["json"]);
        assert_eq!(found().expect("all can be looked at"), [path("a.json")]);
        assert!(matches!(file(path("a.json/b.json")), Ok(None)));
        symlink("loop.json", path("loop.json")).expect("linked");
        for error in [found().map(drop), file(path("loop.json")).map(drop), listed(&path("loop.json")).map(drop)] {
            assert!(error.expect_err("it leads to itself").to_string().contains("loop.json: "));
        }
    }
}
