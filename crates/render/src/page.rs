//! The page that an answer is laid out on, line by line.

use tenure_answers::BasisShown;

use super::Layout;
use super::ink::{Ink, Line};
use super::room::Room;

/// How wide pictures are drawn where there is no terminal to fit them to.
const USUAL_WIDTH: usize = 80;

/// What has been laid out so far.
pub(super) struct Page {
    layout: Layout,
    room: Room,
}

impl Page {
    pub(super) fn new(layout: Layout) -> Page {
        Page::within(layout, Room::of(usize::MAX))
    }

    /// A page of which only what has its place in the room is kept.
    pub(super) fn within(layout: Layout, room: Room) -> Page {
        Page { layout, room }
    }

    /// The columns that lines must keep within, if any.
    pub(super) fn width(&self) -> Option<usize> {
        self.layout.width
    }

    /// The columns for a picture, which can be drawn at any width without loss.
    pub(super) fn picture_width(&self) -> usize {
        self.layout.width.unwrap_or(USUAL_WIDTH)
    }

    /// A line; what is too wide is cut.
    pub(super) fn line(&mut self, line: &Line) {
        match self.layout.width {
            Some(most) => self.whole(&line.cut(most)),
            None => self.whole(line),
        }
    }

    /// A line that is never cut, such as an address that a reader opens.
    pub(super) fn whole(&mut self, line: &Line) {
        let mut text = String::new();
        line.paint(self.layout.color, &mut text);
        text.push('\n');
        self.room.put(&text);
    }

    /// A line that goes on below, indented by `hang`, where it is too wide.
    pub(super) fn prose(&mut self, line: &Line, hang: usize) {
        match self.layout.width {
            Some(most) => {
                for line in line.wrapped(most, hang) {
                    self.whole(&line);
                }
            }
            None => self.whole(line),
        }
    }

    /// An empty line, to set apart what follows.
    pub(super) fn gap(&mut self) {
        self.room.put("\n");
    }

    /// Who or what the answer is about.
    pub(super) fn title(&mut self, name: &str, id: &str, more: &Line) {
        let line = Line::of(Ink::Strong, name).with(Ink::Plain, "  ").with(Ink::Faint, id);
        let line = if more.is_empty() { line } else { line.with(Ink::Plain, "  ").then(more) };
        self.prose(&line, 2);
    }

    /// The name of a section, with the number of things in it.
    pub(super) fn section(&mut self, name: &str, count: usize) {
        self.prose(&Line::of(Ink::Strong, name).with(Ink::Faint, &format!(" ({count})")), 2);
    }

    pub(super) fn finish(self) -> String {
        self.room.text().expect("there is room for every text")
    }

    /// The room with what had its place.
    pub(super) fn into_room(self) -> Room {
        self.room
    }
}

/// The day asked about, as a sentence goes on to say it: `on 2025-10-01`.
pub(super) fn on_the_day(basis: &BasisShown) -> String {
    format!("on {}", basis.at)
}

/// A number of things: `1 person`, `3 people`.
pub(crate) fn counted(n: usize, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}
