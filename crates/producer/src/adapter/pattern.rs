//! The pattern of a file name that tells a date: `{date}_*_stints.csv`.

use serde::Deserialize;
use tenure_domain::day::Day;

/// What a file is called whose name holds a date.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pattern {
    before: Vec<String>,
    after: Vec<String>,
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Pattern, String> {
        Pattern::read(&text).ok_or_else(|| {
            format!("`{text}` does not say where the date stands: write {{date}} for the date and * for anything")
        })
    }
}

impl Pattern {
    /// Reads a pattern: `{date}` once, for `2024-02-16` or `20240216`; `*` for anything.
    pub(super) fn read(text: &str) -> Option<Pattern> {
        let (before, after) = text.split_once("{date}")?;
        let pieces = |part: &str| -> Option<Vec<String>> {
            let plain = !part.contains(['{', '}', '/']);
            plain.then(|| part.split('*').map(str::to_owned).collect())
        };
        Some(Pattern { before: pieces(before)?, after: pieces(after)? })
    }

    /// The date that a name tells; none where it does not fit.
    pub(super) fn date(&self, name: &str) -> Option<Day> {
        let starts = name.char_indices().map(|(at, _)| at);
        starts.filter(|at| fits(&name[..*at], &self.before)).find_map(|at| {
            let rest = &name[at..];
            let plain = rest.get(..10).and_then(|text| text.parse().ok()).map(|day| (day, 10));
            let tight = || {
                let digits = rest.get(..8).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
                let day = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]).parse().ok()?;
                Some((day, 8))
            };
            let (day, length) = plain.or_else(tight)?;
            fits(&rest[length..], &self.after).then_some(day)
        })
    }
}

/// Whether a name is as a pattern says, `*` for anything.
pub(super) fn is_like(name: &str, pattern: &str) -> bool {
    fits(name, &pattern.split('*').map(str::to_owned).collect::<Vec<_>>())
}

/// Whether a text is these pieces with anything between them.
fn fits(text: &str, pieces: &[String]) -> bool {
    let Some(([first], others)) = pieces.split_first_chunk::<1>() else { return text.is_empty() };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = others.split_last() else { return rest.is_empty() };
    for piece in middle {
        match rest.find(piece.as_str()) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_name_tells_its_date() {
        let check = |pattern: &str, name: &str, expect: Option<&str>| {
            let pattern = Pattern::read(pattern).expect("a pattern");
            assert_eq!(pattern.date(name).map(|day| day.to_string()).as_deref(), expect, "{name}");
        };
        check("{date}_*_stints.csv", "2024-02-16_ada6c6_stints.csv", Some("2024-02-16"));
        check("{date}_*_stints.csv", "20240216_x_stints.csv", Some("2024-02-16"));
        check("{date}_*_stints.csv", "2024-02-16_stints.csv", None);
        check("{date}_*_stints.csv", "2024-02-30_x_stints.csv", None);
        check("{date}_*_stints.csv", "x2024-02-16_x_stints.csv", None);
        check("stints-{date}.csv", "stints-2024-02-16.csv", Some("2024-02-16"));
        check("*{date}*", "a 2023-01-02 b 2024-02-16", Some("2023-01-02"));
        check("stints {date} *", "stints 2024-02-16 Ä.csv", Some("2024-02-16"));
        check("{date}", "stints.csv", None);
    }

    #[test]
    fn a_pattern_holds_one_date_and_no_directory() {
        for text in ["stints.csv", "{date}{date}", "{day}", "old/{date}.csv"] {
            assert_eq!(Pattern::read(text), None, "{text}");
        }
    }
}
