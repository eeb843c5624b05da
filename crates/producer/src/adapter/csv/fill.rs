//! Columns in which a blank cell means what stands in the row above, as cells of spreadsheets that were merged are written, and a
//! ditto mark does.

use csv::StringRecord;
use tenure_domain::wire::Refusal;

use super::texts::is_blank;

/// Marks that mean what stands above.
const DITTO: [&str; 12] = ["〃", "″", "\"", "''", "同上", "仝", "-do-", "do.", "ditto", "dito", "idem", "id."];

fn is_ditto(cell: &str) -> bool {
    DITTO.contains(&cell.trim().to_lowercase().as_str())
}

/// The columns of a table that are filled, as the map lists them.
#[derive(Debug, Default)]
pub(super) struct FillDown {
    columns: Vec<(usize, Above)>,
    /// Whether there was a row.
    has_begun: bool,
}

/// What stands above a cell.
#[derive(Debug)]
enum Above {
    Nothing,
    Text(String),
    /// The row above could not be read.
    Lost,
}

impl FillDown {
    pub(super) fn of(columns: Vec<usize>) -> FillDown {
        FillDown { columns: columns.into_iter().map(|column| (column, Above::Nothing)).collect(), has_begun: false }
    }

    /// A row with its blank cells and ditto marks filled. What begins in one column ends what stands in those listed after it,
    /// but where a mark goes on with it.
    pub(super) fn fill(&mut self, row: StringRecord) -> Result<StringRecord, Refusal> {
        if self.columns.is_empty() || row.iter().all(is_blank) {
            return Ok(row);
        }
        let mut cells: Vec<&str> = row.iter().collect();
        let (mut is_new, mut is_lost) = (false, false);
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        for (column, above) in &mut self.columns {
            let cell = row.get(*column).unwrap_or_default();
            let is_ditto = is_ditto(cell);
            if is_ditto && is_first {
                *above = Above::Lost;
                return Err(Refusal {
                    reason: format!("`{}` means what the row above says, and there is none", cell.trim()),
                    hint: "write out what the cell means".to_owned(),
                });
            }
            if !is_blank(cell) && !is_ditto {
                (*above, is_new) = (Above::Text(cell.to_owned()), true);
            } else if is_new && !is_ditto {
                *above = Above::Nothing;
            }
            match above {
                Above::Text(text) => cells[*column] = text,
                Above::Nothing if is_ditto => cells[*column] = "",
                Above::Nothing => {}
                Above::Lost => is_lost = true,
            }
        }
        if is_lost {
            return Err(Refusal {
                reason: "a blank cell means what the row above says, and that one cannot be read".to_owned(),
                hint: "mend the row above, or write out what the cell means".to_owned(),
            });
        }
        Ok(StringRecord::from(cells))
    }

    /// A row could not be read: what it said is not known.
    pub(super) fn lose(&mut self) {
        self.has_begun = true;
        for (_, above) in &mut self.columns {
            *above = Above::Lost;
        }
    }
}

#[cfg(test)]
mod tests {
    use csv::StringRecord;

    use super::FillDown;

    #[test]
    fn a_ditto_mark_means_what_stands_above() {
        let mut fill = FillDown::of(vec![0, 1]);
        assert!(fill.fill(StringRecord::from(vec!["〃", "Cook"])).is_err(), "nothing stands above");
        assert!(fill.fill(StringRecord::from(vec!["〃", "Cook"])).is_err(), "what stands above is not known");
        let mut check = |row: [&str; 2], expect: [&str; 2]| {
            let filled = fill.fill(StringRecord::from(row.to_vec())).ok();
            assert_eq!(filled, Some(StringRecord::from(expect.to_vec())), "{row:?}");
        };
        check(["Ops", "Clerk"], ["Ops", "Clerk"]);
        check(["同上", "Ditto"], ["Ops", "Clerk"]);
        check(["", " -do- "], ["Ops", "Clerk"]);
        // A blank cell ends with what it lies in, and a mark says that it goes on.
        check(["Labs", "\""], ["Labs", "Clerk"]);
        check(["Shop", ""], ["Shop", ""]);
        check(["Quay", "〃"], ["Quay", ""]);
    }

    #[test]
    fn a_blank_cell_means_what_stands_above() {
        let mut fill = FillDown::of(vec![0, 1]);
        let mut check = |row: [&str; 3], expect: Option<[&str; 3]>| {
            let filled = fill.fill(StringRecord::from(row.to_vec())).ok();
            assert_eq!(filled, expect.map(|row| StringRecord::from(row.to_vec())), "{row:?}");
            if row[2] == "?" {
                fill.lose();
            }
        };
        check(["", "", "a"], Some(["", "", "a"]));
        check(["Ops", "Lead", "b"], Some(["Ops", "Lead", "b"]));
        check([" ", "\u{200b}", "c"], Some(["Ops", "Lead", "c"]));
        check(["", "Cook", "d"], Some(["Ops", "Cook", "d"]));
        check(["", "", ""], Some(["", "", ""]));
        // A new first cell ends the second.
        check(["Labs", "", "e"], Some(["Labs", "", "e"]));
        check(["", "", "?"], Some(["Labs", "", "?"]));
        check(["", "", "f"], None);
        check(["Shop", "", "g"], Some(["Shop", "", "g"]));
        check(["", "", "h"], Some(["Shop", "", "h"]));
    }
}
