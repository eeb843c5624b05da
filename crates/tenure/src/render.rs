//! How answers look: laid out for people, or as JSON, NDJSON and CSV for programs.
//!
//! One function turns an answer into the text that goes to stdout. It asks nothing of the terminal: how wide it is
//! and whether it shows colours is said by a [`Look`]. Into a pipe nothing is ever cut or wrapped.
//!
//! Names, titles and quotes come from sources that nobody vouches for. Every text that is laid out for people passes
//! through `ink`, which takes from it what could drive a terminal; JSON escapes the same characters.
//!
//! Deliberately not here: the resolved basis and notices, which go to stderr, and a pager.

mod career;
mod changes;
mod chart;
mod evidence;
mod found;
mod grid;
mod ink;
mod journal;
mod page;
mod people;
mod post;
mod rows;
mod timeline;

#[cfg(test)]
mod samples;

use tenure_query::answer::{
    CareerAnswer, ConflictsAnswer, DiffAnswer, FindAnswer, HoldersAnswer, LogAnswer, MovesAnswer, OrgAnswer,
    PersonAnswer, ReportsAnswer, StatusAnswer, WhoAnswer, WhyAnswer,
};

pub(crate) use ink::Color;
use page::Page;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One object, as the contract gives it.
    Json,
    /// One object a line and row.
    Ndjson,
    /// A header and one record a row.
    Csv,
}

/// What the place that shows an answer can do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// The columns of a terminal; without one, nothing is cut or wrapped.
    pub(crate) width: Option<usize>,
    /// Whether it shows colours.
    pub(crate) color: Color,
}

/// An answer to any question.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer<'a> {
    /// The posts held on a day.
    Person(&'a PersonAnswer),
    /// The whole timeline.
    Career(&'a CareerAnswer),
    /// The people of a unit.
    Who(&'a WhoAnswer),
    /// Everyone who ever held a post there.
    Holders(&'a HoldersAnswer),
    /// The org chart.
    Org(&'a OrgAnswer),
    /// The reporting line.
    Reports(&'a ReportsAnswer),
    /// What was learned and what happened.
    Diff(&'a DiffAnswer),
    /// The evidence of a tenure.
    Why(&'a WhyAnswer),
    /// What sources disagree on.
    Conflicts(&'a ConflictsAnswer),
    /// What was found by name.
    Find(&'a FindAnswer),
    /// The flows of people.
    Moves(&'a MovesAnswer),
    /// The events as recorded.
    Log(&'a LogAnswer),
    /// Lag and sizes.
    Status(&'a StatusAnswer),
}

/// The answer as text that ends its last line, or no text at all.
pub(crate) fn render(answer: &Answer<'_>, format: Format, look: &Look) -> anyhow::Result<String> {
    match format {
        Format::Table => Ok(laid_out(answer, look)),
        Format::Json => rows::json(answer),
        Format::Ndjson => rows::ndjson(answer),
        Format::Csv => rows::csv(answer),
    }
}

fn laid_out(answer: &Answer<'_>, look: &Look) -> String {
    let mut page = Page::new(*look);
    match answer {
        Answer::Person(answer) => people::person(&mut page, answer),
        Answer::Career(answer) => career::career(&mut page, answer),
        Answer::Who(answer) => people::who(&mut page, answer),
        Answer::Holders(answer) => people::holders(&mut page, answer),
        Answer::Org(answer) => chart::org(&mut page, answer),
        Answer::Reports(answer) => chart::reports(&mut page, answer),
        Answer::Diff(answer) => changes::diff(&mut page, answer),
        Answer::Why(answer) => evidence::why(&mut page, answer),
        Answer::Conflicts(answer) => evidence::conflicts(&mut page, answer),
        Answer::Find(answer) => found::find(&mut page, answer),
        Answer::Moves(answer) => changes::moves(&mut page, answer),
        Answer::Log(answer) => journal::log(&mut page, answer),
        Answer::Status(answer) => found::status(&mut page, answer),
    }
    page.finish()
}
