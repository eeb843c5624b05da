//! One record as one line, and back.
//!
//! The layout is fixed to the byte, so a line is read by comparing bytes and not by a JSON parser, and
//! whatever deviates is damage. The checksum is the CRC-32 (IEEE, 8 lower-case hex digits) of the line
//! without its `crc` member and without the newline, which anyone can redo:
//!
//! ```sh
//! sed -E 's/"crc":"[0-9a-f]{8}",//' FILE | head -n 1 | tr -d '\n' | crc32 /dev/stdin
//! ```

use std::io::Write as _;

use tenure_domain::day::{Day, Instant};
use tenure_domain::position::Seq;

use crate::damage::Damage;

/// A record of the journal, its event borrowed from where the line was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// The record's position.
    pub seq: Seq,
    /// When the journal took it in.
    pub recorded_at: Instant,
    /// The event's text, byte for byte as it was given.
    pub event: &'a str,
    /// How many bytes the record takes in the journal, its newline included.
    pub bytes: usize,
}

impl Record<'_> {
    /// The record with a text of its own.
    pub fn to_owned(self) -> OwnedRecord {
        let Record { seq, recorded_at, event, bytes } = self;
        OwnedRecord { seq, recorded_at, event: event.to_owned(), bytes }
    }
}

/// A record of the journal that owns its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedRecord {
    /// The record's position.
    pub seq: Seq,
    /// When the journal took it in.
    pub recorded_at: Instant,
    /// The event's text, byte for byte as it was given.
    pub event: String,
    /// How many bytes the record takes in the journal, its newline included.
    pub bytes: usize,
}

/// The most bytes that a record's line has beside its event: a position of 20 digits, a stamp of 27 characters.
pub(crate) const BESIDE_EVENT: usize = 99;

/// Whether a text can stand as the event of a record: an object's braces, and one line. That it is JSON
/// between the braces is the caller's word.
pub(crate) fn is_one_object(event: &str) -> bool {
    is_framed(event) && memchr::memchr2(b'\n', b'\r', event.as_bytes()).is_none()
}

/// An instant as records write it: always to the microsecond, so that every line has it in 27 bytes.
pub(crate) fn stamp(at: Instant) -> String {
    let day = at.day();
    let (year, month, date) = day.ymd();
    let micros = at.micros() - Instant::midnight(day).micros();
    let seconds = micros / 1_000_000;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let micro = micros % 1_000_000;
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z")
}

/// Writes a record's line at the end of `into` and says how many bytes it took.
pub(crate) fn encode(seq: Seq, stamp: &str, event: &str, into: &mut Vec<u8>) -> usize {
    const NO_CRC: &[u8] = br#""crc":"00000000","#;
    let start = into.len();
    into.extend_from_slice(br#"{"seq":"#);
    write!(into, "{seq}").expect("a vector takes all");
    into.extend_from_slice(br#","recorded_at":""#);
    into.extend_from_slice(stamp.as_bytes());
    into.extend_from_slice(br#"","#);
    let crc_at = into.len();
    into.extend_from_slice(NO_CRC);
    let rest_at = into.len();
    into.extend_from_slice(br#""event":"#);
    into.extend_from_slice(event.as_bytes());
    into.push(b'}');
    let crc = checksum(&into[start..crc_at], &into[rest_at..]);
    for (at, digit) in into[crc_at + 7..crc_at + 15].iter_mut().rev().enumerate() {
        *digit = b"0123456789abcdef"[(crc >> (4 * at) & 0xf) as usize];
    }
    into.push(b'\n');
    into.len() - start
}

/// Reads a line without its newline; `Err` says how the line itself is damaged.
pub(crate) fn decode(line: &[u8]) -> Result<Record<'_>, Damage> {
    let mut rest = line;
    let fields = fields(line, &mut rest);
    let not_here = Damage::NotARecord { column: line.len() - rest.len() + 1 };
    let (seq, recorded_at, crc_at, written) = fields.ok_or(not_here.clone())?;
    let computed = checksum(&line[..crc_at], &line[crc_at + 17..]);
    if written != computed {
        return Err(Damage::Checksum { written, computed });
    }
    // `rest` is the event and the record's closing brace.
    let event = rest.strip_suffix(b"}").and_then(|event| std::str::from_utf8(event).ok());
    let event = event.filter(|event| is_framed(event)).ok_or(not_here)?;
    Ok(Record { seq, recorded_at, event, bytes: line.len() + 1 })
}

fn is_framed(event: &str) -> bool {
    event.len() > 1 && event.starts_with('{') && event.ends_with('}')
}

/// The position that a line gives itself, whatever else it holds.
pub(crate) fn seq_of(line: &[u8]) -> Option<Seq> {
    let mut rest = line;
    literal(&mut rest, br#"{"seq":"#)?;
    number(&mut rest)
}

/// Everything before the event; `rest` is left at the event, or at the first byte that is wrong.
fn fields(line: &[u8], rest: &mut &[u8]) -> Option<(Seq, Instant, usize, u32)> {
    literal(rest, br#"{"seq":"#)?;
    let seq = number(rest)?;
    literal(rest, br#","recorded_at":""#)?;
    let recorded_at = instant(rest)?;
    literal(rest, br#"","#)?;
    let crc_at = line.len() - rest.len();
    literal(rest, br#""crc":""#)?;
    let crc = hex(rest)?;
    literal(rest, br#"","event":"#)?;
    Some((seq, recorded_at, crc_at, crc))
}

fn literal(rest: &mut &[u8], text: &[u8]) -> Option<()> {
    *rest = rest.strip_prefix(text)?;
    Some(())
}

fn number(rest: &mut &[u8]) -> Option<Seq> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (text, after) = rest.split_at(digits);
    if text.first().is_none_or(|first| *first == b'0') {
        return None;
    }
    let number = text.iter().try_fold(0_u64, |n, digit| n.checked_mul(10)?.checked_add(u64::from(digit - b'0')))?;
    *rest = after;
    Some(Seq::new(number))
}

fn hex(rest: &mut &[u8]) -> Option<u32> {
    let (text, after) = rest.split_first_chunk::<8>()?;
    let crc = text.iter().try_fold(0_u32, |n, digit| match digit {
        b'0'..=b'9' => Some(n << 4 | u32::from(digit - b'0')),
        b'a'..=b'f' => Some(n << 4 | u32::from(digit - b'a' + 10)),
        _ => None,
    })?;
    *rest = after;
    Some(crc)
}

fn instant(rest: &mut &[u8]) -> Option<Instant> {
    const SHAPE: &[u8; 27] = b"0000-00-00T00:00:00.000000Z";
    let (text, after) = rest.split_first_chunk::<27>()?;
    let shaped = text.iter().zip(SHAPE).all(|(byte, shape)| match shape {
        b'0' => byte.is_ascii_digit(),
        mark => byte == mark,
    });
    if !shaped {
        return None;
    }
    let part =
        |range: std::ops::Range<usize>| text[range].iter().fold(0_u32, |n, digit| n * 10 + u32::from(digit - b'0'));
    let year = i32::try_from(part(0..4)).expect("four digits fit");
    let day = Day::from_ymd(year, part(5..7), part(8..10))?;
    let (hour, minute, second) = (part(11..13), part(14..16), part(17..19));
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    *rest = after;
    Some(Instant::from_micros(Instant::midnight(day).micros() + seconds * 1_000_000 + i64::from(part(20..26))))
}

fn checksum(before_crc: &[u8], after_crc: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(before_crc);
    crc.update(after_crc);
    crc.finalize()
}

#[cfg(test)]
mod tests {
    use tenure_domain::day::Instant;
    use tenure_domain::position::Seq;

    use super::{Damage, decode, encode, is_one_object, stamp};

    /// The stored format, byte for byte. It must not change: journals of this form lie on disks.
    const LINE: &str = r#"{"seq":1,"recorded_at":"2026-01-02T03:04:05.123456Z","crc":"d7116286","event":{"id":"a"}}"#;

    fn line(seq: u64, at: &str, event: &str) -> Vec<u8> {
        let mut line = Vec::new();
        let at: Instant = at.parse().expect(at);
        let bytes = encode(Seq::new(seq), &stamp(at), event, &mut line);
        assert_eq!(bytes, line.len());
        assert_eq!(line.pop(), Some(b'\n'));
        line
    }

    #[test]
    fn a_record_is_the_line_that_it_always_was() {
        let written = line(1, "2026-01-02T03:04:05.123456Z", r#"{"id":"a"}"#);
        assert_eq!(String::from_utf8_lossy(&written), LINE);
    }

    #[test]
    fn records_read_as_they_were_written() {
        for (seq, at, event) in [
            (1, "2026-01-02T03:04:05.123456Z", "{}"),
            (18_446_744_073_709_551_615, "9999-12-31T23:59:59.999999Z", r#"{"a":"\n"}"#),
            (10, "0000-01-01T00:00:00Z", r#"{"who":"許主洪"}"#),
            (99, "1969-12-31T23:59:59.000001Z", r#"{"crc":"00000000","event":{}}"#),
        ] {
            let line = line(seq, at, event);
            let read = decode(&line).expect(event);
            assert_eq!((read.seq.number(), read.event, read.bytes), (seq, event, line.len() + 1));
            assert_eq!(read.recorded_at, at.parse().expect(at));
        }
    }

    #[test]
    fn any_other_line_is_no_record() {
        for (from, to, damage) in [
            (r#"{"seq":1,"#, r#"{"seq":01,"#, Damage::NotARecord { column: 8 }),
            (r#"{"seq":1,"#, r#"{"seq":,"#, Damage::NotARecord { column: 8 }),
            (r#"{"seq":1,"#, r#"{"seq":99999999999999999999,"#, Damage::NotARecord { column: 8 }),
            (r#"{"seq":1,"#, r#"{ "seq":1,"#, Damage::NotARecord { column: 1 }),
            ("2026-01-02", "2026-02-30", Damage::NotARecord { column: 25 }),
            ("T03:04", "T24:04", Damage::NotARecord { column: 25 }),
            ("T03:04", " 03:04", Damage::NotARecord { column: 25 }),
            (r#""crc":"d"#, r#""crc":"X"#, Damage::NotARecord { column: 61 }),
            (r#""event":{"#, r#""event": {"#, Damage::Checksum { written: 0xd711_6286, computed: 0x84e1_f62a }),
            (r#""event""#, r#""evnt""#, Damage::NotARecord { column: 69 }),
        ] {
            assert!(LINE.contains(from), "{from}");
            assert_eq!(decode(LINE.replace(from, to).as_bytes()), Err(damage), "{from} -> {to}");
        }
        assert!(decode(b"").is_err());
        assert!(decode(&LINE.as_bytes()[..LINE.len() - 1]).is_err());
    }

    #[test]
    fn every_flipped_bit_is_seen() {
        for at in 0..LINE.len() {
            for bit in 0..8 {
                let mut line = LINE.as_bytes().to_vec();
                line[at] ^= 1 << bit;
                assert!(decode(&line).is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn an_event_is_one_object_on_one_line() {
        for (event, good) in
            [("{}", true), ("{", false), ("", false), ("[]", false), ("{}\n", false), ("{\n}", false), (" {}", false)]
        {
            assert_eq!(is_one_object(event), good, "{event:?}");
        }
    }
}
