//! The forms in which dates are written.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{ROWS, quoted};
use crate::adapter::conventions::OpenWords;
use crate::adapter::csv::Format;

/// The last year that two digits are taken for.
const LAST_YEAR: i32 = 2030;

/// The forms that are looked for.
const FORMS: [&str; 45] = [
    // Before what would take their years for Gregorian ones.
    "buddhist",
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
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%dT%H:%M:%S",
    "%b %Y",
    // Years of a column of numbers in which some are missing.
    "%Y.0",
    "excel",
    "seconds",
    "milliseconds",
    "japanese",
    // Before what would take its years for those of two digits.
    "roc",
    "%d-%b-%y",
    "%b-%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
];

/// The days of spreadsheets that are taken for dates: those of 1950 to 2100. Other numbers count or name something.
const EXCEL_DAYS: std::ops::RangeInclusive<u32> = 18_264..=73_415;

/// The years that numbers of four digits are taken for.
const YEARS: std::ops::RangeInclusive<u32> = 1_700..=2_100;

/// The years of the Buddhist era that are taken for such: those from 1857 to 2057.
const BUDDHIST_YEARS: std::ops::RangeInclusive<u32> = 2_400..=2_600;

/// Whether a text is a date in a form.
fn reads(form: &str, text: &str) -> bool {
    let is_plausible = || {
        let (day, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        fraction.bytes().all(|byte| byte.is_ascii_digit()) && day.parse().is_ok_and(|day| EXCEL_DAYS.contains(&day))
    };
    // Counted since 1970, those since 1973.
    let digits = |least: usize| (least..least + 2).contains(&text.len());
    let may_be = match form {
        "excel" => is_plausible(),
        "seconds" => digits(9),
        "milliseconds" => digits(12),
        // Without a sign, any number is a year or a date of these; and a year far off stands for never.
        "buddhist" => {
            let mut numbers = text.split(|c: char| !c.is_ascii_digit());
            let is_year = |number: &str| number.parse().is_ok_and(|year| BUDDHIST_YEARS.contains(&year));
            !text.bytes().all(|byte| byte.is_ascii_digit()) && numbers.any(is_year)
        }
        // A year of three digits before a month and a day is no other, and neither is one of seven in a column of dates.
        "roc" => {
            let is_long = || text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_digit());
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            text.contains(['年', '國', '国']) || is_long() || (digits == 3 && text.contains(['/', '.', '-']))
        }
        _ => true,
    };
    may_be && Format::read(form).is_some_and(|read| read.reads(text, LAST_YEAR))
}

/// Whether a text is a date in one of the forms, and no number: of four digits, only those of years in which posts are held.
pub(super) fn is_date(text: &str) -> bool {
    const NUMBERS: [&str; 4] = ["excel", "%Y%m%d", "seconds", "milliseconds"];
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.parse().is_ok_and(|year| YEARS.contains(&year)) {
        return false;
    }
    FORMS.iter().filter(|form| !NUMBERS.contains(*form)).any(|form| reads(form, text))
}

/// Whether a cell says nothing: that there is no date, or that it is not known.
pub(super) fn is_nothing(cell: &str) -> bool {
    const UNKNOWN: [&str; 6] = ["unknown", "?", "tbd", "unbekannt", "inconnu", "desconocido"];
    is_blank(cell) || UNKNOWN.contains(&cell.to_lowercase().as_str())
}

/// Whether a cell is written in the place of a blank one.
pub(super) fn is_blank(cell: &str) -> bool {
    const BLANK: [&str; 9] = ["", "-", "--", "\u{2013}", "\u{2014}", "n/a", "na", "none", "null"];
    BLANK.contains(&cell.to_lowercase().as_str())
}

/// Whether a text looks like a day, a month, a year, or two of them with something between. One of a Japanese era by its letter
/// (`R2.1.3`) looks like many a code.
pub(super) fn is_like_date(text: &str) -> bool {
    // Most texts are neither: they are told without trying each form.
    const LONGEST: usize = 80;
    let is_of_era = || text.trim().starts_with(['M', 'T', 'S', 'H', 'R']) && reads("japanese", text);
    if text.len() > LONGEST || !text.contains(char::is_numeric) || is_of_era() {
        return false;
    }
    let is_end = |text: &str| is_date(text) || OpenWords::default().is_open_end(text);
    let text = text.trim();
    let range = |by: &&str| text.split_once(*by).is_some_and(|(from, to)| is_date(from.trim()) && is_end(to.trim()));
    is_date(text) || ["\u{2013}", "\u{2014}", " - ", " to ", "-", "/", " bis ", " au ", "~"].iter().any(range)
}

/// Whether a text is a date as events write them, or a word for none.
pub(super) fn is_plain(text: &str) -> bool {
    OpenWords::default().is_open_end(text) || Format::Edtf.reads(text, LAST_YEAR)
}

/// The forms in which dates are written, and the words among them that stand for none.
pub(super) fn forms(dates: &[&str]) -> String {
    let open = OpenWords::default();
    // One table writes its dates one way: where a day can be read as a month, the others tell which it is.
    let count = |form: &str| dates.iter().filter(|date| reads(form, date)).count();
    let both = |four: &str, two: &str| count(four) + count(two);
    let (day_first, month_first) = (both("%d/%m/%Y", "%d/%m/%y"), both("%m/%d/%Y", "%m/%d/%y"));
    let passed_over = if month_first > day_first { ["%d/%m/%Y", "%d/%m/%y"] } else { ["%m/%d/%Y", "%m/%d/%y"] };
    let says = |date: &&str| !open.is_open_end(date) && !is_blank(date);
    let mut left: Vec<&str> = dates.iter().copied().filter(says).collect();
    let mut chosen = Vec::new();
    for text in FORMS {
        let before = left.len();
        left.retain(|date| passed_over.contains(&text) || !reads(text, date));
        if left.len() < before {
            chosen.push(text);
            // It is tried on all of them.
            left.retain(|date| !Format::read(text).is_some_and(|read| read.reads(date, LAST_YEAR)));
        }
    }
    if chosen.is_empty() {
        chosen.push("edtf");
    }
    let list: Vec<String> = chosen.iter().map(|form| quoted(form)).collect();
    let mut lines = format!("dates = [{}]  # the forms in the first {ROWS} rows\n", list.join(", "));
    let blank: BTreeSet<String> = dates.iter().filter(|date| is_blank(date)).map(|date| quoted(date)).collect();
    if !blank.is_empty() {
        let blank = blank.into_iter().collect::<Vec<_>>().join(", ");
        let _ = writeln!(lines, "empty = [{blank}]  # a guess: it says nothing, and in an end that there is none");
    }
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
    use super::{forms, is_like_date};

    #[test]
    fn numbers_are_days_of_a_spreadsheet_where_these_are_plausible() {
        let check = |dates: &[&str], expect: &str| {
            assert_eq!(
                forms(dates).lines().next().map(|line| line.split("  #").next().unwrap_or_default()),
                Some(expect),
                "{dates:?}"
            );
        };
        check(&["43831", "43831.0"], "dates = [\"excel\"]");
        check(&["3", "11"], "dates = [\"edtf\"]");
        check(&["201003"], "dates = [\"edtf\"]");
        check(&["平成31年4月1日", "R6.4.1"], "dates = [\"japanese\"]");
        check(&["113年4月1日", "民國99年"], "dates = [\"roc\"]");
        check(&["1/4/2567", "2567-04-01"], "dates = [\"buddhist\"]");
        check(&["112/03/01", "99/12/31", "113.4.1"], "dates = [\"roc\"]");
        check(&["1130401", "H1", "113"], "dates = [\"roc\"]");
        check(&["1139901", "113"], "dates = [\"edtf\"]");
        check(&["31/12/2999"], "dates = [\"%d/%m/%Y\"]");
        check(&["1999-05-01", "9999-01-01", "4712-12-31"], "dates = [\"edtf\"]");
        assert!(forms(&["2010-05-01", "N/A", "-"]).contains("empty = [\"-\", \"N/A\"]"));
    }

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
        for text in ["", "12", "43831", "20240501", "Ann", "A-1", "present", "12-14", "R2.1.3"] {
            assert!(!is_like_date(text), "{text}");
        }
    }
}
