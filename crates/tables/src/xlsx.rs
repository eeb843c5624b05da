//! Tables as a workbook of Excel, a sheet each: text is never a formula, and days are dates where Excel has a number for
//! them.

use std::io;
use std::path::Path;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use tenure_query::export::ExportError;
use tenure_query::export::table::{Cell, Fill, Rows, Table};

use crate::failed;

/// How many rows a sheet holds, with its header.
const MOST_ROWS: u32 = 1_048_576;
/// How many characters a cell holds.
const MOST_CHARACTERS: usize = 32_767;

pub(crate) fn write(tables: &[&'static Table], fill: &mut Fill<'_>, path: &Path) -> Result<(), ExportError> {
    let mut workbook = Workbook::new();
    for table in tables {
        let sheet = headed(&mut workbook, table).map_err(failed)?;
        let mut rows = Sheet { of: sheet, date: Format::new().set_num_format("yyyy-mm-dd"), next: 1 };
        fill(table, &mut rows)?;
    }
    workbook.save(path).map_err(failed)?;
    Ok(())
}

/// A sheet with the names of the columns, which stay in view.
fn headed<'w>(workbook: &'w mut Workbook, table: &Table) -> Result<&'w mut Worksheet, XlsxError> {
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(table.name)?.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, number) in table.columns.iter().zip(0..) {
        sheet.write_string_with_format(0, number, column.name, &bold)?;
    }
    Ok(sheet)
}

struct Sheet<'w> {
    of: &'w mut Worksheet,
    date: Format,
    next: u32,
}

impl Sheet<'_> {
    fn write(&mut self, row: u32, column: u16, cell: &Cell<'_>) -> Result<(), XlsxError> {
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => {
                let cut = text.char_indices().nth(MOST_CHARACTERS).map_or(&**text, |(end, _)| &text[..end]);
                self.of.write_string(row, column, cut)?;
            }
            #[expect(clippy::cast_precision_loss, reason = "Excel has no other numbers, and no ledger so many events")]
            Cell::Integer(number) => {
                self.of.write_number(row, column, *number as f64)?;
            }
            Cell::Flag(flag) => {
                self.of.write_boolean(row, column, *flag)?;
            }
            Cell::Day(day) => {
                let (year, month, of_month) = day.ymd();
                let date = u16::try_from(year).ok().zip(u8::try_from(month).ok()).zip(u8::try_from(of_month).ok());
                match date.and_then(|((year, month), day)| ExcelDateTime::from_ymd(year, month, day).ok()) {
                    Some(date) => self.of.write_datetime_with_format(row, column, &date, &self.date)?,
                    None => self.of.write_string(row, column, day.to_string())?,
                };
            }
            Cell::Instant(instant) => {
                self.of.write_string(row, column, instant.to_string())?;
            }
        }
        Ok(())
    }
}

impl Rows for Sheet<'_> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        if self.next >= MOST_ROWS {
            let told = format!("a sheet holds {MOST_ROWS} rows: narrow the export to a unit, or write another format");
            return Err(io::Error::other(told));
        }
        for (cell, column) in cells.iter().zip(0..) {
            self.write(self.next, column, cell).map_err(failed)?;
        }
        self.next += 1;
        Ok(())
    }
}
