//! A sheet of SVG that is filled from top to bottom.
//!
//! All text goes through one place, which cleans it, escapes it, says its language and breaks it by the estimate of its
//! width. Lengths are in pixels of the view box.

use std::fmt::Write as _;

use super::text::{self, Phrase};

/// The space left free at each side of a sheet.
pub(super) const MARGIN: f64 = 24.0;

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Face {
    /// Its class in the style sheet.
    class: &'static str,
    /// Its size.
    size: f64,
    /// How much wider than the estimate its weight makes it.
    stretch: f64,
}

/// The title of a sheet.
pub(super) const TITLE: Face = Face { class: "tn-title", size: 20.0, stretch: 1.08 };
/// What a row or a box is about.
pub(super) const HEAD: Face = Face { class: "tn-head", size: 14.0, stretch: 1.08 };
/// What is said of it.
pub(super) const BODY: Face = Face { class: "tn-body", size: 12.0, stretch: 1.0 };

impl Face {
    /// From one line to the next.
    pub(super) fn line_height(self) -> f64 {
        (self.size * 1.45).round()
    }

    /// The width of a phrase, at most.
    pub(super) fn width(self, phrase: impl Into<Phrase>) -> f64 {
        phrase.into().width() * self.size * self.stretch
    }

    /// The phrase in lines no wider than that.
    pub(super) fn wrapped(self, phrase: impl Into<Phrase>, most: f64, lines: usize) -> Vec<Phrase> {
        text::wrapped(&phrase.into(), most / (self.size * self.stretch), lines)
    }
}

/// The styles of all pictures. Names begin alike, so that they meet no others on a page.
pub(super) fn styles() -> String {
    let mut css = format!(
        ".tn text{{font-family:{};fill:#1b1f24;white-space:pre}}\
        .tn .tn-title{{font-size:20px;font-weight:700}}\
        .tn .tn-head{{font-size:14px;font-weight:600}}\
        .tn .tn-body{{font-size:12px;fill:#3d4650}}\
        .tn .tn-lane{{fill:#f1f3f5}}.tn .tn-grid{{stroke:#c3cad1;stroke-width:1}}\
        .tn .tn-at{{stroke:#8a2f13;stroke-width:1.5;stroke-dasharray:2 2}}\
        .tn .tn-confirmed{{fill:#17436b}}.tn .tn-reported{{fill:#7ba7cf}}.tn .tn-rumoured{{fill:url(#tn-dots)}}\
        .tn .tn-possible{{fill:url(#tn-hatch)}}.tn .tn-fade{{fill:url(#tn-fade)}}.tn .tn-fade-end{{fill:url(#tn-fade-end)}}\
        .tn .tn-edge{{fill:none;stroke:#12324f;stroke-width:1.5}}.tn .tn-inferred{{stroke-dasharray:4 3}}\
        .tn .tn-arrow{{fill:#12324f}}.tn .tn-seen{{fill:#fff;stroke:#12324f;stroke-width:1.5}}\
        .tn .tn-box{{fill:#fff;stroke:#5b6670;stroke-width:1}}.tn .tn-line{{fill:none;stroke:#5b6670;stroke-width:1}}\
        .tn .tn-band{{fill:#7ba7cf;fill-opacity:.55;stroke:#12324f;stroke-width:.75}}.tn .tn-node{{fill:#17436b}}",
        text::FONTS
    );
    for (language, fonts) in text::FONTS_BY_LANGUAGE {
        let _ = write!(css, ".tn text:lang({language}){{font-family:{fonts}}}");
    }
    css
}

/// The patterns by which doubt is drawn.
pub(super) const PATTERNS: &str = "<defs>\
    <pattern id=\"tn-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <rect width=\"6\" height=\"6\" fill=\"#fff\"/><rect width=\"2.2\" height=\"6\" fill=\"#4c7ba6\"/></pattern>\
    <pattern id=\"tn-dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
    <rect width=\"6\" height=\"6\" fill=\"#fff\"/><circle cx=\"3\" cy=\"3\" r=\"1.3\" fill=\"#17436b\"/></pattern>\
    <linearGradient id=\"tn-fade\"><stop offset=\"0\" stop-color=\"#f1f3f5\"/>\
    <stop offset=\"1\" stop-color=\"#f1f3f5\" stop-opacity=\"0\"/></linearGradient>\
    <linearGradient id=\"tn-fade-end\"><stop offset=\"0\" stop-color=\"#f1f3f5\" stop-opacity=\"0\"/>\
    <stop offset=\"1\" stop-color=\"#f1f3f5\"/></linearGradient></defs>";

/// A sheet as wide as it is told and as high as it is filled.
pub(super) struct Canvas<'l> {
    body: String,
    width: f64,
    /// Down to where the sheet is filled.
    pub(super) y: f64,
    language: Option<&'l str>,
}

impl<'l> Canvas<'l> {
    /// An empty sheet; `language` is that of the asker.
    pub(super) fn new(width: f64, language: Option<&'l str>) -> Canvas<'l> {
        Canvas { body: String::new(), width, y: MARGIN, language }
    }

    /// How wide what is between the margins may be.
    pub(super) fn room(&self) -> f64 {
        self.width - 2.0 * MARGIN
    }

    /// Shapes that hold no text of a source.
    pub(super) fn shapes(&mut self, svg: &str) {
        self.body.push_str(svg);
    }

    /// One line of text whose top is at `top`.
    pub(super) fn line(&mut self, x: f64, top: f64, face: Face, line: impl Into<Phrase>) {
        let line = line.into();
        let language = line.language(self.language);
        let language = language.map_or(String::new(), |tag| format!(" lang=\"{tag}\" xml:lang=\"{tag}\""));
        let baseline = top + face.size * 1.05;
        let line = line.markup();
        let _ = write!(
            self.body,
            "<text x=\"{x:.1}\" y=\"{baseline:.1}\" class=\"{}\"{language}>{line}</text>",
            face.class
        );
    }

    /// A phrase in as many lines as it takes, below what there is.
    pub(super) fn paragraph(&mut self, face: Face, phrase: impl Into<Phrase>) {
        for line in face.wrapped(phrase, self.room(), usize::MAX) {
            self.line(MARGIN, self.y, face, line);
            self.y += face.line_height();
        }
    }

    /// The sheet as a document of its own.
    pub(super) fn finish(self, title: &Phrase, description: &Phrase) -> String {
        let (width, height) = (self.width, self.y + MARGIN);
        let (title, description) = (title.markup(), description.markup());
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tn\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
            height=\"{height:.0}\" role=\"graphics-document document\" aria-labelledby=\"tn-name tn-about\" lang=\"en\" \
            xml:lang=\"en\"><title id=\"tn-name\">{title}</title><desc id=\"tn-about\">{description}</desc>\
            <style>{}</style>{PATTERNS}<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}\n</svg>\n",
            styles(),
            self.body
        )
    }
}

/// A number for a length; one that is out of all proportion is cut.
pub(super) fn length(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
