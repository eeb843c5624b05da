//! Tables of which the rows of one id hold one after the other: the row that is looked for is the one of the day on which a
//! post begins.

use tenure_domain::bounds::Bounds;
use tenure_domain::edtf::VagueDate;

use super::column::{Cell, Finder};
use super::lookup::Lookup;
use super::{AdapterError, Misfit, Rejected, TableRun, text_of};

impl TableRun<'_> {
    /// Finds the columns of a table that is in memory.
    pub(super) fn finder_beside<'f>(&'f self, table: &str, lookups: &'f [Lookup]) -> Finder<'f> {
        let lookup = lookups.iter().find(|lookup| *lookup.name == *table).expect("every other table is in memory");
        let is_tree = self.trees.contains_key(table);
        let (file, header) = (&lookup.file, &lookup.header);
        Finder { map: self.map, file, header, lookups, is_tree, start: None, read: &self.read }
    }

    /// Reads when rows hold, where the map says so. One that does not read holds on no day.
    pub(super) fn time(&self, lookups: &mut [Lookup], rejected: &mut Vec<Rejected>) -> Result<(), AdapterError> {
        for place in 0..lookups.len() {
            let Lookup { name, rows, .. } = &lookups[place];
            let decl = &self.map.files[&**name];
            if !decl.is_timed() {
                continue;
            }
            let finder = self.finder_beside(name, lookups);
            let cell = |spec| finder.optional(spec).map_err(|fault| self.in_map(fault));
            let (from, to) = (cell(decl.from.as_ref())?, cell(decl.to.as_ref())?);
            let date = |text: Option<String>| Some(text?.parse::<VagueDate>().ok()?.bounds());
            let mut times = Vec::with_capacity(rows.len());
            for row in rows {
                let begins = |cell: &Cell| cell.date(&row.record, lookups).map(date);
                let ends = |cell: &Cell| cell.end(&row.record, lookups).map(date);
                let read = || -> Result<_, Misfit> {
                    let from = from.as_ref().map(begins).transpose()?.flatten();
                    Ok((from.unwrap_or(Bounds::UNKNOWN), to.as_ref().map(ends).transpose()?.flatten()))
                };
                let told = |misfit| {
                    let (file, line, input) = (row.file.clone(), row.line, text_of(&row.record));
                    rejected.push(Rejected { file, line, input, misfit });
                };
                times.push(read().map_err(told).ok());
            }
            lookups[place].times = times;
        }
        Ok(())
    }
}
