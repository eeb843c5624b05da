//! Pictures of answers: a career, an org chart and flows as SVG, and a report as one page of HTML.
//!
//! Pure functions from answers to text: what is drawn can be kept, printed, and opened where nothing else is at hand. So
//! a picture fetches nothing, runs nothing, and says on what it rests. Doubt is drawn and not only told: see `lane` for
//! the signs, of which none is a colour alone.
//!
//! Names, titles and addresses come from sources that are not trusted; `text` makes them harmless.
//!
//! Deliberately not here: asking, files, and colours to choose from.

mod canvas;
mod flows;
mod lane;
mod page;
mod source;
mod staff;
mod text;
mod timeline;
mod tree;
pub mod words;

#[cfg(test)]
mod samples;

pub use flows::moves;
pub use page::{DayChart, Post, Report, Subject, report};
pub use source::Footnote;
pub use staff::Staff;
pub use text::{FONTS, FONTS_BY_LANGUAGE, Phrase, clean, name, sentence};
pub use timeline::career;
pub use tree::org;

/// On what a picture rests, and for whom it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'g> {
    /// The basis and the filters in words.
    pub basis: &'g str,
    /// The language in which names were asked for.
    pub language: Option<&'g str>,
}

impl Grounds<'_> {
    /// The line that every picture carries.
    fn line(&self) -> text::Phrase {
        text::Phrase::sentence(&format!("Basis: {}", self.basis))
    }
}
