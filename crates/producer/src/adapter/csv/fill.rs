//! Columns in which a blank cell means what stands in the row above, as cells of spreadsheets that were merged are written.

use csv::StringRecord;
use tenure_domain::wire::Refusal;

use super::texts::is_blank;

/// The columns of a table that are filled, as the map lists them.
#[derive(Debug, Default)]
pub(super) struct FillDown {
    columns: Vec<(usize, Above)>,
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
        FillDown { columns: columns.into_iter().map(|column| (column, Above::Nothing)).collect() }
    }

    /// A row with its blank cells filled. What begins in one column ends what stands in those listed after it.
    pub(super) fn fill(&mut self, row: StringRecord) -> Result<StringRecord, Refusal> {
        if self.columns.is_empty() || row.iter().all(is_blank) {
            return Ok(row);
        }
        let mut cells: Vec<&str> = row.iter().collect();
        let (mut is_new, mut is_lost) = (false, false);
        for (column, above) in &mut self.columns {
            let cell = row.get(*column).unwrap_or_default();
            if !is_blank(cell) {
                (*above, is_new) = (Above::Text(cell.to_owned()), true);
            } else if is_new {
                *above = Above::Nothing;
            }
            match above {
                Above::Text(text) => cells[*column] = text,
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
