//! Tables for analysis: what they are called, their columns, and the cells of a row.
//!
//! A vague date is a text of EDTF and two days, so that a program can reckon with it. Columns are named as in
//! `--format csv`, by words that no dialect of SQL reserves. How a table is written is not known here, but for CSV.

use std::borrow::Cow;
use std::io::{self, Write};

use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::plain_text::cell;

use super::{ExportError, edtf};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// True or false.
    Flag,
    /// A civil day.
    Day,
    /// A point in time, in UTC.
    Instant,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Kind,
}

/// A table: a name and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in their order.
    pub columns: &'static [Column],
}

/// A cell, of the kind of its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'c> {
    /// Nothing is known, or there is nothing to say.
    Empty,
    /// Text.
    Text(Cow<'c, str>),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Flag(bool),
    /// A civil day.
    Day(Day),
    /// A point in time.
    Instant(Instant),
}

/// Takes the rows of a table.
pub trait Rows {
    /// Takes a row, which has a cell for each column.
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()>;
}

/// Gives the rows of a table.
pub type Fill<'f> = dyn FnMut(&'static Table, &mut dyn Rows) -> Result<(), ExportError> + 'f;

macro_rules! columns {
    ($($name:literal $kind:ident),* $(,)?) => { &[$(Column { name: $name, kind: Kind::$kind }),*] };
}

/// A row a tenure.
pub static TENURES: Table = Table {
    name: "tenures",
    columns: columns!(
        "tenure" Text, "person_id" Text, "person" Text, "company_id" Text, "company" Text, "unit_id" Text, "unit" Text,
        "title" Text, "is_primary" Flag, "is_lead" Flag, "is_acting" Flag, "is_concurrent" Flag, "employment" Text,
        "remit" Text, "reports_to_id" Text, "reports_to" Text,
        "from_date" Text, "from_earliest" Day, "from_latest" Day, "from_inferred" Flag, "first_seen" Day, "last_seen" Text,
        "to_date" Text, "to_earliest" Day, "to_latest" Day, "to_inferred" Flag,
        "end_reason" Text, "attested" Day, "confidence" Text, "publishers" Text, "urls" Text, "supports" Text,
    ),
};

/// A row for each field of a tenure and each event that gives it.
pub static STATEMENTS: Table = Table {
    name: "statements",
    columns: columns!(
        "tenure" Text, "person_id" Text, "person" Text, "field" Text, "value" Text, "value_earliest" Day,
        "value_latest" Day, "is_inferred" Flag, "is_believed" Flag, "event_id" Text, "seq" Integer, "event_type" Text,
        "reported_at" Instant, "confidence" Text, "publisher" Text, "url" Text, "source_key" Text,
    ),
};

/// A row for each event.
pub static EVENTS: Table = Table {
    name: "events",
    columns: columns!(
        "seq" Integer, "recorded_at" Instant, "event_id" Text, "event_type" Text, "person_id" Text, "person" Text,
        "company_id" Text, "company" Text, "unit_id" Text, "unit" Text,
        "effective" Text, "effective_earliest" Day, "effective_latest" Day,
        "to_date" Text, "to_earliest" Day, "to_latest" Day, "seen" Text,
        "reported_at" Instant, "confidence" Text, "publisher" Text, "url" Text, "source_key" Text,
        "became" Text, "became_by" Integer,
    ),
};

/// A row for each unit and company.
pub static UNITS: Table = Table {
    name: "units",
    columns: columns!(
        "unit_id" Text, "unit" Text, "company_id" Text, "company" Text, "parent_id" Text, "parent" Text, "kind" Text,
        "formed" Text, "formed_earliest" Day, "formed_latest" Day,
        "dissolved" Text, "dissolved_earliest" Day, "dissolved_latest" Day,
        "merged_into_id" Text, "names" Text, "identifiers" Text,
    ),
};

/// All tables.
pub static TABLES: [&Table; 4] = [&TENURES, &STATEMENTS, &EVENTS, &UNITS];

impl<'c> Cell<'c> {
    /// Text; none where it is empty.
    pub(super) fn text(text: impl Into<Cow<'c, str>>) -> Cell<'c> {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    pub(super) fn maybe(text: Option<impl Into<Cow<'c, str>>>) -> Cell<'c> {
        text.map_or(Cell::Empty, Cell::text)
    }

    pub(super) fn day(day: Option<Day>) -> Cell<'c> {
        day.map_or(Cell::Empty, Cell::Day)
    }

    /// A vague date: as text, and its earliest and its latest day.
    pub(super) fn bounds(bounds: Option<Bounds>) -> [Cell<'c>; 3] {
        let Some(bounds) = bounds else { return [Cell::Empty, Cell::Empty, Cell::Empty] };
        [Cell::text(edtf(bounds)), Cell::day(bounds.earliest()), Cell::day(bounds.latest())]
    }

    /// As it stands in a text; none where it is empty.
    pub fn as_text(&self) -> Cow<'_, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Integer(number) => number.to_string().into(),
            Cell::Flag(flag) => flag.to_string().into(),
            Cell::Day(day) => day.to_string().into(),
            Cell::Instant(instant) => instant.to_string().into(),
        }
    }
}

/// Whether a table begins with a byte order mark, without which some spreadsheets take UTF-8 for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrderMark {
    /// As other programs want it.
    Absent,
    /// As spreadsheets want it.
    Bom,
}

/// Writes a table as CSV. A cell that a spreadsheet would take for a formula has an apostrophe before it.
pub fn write_csv(
    table: &'static Table,
    mark: ByteOrderMark,
    fill: &mut Fill<'_>,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    struct Sheet<'o>(::csv::Writer<&'o mut dyn Write>);
    impl Rows for Sheet<'_> {
        fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
            for text in cells.iter().map(Cell::as_text) {
                self.0.write_field(cell(&text).as_bytes())?;
            }
            Ok(self.0.write_record(None::<&[u8]>)?)
        }
    }
    if mark == ByteOrderMark::Bom {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut sheet = Sheet(::csv::Writer::from_writer(out));
    sheet.0.write_record(table.columns.iter().map(|column| column.name)).map_err(io::Error::from)?;
    fill(table, &mut sheet)?;
    Ok(sheet.0.flush()?)
}
