//! Stints as a table: one row a tenure, with all that a `HeldPost` says of one.
//!
//! Dates are EDTF, `to` is the first day after. A start of which nothing is known is empty, as is the end of what is not
//! known to have ended; an end of which nothing is known is an open range. A cell that a spreadsheet would take for a
//! formula has an apostrophe before it, which reading the table takes off.
//!
//! Names are those of the row's first day, as in all rows, where an id stands beside them. Whoever has none is known by the
//! name alone, and has one name in all rows: else the table, read again, would make several of one.

use std::io::{self, Write};

use tenure_domain::plain_text::cell;
use tenure_domain::view::ViewError;

use super::{Export, ExportError, edtf};
use tenure_answers::{Person, Unit};

/// The columns, in their order.
const COLUMNS: [&str; 25] = [
    "tenure",
    "person_id",
    "person",
    "company_id",
    "company",
    "unit_id",
    "unit",
    "title",
    "from",
    "from_inferred",
    "to",
    "to_inferred",
    "seen",
    "primary",
    "concurrent",
    "lead",
    "acting",
    "employment",
    "remit",
    "reports_to_id",
    "reports_to",
    "confidence",
    "publishers",
    "urls",
    "events",
];

pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<(), ExportError> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(COLUMNS).map_err(io::Error::from)?;
    export.each_tenure(&export.selection()?.people, &mut |state, person, held, shown| {
        let inquiry = &export.inquiry;
        let then = inquiry.of_row(held);
        let person_called = |person| called(then.person_shown(person)?, || inquiry.person_shown(person));
        let person = person_called(person)?;
        let company = called(shown.company.clone(), || inquiry.unit_shown(held.company))?;
        let unit = held.unit.map(|unit| called(then.unit_shown(unit)?, || inquiry.unit_shown(unit))).transpose()?;
        let manager = inquiry.manager_of(held).map(person_called).transpose()?;
        let flag = |flag: bool| if flag { "true" } else { "" };
        let to = held.end.as_ref();
        // A start without bounds is nothing to say, unless nothing else says that this is no sighting.
        let nothing_else = to.is_none() && held.attested.is_none();
        let unknown = held.start.bounds == tenure_domain::bounds::Bounds::UNKNOWN;
        let from = if unknown && !nothing_else { String::new() } else { edtf(held.start.bounds) };
        let cited = export.cited(state, held);
        let joined = |texts: Vec<&str>| {
            let mut texts = texts;
            texts.dedup();
            texts.join("; ")
        };
        let seen = shown.attested.as_deref().filter(|_| is_within(held));
        let concurrent = held.concurrency == tenure_domain::event::Concurrency::Concurrent;
        let row: [&str; 25] = [
            &shown.tenure,
            given(&person.id),
            &person.name,
            given(&company.id),
            &company.name,
            unit.as_ref().map_or("", |unit| given(&unit.id)),
            unit.as_ref().map_or("", |unit| &unit.name),
            shown.title.as_deref().unwrap_or_default(),
            &from,
            flag(held.start.origin.is_inferred()),
            &to.map(|to| edtf(to.bounds)).unwrap_or_default(),
            flag(to.is_some_and(|to| to.origin.is_inferred())),
            seen.unwrap_or_default(),
            flag(shown.primary),
            flag(concurrent),
            flag(shown.lead),
            flag(shown.acting),
            &shown.employment,
            shown.remit.as_deref().unwrap_or_default(),
            manager.as_ref().map_or("", |manager| given(&manager.id)),
            manager.as_ref().map_or("", |manager| &manager.name),
            &shown.confidence,
            &joined(cited.iter().filter_map(|cited| cited.publisher.as_deref()).collect()),
            &joined(cited.iter().filter_map(|cited| cited.url.as_deref()).collect()),
            &shown.supports.join("; "),
        ];
        Ok(table.write_record(row.map(|text| cell(text).into_owned())).map_err(io::Error::from)?)
    })?;
    Ok(table.flush()?)
}

/// What has an id and a name.
trait Named {
    fn id(&self) -> &str;
}

impl Named for Person {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Named for Unit {
    fn id(&self) -> &str {
        &self.id
    }
}

/// An entity as a row calls it: by its name then, where it has an id that somebody gave, else by its one name.
fn called<N: Named>(then: N, now: impl FnOnce() -> Result<N, ViewError>) -> Result<N, ViewError> {
    if given(then.id()).is_empty() { now() } else { Ok(then) }
}

/// An id that somebody gave. One that the ledger made is no more than the name, which has its own column.
fn given(id: &str) -> &str {
    if id.starts_with('~') { "" } else { id }
}

/// Whether the day on which a tenure was last attested lies within it, so that a row can say it.
fn is_within(held: &tenure_domain::tenure::Tenure) -> bool {
    let Some(day) = held.attested else { return false };
    let begun = held.start.bounds.earliest().is_none_or(|earliest| earliest <= day);
    let over = held.end.as_ref().and_then(|end| end.bounds.latest()).is_some_and(|latest| latest < day);
    begun && !over
}
