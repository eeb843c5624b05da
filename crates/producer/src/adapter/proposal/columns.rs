//! The first rows of a table, and what can be told of a column by what stands in it.

use std::collections::{BTreeMap, BTreeSet};

use csv::{ReaderBuilder, StringRecord};

use super::ROWS;
use super::dates::is_nothing;
use super::words::{self, all_taken, fits, is_no_name};

/// The first rows of a table.
pub(super) struct Sample {
    pub(super) columns: Vec<String>,
    rows: Vec<StringRecord>,
}

/// How a column is blank that is so in most rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blanks {
    /// Its first cell is filled and no text comes twice: so are cells written that were merged.
    Merged(usize),
    Scattered(usize),
}

/// What a column of ids is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdOf {
    Row,
    Person,
    Neither,
}

impl Sample {
    pub(super) fn of(text: &str, delimiter: char) -> Sample {
        let delimiter = u8::try_from(u32::from(delimiter)).unwrap_or(b',');
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        let columns = header.iter().map(|name| name.trim().to_owned()).collect();
        Sample { columns, rows: reader.into_records().flatten().take(ROWS).collect() }
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    /// The cell of a column in each row, blank ones too.
    fn cells<'s>(&'s self, column: &str) -> impl Iterator<Item = &'s str> {
        let at = self.columns.iter().position(|name| name == column);
        self.rows.iter().map(move |row| at.and_then(|at| row.get(at)).unwrap_or_default().trim())
    }

    /// The cells of a column that say something.
    pub(super) fn filled(&self, column: &str) -> Vec<&str> {
        self.cells(column).filter(|cell| !cell.is_empty()).collect()
    }

    /// The column that is taken for something, and by which word: what stands in most of its cells can be that.
    pub(super) fn taken(&self, what: &str) -> Option<(&str, &'static str)> {
        let can_be = |column: &str| {
            let cells: Vec<&str> = self.filled(column).into_iter().filter(|cell| !is_nothing(cell)).collect();
            2 * cells.iter().filter(|cell| fits(what, cell)).count() >= cells.len()
        };
        all_taken(&self.columns, what).into_iter().find(|(column, _)| can_be(column))
    }

    /// The columns whose names are words for people, but in most of whose cells no person is named.
    pub(super) fn no_people(&self) -> Vec<&str> {
        let named = all_taken(&self.columns, "person").into_iter().map(|(column, _)| column);
        named.filter(|column| !self.names_people(column)).collect()
    }

    /// The column of people, and by which word.
    pub(super) fn person(&self) -> Option<(&str, &'static str)> {
        all_taken(&self.columns, "person").into_iter().find(|(column, _)| self.names_people(column))
    }

    fn names_people(&self, column: &str) -> bool {
        let cells = self.filled(column);
        let others = cells.iter().filter(|cell| is_no_name(cell)).count();
        cells.is_empty() || 2 * others < cells.len()
    }

    /// What a column of names says of rows that add up others, each once.
    pub(super) fn totals(&self, column: &str) -> BTreeSet<&str> {
        #[rustfmt::skip]
        const TOTALS: [&str; 16] = [
            "total", "totals", "grand total", "subtotal", "summe", "gesamt", "insgesamt", "total général", "totale", "totaal", "razem",
            "итого", "всего", "合計", "合计", "합계",
        ];
        let is_total = |cell: &&str| TOTALS.contains(&cell.trim_end_matches(':').to_lowercase().as_str());
        self.filled(column).into_iter().filter(is_total).collect()
    }

    /// The columns of the parts of names, in their order.
    pub(super) fn parts_of_names(&self) -> Option<Vec<&str>> {
        words::parts_of_names(&self.columns)
    }

    /// What a column of ids is of: of the row, where none is blank or stands twice; of a person, where each stands with one
    /// name, and some in several rows.
    pub(super) fn id_of(&self, column: &str, person: Option<&str>) -> IdOf {
        let ids: Vec<&str> = self.filled(column);
        let distinct: BTreeSet<&&str> = ids.iter().collect();
        if distinct.len() == self.count() {
            return IdOf::Row;
        }
        let is_persons = person.is_some()
            && distinct.len() > 1
            && distinct.len() < ids.len()
            && self.with_several(column, person) == 0;
        if is_persons { IdOf::Person } else { IdOf::Neither }
    }

    /// A column of ids by its name that is not read, of which each row has another.
    pub(super) fn unique_id(&self, is_read: &dyn Fn(&str) -> bool) -> Option<&str> {
        let is_id = |name: &&String| name.to_lowercase().ends_with("id") && !is_read(name);
        let differs = |name: &&str| self.count() > 1 && self.id_of(name, None) == IdOf::Row;
        self.columns.iter().filter(is_id).map(String::as_str).find(differs)
    }

    /// Whether nearly every id of a column stands with one name: some names are spelt in several ways.
    pub(super) fn is_of_people(&self, column: &str, person: Option<&str>) -> bool {
        let distinct: BTreeSet<&str> = self.filled(column).into_iter().collect();
        10 * self.with_several(column, person) <= distinct.len()
    }

    /// How many ids of a column stand with several names; where there is no column of names, none.
    fn with_several(&self, column: &str, person: Option<&str>) -> usize {
        let mut names = BTreeMap::<&str, BTreeSet<&str>>::new();
        let pairs = person.into_iter().flat_map(|person| self.cells(column).zip(self.cells(person)));
        for (id, name) in pairs.filter(|(id, name)| !id.is_empty() && !name.is_empty()) {
            names.entry(id).or_default().insert(name);
        }
        names.values().filter(|names| names.len() > 1).count()
    }

    /// Whether a column counts the rows.
    pub(super) fn is_running_number(&self, column: &str) -> bool {
        self.count() > 1 && self.cells(column).enumerate().all(|(row, cell)| cell.parse() == Ok(row + 1))
    }

    /// How a column is blank in most rows; none where it is not. No blank cell is a merged one where one of the columns in
    /// which its cells lie says something else than beside the cell above.
    pub(super) fn blanks(&self, column: &str, around: &[&str]) -> Option<Blanks> {
        let filled = self.filled(column);
        let blank = self.count() - filled.len();
        if 2 * blank <= self.count() {
            return None;
        }
        let distinct: BTreeSet<&&str> = filled.iter().collect();
        let begins = self.cells(column).next().is_some_and(|cell| !cell.is_empty());
        let stays = |around: &&str| {
            let (mut now, mut above) = ("", "");
            self.cells(column).zip(self.cells(around)).all(|(cell, beside)| {
                now = if beside.is_empty() { now } else { beside };
                above = if cell.is_empty() { above } else { now };
                now == above
            })
        };
        let is_merged = begins && filled.len() > 1 && distinct.len() == filled.len() && around.iter().all(stays);
        Some(if is_merged { Blanks::Merged(blank) } else { Blanks::Scattered(blank) })
    }

    /// What stands between the texts of cells that hold several; none where none does. Some characters are part of names and
    /// titles too: they are taken only where all parts of a cell stand alone in others.
    pub(super) fn separator(&self, column: &str) -> Option<&'static str> {
        let cells = self.filled(column);
        let whole: BTreeSet<&str> = cells.iter().copied().collect();
        let parts =
            |cell: &&str, by: &str| -> Vec<String> { cell.split(by).map(|part| part.trim().to_owned()).collect() };
        let holds =
            |by: &&str| cells.iter().any(|cell| parts(cell, by).iter().filter(|part| !part.is_empty()).count() > 1);
        let stand_alone = |by: &&str| {
            let several = cells.iter().map(|cell| parts(cell, by)).filter(|parts| parts.len() > 1);
            several.into_iter().any(|parts| parts.iter().all(|part| whole.contains(part.as_str())))
        };
        let sure = [";", "|"].into_iter().find(holds);
        sure.or_else(|| ["\n", ",", "/", "、", " & ", " and "].into_iter().find(stand_alone))
    }
}

#[cfg(test)]
mod tests {
    use super::{Blanks, IdOf, Sample};

    #[test]
    fn a_column_is_told_by_what_stands_in_it() {
        let table = "team,no,id,who,role,flag\nA,1,p1,Ann,Lead; Cook,x\n,2,p2,Bo,Cook,\n,3,p1,Ann,Cook,\n\
                     B,4,p3,Cy,Clerk,x\n,5,p2,Bo,Cook,\n";
        let sample = Sample::of(table, ',');
        assert_eq!(sample.blanks("team", &[]), Some(Blanks::Merged(3)));
        assert_eq!(sample.blanks("team", &["id"]), Some(Blanks::Scattered(3)));
        assert_eq!(sample.blanks("flag", &[]), Some(Blanks::Scattered(3)));
        assert_eq!(sample.blanks("who", &[]), None);
        assert_eq!(sample.id_of("no", Some("who")), IdOf::Row);
        assert_eq!(sample.id_of("id", Some("who")), IdOf::Person);
        assert_eq!(sample.id_of("role", Some("who")), IdOf::Neither);
        assert!(sample.is_running_number("no") && !sample.is_running_number("id"));
        assert_eq!(sample.separator("role"), Some(";"));
        let commas = Sample::of("t\n\"A, B\"\nA\nB\n\"Lee, Ann\"\n", ',');
        assert_eq!(commas.separator("t"), Some(","));
        assert_eq!(Sample::of("t\n\"Lee, Ann\"\nBo\n", ',').separator("t"), None);
    }
}
