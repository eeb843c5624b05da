//! What the command prints: answers on standard output, everything else on standard error.

use std::io::{IsTerminal, Write};

use tenure_answers::Answer;
use tenure_render::{self as render, Color, Format, Layout};

use crate::failure::{Failure, Reader};
use crate::global::{Global, When};
use crate::pager;
use tenure_ledger::Notice;

/// Prints to standard output. A reader that has gone away ends the command quietly.
pub(crate) fn put(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Failure::reader_gone()),
        result => result.map_err(|error| Failure::from(error).of("standard output")),
    }
}

/// Prints what a command has done that ends with a code of its own: the code stands, whether that is read or not.
pub(crate) fn put_before_end(text: &str) -> Result<(), Failure> {
    match put(text) {
        Err(Failure { reader: Reader::Gone, .. }) => Ok(()),
        printed => printed,
    }
}

/// Prints what a verb that asks nothing has done, as text or as one object of JSON.
pub(crate) fn put_result(global: &Global, json: &serde_json::Value, text: &str) -> Result<(), Failure> {
    match global.format {
        Format::Json | Format::Ndjson => put(&format!("{json}\n")),
        Format::Table | Format::Csv => put(&format!("{text}\n")),
    }
}

/// Prints an answer in the format asked for.
pub(crate) fn print(global: &Global, answer: &Answer) -> Result<(), Failure> {
    let text = render::render(answer, global.format, &layout(global))?;
    match pager::wanted(global.no_pager) {
        Some(pager) if pager::shows(&pager, &text)? => Ok(()),
        Some(_) | None => put(&text),
    }
}

/// Tells something on standard error, cleaned of what could drive a terminal. A closed standard error is no failure.
pub(crate) fn tell(text: &str) {
    drop(writeln!(std::io::stderr(), "{}", render::plain(text)));
}

/// Tells a notice, where `--quiet` and `--verbose` let it be told.
pub(crate) fn hear(global: &Global, notice: Notice) {
    match notice {
        Notice::Basis(text) if !global.quiet => tell(&text),
        Notice::Remark(text) if !global.quiet => tell(&format!("notice: {text}")),
        Notice::Detail(text) if global.verbose => tell(&format!("notice: {text}")),
        Notice::Basis(_) | Notice::Remark(_) | Notice::Detail(_) => {}
    }
}

/// Tells notices, in their order.
pub(crate) fn hear_all(global: &Global, notices: impl IntoIterator<Item = Notice>) {
    notices.into_iter().for_each(|notice| hear(global, notice));
}

/// The width and the colours in which answers are laid out.
pub(crate) fn layout(global: &Global) -> Layout {
    let terminal = std::io::stdout().is_terminal();
    let width = terminal.then(terminal_width);
    let wanted = match global.color {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    };
    Layout { width, color: if wanted { Color::Ansi } else { Color::Plain } }
}

/// The columns of the terminal, as the shell or the system tells them; none of them is that they are not known.
fn terminal_width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let of_system = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.filter(|width| *width > 0).or_else(of_system).filter(|width| *width > 0).unwrap_or(80)
}
