//! Aligned columns without lines between them.
//!
//! A column in which nothing stands is left out. Where the columns do not fit the terminal, those that can be narrower
//! are, and their cells go on below; then columns that can be spared are left out, which is said below the table; then
//! all others are made narrower, down to a few columns of the terminal each; then lines are cut. Without a terminal, none of this
//! happens.

use super::ink::{Ink, Line, width};
use super::page::Page;

/// The blanks between two columns.
const GAP: usize = 2;
/// How narrow a column is shown where there is no room for all of them otherwise.
const NARROWEST: usize = 5;

/// On which side the cells of a column begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

/// What becomes of a cell that is wider than its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Excess {
    GoesOnBelow,
    IsCut,
}

/// A column of a grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    header: &'static str,
    align: Align,
    /// The fewest columns that it can be shown in; none: it does not shrink.
    least: Option<usize>,
    excess: Excess,
    /// How far what goes on below is indented.
    hang: usize,
    /// When it is left out for want of room, the lowest first; none: never.
    spared: Option<u8>,
}

impl Column {
    pub(super) fn new(header: &'static str) -> Column {
        Column { header, align: Align::Left, least: None, excess: Excess::GoesOnBelow, hang: 0, spared: None }
    }

    pub(super) fn right(self) -> Column {
        Column { align: Align::Right, ..self }
    }

    pub(super) fn shrinks_to(self, least: usize) -> Column {
        Column { least: Some(least), ..self }
    }

    pub(super) fn hangs(self, hang: usize) -> Column {
        Column { hang, ..self }
    }

    pub(super) fn cuts_to(self, least: usize) -> Column {
        Column { least: Some(least), excess: Excess::IsCut, ..self }
    }

    pub(super) fn spared(self, rank: u8) -> Column {
        Column { spared: Some(rank), ..self }
    }
}

/// A table.
pub(super) struct Grid {
    columns: Vec<Column>,
    rows: Vec<Vec<Line>>,
}

impl Grid {
    pub(super) fn new(columns: Vec<Column>) -> Grid {
        Grid { columns, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<Line>) {
        assert_eq!(cells.len(), self.columns.len(), "a row has a cell for each column");
        self.rows.push(cells);
    }

    /// Which columns are shown how wide, and which are spared.
    fn layout(&self, most: Option<usize>) -> (Vec<(usize, usize)>, Vec<usize>) {
        let natural = |at: usize| {
            let cells = self.rows.iter().map(|row| row[at].width());
            cells.max().unwrap_or(0).max(width(self.columns[at].header))
        };
        let filled = |at: &usize| self.rows.iter().any(|row| !row[*at].is_empty());
        let wanted: Vec<(usize, usize)> = (0..self.columns.len()).filter(filled).map(|at| (at, natural(at))).collect();
        let Some(most) = most else { return (wanted, Vec::new()) };
        let mut wanted = wanted;
        let mut spared = Vec::new();
        loop {
            let mut shown = wanted.clone();
            if shrink(&mut shown, most, |at| self.least(at)) {
                return (shown, spared);
            }
            let ranked = wanted.iter().enumerate().filter_map(|(i, (at, _))| Some((self.columns[*at].spared?, i)));
            let Some((_, i)) = ranked.min() else {
                shrink(&mut shown, most, |_| Some(NARROWEST));
                return (shown, spared);
            };
            spared.push(wanted.remove(i).0);
        }
    }

    /// How narrow a column is shown as long as another can be narrower, or be spared; none: as wide as it is.
    fn least(&self, at: usize) -> Option<usize> {
        self.columns[at].least.map(|least| least.max(width(self.columns[at].header)))
    }

    /// Lays the table out, with a line on what is not shown.
    pub(super) fn lay(&self, page: &mut Page) {
        let (shown, mut spared) = self.layout(page.width());
        let headers: Vec<Line> = self.columns.iter().map(|c| Line::of(Ink::Faint, c.header)).collect();
        for row in std::iter::once(&headers).chain(&self.rows) {
            let cells = shown.iter().map(|(at, wide)| match self.columns[*at].excess {
                Excess::GoesOnBelow => row[*at].wrapped(*wide, self.columns[*at].hang),
                Excess::IsCut => vec![row[*at].cut(*wide)],
            });
            let cells: Vec<Vec<Line>> = cells.collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for below in 0..height {
                let mut line = Line::new();
                for (i, (at, wide)) in shown.iter().enumerate() {
                    let cell = cells[i].get(below).cloned().unwrap_or_default();
                    let blanks = " ".repeat(wide.saturating_sub(cell.width()));
                    line = match self.columns[*at].align {
                        Align::Left => line.then(&cell).with(Ink::Plain, &blanks),
                        Align::Right => line.with(Ink::Plain, &blanks).then(&cell),
                    };
                    line.push(Ink::Plain, &" ".repeat(GAP));
                }
                page.line(&line.trimmed());
            }
        }
        if !spared.is_empty() {
            spared.sort_unstable();
            let names: Vec<&str> = spared.iter().map(|at| self.columns[*at].header.trim()).collect();
            page.prose(&Line::of(Ink::Faint, &format!("no room for {}", names.join(", "))), 0);
        }
    }
}

/// Takes from the widest column that can shrink until all fit, and says whether they do.
fn shrink(shown: &mut [(usize, usize)], most: usize, least: impl Fn(usize) -> Option<usize>) -> bool {
    loop {
        let total: usize = shown.iter().map(|(_, wide)| wide).sum::<usize>() + GAP * shown.len().saturating_sub(1);
        if total <= most {
            return true;
        }
        let can = shown.iter_mut().filter(|(at, wide)| least(*at).is_some_and(|least| *wide > least));
        match can.max_by_key(|(_, wide)| *wide) {
            Some((_, wide)) => *wide -= 1,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Layout};
    use super::*;

    fn laid(width: Option<usize>) -> String {
        let mut grid = Grid::new(vec![
            Column::new("NAME").shrinks_to(6),
            Column::new("TITLE").shrinks_to(8),
            Column::new("NOTE"),
            Column::new("N").right(),
            Column::new("SEEN").spared(0),
            Column::new("ID").spared(1),
        ]);
        let cells = |texts: [&str; 6]| texts.map(Line::plain).to_vec();
        grid.row(cells(["许主洪", "Chief Scientist", "", "1", "2025-11-01", "~许主洪"]));
        grid.row(cells(["Zoë Ångström", "首席科学家兼副总裁", "", "12", "", "p/zoë"]));
        grid.row(cells(["黄斐", "VP 👩\u{200D}🔬", "", "3", "2025-10", "~黄斐"]));
        let mut page = Page::new(Layout { width, color: Color::Plain });
        grid.lay(&mut page);
        page.finish()
    }

    #[test]
    fn columns_align_in_any_script() {
        let text = laid(None);
        // Every cell of the column of ids begins at one column of the terminal.
        let starts: Vec<usize> = text
            .lines()
            .zip(["ID", "~许主洪", "p/zoë", "~黄斐"])
            .map(|(line, id)| width(&line[..line.rfind(id).expect("the id is shown")]))
            .collect();
        assert_eq!(starts, vec![starts[0]; 4], "{text}");
        assert!(!text.contains("NOTE"), "a column without cells is left out:\n{text}");
    }

    #[test]
    fn a_terminal_is_never_overrun() {
        for most in 10..80 {
            let text = laid(Some(most));
            for line in text.lines() {
                assert!(width(line) <= most, "{most}: {line}");
            }
        }
    }

    #[test]
    fn nothing_is_cut_where_it_can_go_on_below() {
        for most in 21..80 {
            let text = laid(Some(most));
            assert!(!text.contains('…'), "{most}:\n{text}");
        }
    }

    #[test]
    fn what_is_not_shown_is_said() {
        let spared = |most| laid(Some(most)).lines().last().map(str::to_owned);
        assert_eq!(spared(40).as_deref(), Some("no room for SEEN"));
        assert_eq!(spared(28).as_deref(), Some("no room for SEEN, ID"));
    }
}
