//! Reads the rows of a table: delimiters, encodings, quotes, and where each row stands.
//!
//! A row is cut from the text by its quotes and parsed alone, so that a quote left open costs its own line and not
//! the rest of the file. What a column means is not known here.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Chain, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use csv::StringRecord;
use csv_core::ReadRecordResult;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use tenure_domain::wire::Refusal;

use super::fill::FillDown;
use super::header::{Made, column_at, no_column};
use super::map::FileDecl;
use super::texts::{is_blank, is_header};
use super::{IngestError, Misfit};
use crate::adapter::looks::{FileKind, like, utf_16};

/// The longest row that is read, its line breaks included.
const ROW_BYTES: usize = 1 << 20;

/// How far down the header of a table may stand.
const HEADER_LINES: u64 = 1_000;

/// How much of a file is looked at to tell how its lines end.
const BEGINNING_BYTES: u64 = 64 << 10;

/// A file as UTF-8.
type Decoded = DecodeReaderBytes<File, Vec<u8>>;

/// A row, and the line on which it begins.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The file in which it stands.
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    pub(super) record: StringRecord,
}

/// A row that cannot be read.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) line: u64,
    pub(super) refusal: Refusal,
}

/// A table that is read row by row.
pub(super) struct Table {
    pub(super) file: Arc<str>,
    pub(super) header: Vec<Box<str>>,
    /// Columns, and what must stand there.
    only: Vec<(usize, String)>,
    /// How many rows were passed over for that since the last call.
    passed_over: u64,
    /// Columns in which a blank cell means what stands above.
    fill: FillDown,
    /// Columns that are there by the map alone.
    made: Made,
    input: BufReader<Chain<Cursor<Vec<u8>>, Decoded>>,
    parser: csv_core::Reader,
    /// What the parser writes: the cells, one after the other, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Lines that were read ahead and turned out to be rows of their own.
    ahead: VecDeque<Vec<u8>>,
    /// What ends a line: a carriage return where the file has no other line breaks.
    line_end: u8,
    /// The character that separates cells.
    delimiter: u8,
    /// Whether quotes are letters as others are.
    unquoted: bool,
    /// Lines that begin so are no rows.
    comment: Option<String>,
    /// What names the columns.
    names_columns: &'static str,
    /// Whether a line was read that may be a row.
    has_begun: bool,
    line: u64,
    passed: u64,
    /// The text of the row read last.
    pub(super) text: Vec<u8>,
}

impl Table {
    /// Opens a table and reads its header, where the map does not name the columns. The error is a sentence.
    pub(super) fn open(path: &Path, decl: &FileDecl) -> Result<Table, String> {
        let opened = File::open(path).map_err(|error| error.to_string())?;
        let mut decoder = DecodeReaderBytesBuilder::new()
            .encoding(decl.encoding)
            .utf8_passthru(true)
            .strip_bom(true)
            .bom_override(true)
            .build(opened);
        let mut begins = Vec::new();
        decoder.by_ref().take(BEGINNING_BYTES).read_to_end(&mut begins).map_err(|error| error.to_string())?;
        let line_end = line_end(&begins, decl);
        if let Some(encoding) = utf_16(&begins) {
            let label = encoding.name().to_lowercase();
            return Err(format!("it is UTF-16 without a byte order mark: write encoding = \"{label}\" in the map"));
        }
        if let Some(other) = other_format(without_comments(&begins, decl.comment.as_deref(), line_end)) {
            return Err(other);
        }
        let mut table = Table {
            file: Arc::from(path.display().to_string()),
            header: Vec::new(),
            only: Vec::new(),
            passed_over: 0,
            fill: FillDown::default(),
            made: Made::default(),
            input: BufReader::with_capacity(1 << 18, Cursor::new(begins).chain(decoder)),
            parser: csv_core::ReaderBuilder::new().delimiter(decl.delimiter).quoting(!decl.unquoted).build(),
            bytes: Vec::new(),
            ends: Vec::new(),
            ahead: VecDeque::new(),
            line_end,
            delimiter: decl.delimiter,
            unquoted: decl.unquoted,
            comment: decl.comment.clone(),
            names_columns: "the first line",
            has_begun: false,
            line: 0,
            passed: 0,
            text: Vec::new(),
        };
        table.header = if decl.columns.is_empty() { table.named(decl)? } else { names(&decl.columns) };
        table.names_columns = if decl.columns.is_empty() { "the first line" } else { "the map" };
        let fill: Result<_, String> = decl.fill_down.iter().map(|column| table.at(column)).collect();
        table.fill = FillDown::of(fill?);
        for (column, value) in &decl.only {
            table.only.push((table.at(column)?, value.clone()));
        }
        Ok(table)
    }

    /// The same with columns that are there by the map alone. The error is a sentence.
    pub(super) fn making(mut self, columns: &[String], version: Option<&str>) -> Result<Table, String> {
        self.made = Made::of(columns, version, &mut self.header)?;
        Ok(self)
    }

    /// The names of the columns, as the header has them. The error is a sentence.
    fn named(&mut self, decl: &FileDecl) -> Result<Vec<Box<str>>, String> {
        loop {
            match self.next_row().map_err(|error| error.to_string())? {
                None => {
                    return Err(match &decl.header {
                        Some(name) => format!("no line names the column `{name}`, by which the map finds the header"),
                        None => {
                            "it is empty; its first line should name the columns, or `columns` in the map".to_owned()
                        }
                    });
                }
                Some(_) if decl.header.is_some() && self.line > HEADER_LINES => {
                    return Err(format!(
                        "none of its first {HEADER_LINES} lines names the column of `header` in the map"
                    ));
                }
                Some(Err(_)) if decl.header.is_some() => {}
                Some(Err(broken)) => return Err(broken.refusal.reason),
                Some(Ok(row))
                    if decl.header.as_ref().is_none_or(|name| row.record.iter().any(|cell| cell.trim() == name)) =>
                {
                    return Ok(names(&row.record));
                }
                Some(Ok(_)) => {}
            }
        }
    }

    /// Which column has that name. The error is a sentence.
    pub(super) fn at(&self, column: &str) -> Result<usize, String> {
        column_at(column, &self.header)?.ok_or_else(|| no_column(column, &self.header))
    }

    /// How many bytes of text were read since the last call.
    pub(super) fn passed(&mut self) -> u64 {
        std::mem::take(&mut self.passed)
    }

    /// How many rows were passed over since the last call.
    pub(super) fn passed_over(&mut self) -> u64 {
        std::mem::take(&mut self.passed_over)
    }

    /// The next row that is to be read; none at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Result<Row, Broken>>, IngestError> {
        loop {
            let row = match self.any_row()? {
                Some(Ok(row)) if is_header(&row.record, &self.header) => continue,
                Some(Ok(row)) => Some(self.filled(row)),
                Some(Err(broken)) => {
                    self.fill.lose();
                    Some(Err(broken))
                }
                None => None,
            };
            let fits = |text: &str, value: &str| if value == "*" { !is_blank(text) } else { text == value };
            let passed_over =
                |row: &Row| !self.only.iter().all(|(column, value)| fits(row.record[*column].trim(), value));
            if !matches!(&row, Some(Ok(row)) if passed_over(row)) {
                return Ok(row);
            }
            self.passed_over += 1;
        }
    }

    fn filled(&mut self, row: Row) -> Result<Row, Broken> {
        let Row { file, line, record } = row;
        let mut record = self.fill.fill(record).map_err(|refusal| Broken { line, refusal })?;
        self.made.extend(&mut record);
        Ok(Row { file, line, record })
    }

    /// The next row. Lines of blank cells and comments are no rows, nor is a first one that tells spreadsheets the delimiter.
    fn any_row(&mut self) -> Result<Option<Result<Row, Broken>>, IngestError> {
        loop {
            let Some(first) = self.next_line()? else { return Ok(None) };
            let is_comment = self.comment.as_ref().is_some_and(|mark| first.starts_with(mark.as_bytes()));
            let is_first = !std::mem::replace(&mut self.has_begun, true);
            if is_first && first.starts_with(b"sep=") {
                continue;
            }
            let says_nothing = |byte: &u8| byte.is_ascii_whitespace() || *byte == self.delimiter;
            if is_comment || first.iter().all(says_nothing) {
                continue;
            }
            let line = self.line;
            let mut text = first.clone();
            let mut more = Vec::new();
            let mut open = !self.unquoted && leaves_a_quote_open(&text);
            while open && text.len() <= ROW_BYTES {
                let Some(next) = self.next_line()? else { break };
                open ^= leaves_a_quote_open(&next);
                text.extend_from_slice(&next);
                more.push(next);
            }
            let whole = if open { None } else { self.parse(&text, line) };
            let row = if let Some(row) = whole {
                row
            } else {
                // The quote is a letter of an unquoted cell, or it was left open: either way the next line is a row
                // of its own.
                self.line = line;
                for line in more.into_iter().rev() {
                    self.ahead.push_front(line);
                }
                text = first;
                self.alone(&text, line)
            };
            self.text = text;
            return Ok(Some(row));
        }
    }

    /// A row of one or several lines; none where it is of several lines and has not the columns of the header, or has tabs
    /// between the quotes of a table of tabs: its cells are not quoted.
    fn parse(&mut self, text: &[u8], line: u64) -> Option<Result<Row, Broken>> {
        let several = text.trim_ascii_end().contains(&self.line_end);
        let row = self.alone(text, line);
        if several && self.delimiter == b'\t' && row.iter().flat_map(|row| &row.record).any(|cell| cell.contains('\t'))
        {
            return None;
        }
        (row.is_ok() || !several).then_some(row)
    }

    fn alone(&mut self, text: &[u8], line: u64) -> Result<Row, Broken> {
        let broken = |reason: String, hint: &str| {
            let refusal = Refusal { reason, hint: hint.to_owned() };
            Err(Broken { line, refusal })
        };
        let Ok(text) = std::str::from_utf8(text) else {
            let hint = "name the encoding of the file in the map, as in encoding = \"windows-1252\"";
            return broken("the row is not UTF-8".to_owned(), hint);
        };
        if text.len() > ROW_BYTES {
            return broken(format!("the row is longer than {ROW_BYTES} bytes"), "shorten it");
        }
        let wrong = if self.unquoted { None } else { closed_within(text.as_bytes(), self.delimiter) };
        if let Some(cell) = wrong {
            let named = self.header.get(cell).map_or_else(String::new, |name| format!(" (`{name}`)"));
            let hint = "a quote within a quoted cell is written twice: \"Clerk \"\"of the rolls\"\" II\"";
            return broken(format!("cell {}{named} has text after its closing quote", cell + 1), hint);
        }
        let Some(record) = self.cells(text) else {
            return broken("the row ends before its text does".to_owned(), "is a quote in the wrong place?");
        };
        let (has, wants) = (record.len(), self.header.len() - self.made.count());
        if wants > 0 && has != wants {
            let reason = format!("the row has {has} cells, and {} names {wants} columns", self.names_columns);
            let hint = "a cell that holds the delimiter stands in double quotes; is a quote left open?";
            return broken(reason, hint);
        }
        Ok(Row { file: self.file.clone(), line, record })
    }

    /// The cells of a text that is one row; none where a part of it is left over.
    fn cells(&mut self, text: &str) -> Option<StringRecord> {
        let input = text.as_bytes();
        // Room for every byte as a cell of its own, so that the parser never asks for more.
        self.bytes.resize(input.len() + 1, 0);
        self.ends.resize(input.len() + 2, 0);
        self.parser.reset();
        let (mut read, mut bytes, mut ends) = (0, 0, 0);
        loop {
            let (result, nin, nout, nend) =
                self.parser.read_record(&input[read..], &mut self.bytes[bytes..], &mut self.ends[ends..]);
            (read, bytes, ends) = (read + nin, bytes + nout, ends + nend);
            match result {
                // Called again without input, it ends the row.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => return None,
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        if !input[read..].trim_ascii().is_empty() {
            return None;
        }
        let mut record = StringRecord::with_capacity(bytes, ends);
        let mut start = 0;
        for end in &self.ends[..ends] {
            record.push_field(std::str::from_utf8(&self.bytes[start..*end]).ok()?);
            start = *end;
        }
        Some(record)
    }

    /// The next line, its line break included.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>, IngestError> {
        let line = match self.ahead.pop_front() {
            Some(line) => line,
            None => match self.read_line()? {
                Some(line) => line,
                None => return Ok(None),
            },
        };
        self.line += 1;
        Ok(Some(line))
    }

    /// A line longer than a row may be is read to its end, and kept no further than shows that.
    fn read_line(&mut self) -> Result<Option<Vec<u8>>, IngestError> {
        let mut line = Vec::new();
        let failed = |line: u64, file: &Arc<str>| {
            let file = file.to_string();
            move |source| IngestError::Input { file, line, source }
        };
        loop {
            let buffer = self.input.fill_buf().map_err(failed(self.line, &self.file))?;
            if buffer.is_empty() {
                return Ok((!line.is_empty()).then_some(line));
            }
            let end = memchr::memchr(self.line_end, buffer);
            let taken = end.map_or(buffer.len(), |end| end + 1);
            let room = (ROW_BYTES + 1).saturating_sub(line.len());
            line.extend_from_slice(&buffer[..taken.min(room)]);
            self.input.consume(taken);
            self.passed += taken as u64;
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }
}

fn names<'n>(cells: impl IntoIterator<Item = &'n (impl AsRef<str> + ?Sized + 'n)>) -> Vec<Box<str>> {
    cells.into_iter().map(|name| name.as_ref().trim().into()).collect()
}

/// The cell, from 0, whose closing quote has text after it; white space is none.
fn closed_within(text: &[u8], delimiter: u8) -> Option<usize> {
    /// Where in a cell a byte stands.
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let (mut at, mut cell) = (At::Start, 0);
    for (i, byte) in text.iter().copied().enumerate() {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::Start, b'"') | (At::Quoted, _) => At::Quoted,
            // A quote that is written twice stands for one.
            (At::Closed, b'"') if text[i - 1] == b'"' => At::Quoted,
            (At::Start | At::Plain | At::Closed, byte) if byte == delimiter => {
                cell += 1;
                At::Start
            }
            (At::Closed, byte) if byte.is_ascii_whitespace() => At::Closed,
            (At::Closed, _) => return Some(cell),
            (At::Start | At::Plain, _) => At::Plain,
        };
    }
    None
}

/// What ends a line, by the beginning of a table: a carriage return where no other line break stands outside of quotes.
fn line_end(begins: &[u8], decl: &FileDecl) -> u8 {
    let (mut is_quoted, mut before, mut returns) = (false, decl.delimiter, false);
    for byte in begins.iter().copied() {
        match byte {
            b'"' if is_quoted => is_quoted = false,
            // A quote within a cell is a letter; one that is written twice goes on with the quoted text.
            b'"' => is_quoted = !decl.unquoted && (before == decl.delimiter || b"\"\r".contains(&before)),
            b'\n' if !is_quoted => return b'\n',
            _ => returns |= byte == b'\r' && !is_quoted,
        }
        before = byte;
    }
    if returns { b'\r' } else { b'\n' }
}

/// What follows the comments at the beginning of a table.
fn without_comments<'b>(begins: &'b [u8], comment: Option<&str>, line_end: u8) -> &'b [u8] {
    let mut rest = begins;
    while let Some(mark) = comment.filter(|mark| rest.starts_with(mark.as_bytes())) {
        let end = rest.iter().position(|byte| *byte == line_end);
        rest = end.map_or(&rest[rest.len()..], |end| &rest[end + 1..]);
        if mark.is_empty() {
            break;
        }
    }
    rest
}

/// What a file is that begins as no table does; the error is a sentence.
fn other_format(begins: &[u8]) -> Option<String> {
    let text = begins.trim_ascii_start();
    let json = match text {
        [b'{', ..] => true,
        [b'[', rest @ ..] => rest.trim_ascii_start().first().is_some_and(|byte| b"{[\"]".contains(byte)),
        _ => false,
    };
    let format = like(begins)?;
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let yaml = format == FileKind::Tree && !first.iter().any(|byte| b",;\t|".contains(byte));
    (json || yaml).then(|| format!("this looks like {format}"))
}

/// Whether a quote that is open before a line is closed after it, and the other way round: quotes in a quoted cell are
/// doubled, so an odd number of them does.
fn leaves_a_quote_open(line: &[u8]) -> bool {
    line.iter().fold(false, |open, byte| open ^ (*byte == b'"'))
}

impl From<Broken> for Misfit {
    fn from(broken: Broken) -> Misfit {
        Misfit::of(None, broken.refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::super::header::{column_at, columns};
    use super::{FileDecl, ROW_BYTES, Table};

    #[test]
    fn what_seems_one_column_may_be_several() {
        let told = |header: &[&str]| columns(&header.iter().map(|name| Box::from(*name)).collect::<Vec<Box<str>>>());
        assert_eq!(told(&["a", "b;c"]), "its columns are `a`, `b;c`");
        assert_eq!(told(&["a;b"]), "its columns are `a;b`; write delimiter = \";\" in [files]");
        assert_eq!(told(&["a\tb"]), "its columns are `a\tb`; write delimiter = \"\\t\" in [files]");
        assert!(told(&["List of members", ""]).contains("write header = "));
    }

    #[test]
    fn a_column_is_found_whatever_white_space_its_name_has() {
        let header: Vec<Box<str>> = ["Full\u{a0}Name", "Full  Title", "Full Title", "A", "A"].map(Box::from).into();
        let check = |column: &str, expect: Result<Option<usize>, &str>| {
            let found = column_at(column, &header);
            assert_eq!(found.as_ref().map(|at| *at).map_err(|_| "twice"), expect, "{column}");
        };
        check("Full Name", Ok(Some(0)));
        check("Full Title", Ok(Some(2)));
        check("Full\tTitle", Err("twice"));
        check("FullName", Ok(None));
        check("A", Err("twice"));
    }

    /// The rows of a table of two columns, as their lines after the header and their cells; `!` for one that cannot be
    /// read.
    fn rows(text: &[u8]) -> Vec<String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), [b"a,b\n", text].concat()).expect("a file is written");
        let mut table =
            Table::open(file.path(), &FileDecl { delimiter: b',', ..FileDecl::default() }).expect("a table");
        assert_eq!(table.passed(), 4);
        let mut rows = Vec::new();
        while let Some(row) = table.next_row().expect("the file reads") {
            rows.push(match row {
                Ok(row) => format!("{} {}", row.line - 1, row.record.iter().collect::<Vec<_>>().join("|")),
                Err(broken) => format!("{} !", broken.line - 1),
            });
        }
        assert_eq!(table.passed(), text.len() as u64);
        rows
    }

    #[test]
    fn rows_are_cut_by_their_quotes() {
        let check = |text: &str, expect: &[&str]| assert_eq!(rows(text.as_bytes()), expect, "{text:?}");
        check("1,2\n3,4", &["1 1|2", "2 3|4"]);
        check("\n1,2\r\n \n3,4\r\n", &["2 1|2", "4 3|4"]);
        check("\"1\n\n\",2\n3,4\n", &["1 1\n\n|2", "4 3|4"]);
        check("\"1 \"\"x\"\"\",2\n", &["1 1 \"x\"|2"]);
        check("5\" pipe,2\n3,4\n", &["1 5\" pipe|2", "2 3|4"]);
        check("5\" pipe,2\n3,4\n6\" pipe,7\n8,9\n", &["1 5\" pipe|2", "2 3|4", "3 6\" pipe|7", "4 8|9"]);
        check("\"1,2\n3,4\n5,6", &["1 !", "2 3|4", "3 5|6"]);
        check("1\n2,3,4\n5,6\n", &["1 !", "2 !", "3 5|6"]);
        check("1,\"2 \"x\" 3\"\n\"4\" ,5\n\"6\"7,8\n", &["1 !", "2 4 |5", "3 !"]);
    }

    #[test]
    fn carriage_returns_and_comments_are_read() {
        let read = |text: &[u8], comment: Option<&str>| {
            let file = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(file.path(), text).expect("a file is written");
            let comment = comment.map(str::to_owned);
            let decl = FileDecl { delimiter: b',', comment, ..FileDecl::default() };
            let mut table = Table::open(file.path(), &decl).expect("a table");
            let mut rows = Vec::new();
            while let Some(row) = table.next_row().expect("the file reads") {
                let row = row.expect("a row");
                rows.push(format!("{} {}", row.line, row.record.iter().collect::<Vec<_>>().join("|")));
            }
            rows
        };
        assert_eq!(read(b"a,b\r1,2\r\"3\r4\",5\r", None), ["2 1|2", "3 3\r4|5"]);
        assert_eq!(read(b"a,b\r\"x\ny \"\"z\"\"\",2\r5\",3\r", None), ["2 x\ny \"z\"|2", "3 5\"|3"]);
        assert_eq!(read(b"a,b\n\"x\ry\",2\n", None), ["2 x\ry|2"]);
        assert_eq!(read(b"# made, by\na,b\n#x\n1,2\n", Some("#")), ["4 1|2"]);
    }

    #[test]
    fn what_is_no_text_or_too_long_costs_its_own_row() {
        assert_eq!(rows(b"1,\xFF\n3,4\n"), ["1 !", "2 3|4"]);
        let long = ["1,".as_bytes(), &vec![b'x'; 2 * ROW_BYTES], b"\n3,4\n"].concat();
        assert_eq!(rows(&long), ["1 !", "2 3|4"]);
        let open = ["\"1,".as_bytes(), &b"x,y\n".repeat(ROW_BYTES / 3), b"3,4\n"].concat();
        let read = rows(&open);
        assert_eq!((read.len(), &*read[0], &*read[1]), (ROW_BYTES / 3 + 1, "1 !", "2 x|y"));
    }
}
