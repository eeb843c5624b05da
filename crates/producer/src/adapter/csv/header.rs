//! The columns of a table by their names: those of its header, and those that it has by the map alone, which are texts with its
//! columns in them, by which rows are looked for, and the day of the version.

use csv::StringRecord;

use super::texts::{is_blank, spaced};

/// What a map calls the day of the version.
pub(super) const VERSION: &str = "version";

/// The columns that are put behind those of a table.
#[derive(Debug, Default)]
pub(super) struct Made {
    columns: Vec<Vec<MadeOf>>,
}

/// What a column is made of.
#[derive(Debug)]
enum MadeOf {
    Text(String),
    /// None: a column that may be missing, and is.
    Column(Option<usize>),
}

impl Made {
    /// Puts columns behind those of a header that lacks them. The error is a sentence.
    pub(super) fn of(columns: &[String], version: Option<&str>, header: &mut Vec<Box<str>>) -> Result<Made, String> {
        let mut made = Made::default();
        let own = header.clone();
        for column in columns {
            let name = column.trim_end_matches('?');
            if column_at(column, &own)?.is_some() || column_at(name, header)?.is_some() {
                continue;
            }
            if name == VERSION {
                made.columns.push(vec![MadeOf::Text(version.unwrap_or_default().to_owned())]);
                header.push(name.into());
            } else {
                made.columns.push(parts(column, &own)?);
                header.push(column.as_str().into());
            }
        }
        Ok(made)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.columns.len()
    }

    /// Puts them behind the cells of a row.
    pub(super) fn extend(&self, record: &mut StringRecord) {
        let cells: Vec<String> = self.columns.iter().map(|parts| written(parts, record)).collect();
        for cell in cells {
            record.push_field(&cell);
        }
    }
}

/// Whether a map makes a column of a table by this name, of a column that it has or by which rows are looked for.
pub(super) fn is_made(column: &str, is_looked_for: bool) -> bool {
    column.trim_end_matches('?') == VERSION || (is_looked_for && column.contains('{'))
}

/// Whether a text has a column in it.
pub(super) fn has(text: &str, column: &str) -> bool {
    text.split('{').skip(1).any(|part| part.split('}').next().is_some_and(|of| of.trim_end_matches('?') == column))
}

/// Which column has that name; none where no column has it. Which one is meant is not known where two have it. Where none has it
/// as it is written, one has it that is written with other white space: a no-break space looks like any other.
pub(super) fn column_at(column: &str, header: &[Box<str>]) -> Result<Option<usize>, String> {
    let find = |is_it: &dyn Fn(&str) -> bool| {
        let mut all = header.iter().enumerate().filter(|(_, name)| is_it(name)).map(|(at, _)| at);
        match (all.next(), all.next()) {
            (Some(_), Some(_)) => Err(format!("the first line names the column `{column}` twice")),
            (at, _) => Ok(at),
        }
    };
    if let Some(at) = find(&|name| name == column)? {
        return Ok(Some(at));
    }
    let first = column.split_whitespace().next().unwrap_or_default();
    let begins_so = |name: &str| name.trim_start().starts_with(first);
    find(&|name| begins_so(name) && name.split_whitespace().eq(column.split_whitespace()))
}

/// Says that a table lacks a column, and which one may be meant.
pub(super) fn no_column(column: &str, header: &[Box<str>]) -> String {
    let near = tenure_domain::suggest::nearest(column, header.iter().map(AsRef::as_ref));
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("there is no column `{column}`{near}")
}

/// Which columns a table has; where it seems to have one alone, what may stand between others, or that the header may stand
/// further down.
pub(super) fn columns(header: &[Box<str>]) -> String {
    let names: Vec<String> = header.iter().filter(|name| !name.is_empty()).map(|name| format!("`{name}`")).collect();
    let listed = format!("its columns are {}", names.join(", "));
    let delimiter = [";", "\t", "|"].into_iter().find(|one| names.iter().any(|name| name.contains(one)));
    match (names.len(), delimiter) {
        (0 | 1, Some(delimiter)) => format!("{listed}; write delimiter = {delimiter:?} in [files]"),
        (0 | 1, None) => {
            format!("{listed}; where they are named further down, write header = \"NAME\" in [files], with one of them")
        }
        _ => listed,
    }
}

fn parts(text: &str, header: &[Box<str>]) -> Result<Vec<MadeOf>, String> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (column, after) = after.split_once('}').ok_or_else(|| format!("a brace in `{text}` has no other"))?;
        let name = column.strip_suffix('?').unwrap_or(column);
        let found = column_at(column, header)?.map_or_else(|| column_at(name, header), |at| Ok(Some(at)))?;
        if found.is_none() && name == column {
            return Err(no_column(column, header));
        }
        parts.extend([MadeOf::Text(before.to_owned()), MadeOf::Column(found)]);
        rest = after;
    }
    parts.push(MadeOf::Text(rest.to_owned()));
    Ok(parts)
}

/// The text of a row; nothing where none of its columns says anything.
fn written(parts: &[MadeOf], record: &StringRecord) -> String {
    let mut text = String::new();
    let (mut columns, mut said) = (0, 0);
    for part in parts {
        match part {
            MadeOf::Text(literal) => text.push_str(literal),
            MadeOf::Column(at) => {
                let cell = at.and_then(|at| record.get(at)).unwrap_or_default().trim();
                columns += 1;
                said += usize::from(!is_blank(cell));
                text.push_str(cell);
            }
        }
    }
    match said {
        0 if columns > 0 => String::new(),
        said if said < columns => spaced(&text),
        _ => text,
    }
}
