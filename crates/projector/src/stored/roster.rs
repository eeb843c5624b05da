//! The rows of rosters: of a fixed length, so that a day is looked for by bytes.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::statement::PersonNo;
use tenure_domain::view::RosterRow;

use super::{Read, Unreadable};

/// The bytes of a roster row: fixed, so that a roster is read without a parser.
pub(crate) const ROW_BYTES: usize = 33;
const ROW_FLAGS: usize = ROW_BYTES - 1;

const UNBOUNDED_BELOW: i32 = i32::MIN;
const UNBOUNDED_ABOVE: i32 = i32::MAX;
const ROW_LEAD: u8 = 1;
const ROW_ACTING: u8 = 2;
const ROW_ENDED: u8 = 4;
const ROW_END_STATED: u8 = 8;

/// A roster as it stands among others.
pub(crate) enum Roster<'b> {
    /// Its rows.
    Rows(&'b [u8]),
    /// The first person of each of its blocks.
    Blocks(Vec<PersonNo>),
}

const ROWS: u8 = 0;
const BLOCKS: u8 = 1;

/// Writes a roster of few rows.
pub(crate) fn roster_of_rows(rows: &[RosterRow]) -> Vec<u8> {
    let mut bytes = vec![ROWS];
    for row in rows {
        put_row(&mut bytes, row);
    }
    bytes
}

/// Writes a roster whose rows lie in blocks, by the first person of each.
pub(crate) fn roster_of_blocks(firsts: &[PersonNo]) -> Vec<u8> {
    let mut bytes = vec![BLOCKS];
    for first in firsts {
        bytes.extend_from_slice(&first.0.to_le_bytes());
    }
    bytes
}

/// Reads either.
pub(crate) fn roster(bytes: &[u8]) -> Read<Roster<'_>> {
    match bytes.split_first() {
        Some((&ROWS, rows)) => Ok(Roster::Rows(rows)),
        Some((&BLOCKS, firsts)) => {
            let (firsts, []) = firsts.as_chunks() else { return Err(Unreadable::Senseless) };
            Ok(Roster::Blocks(firsts.iter().map(|first| PersonNo(u32::from_le_bytes(*first))).collect()))
        }
        Some(_) | None => Err(Unreadable::Senseless),
    }
}

/// Appends a row to a block of a roster.
pub(crate) fn put_row(block: &mut Vec<u8>, row: &RosterRow) {
    let below = |day: Option<Day>| day.map_or(UNBOUNDED_BELOW, Day::number);
    let above = |day: Option<Day>| day.map_or(UNBOUNDED_ABOVE, Day::number);
    let end = row.end.unwrap_or(Bounds::UNKNOWN);
    let flags = [
        (row.lead, ROW_LEAD),
        (row.acting, ROW_ACTING),
        (row.end.is_some(), ROW_ENDED),
        (row.end_stated, ROW_END_STATED),
    ];
    block.extend_from_slice(&row.person.0.to_le_bytes());
    block.extend_from_slice(&row.tenure.to_le_bytes());
    for day in [
        below(row.start.earliest()),
        above(row.start.latest()),
        below(end.earliest()),
        above(end.latest()),
        below(row.attested),
        below(row.seen),
    ] {
        block.extend_from_slice(&day.to_le_bytes());
    }
    block.push(flags.iter().filter(|(set, _)| *set).map(|(_, flag)| flag).sum());
}

/// The rows of a block, each by its bytes.
fn split(block: &[u8]) -> Read<&[[u8; ROW_BYTES]]> {
    let (rows, []) = block.as_chunks() else { return Err(Unreadable::Senseless) };
    Ok(rows)
}

/// Reads the rows of a block that can be in force on the day: most of a large roster is not, and is passed over by
/// its bytes alone.
pub(crate) fn rows_present(block: &[u8], day: Day, into: &mut Vec<RosterRow>) -> Read<()> {
    let day = day.number();
    for bytes in split(block)? {
        // An unbounded start is the least number there is, and an unbounded end the greatest.
        let (start, end) = (four(bytes, 8).cast_signed(), four(bytes, 20).cast_signed());
        if start <= day && (bytes[ROW_FLAGS] & ROW_ENDED == 0 || day < end) {
            into.push(row(bytes)?);
        }
    }
    Ok(())
}

/// Reads the rows of a block that are of who heads the unit: few, so that the others are passed over by their flags.
pub(crate) fn rows_leading(block: &[u8], into: &mut Vec<RosterRow>) -> Read<()> {
    for bytes in split(block)?.iter().filter(|bytes| bytes[ROW_FLAGS] & ROW_LEAD != 0) {
        into.push(row(bytes)?);
    }
    Ok(())
}

/// Whether a row of a block is of who heads the unit.
pub(crate) fn is_led(block: &[u8]) -> Read<bool> {
    Ok(split(block)?.iter().any(|bytes| bytes[ROW_FLAGS] & ROW_LEAD != 0))
}

/// Reads the rows of a block.
pub(crate) fn rows(block: &[u8]) -> Read<Vec<RosterRow>> {
    split(block)?.iter().map(row).collect()
}

/// The number at a place of a row.
fn four(bytes: &[u8; ROW_BYTES], at: usize) -> u32 {
    let four = bytes[at..].first_chunk().expect("a row has four bytes there");
    u32::from_le_bytes(*four)
}

fn row(bytes: &[u8; ROW_BYTES]) -> Read<RosterRow> {
    let number = |at: usize| four(bytes, at);
    let day = |at: usize| {
        let day = number(at).cast_signed();
        (day != UNBOUNDED_BELOW && day != UNBOUNDED_ABOVE).then(|| Day::from_number(day))
    };
    let flags = bytes[ROW_FLAGS];
    let end = Bounds::new(day(16), day(20)).ok_or(Unreadable::Senseless)?;
    Ok(RosterRow {
        person: PersonNo(number(0)),
        tenure: number(4),
        start: Bounds::new(day(8), day(12)).ok_or(Unreadable::Senseless)?,
        end: (flags & ROW_ENDED != 0).then_some(end),
        end_stated: flags & ROW_END_STATED != 0,
        attested: day(24),
        seen: day(28),
        lead: flags & ROW_LEAD != 0,
        acting: flags & ROW_ACTING != 0,
    })
}
