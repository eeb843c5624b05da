//! Text of sources as it may leave the ledger: for terminals, for JSON that a terminal may show, and for spreadsheets.
//!
//! Names, titles and quotes come from sources that are not trusted. A control character can drive a terminal, a
//! direction override can show text in another order than it has, and a spreadsheet runs a cell that begins as a
//! formula. What is stored is never changed.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

/// Whether a terminal could obey the character instead of showing it: control characters, the separators of lines and
/// paragraphs, and those that override the direction of text.
pub fn drives_terminal(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether the character shows nothing by itself, and is no part of a letter: soft hyphens, blanks of no width, marks of
/// direction and annotation, fillers and tags. Text can be hidden in these, or made to look like other text.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}'..='\u{2064}'
            | '\u{206A}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// JSON with the characters escaped that could drive a terminal or that are invisible, where JSON itself lets them stand. It
/// means the same.
pub fn escape_json(json: String) -> String {
    let to_escape = |c: char| c != '\n' && (drives_terminal(c) || is_invisible(c));
    if !json.contains(to_escape) {
        return json;
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        // They can only stand within strings.
        if to_escape(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(text, "\\u{unit:04x}").expect("a string takes all that is written");
            }
        } else {
            text.push(c);
        }
    }
    text
}

/// An error with what caused it, in one line: each cause that the text before it does not say already.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

/// The longest line of an error that is told whole, in characters.
const LINE: usize = 1_000;
/// How many characters are told from the beginning of a longer one, and from its end.
const TOLD: (usize, usize) = (600, 300);

/// A text that may quote what a source wrote: of each line that is too long, its beginning and its end.
pub fn in_part(text: &str) -> Cow<'_, str> {
    if text.len() <= LINE || text.lines().all(|line| line.chars().count() <= LINE) {
        return Cow::Borrowed(text);
    }
    let told = text.split('\n').map(|line| {
        let characters = line.chars().count();
        if characters <= LINE {
            return line.to_owned();
        }
        let beginning: String = line.chars().take(TOLD.0).collect();
        let end: String = line.chars().skip(characters - TOLD.1).collect();
        format!("{beginning} [.. {} characters ..] {end}", characters - TOLD.0 - TOLD.1)
    });
    Cow::Owned(told.collect::<Vec<_>>().join("\n"))
}

/// A path as messages show it: on one line, with escapes for what could drive a terminal.
pub fn shown_path(path: &Path) -> String {
    let shown = |c: char| if drives_terminal(c) { c.escape_default().to_string() } else { c.to_string() };
    path.to_string_lossy().chars().map(shown).collect()
}

/// The text on one line: without invisible characters, with a blank for each line break and `U+FFFD` for what else could drive
/// a terminal.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| drives_terminal(c) || is_invisible(c)) {
        return Cow::Borrowed(text);
    }
    let shown = |c| match c {
        '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        c if drives_terminal(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    Cow::Owned(text.chars().filter(|c| !is_invisible(*c)).map(shown).collect())
}

/// What a formula begins with, as spreadsheets read cells; some take the wide forms as well.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The text as the cell of a table for spreadsheets: without invisible characters, with `U+FFFD` for what could drive a
/// terminal, line breaks and tabs aside, and an apostrophe before what a spreadsheet would take for a formula. What begins so
/// behind apostrophes of its own has one more, so that [`from_cell`] takes off none of those.
pub fn cell(text: &str) -> Cow<'_, str> {
    let drives = |c: char| !matches!(c, '\n' | '\t') && drives_terminal(c);
    let seen = |c: &char| !is_invisible(*c);
    let first = text.chars().filter(seen).find(|c| *c != '\'');
    let guard = if first.is_some_and(|first| FORMULA.contains(&first)) { "'" } else { "" };
    if guard.is_empty() && !text.contains(|c| drives(c) || is_invisible(c)) {
        return Cow::Borrowed(text);
    }
    let clean = text.chars().filter(seen).map(|c| if drives(c) { char::REPLACEMENT_CHARACTER } else { c });
    Cow::Owned(guard.chars().chain(clean).collect())
}

/// The text of a cell without the apostrophe that [`cell`] put before it.
pub fn from_cell(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| text.trim_start_matches('\'').starts_with(FORMULA)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas() {
        let cases = [
            ("Ann", "Ann"),
            ("=1+1", "'=1+1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("＝1", "'＝1"),
            ("\u{3164}\u{fff9}=1", "'=1"),
            ("\t=1", "'\t=1"),
            ("'Ann'", "'Ann'"),
            ("'=1", "''=1"),
            ("''\u{200e}-5", "'''-5"),
            ("two\nlines", "two\nlines"),
            ("a\u{202e}b\u{2028}\u{1b}", "a\u{fffd}b\u{fffd}\u{fffd}"),
            ("\u{200e}=1\u{e0041}", "'=1"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(cell(text), expected, "{text:?}");
            let seen = text.chars().filter(|c| !is_invisible(*c)).count();
            assert_eq!(from_cell(expected).chars().count(), seen, "{text:?}");
        }
    }

    #[test]
    fn json_means_the_same_when_escaped() {
        let text = "a\u{202e}\u{2066}\u{2028}\u{7f}\u{9b}b\u{61c}\u{e0041}";
        let json = serde_json::to_string(text).expect("a string can be written");
        let escaped = escape_json(json);
        assert!(!escaped.contains(|c| drives_terminal(c) || is_invisible(c)), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).expect("JSON"), text);
    }

    #[test]
    fn one_line_is_one_line() {
        assert_eq!(one_line("a\r\nb\u{2029}\u{202e}c\u{1b}\u{200f}"), "a  b \u{fffd}c\u{fffd}");
        assert!(matches!(one_line("許主洪"), Cow::Borrowed(_)));
    }
}
