//! What the map says of a file.

use std::collections::BTreeMap;

use encoding_rs::Encoding;

use super::section::Section;
use super::{Defaults, Fault, Holds, Spec, missing, not_a};
use crate::adapter::csv::tree::Each;

/// A table, and how it is written.
#[derive(Debug, Default)]
pub(in crate::adapter::csv) struct FileDecl {
    /// Where it lies in a directory, `*` for anything within a name; none: it is whichever file is named.
    pub(in crate::adapter::csv) paths: Vec<String>,
    /// How its rows are found where the file is a tree.
    pub(in crate::adapter::csv) each: Option<Each>,
    /// The fields that are lists, also where one item stands alone.
    pub(in crate::adapter::csv) lists: Vec<String>,
    /// The column by which other tables find its rows.
    pub(in crate::adapter::csv) id: Option<String>,
    pub(in crate::adapter::csv) delimiter: u8,
    pub(in crate::adapter::csv) encoding: Option<&'static Encoding>,
    /// Only rows with these cells are read.
    pub(in crate::adapter::csv) only: BTreeMap<String, String>,
    /// Columns in which a blank cell means what stands in the row above.
    pub(in crate::adapter::csv) fill_down: Vec<String>,
    /// Between which days a row holds, where several of one id follow each other.
    pub(in crate::adapter::csv) from: Option<Spec>,
    pub(in crate::adapter::csv) to: Option<Spec>,
    /// Whether a row that another table looks for may be missing.
    pub(in crate::adapter::csv) sparse: bool,
    /// Whether quotes are letters as others are.
    pub(in crate::adapter::csv) unquoted: bool,
    /// Lines that begin so are no rows.
    pub(in crate::adapter::csv) comment: Option<String>,
    /// A column by whose name the header is found; without it, the header of a table is the first line, and a tree has none.
    pub(in crate::adapter::csv) header: Option<String>,
    /// The names of the columns of a table that has no header.
    pub(in crate::adapter::csv) columns: Vec<String>,
}

impl FileDecl {
    pub(in crate::adapter::csv::map) fn read(mut section: Section, defaults: &Defaults) -> Result<FileDecl, Fault> {
        section.only(&[
            "path",
            "each",
            "lists",
            "id",
            "delimiter",
            "encoding",
            "only",
            "fill_down",
            "from",
            "to",
            "sparse",
            "unquoted",
            "comment",
            "header",
            "columns",
        ])?;
        let each = match section.texts("each")? {
            None => None,
            Some(steps) => Some(Each::read(&steps).map_err(|problem| {
                let hint = "a path begins with $ (the record) or @ (the item that the path before it found): \
                            \"$.terms[*]\"; docs/sources-records.md describes paths";
                Fault::new(format!("`{}`: {problem}", section.key("each")), hint)
            })?),
        };
        let delimiter = section.text_as_is("delimiter")?;
        let delimiter = match delimiter.as_deref().map(str::as_bytes) {
            None => b',',
            Some([byte]) if byte.is_ascii() && *byte != b'"' => *byte,
            Some(_) => return Err(not_a(&section.key("delimiter"), "one character, as in \",\", \";\" or \"\\t\"")),
        };
        let encoding = match section.text("encoding")? {
            None => None,
            Some(label) => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                Fault::new(
                    format!("`{}`: `{label}` is not an encoding", section.key("encoding")),
                    "UTF-8, and UTF-16 with a byte order mark, need none; others are named as in \"windows-1252\"",
                )
            })?),
        };
        let decl = FileDecl {
            paths: section.texts("path")?.unwrap_or_default(),
            each,
            lists: section.texts("lists")?.unwrap_or_default(),
            id: section.text("id")?,
            delimiter,
            encoding,
            only: section.words("only")?.unwrap_or_default(),
            fill_down: section.texts("fill_down")?.unwrap_or_default(),
            from: section.spec("from", Holds::Date, defaults)?,
            to: section.ending("to", defaults)?,
            sparse: section.flag("sparse")?,
            unquoted: section.flag("unquoted")?,
            comment: section.text("comment")?,
            header: section.text("header")?,
            columns: section.texts("columns")?.unwrap_or_default(),
        };
        if !decl.columns.is_empty() {
            let key = section.key("columns");
            if decl.each.is_some() {
                let hint = "what stands in a list is named by its place: \"@[0]\"";
                return Err(Fault::new(format!("`{key}`: a tree has no columns"), hint));
            }
            if decl.header.is_some() {
                let hint = "leave out `header` where no line names the columns, else `columns`";
                return Err(Fault::new(format!("`{key}`: by `header`, a line names the columns"), hint));
            }
        }
        if decl.is_timed() && decl.id.is_none() {
            return Err(missing(&section.key("id"), "without it, `from` and `to` have no effect: a row is looked for"));
        }
        if decl.each.is_some() && !decl.fill_down.is_empty() {
            let hint = "what stands above an item is named by its path: \"^.name\"";
            return Err(Fault::new(format!("`{}`: a tree has no row above", section.key("fill_down")), hint));
        }
        Ok(decl)
    }

    /// Whether its rows hold for a time.
    pub(in crate::adapter::csv) fn is_timed(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }
}
