//! `list`: what is in a ledger, a line each.

use tenure_answers::ListAnswer;

use super::grid::{Column, Grid};
use super::ink::{Ink, Line};
use super::page::Page;

/// What there is, in the order asked for.
pub(super) fn list(page: &mut Page, answer: &ListAnswer) {
    if answer.listed.is_empty() {
        let ListAnswer { total, what, .. } = answer;
        let none = if *total == 0 { format!("no {what}") } else { format!("{what}: {total}, none listed") };
        page.line(&Line::plain(&none));
        return;
    }
    let mut grid = Grid::new(vec![
        Column::new("NAME").shrinks_to(14),
        Column::new("COMPANY").shrinks_to(10).spared(1),
        Column::new("PEOPLE").right().spared(6),
        Column::new("TENURES").right().spared(2),
        Column::new("EVENTS").right().spared(5),
        Column::new("FIRST").spared(4),
        Column::new("LAST").spared(3),
        Column::new("ID").shrinks_to(12).spared(0),
    ]);
    let count = |count: Option<usize>| count.map_or(Line::new(), |count| Line::plain(&count.to_string()));
    let text = |text: &Option<String>| text.as_deref().map_or(Line::new(), Line::plain);
    for listed in &answer.listed {
        grid.row(vec![
            Line::of(Ink::Strong, &listed.name),
            listed.company.as_ref().map_or(Line::new(), |company| Line::plain(&company.name)),
            count(listed.people),
            count(listed.tenures),
            Line::plain(&listed.events.to_string()),
            text(&listed.first),
            text(&listed.last),
            Line::of(Ink::Faint, listed.id.as_deref().unwrap_or_default()),
        ]);
    }
    grid.lay(page);
    if answer.total > answer.listed.len() {
        let more = format!("{} of {}", answer.listed.len(), answer.total);
        page.line(&Line::of(Ink::Faint, &more));
    }
}

#[cfg(test)]
mod snapshots {
    use super::super::Answer;
    use super::super::samples::{self, check};

    #[test]
    fn what_is_there_stands_in_columns() {
        let answer = samples::list_answer();
        check(
            &Answer::List(answer.clone()),
            "
NAME            COMPANY       PEOPLE  TENURES  EVENTS  FIRST    LAST        ID
通义实验室      阿里巴巴集团      12       13      36  2023-07  2025-11-01  ~alibaba/通义实验室
智能信息事业群  阿里巴巴集团       0        1       0                       u/ii
2 of 3
",
        );
    }
}
