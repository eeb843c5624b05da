//! Answers drawn into files: what the verbs that draw have in common.

use std::path::Path;

use tenure_answers::{Answer, WhoAnswer};
use tenure_domain::plain_text::shown_path;
use tenure_render::picture::{self, Grounds, Staff};

use super::destination::Destination;
use crate::asking::{self, terms};
use crate::failure::Failure;
use crate::global::Global;
#[cfg(feature = "full")]
use crate::raster;
use tenure_ledger::answers::basis_told;
use tenure_ledger::question::Ask;
use tenure_render::Format;

/// Prints the answer, or draws it into a file where one is named.
pub(super) fn ask_or_draw(global: &Global, ask: Ask, output: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = output else { return asking::ask(global, ask) };
    let hint = "name it something.svg or something.png; a page of HTML is made by tenure report";
    fit(global, path, &["svg", "png"], hint)?;
    if is_named(path, "png") && !cfg!(feature = "full") {
        let hint = "name it something.svg, or build it with --features full";
        return Err(Failure::usage("this program was built without PNG", hint));
    }
    let destination = Destination::to(global, Some(path))?;
    let staff = if let Ask::Org { unit, .. } = &ask { staff(global, unit)? } else { Staff::default() };
    let answer = asking::answer(global, ask)?;
    let terms = terms(global);
    let language = terms.lang.as_deref();
    let svg = match &answer {
        Answer::Career(career) => {
            let basis = basis_told(&terms, &career.basis);
            picture::career(career, &Grounds { basis: &basis, language })
        }
        Answer::Org(org) => {
            let basis = basis_told(&terms, &org.basis);
            picture::org(org, &staff, &Grounds { basis: &basis, language })
        }
        Answer::Moves(moves) => {
            let basis = basis_told(&terms, &moves.basis);
            picture::moves(moves, &Grounds { basis: &basis, language })
        }
        Answer::Person(_)
        | Answer::Who(_)
        | Answer::Holders(_)
        | Answer::Reports(_)
        | Answer::Diff(_)
        | Answer::Why(_)
        | Answer::Event(_)
        | Answer::Conflicts(_)
        | Answer::Find(_)
        | Answer::Log(_)
        | Answer::List(_)
        | Answer::Status(_) => unreachable!("only these verbs take a file to draw into"),
    };
    #[cfg(feature = "full")]
    if is_named(path, "png") {
        return write(&destination, &raster::png(&svg)?);
    }
    write(&destination, svg.as_bytes())
}

/// Everyone in a unit and in what is below it.
pub(super) fn everyone(unit: &str) -> Ask {
    Ask::who(unit)
}

/// The people to name in the chart of a unit.
fn staff(global: &Global, unit: &str) -> Result<Staff, Failure> {
    // On the same basis as the chart, which is told once.
    let who: WhoAnswer = asking::answer(&Global { quiet: true, ..global.clone() }, everyone(unit))?.narrow();
    Ok(Staff::of(who.members))
}

/// Refuses what would be written under a name that says something else.
pub(super) fn fit(global: &Global, path: &Path, extensions: &[&str], hint: &str) -> Result<(), Failure> {
    if global.format != Format::Table {
        let error = "--format tells how an answer is printed; the format of a file is told by its name";
        return Err(Failure::usage(error, "leave out --format"));
    }
    if extensions.iter().any(|known| is_named(path, known)) {
        return Ok(());
    }
    let error = format!("{}: only .{} files are written here", shown_path(path), extensions.join(" and ."));
    Err(Failure::usage(error, hint))
}

/// Whether the name of a file ends so.
fn is_named(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|named| named.eq_ignore_ascii_case(extension))
}

/// Writes a picture.
pub(super) fn write(destination: &Destination<'_>, bytes: &[u8]) -> Result<(), Failure> {
    destination.write(|out| Ok(out.write_all(bytes)?))
}
