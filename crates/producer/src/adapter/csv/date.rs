//! Dates as tables write them, and the vague dates that they mean.

use chrono::format::{Item, Parsed, StrftimeItems};
use tenure_domain::edtf::{VagueDate, shortest};

use super::super::stint::day_after;

/// A form in which dates are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// As events write them: `2025-09-30`, `2025-09`, `2025`, and ranges.
    Edtf,
    /// `%d/%m/%Y` and the like; one without a day or month means the whole month or year.
    Form(Vec<Item<'static>>),
}

/// What the end of a stint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The last day.
    Inclusive,
    /// The first day after.
    Exclusive,
}

impl Format {
    /// Reads a form; none where it is not one.
    pub(super) fn read(text: &str) -> Option<Format> {
        if text == "edtf" {
            return Some(Format::Edtf);
        }
        let items: Vec<Item<'static>> = StrftimeItems::new(text).parse_to_owned().ok()?;
        let any = items.iter().any(|item| matches!(item, Item::Numeric(..) | Item::Fixed(_)));
        any.then_some(Format::Form(items))
    }

    fn edtf(&self, text: &str) -> Option<String> {
        match self {
            Format::Edtf => text.parse::<VagueDate>().ok().map(|_| text.to_owned()),
            Format::Form(items) => {
                let mut parsed = Parsed::new();
                chrono::format::parse(&mut parsed, text, items.iter()).ok()?;
                if let Ok(day) = parsed.to_naive_date() {
                    let text = day.format("%Y-%m-%d").to_string();
                    return text.parse::<VagueDate>().ok().map(|_| text);
                }
                let text = match (parsed.year(), parsed.month()) {
                    (Some(year), Some(month)) => format!("{year:04}-{month:02}"),
                    (Some(year), None) => format!("{year:04}"),
                    (None, _) => return None,
                };
                // Without a day; a day that the calendar lacks is no date.
                (parsed.day().is_none() && text.parse::<VagueDate>().is_ok()).then_some(text)
            }
        }
    }
}

/// The vague date that a cell means, by the first form that fits.
pub(super) fn read(text: &str, formats: &[Format]) -> Option<String> {
    formats.iter().find_map(|format| format.edtf(text))
}

/// The first day after, where the vague date is that of the last day.
pub(super) fn after(date: &str) -> String {
    let Ok(vague) = date.parse::<VagueDate>() else { return date.to_owned() };
    let mark = if date.starts_with('[') { "" } else { &date[date.trim_end_matches(['~', '?', '%']).len()..] };
    match day_after(vague.bounds()) {
        Some(next) if next.single().is_some() => format!("{}{mark}", shortest(next)),
        Some(next) => shortest(next),
        None => date.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, after, read};

    #[test]
    fn dates_are_read_by_their_form() {
        let check = |formats: &[&str], text: &str, expect: Option<&str>| {
            let formats: Vec<Format> = formats.iter().map(|f| Format::read(f).expect("a form")).collect();
            assert_eq!(read(text, &formats).as_deref(), expect, "{text}");
        };
        check(&["edtf"], "2025-09-30", Some("2025-09-30"));
        check(&["edtf"], "2025-09~", Some("2025-09~"));
        check(&["edtf"], "30/09/2025", None);
        check(&["%d/%m/%Y"], "30/09/2025", Some("2025-09-30"));
        check(&["%d/%m/%Y"], "30/9/2025", Some("2025-09-30"));
        check(&["%d/%m/%Y"], "31/09/2025", None);
        check(&["%m/%d/%Y"], "09/30/2025", Some("2025-09-30"));
        check(&["%d %B %Y", "%B %Y", "%Y"], "1 March 1997", Some("1997-03-01"));
        check(&["%d %B %Y", "%B %Y", "%Y"], "March 1997", Some("1997-03"));
        check(&["%d %B %Y", "%B %Y", "%Y"], "1997", Some("1997"));
        check(&["%d %B %Y", "%B %Y", "%Y"], "soon", None);
        check(&["%Y-%m-%d %H:%M:%S"], "1997-05-02 00:00:00", Some("1997-05-02"));
        check(&["%Y%m%d"], "19970502", Some("1997-05-02"));
        assert_eq!(Format::read("%Q"), None);
        assert_eq!(Format::read("day"), None);
    }

    #[test]
    fn the_day_after_the_last_is_as_vague_as_the_last() {
        let check = |last: &str, expect: &str| assert_eq!(after(last), expect, "{last}");
        check("2025-09-30", "2025-10-01");
        check("2024-12-31", "2025-01-01");
        check("2025-09-30~", "2025-10-01~");
        check("2025-09", "[2025-09-02..2025-10-01]");
        check("[..2025-09-29]", "[..2025-09]");
        check("[2025-09-29..]", "[2025-09-30..]");
    }
}
