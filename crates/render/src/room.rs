//! The room that an answer is written into: what goes beyond it is not written, so that no answer takes more memory than the
//! one who asks for it may have.

use std::io::{self, ErrorKind, Write};

use tenure_domain::plain_text::escape_json;

/// Text with a bound.
pub(super) struct Room {
    bytes: Vec<u8>,
    most: usize,
    is_full: bool,
}

impl Room {
    /// Room for so many bytes.
    pub(super) fn of(most: usize) -> Room {
        Room { bytes: Vec::new(), most, is_full: false }
    }

    /// Adds a text, if it has its place there and all before it had.
    pub(super) fn put(&mut self, text: &str) {
        // That it has none is told with the text.
        drop(self.write_all(text.as_bytes()));
    }

    /// The text; none where not all had its place.
    pub(super) fn text(self) -> Option<String> {
        (!self.is_full).then(|| String::from_utf8(self.bytes).expect("what is written is text"))
    }

    /// Whether something had no place.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }
}

impl Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_full |= bytes.len() > self.most - self.bytes.len();
        if self.is_full {
            return Err(ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How much JSON is gathered before it is escaped.
const GATHERED: usize = 8 << 10;

/// JSON on its way into a room, without what could drive a terminal.
pub(super) struct EscapedJson<'r> {
    room: &'r mut Room,
    gathered: Vec<u8>,
}

impl<'r> EscapedJson<'r> {
    pub(super) fn into_room(room: &'r mut Room) -> EscapedJson<'r> {
        EscapedJson { room, gathered: Vec::new() }
    }

    /// Ends a line. That it has no place is told with the text of the room.
    pub(super) fn end_line(&mut self) {
        drop(self.write_all(b"\n"));
    }

    /// Hands on the last of it, as [`EscapedJson::end_line`] does.
    pub(super) fn end(mut self) {
        drop(self.flush());
    }
}

impl Write for EscapedJson<'_> {
    /// Takes a text, which ends with a whole character, as every piece does that is written of a JSON.
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(text);
        if self.gathered.len() >= GATHERED {
            self.flush()?;
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let json = String::from_utf8(std::mem::take(&mut self.gathered)).map_err(|_| ErrorKind::InvalidData)?;
        self.room.write_all(escape_json(json).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_beyond_a_room_is_not_written() {
        let mut room = Room::of(5);
        room.put("许");
        room.put("ab");
        room.put("");
        assert_eq!(room.bytes.len(), 5);
        room.put("c");
        assert!(room.is_full());
        room.put("");
        assert_eq!((room.bytes.len(), room.text()), (5, None));
    }

    #[test]
    fn json_is_escaped_whatever_it_is_cut_into() {
        let value: Vec<String> = (0..2_000).map(|n| format!("{n}\u{9b}2J\u{202e}许\u{e0041}\"\n")).collect();
        let expected = escape_json(serde_json::to_string_pretty(&value).expect("texts can be written"));
        let mut room = Room::of(expected.len());
        let mut json = EscapedJson::into_room(&mut room);
        serde_json::to_writer_pretty(&mut json, &value).expect("it has its place");
        json.end();
        assert_eq!(room.text(), Some(expected));
    }
}
