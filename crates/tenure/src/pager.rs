//! The pager: what shows a long answer on a terminal, chosen and started as git does it.

use std::env::VarError;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

/// The pager of this user.
pub(crate) struct Pager(String);

/// The exit codes of a shell that finds no such command, or may not run it.
const NOT_RUN: [i32; 2] = [126, 127];

/// The pager to show an answer with: that of `TENURE_PAGER`, else of `PAGER`, else `less`. None where standard output is
/// no terminal, or where the user wants none.
pub(crate) fn wanted(no_pager: bool) -> Option<Pager> {
    if no_pager || !io::stdout().is_terminal() {
        return None;
    }
    chosen(["TENURE_PAGER", "PAGER"].map(std::env::var))
}

/// The first of some settings. An empty one and `cat` want no pager.
fn chosen(settings: [Result<String, VarError>; 2]) -> Option<Pager> {
    let pager = settings.into_iter().find_map(Result::ok).unwrap_or_else(|| "less".to_owned());
    (!pager.is_empty() && pager != "cat").then_some(Pager(pager))
}

/// Shows a text by a pager, until the user leaves it. False where there is no such program.
pub(crate) fn shows(Pager(pager): &Pager, text: &str) -> io::Result<bool> {
    let mut shell = Command::new("sh");
    shell.args(["-c", pager]).stdin(Stdio::piped());
    // What fits on the screen is printed and left there; colours are shown.
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            shell.env(name, value);
        }
    }
    let Ok(mut shown) = shell.spawn() else { return Ok(false) };
    if let Some(mut stdin) = shown.stdin.take() {
        // Who leaves before the end has seen enough.
        drop(stdin.write_all(text.as_bytes()));
    }
    let status = shown.wait()?;
    Ok(!status.code().is_some_and(|code| NOT_RUN.contains(&code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_set_counts_and_none_can_be_wanted() {
        let set = |text: &str| Ok(text.to_owned());
        let check = |settings, expect: Option<&str>| {
            assert_eq!(chosen(settings).map(|Pager(pager)| pager).as_deref(), expect);
        };
        let unset = || Err(VarError::NotPresent);
        check([unset(), unset()], Some("less"));
        check([unset(), set("more")], Some("more"));
        check([set("less -S"), set("more")], Some("less -S"));
        check([set("cat"), set("more")], None);
        check([unset(), set("")], None);
    }
}
