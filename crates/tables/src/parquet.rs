//! One table as a file of Parquet: columns are compressed, days are dates and points in time are timestamps in UTC.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Stored};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use tenure_query::export::ExportError;
use tenure_query::export::table::{Cell, Column, Fill, Kind, Rows, Table};

use crate::failed;

/// How many rows are held before they are written.
const BATCH_ROWS: usize = 50_000;
/// How many bytes of text are held before they are written.
const BATCH_BYTES: usize = 32 << 20;

pub(crate) fn write(table: &'static Table, fill: &mut Fill<'_>, path: &Path) -> Result<(), ExportError> {
    let mut batch = Batch::new(table, File::create(path)?).map_err(failed)?;
    fill(table, &mut batch)?;
    batch.write().map_err(failed)?;
    batch.file.close().map_err(failed)?;
    Ok(())
}

/// The rows that are held, by column.
struct Batch {
    file: SerializedFileWriter<File>,
    columns: Vec<ColumnCells>,
    rows: usize,
    bytes: usize,
}

/// The cells of a column that are held: for each whether it holds anything, and what those hold that do.
struct ColumnCells {
    levels: Vec<i16>,
    values: Values,
}

enum Values {
    Text(Vec<ByteArray>),
    Long(Vec<i64>),
    Days(Vec<i32>),
    Flags(Vec<bool>),
}

impl Batch {
    fn new(table: &Table, file: File) -> Result<Batch, ParquetError> {
        let fields = table.columns.iter().map(|column| field(column).map(Arc::new));
        let schema = Type::group_type_builder(table.name).with_fields(fields.collect::<Result<_, _>>()?).build()?;
        let settings = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(settings))?;
        let columns = table.columns.iter().map(|column| ColumnCells {
            levels: Vec::new(),
            values: match column.kind {
                Kind::Text => Values::Text(Vec::new()),
                Kind::Integer | Kind::Instant => Values::Long(Vec::new()),
                Kind::Day => Values::Days(Vec::new()),
                Kind::Flag => Values::Flags(Vec::new()),
            },
        });
        Ok(Batch { file, columns: columns.collect(), rows: 0, bytes: 0 })
    }

    /// Writes what is held as a group of rows.
    fn write(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        for held in &mut self.columns {
            let column = group.next_column()?.expect("the schema has a column for each that is held");
            match &mut held.values {
                Values::Text(values) => put::<ByteArrayType>(column, values, &held.levels)?,
                Values::Long(values) => put::<Int64Type>(column, values, &held.levels)?,
                Values::Days(values) => put::<Int32Type>(column, values, &held.levels)?,
                Values::Flags(values) => put::<BoolType>(column, values, &held.levels)?,
            }
            held.levels.clear();
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

fn put<T: DataType>(
    mut column: SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    levels: &[i16],
) -> Result<(), ParquetError> {
    column.typed::<T>().write_batch(values, Some(levels), None)?;
    values.clear();
    column.close()
}

impl Rows for Batch {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (cell, held) in cells.iter().zip(&mut self.columns) {
            held.levels.push(i16::from(*cell != Cell::Empty));
            match (cell, &mut held.values) {
                (Cell::Empty, _) => {}
                (Cell::Integer(number), Values::Long(values)) => values.push(*number),
                (Cell::Instant(instant), Values::Long(values)) => values.push(instant.micros()),
                (Cell::Day(day), Values::Days(values)) => values.push(day.number()),
                (Cell::Flag(flag), Values::Flags(values)) => values.push(*flag),
                (Cell::Text(text), Values::Text(values)) => {
                    self.bytes += text.len();
                    values.push(ByteArray::from(text.as_bytes().to_vec()));
                }
                (Cell::Text(_) | Cell::Integer(_) | Cell::Flag(_) | Cell::Day(_) | Cell::Instant(_), _) => {
                    unreachable!("a cell is of the kind of its column")
                }
            }
        }
        self.rows += 1;
        if self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES {
            self.write().map_err(failed)?;
        }
        Ok(())
    }
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (stored, logical) = match column.kind {
        Kind::Text => (Stored::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Stored::INT64, None),
        Kind::Flag => (Stored::BOOLEAN, None),
        Kind::Day => (Stored::INT32, Some(LogicalType::Date)),
        Kind::Instant => (Stored::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
    };
    let field = Type::primitive_type_builder(column.name, stored).with_repetition(Repetition::OPTIONAL);
    field.with_logical_type(logical).build()
}
