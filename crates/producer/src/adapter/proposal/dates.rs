//! The forms in which dates are written.

use std::fmt::Write as _;

use super::{ROWS, quoted};
use crate::adapter::conventions::OpenWords;
use crate::adapter::csv::Format;

/// The last year that two digits are taken for.
const LAST_YEAR: i32 = 2030;

/// The forms that are looked for.
const FORMS: [&str; 39] = [
    "edtf",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%d. %B %Y",
    "%d de %B de %Y",
    "%d de %B, %Y",
    "%B %Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y%m%d",
    "%Y-%m-%d",
    "%Y.%m.%d",
    "%Y. %m. %d.",
    "%Y年%m月%d日",
    "%Y年%m月",
    "%Y年",
    "%Y년 %m월 %d일",
    "%Y년 %m월",
    "%d-%B-%Y",
    "%m/%Y",
    "%Y/%m",
    "%m.%Y",
    "%Y.%m",
    "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S",
    "%b %Y",
    // Years of a column of numbers in which some are missing.
    "%Y.0",
    "excel",
    "%d-%b-%y",
    "%b-%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
];

/// Whether a text looks like a day, a month, a year, or two of them with something between.
pub(super) fn is_like_date(text: &str) -> bool {
    // What may as well be a number is none.
    let is_one = |text: &str| {
        let forms = FORMS.iter().filter(|form| !["excel", "%Y%m%d"].contains(*form));
        forms.filter_map(|form| Format::read(form)).any(|form| form.reads(text, LAST_YEAR))
    };
    let is_end = |text: &str| is_one(text) || OpenWords::default().is_open_end(text);
    let text = text.trim();
    let range = |by: &&str| text.split_once(*by).is_some_and(|(from, to)| is_one(from.trim()) && is_end(to.trim()));
    is_one(text) || ["\u{2013}", "\u{2014}", " - ", " to ", "-", "/", " bis ", " au ", "~"].iter().any(range)
}

/// Whether a text is a date as events write them, or a word for none.
pub(super) fn is_plain(text: &str) -> bool {
    OpenWords::default().is_open_end(text) || Format::Edtf.reads(text, LAST_YEAR)
}

/// The forms in which dates are written, and the words among them that stand for none.
pub(super) fn forms(dates: &[&str]) -> String {
    let open = OpenWords::default();
    // One table writes its dates one way: where a day can be read as a month, the others tell which it is.
    let reads = |form: &str| {
        let form = Format::read(form);
        dates.iter().filter(|date| form.as_ref().is_some_and(|form| form.reads(date, LAST_YEAR))).count()
    };
    let both = |four: &str, two: &str| reads(four) + reads(two);
    let (day_first, month_first) = (both("%d/%m/%Y", "%d/%m/%y"), both("%m/%d/%Y", "%m/%d/%y"));
    let passed_over = if month_first > day_first { ["%d/%m/%Y", "%d/%m/%y"] } else { ["%m/%d/%Y", "%m/%d/%y"] };
    let mut left: Vec<&str> = dates.iter().copied().filter(|date| !open.is_open_end(date)).collect();
    let mut chosen = Vec::new();
    for text in FORMS {
        let Some(form) = Format::read(text).filter(|_| !passed_over.contains(&text)) else { continue };
        let before = left.len();
        left.retain(|date| !form.reads(date, LAST_YEAR));
        if left.len() < before {
            chosen.push(text);
        }
    }
    if chosen.is_empty() {
        chosen.push("edtf");
    }
    let list: Vec<String> = chosen.iter().map(|form| quoted(form)).collect();
    let mut lines = format!("dates = [{}]  # the forms in the first {ROWS} rows\n", list.join(", "));
    if chosen.iter().any(|form| form.contains("%y")) {
        let _ = writeln!(lines, "last_year = {LAST_YEAR}  # a guess: two digits above are of the century before");
    }
    if day_first == month_first && day_first > 0 {
        lines.push_str("# every one of them can be read with the day or the month first: the day was taken\n");
    }
    if let Some(word) = left.first() {
        let more = if left.len() > 1 { format!(" and {} more", left.len() - 1) } else { String::new() };
        let _ =
            writeln!(lines, "# no form was found for `{word}`{more}: what says that it goes on is listed by `open`");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::is_like_date;

    #[test]
    fn what_looks_like_a_date_is_told_from_numbers() {
        for text in [
            "2010",
            "2010-05-01",
            "01/05/2010",
            "1998.0",
            "1998\u{2013}2004",
            "1998-2004",
            "2010 - present",
            "May 2010",
        ] {
            assert!(is_like_date(text), "{text}");
        }
        for text in ["", "12", "43831", "20240501", "Ann", "A-1", "present", "12-14"] {
            assert!(!is_like_date(text), "{text}");
        }
    }
}
