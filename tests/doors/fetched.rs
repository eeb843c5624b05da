//! The Python that has the packages that `.ci/doors-venv` fetches, and programs that are run to their end.

use std::path::PathBuf;
use std::process::Command;

use crate::shell::{file, skipped};

/// The Python, or none, and then that is told.
pub(crate) fn fetched() -> Option<PathBuf> {
    let made = Command::new(file("../.ci/doors-venv")).output().expect("a shell runs");
    if !made.status.success() {
        skipped(&format!("what asks from Python: {}", String::from_utf8_lossy(&made.stderr)));
        return None;
    }
    Some(file("../target/doors-venv/bin/python"))
}

/// Runs a program to its end, and gives what it printed.
#[track_caller]
pub(crate) fn done(command: &mut Command) -> String {
    let run = command.env("PYTHONDONTWRITEBYTECODE", "1").output().expect("it runs");
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}\n{err}");
    out.into_owned()
}
