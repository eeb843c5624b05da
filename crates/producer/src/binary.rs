//! Files that are no text, by their first bytes. No importer reads one: each is refused with what it is, and what to do.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A format that is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// A zip archive, which workbooks are.
    Zip,
    /// A document of Office before 2007, such as a workbook.
    Office,
    /// PDF.
    Pdf,
    /// A compressed file: gzip, bzip2, xz or zstd.
    Compressed,
    /// A Parquet file.
    Parquet,
    /// An `SQLite` database.
    Sqlite,
}

/// How formats begin. What a text could begin with as well goes on with a byte that no text has.
const BEGINNINGS: [(&[u8], Binary); 9] = [
    (b"PK\x03\x04", Binary::Zip),
    (b"PK\x05\x06", Binary::Zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Binary::Office),
    (b"%PDF-", Binary::Pdf),
    (b"\x1f\x8b", Binary::Compressed),
    (b"\xfd7zXZ\0", Binary::Compressed),
    (b"\x28\xb5\x2f\xfd", Binary::Compressed),
    (b"PAR1\x15", Binary::Parquet),
    (b"SQLite format 3\0", Binary::Sqlite),
];

impl Binary {
    /// What begins so; none where it may be a text.
    #[must_use]
    pub fn of(begins: &[u8]) -> Option<Binary> {
        // Of bzip2, the digit says how it was compressed.
        if begins.starts_with(b"BZh") && begins.get(4..10) == Some(b"1AY&SY") {
            return Some(Binary::Compressed);
        }
        BEGINNINGS.iter().find(|(mark, _)| begins.starts_with(mark)).map(|(_, binary)| *binary)
    }

    /// What a file is; none where it may be a text, or where it cannot be looked at without taking what comes from it.
    pub fn of_file(path: &Path) -> Option<Binary> {
        const LONGEST: u64 = 16;
        if !path.is_file() {
            return None;
        }
        let mut begins = Vec::new();
        File::open(path).ok()?.take(LONGEST).read_to_end(&mut begins).ok()?;
        Binary::of(&begins)
    }

    /// What to do with it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Binary::Zip => "save the sheet of a workbook as CSV; unpack another archive, and name the files in it",
            Binary::Office => "save the sheet of a workbook as CSV, and other documents as text",
            Binary::Pdf => {
                "a PDF holds pages and no rows: name the table from which it was made, or write its rows as CSV"
            }
            Binary::Compressed => "unpack it first, as with gunzip, bunzip2, unxz or unzstd",
            Binary::Parquet => "write it as CSV or lines of JSON first, as with DuckDB",
            Binary::Sqlite => "write its tables as CSV first, as with `sqlite3 -csv -header FILE 'SELECT ..'`",
        }
    }
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Binary::Zip => "this is a workbook (xlsx, ods) or another zip archive, and no text",
            Binary::Office => "this is a workbook (xls) or another document of Office, and no text",
            Binary::Pdf => "this is a PDF, and no text",
            Binary::Compressed => "this is a compressed file, and no text",
            Binary::Parquet => "this is a Parquet file, and no text",
            Binary::Sqlite => "this is an SQLite database, and no text",
        })
    }
}

impl std::error::Error for Binary {}

impl From<Binary> for io::Error {
    fn from(binary: Binary) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, binary)
    }
}

#[cfg(test)]
mod tests {
    use super::Binary;

    #[test]
    fn the_first_bytes_tell_what_is_no_text() {
        for text in [
            "",
            "P",
            "PK,name\n",
            "PAR1,PAR2\n",
            "BZh9,x\n",
            "BZh11AY&S",
            "{\"id\":",
            "\u{feff}a,b",
            "SQLite format 3,x\n",
        ] {
            assert_eq!(Binary::of(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Binary::of(b"PK\x03\x04\x14\0"), Some(Binary::Zip));
        assert_eq!(Binary::of(b"PAR1\x15\x04"), Some(Binary::Parquet));
        assert_eq!(Binary::of(b"BZh11AY&SY"), Some(Binary::Compressed));
    }
}
