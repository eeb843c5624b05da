//! Lines of text with inks: cleaned, measured as terminals show them, cut, wrapped and painted.
//!
//! A [`Line`] is the only way to the page, and whatever is put on it is cleaned first. So no name, title or quote
//! of a source can move the cursor, colour the screen or turn the direction of its neighbours.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Effects, Style};
use tenure_domain::plain_text::one_line;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Whether colours are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// Text alone.
    Plain,
    /// With ANSI escape sequences.
    Ansi,
}

/// What a piece of text is, as far as its colour goes. None is told by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Ordinary text.
    Plain,
    /// What the eye should find first.
    Strong,
    /// Ids, column headers, lines: there for those who look.
    Faint,
    /// Certain, confirmed, added.
    Sure,
    /// Possible, rumoured, in dispute.
    Doubt,
    /// Gone.
    Gone,
    /// Tags.
    Tag,
    /// The bar of a main post.
    Bar,
}

impl Ink {
    fn style(self) -> Style {
        let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        match self {
            Ink::Plain => Style::new(),
            Ink::Strong => Style::new().effects(Effects::BOLD),
            Ink::Faint => Style::new().effects(Effects::DIMMED),
            Ink::Sure => color(AnsiColor::Green),
            Ink::Doubt => color(AnsiColor::Yellow),
            Ink::Gone => color(AnsiColor::Red),
            Ink::Tag => color(AnsiColor::Cyan),
            Ink::Bar => color(AnsiColor::Blue),
        }
    }
}

/// Text of several lines as it may be shown outside of a page, such as an error that repeats what was typed.
pub fn plain(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// How many columns a terminal gives to the text.
pub(super) fn width(text: &str) -> usize {
    // Clean text of ASCII alone is the most common by far.
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    spans: Vec<(Ink, String)>,
}

/// A character as people see it, its columns, and its ink.
#[derive(Clone, Copy)]
struct Glyph<'l> {
    text: &'l str,
    columns: usize,
    ink: Ink,
}

impl Line {
    pub(super) fn new() -> Line {
        Line::default()
    }

    pub(super) fn of(ink: Ink, text: &str) -> Line {
        Line::new().with(ink, text)
    }

    pub(super) fn plain(text: &str) -> Line {
        Line::of(Ink::Plain, text)
    }

    /// The line with the text behind it.
    #[must_use]
    pub(super) fn with(mut self, ink: Ink, text: &str) -> Line {
        self.push(ink, text);
        self
    }

    /// The line with the other behind it.
    #[must_use]
    pub(super) fn then(mut self, other: &Line) -> Line {
        for (ink, text) in &other.spans {
            self.put(*ink, text);
        }
        self
    }

    pub(super) fn push(&mut self, ink: Ink, text: &str) {
        self.put(ink, &one_line(text));
    }

    /// Puts text that is clean.
    fn put(&mut self, ink: Ink, text: &str) {
        match self.spans.last_mut() {
            Some((last, so_far)) if *last == ink => so_far.push_str(text),
            Some(_) | None if text.is_empty() => {}
            Some(_) | None => self.spans.push((ink, text.to_owned())),
        }
    }

    /// The lines, one behind the other, with the separator between them.
    pub(super) fn joined(lines: &[Line], separator: &str) -> Line {
        lines.iter().filter(|line| !line.is_empty()).fold(Line::new(), |so_far, line| {
            let so_far = if so_far.is_empty() { so_far } else { so_far.with(Ink::Plain, separator) };
            so_far.then(line)
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub(super) fn width(&self) -> usize {
        self.spans.iter().map(|(_, text)| width(text)).sum()
    }

    fn glyphs(&self) -> Vec<Glyph<'_>> {
        let glyphs = self
            .spans
            .iter()
            .flat_map(|(ink, text)| text.graphemes(true).map(|g| Glyph { text: g, columns: g.width(), ink: *ink }));
        glyphs.collect()
    }

    fn from_glyphs(glyphs: &[Glyph<'_>]) -> Line {
        let mut line = Line::new();
        for glyph in glyphs {
            line.put(glyph.ink, glyph.text);
        }
        line
    }

    /// The line in no more columns than `most`, with `…` where the rest was.
    pub(super) fn cut(&self, most: usize) -> Line {
        if self.width() <= most {
            return self.clone();
        }
        let mut room = most.saturating_sub(1);
        let mut kept = Line::new();
        for glyph in self.glyphs() {
            if glyph.columns > room {
                break;
            }
            room -= glyph.columns;
            kept.put(glyph.ink, glyph.text);
        }
        if most == 0 { kept } else { kept.with(Ink::Faint, "…") }
    }

    /// The line as several of at most `most` columns, all but the first indented by `hang`. Breaks between words and
    /// between the characters of scripts that have no spaces; a word that is too long for a line is broken anywhere.
    pub(super) fn wrapped(&self, most: usize, hang: usize) -> Vec<Line> {
        if self.width() <= most {
            return vec![self.clone()];
        }
        let hang = hang.min(most / 2);
        let glyphs = self.glyphs();
        let text_from = glyphs.iter().position(|g| g.text != " ").unwrap_or(0);
        let mut lines: Vec<Line> = Vec::new();
        let mut finish = |from: usize, to: usize| {
            let blanks = glyphs[from..to].iter().rev().take_while(|g| g.text == " ").count();
            let indent = if lines.is_empty() { 0 } else { hang };
            lines.push(Line::plain(&" ".repeat(indent)).then(&Line::from_glyphs(&glyphs[from..to - blanks])));
        };
        let (mut from, mut columns, mut opportunity) = (0, 0, None);
        for (i, glyph) in glyphs.iter().enumerate() {
            if i > from && i > text_from && may_break(glyphs[i - 1], *glyph) {
                opportunity = Some(i);
            }
            if columns + glyph.columns > most && i > from && glyph.text != " " {
                let to = opportunity.unwrap_or(i);
                finish(from, to);
                (from, opportunity) = (to, None);
                columns = hang + glyphs[from..i].iter().map(|g| g.columns).sum::<usize>();
            }
            columns += glyph.columns;
        }
        finish(from, glyphs.len());
        lines
    }

    /// The line without blanks at its end.
    #[must_use]
    pub(super) fn trimmed(mut self) -> Line {
        while let Some((_, last)) = self.spans.last_mut() {
            last.truncate(last.trim_end_matches(' ').len());
            if !last.is_empty() {
                break;
            }
            self.spans.pop();
        }
        self
    }

    /// Writes the line, without blanks at its end.
    pub(super) fn paint(&self, color: Color, out: &mut String) {
        for (ink, text) in &self.clone().trimmed().spans {
            let style = match color {
                Color::Plain => Style::new(),
                Color::Ansi => ink.style(),
            };
            write!(out, "{style}{text}{style:#}").expect("a string takes all that is written");
        }
    }
}

/// Whether a line may end between the two. Ids, which are faint, and tags stay whole.
fn may_break(before: Glyph<'_>, after: Glyph<'_>) -> bool {
    const OPENING: &str = "「『（《〈【〔“‘([";
    const CLOSING: &str = "」』）》〉】〕”’)]，。、；：！？…,.;:!?*";
    if after.text == " " || CLOSING.contains(after.text) || OPENING.contains(before.text) {
        return false;
    }
    if before.ink == Ink::Tag && after.ink == Ink::Tag {
        return false;
    }
    let id = before.ink == Ink::Faint && after.ink == Ink::Faint;
    before.text == " " || (!id && (before.columns == 2 || after.columns == 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(line: &Line) -> String {
        let mut out = String::new();
        line.paint(Color::Plain, &mut out);
        out
    }

    #[test]
    fn sources_cannot_drive_the_terminal() {
        let cases = [
            ("Ann\u{1b}[31m Lee", "Ann\u{FFFD}[31m Lee"),
            ("Ann\u{9b}2J", "Ann\u{FFFD}2J"),
            ("Ann\u{202E}eeL\u{202C}", "Ann\u{FFFD}eeL\u{FFFD}"),
            ("\u{2066}Ann\u{2069}", "\u{FFFD}Ann\u{FFFD}"),
            ("bell\u{7}, delete\u{7f}, null\0", "bell\u{FFFD}, delete\u{FFFD}, null\u{FFFD}"),
            ("one\ntwo\tthree\u{2028}four\r\n", "one two three four"),
            ("zero\u{200B}width\u{FEFF}", "zerowidth"),
            ("left\u{200E}right\u{E0041}", "leftright"),
            ("पुष्पा 👩\u{200D}🔬 می\u{200C}خواهم", "पुष्पा 👩\u{200D}🔬 می\u{200C}خواهم"),
        ];
        for (given, expected) in cases {
            assert_eq!(painted(&Line::plain(given)), expected, "{given:?}");
            assert_eq!(painted(&Line::new().with(Ink::Plain, given)), expected, "{given:?}");
        }
    }

    #[test]
    fn errors_keep_their_lines_and_nothing_else() {
        assert_eq!(plain("error: no `\u{1b}[2Ja\rb`\nhint: none\n"), "error: no `\u{FFFD}[2Ja b`\nhint: none\n");
    }

    #[test]
    fn width_is_that_of_a_terminal() {
        let cases = [("Ann", 3), ("许主洪", 6), ("ﾊﾌ", 2), ("パブ", 4), ("e\u{301}", 1), ("👩\u{200D}🔬", 2), ("●", 1)];
        for (text, expected) in cases {
            assert_eq!(width(text), expected, "{text}");
        }
    }

    #[test]
    fn cutting_keeps_within_the_columns_and_between_characters() {
        let cases = [
            ("Chief Scientist", 20, "Chief Scientist"),
            ("Chief Scientist", 8, "Chief S…"),
            ("首席科学家", 7, "首席科…"),
            ("首席科学家", 6, "首席…"),
            ("Zoe\u{308}\u{301} Lee", 4, "Zoe\u{308}\u{301}…"),
            ("Lee", 0, ""),
        ];
        for (text, most, expected) in cases {
            let cut = Line::plain(text).cut(most);
            assert_eq!(painted(&cut), expected, "{text} in {most}");
            assert!(cut.width() <= most, "{text} in {most}");
        }
    }

    #[test]
    fn wrapping_breaks_between_words_and_han_characters() {
        let cases: [(&str, usize, usize, &[&str]); 6] = [
            ("leads the lab in Hangzhou", 12, 2, &["leads the", "  lab in", "  Hangzhou"]),
            ("负责大模型研发，直接汇报。", 10, 0, &["负责大模型", "研发，直接", "汇报。"]),
            ("负责大模型，汇报", 10, 0, &["负责大模", "型，汇报"]),
            ("abcdefghij", 4, 1, &["abcd", " efg", " hij"]),
            ("    indented text", 10, 4, &["    indent", "    ed", "    text"]),
            ("", 10, 0, &[""]),
        ];
        for (text, most, hang, expected) in cases {
            let lines: Vec<String> = Line::plain(text).wrapped(most, hang).iter().map(painted).collect();
            assert_eq!(lines, expected, "{text}");
        }
    }

    #[test]
    fn colours_wrap_each_ink_and_nothing_else() {
        let mut out = String::new();
        Line::of(Ink::Strong, "许主洪").with(Ink::Plain, "  ").with(Ink::Faint, "p/1  ").paint(Color::Ansi, &mut out);
        assert_eq!(out, "\u{1b}[1m许主洪\u{1b}[0m  \u{1b}[2mp/1\u{1b}[0m");
    }
}
