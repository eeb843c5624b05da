//! Cuts an input into the texts of single events: the lines of NDJSON, or the elements of a JSON array.
//!
//! Texts are cut without being understood, so that one broken event costs no other. A line that is an opening brace alone
//! begins an object over several lines, which ends with the line of a closing brace alone, or before the next object
//! begins. A text that is too long is passed over to its end, and only its beginning is kept.

use std::io::BufRead;

use crate::binary::Binary;

/// The longest text that is kept whole: an event in the largest wrapper that makes sense.
const TEXT_BYTES: usize = 1 << 20;

/// The text of one event, to be.
pub(crate) struct Text {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    pub(crate) bytes: Vec<u8>,
    /// The limit, where the text went beyond it and was cut.
    pub(crate) too_long: Option<usize>,
    /// No text, but the end of an array that has no closing bracket.
    pub(crate) unclosed: bool,
    /// The longest that is kept whole.
    limit: usize,
}

impl Text {
    fn new(line: u64, limit: usize) -> Text {
        Text { line, bytes: Vec::new(), too_long: None, unclosed: false, limit }
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.too_long.is_some() {
            return;
        }
        let room = self.limit.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room {
            self.too_long = Some(self.limit);
            self.bytes.truncate(crate::INPUT_BYTES);
        }
    }

    /// Without the white space before it.
    fn trimmed(mut self) -> Text {
        let blank = self.bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.bytes.drain(..blank);
        self
    }

    fn is_blank(&self) -> bool {
        self.too_long.is_none() && self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Unknown,
    Lines,
    Array,
    /// An array that ended without its bracket, which is still to be told.
    Unclosed,
    Ended,
}

pub(crate) struct Texts<'i> {
    input: &'i mut dyn BufRead,
    shape: Shape,
    line: u64,
    passed: u64,
    limit: usize,
}

impl<'i> Texts<'i> {
    pub(crate) fn new(input: &'i mut dyn BufRead) -> Texts<'i> {
        Texts::with_limit(input, TEXT_BYTES)
    }

    /// Keeps texts of up to so many bytes whole.
    pub(crate) fn with_limit(input: &'i mut dyn BufRead, limit: usize) -> Texts<'i> {
        Texts { input, shape: Shape::Unknown, line: 1, passed: 0, limit }
    }

    /// The line that is read next, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes were read.
    pub(crate) fn passed(&self) -> u64 {
        self.passed
    }

    /// The next text; none at the end of the input.
    pub(crate) fn next_text(&mut self) -> std::io::Result<Option<Text>> {
        loop {
            match self.shape {
                Shape::Unknown => self.find_shape()?,
                Shape::Ended => return Ok(None),
                Shape::Unclosed => {
                    self.shape = Shape::Ended;
                    return Ok(Some(Text { unclosed: true, ..Text::new(self.line, self.limit) }));
                }
                Shape::Lines => match self.next_line()? {
                    Some(text) if text.is_blank() => {}
                    Some(text) if text.bytes.trim_ascii_end() == b"{" => return self.next_object(text).map(Some),
                    text => return Ok(text),
                },
                Shape::Array => match self.next_element()? {
                    Some(text) if text.is_blank() => {}
                    text => return Ok(text),
                },
            }
        }
    }

    fn consume(&mut self, bytes: usize) {
        self.input.consume(bytes);
        self.passed += bytes as u64;
    }

    /// The first byte that is no white space tells lines from an array.
    fn find_shape(&mut self) -> std::io::Result<()> {
        let mut mark = 0;
        loop {
            let begins = self.input.fill_buf()?;
            if let Some(binary) = Binary::of(begins).filter(|_| self.passed == 0) {
                return Err(binary.into());
            }
            let Some(byte) = begins.first().copied() else {
                self.shape = Shape::Ended;
                return Ok(());
            };
            match byte {
                // A byte order mark, which some tools put before UTF-8.
                0xEF | 0xBB | 0xBF if mark < 3 && self.line == 1 => mark += 1,
                b'\n' => self.line += 1,
                byte if byte.is_ascii_whitespace() => {}
                b'[' => {
                    self.consume(1);
                    self.shape = Shape::Array;
                    return Ok(());
                }
                _ => {
                    self.shape = Shape::Lines;
                    return Ok(());
                }
            }
            self.consume(1);
        }
    }

    fn next_line(&mut self) -> std::io::Result<Option<Text>> {
        let mut text = Text::new(self.line, self.limit);
        let mut any = false;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                if !any {
                    self.shape = Shape::Ended;
                    return Ok(None);
                }
                return Ok(Some(text));
            }
            any = true;
            if let Some(end) = memchr::memchr(b'\n', buffer) {
                text.push(&buffer[..end]);
                self.consume(end + 1);
                self.line += 1;
                if text.bytes.last() == Some(&b'\r') {
                    text.bytes.pop();
                }
                return Ok(Some(text));
            }
            text.push(buffer);
            let length = buffer.len();
            self.consume(length);
        }
    }

    /// The rest of an object that goes over several lines, of which the first is its opening brace.
    fn next_object(&mut self, mut text: Text) -> std::io::Result<Text> {
        while self.input.fill_buf()?.first().is_some_and(|byte| *byte != b'{') {
            let Some(line) = self.next_line()? else { break };
            text.push(b"\n");
            text.push(&line.bytes);
            // Of a line that was cut the rest is missing.
            text.too_long = text.too_long.or(line.too_long);
            if line.bytes.starts_with(b"}") {
                break;
            }
        }
        Ok(text)
    }

    /// The next element of the array: everything up to a comma or the closing bracket outside of strings and braces.
    fn next_element(&mut self) -> std::io::Result<Option<Text>> {
        let mut text = Text::new(self.line, self.limit);
        let (mut depth, mut in_string, mut escaped) = (0_u64, false, false);
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                // An event that was cut off tells of that itself.
                self.shape = if depth > 0 || in_string { Shape::Ended } else { Shape::Unclosed };
                return Ok(Some(text.trimmed()));
            }
            let mut end = None;
            let mut lines = 0;
            for (i, byte) in buffer.iter().enumerate() {
                lines += u64::from(*byte == b'\n');
                if in_string {
                    match byte {
                        // No string goes over a line: this one is broken, and with it this element alone.
                        b'\n' => {
                            end = Some(i);
                            break;
                        }
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => in_string = false,
                        _ => {}
                    }
                    continue;
                }
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => depth += 1,
                    b'}' => depth = depth.saturating_sub(1),
                    b']' if depth > 0 => depth -= 1,
                    b']' | b',' if depth == 0 => {
                        end = Some(i);
                        break;
                    }
                    _ => {}
                }
            }
            let taken = end.unwrap_or(buffer.len());
            let closes = end.is_some_and(|end| buffer[end] == b']');
            let blank_so_far = text.is_blank();
            let leading = buffer[..taken].iter().take_while(|byte| byte.is_ascii_whitespace());
            let leading = if blank_so_far { leading.filter(|byte| **byte == b'\n').count() } else { 0 };
            text.push(&buffer[..taken]);
            if blank_so_far {
                text.line += leading as u64;
            }
            let length = taken + usize::from(end.is_some());
            self.consume(length);
            self.line += lines;
            if closes {
                // What follows the array is read as lines, so that nothing is lost in silence.
                self.shape = Shape::Lines;
            }
            if end.is_some() {
                return Ok(Some(text.trimmed()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Texts;

    fn cut(input: &str) -> Vec<(u64, String)> {
        // A small buffer, so that texts cross its ends.
        let mut reader = std::io::BufReader::with_capacity(3, input.as_bytes());
        let mut texts = Texts::new(&mut reader);
        let mut found = Vec::new();
        while let Some(text) = texts.next_text().expect("memory reads") {
            found.push((text.line, String::from_utf8(text.bytes).expect("UTF-8").trim().to_owned()));
        }
        found
    }

    #[test]
    fn lines_and_arrays_are_cut_alike() {
        let check = |input: &str, expect: &[(u64, &str)]| {
            let expect: Vec<(u64, String)> = expect.iter().map(|(l, t)| (*l, (*t).to_owned())).collect();
            assert_eq!(cut(input), expect, "{input:?}");
        };
        check("", &[]);
        check(" \n\n", &[]);
        check("{\"a\":1}\n\n{\"b\":2}", &[(1, "{\"a\":1}"), (3, "{\"b\":2}")]);
        check("\u{feff}{}\r\n{}\r\n", &[(1, "{}"), (2, "{}")]);
        check("{\"open\n{}", &[(1, "{\"open"), (2, "{}")]);
        check("{\n \"a\": {\n }\n}\n{\n}\n{}", &[(1, "{\n \"a\": {\n }\n}"), (5, "{\n}"), (7, "{}")]);
        check("{ \n \"open\n{}\n{", &[(1, "{ \n \"open"), (3, "{}"), (4, "{")]);
        check("[]", &[]);
        check("[{\"a\":[1,2]},\n {\"b\":\"],\\\"}\"}]\n", &[(1, "{\"a\":[1,2]}"), (2, "{\"b\":\"],\\\"}\"}")]);
        check("[\n{},\n\n{}\n]\nrest", &[(2, "{}"), (4, "{}"), (6, "rest")]);
        check("[{}, {\"cut", &[(1, "{}"), (1, "{\"cut")]);
        check("[{}", &[(1, "{}"), (1, "")]);
        check("[{},", &[(1, "{}"), (1, "")]);
        check("[{\"a\":\"open},\n{}]", &[(1, "{\"a\":\"open},"), (2, "{}")]);
    }

    #[test]
    fn a_text_without_end_takes_no_more_memory_than_its_limit() {
        let long = "x".repeat(3 << 20) + "\n{}";
        let mut reader = std::io::BufReader::new(long.as_bytes());
        let mut texts = Texts::new(&mut reader);
        let text = texts.next_text().expect("memory reads").expect("a text");
        assert_eq!((text.bytes.len(), text.too_long), (crate::INPUT_BYTES, Some(1 << 20)));
        assert_eq!(texts.next_text().expect("memory reads").expect("a text").bytes, b"{}");

        let long = format!("{{\n{}\n}}\n", "x".repeat(40));
        let mut input = long.as_bytes();
        let text = Texts::with_limit(&mut input, 30).next_text().expect("memory reads").expect("a text");
        assert_eq!(text.too_long, Some(30), "a line of an object is as long");
    }
}
