//! Text in pictures: made harmless, measured, and broken into lines.
//!
//! The fonts of the reader are not known here, so widths are estimates that err on the wide side: what is laid out by
//! them stays clear of its neighbours in any usual sans-serif font. Names come from sources that are not trusted, so
//! all that is shown passes through [`clean`], and is escaped where markup is made of it; where names stand beside other words,
//! they are a [`Phrase`].
//!
//! Deliberately not here: shaping, hyphenation, and vertical writing.

use maud::{Markup, Render, html};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// The fonts of all pictures: what systems have for Latin, and then for Chinese, Japanese and Korean.
pub const FONTS: &str = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans',\
    'Liberation Sans','PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif";

/// Fonts by language, so that one character is drawn as its readers write it.
pub const FONTS_BY_LANGUAGE: [(&str, &str); 3] = [
    ("ja", "system-ui,'Hiragino Sans','Yu Gothic','Noto Sans CJK JP','Noto Sans JP',sans-serif"),
    ("ko", "system-ui,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans CJK KR','Noto Sans KR',sans-serif"),
    ("zh-Hant", "system-ui,'PingFang TC','Microsoft JhengHei','Noto Sans CJK TC','Noto Sans TC',sans-serif"),
];

/// The text on one line, without what could drive a reader's program or no XML may hold.
pub fn clean(text: &str) -> String {
    let shown = crate::plain(&text.replace('\n', " "));
    let legal = |c: char| if matches!(c, '\u{FFFE}' | '\u{FFFF}') { char::REPLACEMENT_CHARACTER } else { c };
    shown.chars().map(legal).collect()
}

/// A name as HTML: kept apart from what surrounds it, in its language.
pub fn name(text: &str, wanted: Option<&str>) -> Markup {
    html! { bdi lang=[language(text, wanted)] { (clean(text)) } }
}

/// A sentence in which names stand, as HTML: the names are kept apart, and not the sentence.
pub fn sentence(text: &str, wanted: Option<&str>) -> Markup {
    html! { span lang=[language(text, wanted)] { (Phrase::sentence(text)) } }
}

/// The language of a text as far as its script tells: `wanted` where the asker's language is written so.
pub(super) fn language<'l>(text: &str, wanted: Option<&'l str>) -> Option<&'l str> {
    let any = |of: fn(char) -> bool| text.chars().any(of);
    let is = |language: &str| wanted.filter(|w| *w == language || w.starts_with(&format!("{language}-")));
    if any(|c| matches!(c, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}')) {
        return Some("ja");
    }
    if any(|c| matches!(c, '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}')) {
        return Some("ko");
    }
    let han = any(
        |c| matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}'),
    );
    han.then(|| is("zh").or_else(|| is("ja")).or_else(|| is("ko")).filter(|w| is_tag(w)).unwrap_or("zh"))
}

/// Whether it can stand as a tag of a language.
pub(super) fn is_tag(text: &str) -> bool {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    text.len() <= 35 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.split('-').all(part)
}

/// Words with names among them, on one line: cleaned, and each name that is written from right to left kept from mixing with
/// what stands beside it.
///
/// Cleaning takes the isolates of Unicode out of texts of sources, so a phrase is no text that is cleaned again: it is put
/// together from parts that are clean, and goes out as markup alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase(String);

const OPEN: char = '\u{2068}';
const CLOSE: char = '\u{2069}';

impl Phrase {
    /// A name, or another text of a source that stands beside words.
    pub(super) fn isolated(text: &str) -> Phrase {
        let text = clean(text);
        Phrase(if text.contains(is_right_to_left) { format!("{OPEN}{text}{CLOSE}") } else { text })
    }

    /// A sentence of this program in which names stand: what is written from right to left in it is kept apart, and the sentence
    /// reads from left to right.
    pub fn sentence(text: &str) -> Phrase {
        let text = clean(text);
        let (mut phrase, mut rest) = (String::with_capacity(text.len()), text.as_str());
        while let Some(begin) = rest.find(is_right_to_left) {
            let run = &rest[begin..];
            let end = run.find(|c: char| !is_right_to_left(c) && !matches!(c, ' ' | '-')).unwrap_or(run.len());
            let name = run[..end].trim_end_matches([' ', '-']);
            phrase.push_str(&rest[..begin]);
            phrase.push(OPEN);
            phrase.push_str(name);
            phrase.push(CLOSE);
            rest = &run[name.len()..];
        }
        phrase.push_str(rest);
        Phrase(phrase)
    }

    /// The phrase and what follows it.
    #[must_use]
    pub(super) fn then(mut self, more: impl Into<Phrase>) -> Phrase {
        self.0.push_str(&more.into().0);
        self
    }

    /// Phrases one after the other, with the same between any two.
    pub(super) fn joined(parts: impl IntoIterator<Item = Phrase>, by: &str) -> Phrase {
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        parts.fold(first, |all, part| all.then(by).then(part))
    }

    /// The phrase as it stands between tags and in quoted attributes.
    pub(super) fn markup(&self) -> String {
        self.render().into_string()
    }

    /// The language of the phrase, as [`language`] has it.
    pub(super) fn language<'l>(&'l self, wanted: Option<&'l str>) -> Option<&'l str> {
        language(&self.0, wanted)
    }

    /// How wide the phrase can be, in ems.
    pub(super) fn width(&self) -> f64 {
        width(&self.0)
    }
}

impl Render for Phrase {
    fn render_to(&self, buffer: &mut String) {
        self.0.render_to(buffer);
    }
}

impl From<&str> for Phrase {
    fn from(words: &str) -> Phrase {
        Phrase(clean(words))
    }
}

impl From<String> for Phrase {
    fn from(words: String) -> Phrase {
        Phrase::from(words.as_str())
    }
}

impl From<&Phrase> for Phrase {
    fn from(phrase: &Phrase) -> Phrase {
        phrase.clone()
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Closes in each line what it opens, and opens it again in the next.
fn balanced(lines: Vec<String>) -> Vec<Phrase> {
    let mut is_open = false;
    let line = |line: String| {
        let before = if is_open { String::from(OPEN) } else { String::new() };
        let last = line.rfind([OPEN, CLOSE]).and_then(|at| line[at..].chars().next());
        is_open = last.map_or(is_open, |last| last == OPEN);
        let after = if is_open { String::from(CLOSE) } else { String::new() };
        Phrase(before + &line + &after)
    };
    lines.into_iter().map(line).collect()
}

/// How wide a character can be, in ems.
fn advance(c: char) -> f64 {
    match c {
        OPEN | CLOSE => 0.0,
        ' ' | '\u{a0}' => 0.35,
        '!' | '\'' | '(' | ')' | ',' | '-' | '.' | '/' | ':' | ';' | 'I' | '[' | '\\' | ']' | '`' | 'f' | 'i' | 'j'
        | 'l' | 'r' | 't' | '|' => 0.46,
        '%' | '&' | '@' | 'M' | 'W' | 'm' | 'w' => 1.0,
        'A'..='Z' => 0.82,
        '!'..='~' => 0.67,
        // Letters that stand for whole words.
        '\u{FDFA}'..='\u{FDFD}' => 14.0,
        '\u{12000}'..='\u{1254F}' => 4.0,
        c => match c.width().unwrap_or(0) {
            0 => 0.0,
            1 if c < '\u{590}' && c.is_lowercase() => 0.8,
            1 => 1.1,
            _ if ('\u{1F000}'..'\u{20000}').contains(&c) => 1.4,
            _ => 1.02,
        },
    }
}

/// How wide the text can be, in ems.
fn width(text: &str) -> f64 {
    text.chars().map(advance).sum()
}

/// Whether a line may begin with this: closing marks stay with what they close.
fn begins_no_line(cluster: &str) -> bool {
    cluster.starts_with(|c| "，。、．：；！？）」』】》〉〕’”,.:;!?)]}…·".contains(c))
}

fn is_wide(cluster: &str) -> bool {
    cluster.chars().next().is_some_and(|c| c.width() == Some(2))
}

/// Breaks a text into lines of at most `most` ems: at blanks and between wide characters, elsewhere only what is too
/// long for any line. Past `lines` lines it is cut, and the last one ends in `…`.
pub(super) fn wrapped(Phrase(text): &Phrase, most: f64, lines: usize) -> Vec<Phrase> {
    let mut all: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut used = 0.0;
    // Where the current line can be broken, in bytes.
    let mut breakable = 0;
    let mut was_wide = false;
    for cluster in text.graphemes(true) {
        let wide = is_wide(cluster);
        if (wide || was_wide) && !begins_no_line(cluster) {
            breakable = current.len();
        }
        was_wide = wide;
        let advance = width(cluster);
        if used + advance > most && cluster != " " && !current.trim_end().is_empty() {
            let at = if breakable == 0 { current.len() } else { breakable };
            let rest = current.split_off(at);
            all.push(current.trim_end().to_owned());
            rest.trim_start().clone_into(&mut current);
            used = width(&current);
            breakable = 0;
        }
        current.push_str(cluster);
        used += advance;
        if cluster == " " || cluster == "/" {
            breakable = current.len();
        }
    }
    if !current.trim_end().is_empty() {
        all.push(current.trim_end().to_owned());
    }
    if all.len() > lines {
        all.truncate(lines);
        if let Some(last) = all.last_mut() {
            while width(last) + width("…") > most && !last.is_empty() {
                let cut = last.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
                last.truncate(cut);
            }
            *last = format!("{}…", last.trim_end());
        }
    }
    balanced(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_means_something_to_a_browser_is_left() {
        let check = |text: &str, expect: &str| assert_eq!(Phrase::from(text).markup(), expect, "{text:?}");
        check("<script>alert('x')</script>", "&lt;script&gt;alert('x')&lt;/script&gt;");
        check("\" onload=\"x", "&quot; onload=&quot;x");
        check("R&D &lt;", "R&amp;D &amp;lt;");
        check("a\u{0}b\u{1b}[31m\u{FFFE}\u{FFFF}", "a\u{FFFD}b\u{FFFD}[31m\u{FFFD}\u{FFFD}");
        check("up\u{202E}side\u{2069}\nnext\tcell", "up\u{FFFD}side\u{FFFD} next cell");
        check("通义实验室 ﷽ 👩‍🔬", "通义实验室 ﷽ 👩‍🔬");
    }

    #[test]
    fn only_what_is_written_from_right_to_left_is_set_apart() {
        assert_eq!(Phrase::isolated("Ann <Lee>").markup(), "Ann &lt;Lee&gt;");
        assert_eq!(Phrase::isolated("دانا").markup(), "\u{2068}دانا\u{2069}");
        assert_eq!(Phrase::isolated("\u{2068}دانا").markup(), "\u{2068}\u{FFFD}دانا\u{2069}");
        assert!((Phrase::isolated("دانا").width() - width("دانا")).abs() < 1e-9);
        let check = |text: &str, expect: &str| {
            assert_eq!(Phrase::sentence(text).markup().replace(OPEN, "<").replace(CLOSE, ">"), expect, "{text}");
        };
        check("several titles", "several titles");
        check("رئيس or مدير عام; رئيس is believed", "<رئيس> or <مدير عام>; <رئيس> is believed");
        check("رئيس, مدير - x", "<رئيس>, <مدير> - x");
    }

    #[test]
    fn a_line_closes_what_it_opens() {
        let phrase = Phrase::from("by ").then(Phrase::isolated("دانا الفهد")).then(", Clerk");
        let lines: Vec<String> = wrapped(&phrase, 6.5, 9).iter().map(Phrase::markup).collect();
        assert!(lines.len() > 1, "{lines:?}");
        for line in &lines {
            assert_eq!(line.matches(OPEN).count(), line.matches(CLOSE).count(), "{lines:?}");
        }
    }

    #[test]
    fn a_script_tells_the_language_and_the_asker_which_of_several() {
        let check = |text: &str, wanted: Option<&'static str>, expect: Option<&str>| {
            assert_eq!(language(text, wanted), expect, "{text}");
        };
        check("Ann Lee", Some("zh"), None);
        check("许主洪", None, Some("zh"));
        check("許主洪", Some("zh-Hant"), Some("zh-Hant"));
        check("山田", Some("ja"), Some("ja"));
        check("山田 タロウ", Some("zh"), Some("ja"));
        check("김철수", None, Some("ko"));
        check("许", Some("zh-\"><script>"), Some("zh"));
        assert!(is_tag("en-GB") && !is_tag("en_GB") && !is_tag("") && !is_tag("en\"") && !is_tag("-"));
    }

    #[test]
    fn lines_are_as_long_as_they_may_be_and_keep_everything() {
        let check = |text: &str, most: f64, lines: &[&str]| {
            let got = wrapped(&text.into(), most, usize::MAX);
            assert_eq!(got.iter().map(Phrase::markup).collect::<Vec<_>>(), lines, "{text}");
            assert!(got.iter().all(|line| line.width() <= most + 1e-9), "{got:?}");
        };
        check("", 5.0, &[]);
        check("one two three", 6.0, &["one two", "three"]);
        check("通义实验室首席科学家", 5.2, &["通义实验室", "首席科学家"]);
        check("通义实验室，首席", 6.0, &["通义实验", "室，首席"]);
        check("aaaaaaaaaa", 3.0, &["aaaa", "aaaa", "aa"]);
        check("   a   b   ", 30.0, &["   a   b"]);
    }

    #[test]
    fn what_is_cut_says_so() {
        let check = |text: &str, most: f64, lines: usize, expect: &[&str]| {
            let got: Vec<String> = wrapped(&text.into(), most, lines).iter().map(Phrase::markup).collect();
            assert_eq!(got, expect, "{text}");
        };
        check("one two three four five", 6.0, 2, &["one two", "three fo…"]);
        check("one two", 6.0, 1, &["one two"]);
        check("abcabcabc", 2.5, 1, &["ab…"]);
    }
}
