//! How answers look: laid out for people, or as JSON, NDJSON and CSV for programs.
//!
//! One function turns an answer into the text that goes to stdout. It asks nothing of the terminal: how wide it is
//! and whether it shows colours is said by a [`Layout`]. Into a pipe nothing is ever cut or wrapped.
//!
//! Names, titles and quotes come from sources that are not trusted. Every text that is laid out for people passes
//! through `ink`, which takes from it what could drive a terminal; JSON escapes the same characters.
//!
//! Deliberately not here: the resolved basis and notices, which go to stderr, and a pager.

mod calendar;
mod career;
mod changes;
mod chart;
mod effects;
mod event;
mod evidence;
mod found;
mod grid;
mod ink;
mod journal;
mod list;
mod page;
mod people;
pub mod picture;
mod post;
mod room;
mod rows;
mod timeline;

#[cfg(test)]
mod samples;

use tenure_answers::Answer;

pub use effects::{changes, effects};
pub use ink::{Color, plain};
pub use journal::event_in_words;
use page::Page;
use page::counted;
use post::last_sight;
use room::Room;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Table,
    /// One object, as the contract gives it.
    Json,
    /// One object a line and row.
    Ndjson,
    /// A header and one record a row.
    Csv,
}

impl Format {
    /// The words of `--format`, each with what it stands for.
    pub const WORDS: [(&'static str, Format); 4] =
        [("table", Format::Table), ("json", Format::Json), ("ndjson", Format::Ndjson), ("csv", Format::Csv)];

    /// The format of that word; none where there is no such word.
    pub fn named(word: &str) -> Option<Format> {
        Format::WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, format)| format)
    }
}

/// What the place that shows an answer can do.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The columns of a terminal; without one, nothing is cut or wrapped.
    pub width: Option<usize>,
    /// Whether it shows colours.
    pub color: Color,
}

/// Why an answer cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Not as JSON.
    #[error("the answer cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// Not as CSV.
    #[error("the answer cannot be written as CSV")]
    Csv(#[from] csv::Error),
    /// It has more bytes than there may be.
    #[error("the answer has more than {most} bytes")]
    TooLarge {
        /// How many there may be.
        most: usize,
    },
}

/// The answer as text that ends its last line, or no text at all.
pub fn render(answer: &Answer, format: Format, layout: &Layout) -> Result<String, RenderError> {
    render_within(answer, format, layout, usize::MAX)
}

/// The answer as [`render`] gives it, where it has so many bytes at most. Of a larger one no more than these are ever made.
pub fn render_within(answer: &Answer, format: Format, layout: &Layout, most: usize) -> Result<String, RenderError> {
    let mut room = Room::of(most);
    let written = match format {
        Format::Table => {
            room = laid_out(answer, Page::within(*layout, room));
            Ok(())
        }
        Format::Json => rows::json(answer, &mut room),
        Format::Ndjson => rows::ndjson(answer, &mut room),
        Format::Csv => rows::csv(answer, &mut room),
    };
    if !room.is_full() {
        written?;
    }
    room.text().ok_or(RenderError::TooLarge { most })
}

fn laid_out(answer: &Answer, mut page: Page) -> Room {
    match answer {
        Answer::Person(answer) => people::person(&mut page, answer),
        Answer::Career(answer) => career::career(&mut page, answer),
        Answer::Who(answer) => people::who(&mut page, answer),
        Answer::Holders(answer) => people::holders(&mut page, answer),
        Answer::Org(answer) => chart::org(&mut page, answer),
        Answer::Reports(answer) => chart::reports(&mut page, answer),
        Answer::Diff(answer) => changes::diff(&mut page, answer),
        Answer::Why(answer) => evidence::why(&mut page, answer),
        Answer::Event(answer) => event::event(&mut page, answer),
        Answer::Conflicts(answer) => evidence::conflicts(&mut page, answer),
        Answer::Find(answer) => found::find(&mut page, answer),
        Answer::Moves(answer) => changes::moves(&mut page, answer),
        Answer::Log(answer) => journal::log(&mut page, answer),
        Answer::List(answer) => list::list(&mut page, answer),
        Answer::Status(answer) => found::status(&mut page, answer),
    }
    page.into_room()
}

#[cfg(test)]
mod tests {
    use tenure_domain::plain_text::drives_terminal;

    use super::samples::{self, Samples};
    use super::*;

    const PIPE: Layout = Layout { width: None, color: Color::Plain };

    fn table(answer: &Answer, layout: &Layout) -> String {
        render(answer, Format::Table, layout).expect("a table needs nothing that can fail")
    }

    #[test]
    fn sources_cannot_drive_the_terminal_in_any_answer() {
        let samples = Samples::hostile();
        for answer in samples.answers() {
            for width in [None, Some(80), Some(20)] {
                let plain = table(&answer, &Layout { width, color: Color::Plain });
                assert!(!plain.contains(|c| c != '\n' && drives_terminal(c)), "{plain:?}");
                let colored = table(&answer, &Layout { width, color: Color::Ansi });
                let own = ["0", "1", "2", "31", "32", "33", "34", "36"].map(|code| format!("\u{1b}[{code}m"));
                let without = own.iter().fold(colored, |text, own| text.replace(own, ""));
                assert_eq!(without, plain, "colours add nothing but colours");
            }
            for format in [Format::Json, Format::Ndjson] {
                let text = render(&answer, format, &PIPE).expect("answers can be written");
                assert!(!text.contains(|c| c != '\n' && drives_terminal(c)), "{text:?}");
            }
        }
    }

    #[test]
    fn no_terminal_is_overrun() {
        let samples = Samples::full();
        for answer in samples.answers() {
            for width in 0..140 {
                let text = table(&answer, &Layout { width: Some(width), color: Color::Plain });
                if width < 20 {
                    // So narrow that it is enough to survive.
                    continue;
                }
                // Addresses and digests are kept whole, to be copied.
                let kept_whole = |line: &str| line.contains("://") || line.starts_with("digest");
                for line in text.lines().filter(|line| !kept_whole(line)) {
                    assert!(ink::width(line) <= width, "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn what_is_answered_elsewhere_is_read_as_it_was_written() {
        let (event, tenure, list) = (samples::event_answer(), samples::why_answer(), samples::list_answer());
        let asked = [("why", Answer::Event(event)), ("why", Answer::Why(tenure)), ("list", Answer::List(list))];
        for (verb, asked) in asked {
            let json = render(&asked, Format::Json, &PIPE).expect("answers can be written");
            let mut text = serde_json::Deserializer::from_str(&json);
            let read = Answer::read(verb, &mut text).expect("a verb that answers").expect("an answer");
            let again = render(&read, Format::Json, &PIPE).expect("answers can be written");
            assert_eq!(again, json);
        }
    }

    #[test]
    fn a_pipe_gets_everything() {
        let samples = Samples::full();
        for answer in samples.answers() {
            let text = table(&answer, &PIPE);
            assert!(!text.contains('…') && !text.contains("no room"), "{text}");
        }
    }

    #[test]
    fn every_text_ends_its_last_line_and_no_line_ends_in_blanks() {
        for samples in [Samples::full(), Samples::empty()] {
            for answer in samples.answers() {
                for format in [Format::Table, Format::Json, Format::Ndjson, Format::Csv] {
                    let text = render(&answer, format, &PIPE).expect("answers can be written");
                    assert!(text.is_empty() || text.ends_with('\n') && !text.ends_with("\n\n"), "{text:?}");
                    assert!(text.lines().all(|line| !line.ends_with(' ')), "{text}");
                }
            }
        }
    }

    #[test]
    fn an_answer_has_its_bound_in_every_format() {
        for answer in Samples::hostile().answers() {
            for format in Format::WORDS.map(|(_, format)| format) {
                let text = render(&answer, format, &PIPE).expect("answers can be written");
                let within = |most| render_within(&answer, format, &PIPE, most);
                assert_eq!(within(text.len()).expect("it has its place"), text);
                let Some(fewer) = text.len().checked_sub(1) else { continue };
                for most in [0, fewer / 2, fewer] {
                    let error = within(most).expect_err("it has no place");
                    assert!(matches!(error, RenderError::TooLarge { most: at } if at == most), "{error}");
                }
            }
        }
    }

    #[test]
    fn an_empty_answer_says_so() {
        let expected = [
            "no posts on 2025-11-20",
            "no posts known",
            "nobody on 2025-11-20",
            "nobody is known to have held such a post",
            "no people and no sub-units on 2025-11-20",
            "nobody known reports here on 2025-11-20",
            "no changes",
            "no post on 2025-11-20",
            "withheld: its person was erased",
            "no conflicts",
            "nothing found",
            "no moves",
            "no events",
            "no units",
        ];
        let samples = Samples::empty();
        for (answer, expected) in samples.answers().iter().zip(expected) {
            assert_eq!(table(answer, &PIPE).lines().last(), Some(expected));
            let rows = usize::from(matches!(answer, Answer::Org(_) | Answer::Event(_)));
            let csv = render(answer, Format::Csv, &PIPE).expect("answers can be written");
            assert_eq!(csv.lines().count(), 1 + rows, "{csv}");
            let ndjson = render(answer, Format::Ndjson, &PIPE).expect("answers can be written");
            assert_eq!(ndjson.lines().count(), rows, "{ndjson}");
        }
    }

    #[test]
    fn colours_show_what_words_and_signs_say() {
        let answer = samples::person_answer();
        let text = table(&Answer::Person(answer.clone()), &Layout { width: None, color: Color::Ansi });
        let expected = "\
<1>许主洪<0>  <2>~许主洪<0>
<2>also <0>許主洪, Steven Hoi, Steven C.H. Hoi

<32>●<0> <1>首席科学家<0> <36>[acting, lead]<0><2> · <0>通义实验室<2> · <0>阿里巴巴集团
  since 2025-09-30; reports to 周靖人; responsible for 多模态交互模型, multimodal interaction; \
last seen 2025-11-01; <32>confirmed<0>; 2 events  <2>~许主洪@1f2e3d4c<0>
<33>○<0> <1>Vice President<0> <36>[secondary]<0><2> · <0>阿里巴巴集团
  since [2025-01..2025-02]; 3 events  <2>~许主洪@9a8b7c6d<0>

<2>● certain  ○ possible, by the dates alone<0>
";
        assert_eq!(text, expected.replace('<', "\u{1b}[").replace('>', "m"));
    }
}
