//! Tables as a database of `SQLite`: days and points in time are texts, as its functions of dates read them.

use std::io;
use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement, ToSql, params_from_iter};
use tenure_query::export::ExportError;
use tenure_query::export::table::{Cell, Fill, Kind, Rows, Table};

use crate::failed;

/// The columns by which tables are joined, and so indexed.
const JOINED: [&str; 5] = ["tenure", "person_id", "unit_id", "company_id", "event_id"];

pub(crate) fn write(tables: &[&'static Table], fill: &mut Fill<'_>, path: &Path) -> Result<(), ExportError> {
    let connection = Connection::open(path).map_err(failed)?;
    // The file is not read until it is whole.
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN").map_err(failed)?;
    for table in tables {
        connection.execute_batch(&create(table)).map_err(failed)?;
        let places = vec!["?"; table.columns.len()].join(", ");
        let insert = format!("INSERT INTO {} VALUES ({places})", table.name);
        let mut inserts = Inserts(connection.prepare(&insert).map_err(failed)?);
        fill(table, &mut inserts)?;
        drop(inserts);
        for column in table.columns.iter().filter(|column| JOINED.contains(&column.name)) {
            let (table, column) = (table.name, column.name);
            connection
                .execute_batch(&format!("CREATE INDEX {table}_{column} ON {table} ({column})"))
                .map_err(failed)?;
        }
    }
    connection.execute_batch("COMMIT").map_err(failed)?;
    connection.close().map_err(|(_, error)| failed(error))?;
    Ok(())
}

fn create(table: &Table) -> String {
    let columns = table.columns.iter().map(|column| {
        let kind = match column.kind {
            Kind::Text | Kind::Day | Kind::Instant => "TEXT",
            Kind::Integer | Kind::Flag => "INTEGER",
        };
        format!("{} {kind}", column.name)
    });
    format!("CREATE TABLE {} ({})", table.name, columns.collect::<Vec<_>>().join(", "))
}

struct Inserts<'c>(Statement<'c>);

/// A cell as a value of a statement.
struct Value<'c>(&'c Cell<'c>);

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Empty => ToSqlOutput::Borrowed(ValueRef::Null),
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Cell::Integer(number) => ToSqlOutput::Owned((*number).into()),
            Cell::Flag(flag) => ToSqlOutput::Owned((*flag).into()),
            Cell::Day(day) => ToSqlOutput::Owned(day.to_string().into()),
            Cell::Instant(instant) => ToSqlOutput::Owned(instant.to_string().into()),
        })
    }
}

impl Rows for Inserts<'_> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.0.execute(params_from_iter(cells.iter().map(Value))).map_err(failed)?;
        Ok(())
    }
}
