//! Rows of which a cell holds several texts: each of them is a row of its own.
//!
//! The map says which cells do, and what stands between their texts. A row is then read once for each text, as if the cell
//! held it alone, and the text is added to the row's key: so a text that goes or comes leaves the others as they are.

use std::borrow::Cow;

use csv::StringRecord;
use tenure_domain::wire::Refusal;

use super::Misfit;
use super::column::{Cell, Lookups};

/// How many rows a row can stand for.
const MOST_ROWS: usize = 1_000;

/// One of the rows for which a row stands.
#[derive(Debug)]
pub(super) struct OneOf {
    pub(super) record: StringRecord,
    /// What is added to the key of the row.
    pub(super) key: String,
}

/// How a row is cut.
#[derive(Debug)]
pub(super) struct Split<'c, 'r> {
    groups: Vec<Group<'c, 'r>>,
}

/// Cells that are about the same: their texts go in step.
#[derive(Debug)]
struct Group<'c, 'r> {
    /// The cell that says what is added to the key.
    cell: &'c Cell,
    /// For each row the texts, and where they stand.
    choices: Vec<Vec<(usize, &'r str)>>,
}

impl<'c, 'r> Split<'c, 'r> {
    /// Cuts the cells of a row. Those of one group go in step; of different groups, each text is taken with each.
    pub(super) fn of(row: &'r StringRecord, groups: &[Vec<&'c Cell>]) -> Result<Split<'c, 'r>, Misfit> {
        let groups: Result<Vec<_>, Misfit> =
            groups.iter().filter_map(|group| Group::of(row, group).transpose()).collect();
        let groups = groups?;
        if groups.iter().fold(1, |rows: usize, group| rows.saturating_mul(group.choices.len())) > MOST_ROWS {
            let reason = format!("its cells come to more than {MOST_ROWS} statements");
            let refusal = Refusal { reason, hint: "cut the row in several".to_owned() };
            return Err(Misfit::of(None, refusal));
        }
        Ok(Split { groups })
    }

    /// The rows, made one by one.
    pub(super) fn rows<'s>(&'s self, row: &'s StringRecord, lookups: &'s Lookups) -> impl Iterator<Item = OneOf> + 's {
        let all = self.groups.iter().map(|group| group.choices.len()).product();
        (0..all).map(move |number: usize| {
            let mut cells: Vec<&str> = row.iter().collect();
            let mut rest = number;
            // The texts of the last group follow each other fastest.
            for group in self.groups.iter().rev() {
                for (at, text) in &group.choices[rest % group.choices.len()] {
                    cells[*at] = text;
                }
                rest /= group.choices.len();
            }
            let record = StringRecord::from(cells);
            let mut key = String::new();
            for group in &self.groups {
                // A text that means nothing to the map is told where the row is read.
                let meant = group.cell.text(&record, lookups).ok().flatten();
                let as_it_stands = || Cow::Borrowed(record.get(group.choices[0][0].0).unwrap_or_default());
                key.push('/');
                key.push_str(&meant.unwrap_or_else(as_it_stands));
            }
            OneOf { record, key }
        })
    }
}

impl<'c, 'r> Group<'c, 'r> {
    /// The texts of the cells of a group, each once; none where no cell says anything.
    fn of(row: &'r StringRecord, group: &[&'c Cell]) -> Result<Option<Group<'c, 'r>>, Misfit> {
        let mut found = Vec::new();
        for cell in group {
            found.extend(cell.pieces(row)?.filter(|(_, texts)| !texts.is_empty()).map(|pieces| (*cell, pieces)));
        }
        let Some((cell, (_, texts))) = found.first() else { return Ok(None) };
        if let Some((other, (_, more))) = found.iter().find(|(_, (_, more))| more.len() != texts.len()) {
            let reason = format!("it holds {} texts, and the cell that goes with it {}", more.len(), texts.len());
            return Err(other.misfit(reason, "write as many names as ids, or give one of the two alone"));
        }
        let mut choices: Vec<Vec<(usize, &str)>> = Vec::new();
        for number in 0..texts.len() {
            let choice = found.iter().map(|(_, (at, texts))| (*at, texts[number])).collect();
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        Ok(Some(Group { cell, choices }))
    }
}
