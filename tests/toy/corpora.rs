//! What the tests give to importers, kept for `make fuzz` to begin with: inputs and maps, by the format that reads them.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

/// The most bytes of a file that is kept: more are not tried.
const MOST: u64 = 8 * 1024;

/// The sorts of trees, as the target `records` numbers them.
const TREES: [&str; 6] = ["json", "ndjson", "yaml", "toml", "xml", "txt"];

/// Keeps what a command of `dir` reads: below `corpora`, the files of a format `F` in `F`, their maps in `F_map`, and
/// events in `lines`.
pub(super) fn keep(corpora: &Path, dir: &Path, arguments: &[&str]) {
    if arguments.first() != Some(&"ingest") {
        return;
    }
    let after =
        |flag: &str| arguments.iter().position(|one| *one == flag).and_then(|at| arguments.get(at + 1).copied());
    let (format, map) = (after("--from").unwrap_or("lines"), after("--map"));
    for argument in arguments {
        let path = dir.join(argument);
        // A pipe or a device is not waited for.
        let is_kept = fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() <= MOST);
        let Some(mut bytes) = is_kept.then(|| fs::read(&path).ok()).flatten() else { continue };
        let target = if map == Some(argument) { format!("{format}_map") } else { format.to_owned() };
        if target == "records" {
            // Its target chooses the sort of tree by the first byte.
            let extension = Path::new(argument).extension().and_then(|extension| extension.to_str());
            let sort = (0..).zip(TREES).find(|(_, tree)| Some(*tree) == extension);
            bytes.insert(0, sort.map_or(0, |(sort, _)| sort));
        }
        let mut name = DefaultHasher::new();
        bytes.hash(&mut name);
        let place = corpora.join(target);
        if fs::create_dir_all(&place).is_ok() {
            // A corpus that lacks some of what was tried is one all the same.
            drop(fs::write(place.join(format!("{:016x}", name.finish())), bytes));
        }
    }
}
