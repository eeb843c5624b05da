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
    /// The first of them in which anything stands says what is added to the key.
    cells: Vec<&'c Cell>,
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
            let (mut rest, mut chosen) = (number, Vec::new());
            // The texts of the last group follow each other fastest.
            for group in self.groups.iter().rev() {
                let choice = &group.choices[rest % group.choices.len()];
                for (at, text) in choice {
                    cells[*at] = text;
                }
                rest /= group.choices.len();
                let mut pairs = group.cells.iter().zip(choice);
                chosen.extend(pairs.find(|(cell, (_, text))| !cell.says_nothing(text)));
            }
            let record = StringRecord::from(cells);
            let mut key = String::new();
            for (cell, (_, text)) in chosen.into_iter().rev() {
                // A text that means nothing to the map is told where the row is read.
                let meant = cell.text(&record, lookups).ok().flatten();
                key.push('/');
                key.push_str(&meant.unwrap_or(Cow::Borrowed(text)));
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
            let says_something = |texts: &[&str]| texts.iter().any(|text| !cell.says_nothing(text));
            found.extend(cell.pieces(row)?.filter(|(_, texts)| says_something(texts)).map(|pieces| (*cell, pieces)));
        }
        // What goes in step has a place for each; none is written at the end.
        let fewest = found.iter().map(|(_, (_, texts))| texts.len()).min().unwrap_or_default();
        for (cell, (_, texts)) in &mut found {
            while texts.len() > fewest && texts.last().is_some_and(|text| cell.says_nothing(text)) {
                texts.pop();
            }
        }
        let Some((_, (_, texts))) = found.first() else { return Ok(None) };
        if let Some((other, (_, more))) = found.iter().find(|(_, (_, more))| more.len() != texts.len()) {
            let reason = format!("it holds {} texts, and the cell that goes with it {}", more.len(), texts.len());
            return Err(other.misfit(reason, "write as many names as ids, or give one of the two alone"));
        }
        let mut choices: Vec<Vec<(usize, &str)>> = Vec::new();
        for number in 0..texts.len() {
            let says_something = |(cell, (_, texts)): &(&Cell, (usize, Vec<&str>))| !cell.says_nothing(texts[number]);
            let choice = found.iter().map(|(_, (at, texts))| (*at, texts[number])).collect();
            if found.iter().any(says_something) && !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        Ok(Some(Group { cells: found.into_iter().map(|(cell, _)| cell).collect(), choices }))
    }
}
