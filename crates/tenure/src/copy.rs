//! Copying a ledger from one log to another, in either direction.
//!
//! A copy holds the events of the original in their order, each once, with the times at which they were recorded. It is
//! begun where there is nothing, or gone on with where what is there is the beginning of the original; nothing is ever
//! mixed. What a stream holds beside its events (copies, messages that are none) is left behind, so positions can
//! differ; how they correspond is told.

use std::fmt::Write as _;

use tenure_domain::day::Instant;
use tenure_domain::position::{EventId, Seq};
use tenure_ledger::journal_to_read;
use tenure_log::identify;
use tenure_log::stream::{PATIENCE, StreamName};
use tenure_log::{Create, Digest, EventIdentity, Log, LogError, NewEvent, Outcome, OwnedRecord, PassedOver, RecordsOf};

use crate::directory;
use crate::failure::{Exit, Failure};
use crate::global::Global;
use crate::nats;
use crate::terminal::put_result;

/// How many events are appended at once, and how many bytes of them at most.
const BATCH_EVENTS: usize = 4096;
const BATCH_BYTES: usize = 8 << 20;

/// Positions that follow each other in both logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    from: u64,
    to: u64,
    count: u64,
}

/// Which position of the original is which of the copy.
#[derive(Debug, Default)]
struct Positions(Vec<Run>);

impl Positions {
    fn add(&mut self, from: Seq, to: Seq) {
        let (from, to) = (from.number(), to.number());
        if let Some(run) = self.0.last_mut()
            && (run.from + run.count, run.to + run.count) == (from, to)
        {
            run.count += 1;
            return;
        }
        self.0.push(Run { from, to, count: 1 });
    }
}

/// Copies the ledger.
pub(crate) fn run(global: &Global, from: &str, to: &str) -> Result<(), Failure> {
    let mut original = open(global, from, End::Original)?;
    let mut copy = open(global, to, End::Copy)?;
    if original.identity() == copy.identity() {
        return Err(Failure::usage("both are the same log", "name another place for the copy"));
    }
    let source_head = original.head()?;
    let mut positions = Positions::default();
    let mut records = events(&mut *original)?;

    let mut present = 0_u64;
    for there in events(&mut *copy)? {
        let there = there?;
        let Some(record) = records.next().transpose()? else {
            let what = format!("it holds more than the {present} events of {}", shown(from));
            return Err(other(to, &what, present));
        };
        if record.event != there.event {
            let what = format!("its event at {} is not that of {} at {}", there.seq, shown(from), record.seq);
            return Err(other(to, &what, present));
        }
        positions.add(record.seq, there.seq);
        present += 1;
    }

    let mut appended = 0_u64;
    let mut batch: Vec<(OwnedRecord, EventIdentity)> = Vec::new();
    let mut bytes = 0;
    loop {
        let record = records.next().transpose()?;
        let ended = record.is_none();
        if let Some(record) = record {
            let identity = identify(&record.event).ok_or_else(|| {
                Failure::new(Exit::Failure, format!("{}: record {} is no event", shown(from), record.seq))
            })?;
            bytes += record.event.len();
            batch.push((record, identity));
        }
        if ended || batch.len() >= BATCH_EVENTS || bytes >= BATCH_BYTES {
            appended += append(&mut *copy, &batch, &mut positions)?;
            (batch, bytes) = (Vec::new(), 0);
        }
        if ended {
            break;
        }
    }
    drop(records);
    let compared = compare(&mut *original, &mut *copy)?;
    copy.close()?;
    tell(global, source_head, &Copied { present, appended, positions, compared })
}

/// The records of a log that hold events. Those of a journal that copies a stream, or that has lost some, are not all such.
fn events(log: &mut dyn Log) -> Result<RecordsOf<'_>, LogError> {
    let is_event = |record: &Result<OwnedRecord, LogError>| {
        record.as_ref().map_or(true, |record| PassedOver::of(&record.event).is_none())
    };
    Ok(Box::new(log.records(Seq::ZERO)?.filter(is_event)))
}

/// What a copy came to.
struct Copied {
    present: u64,
    appended: u64,
    positions: Positions,
    compared: Compared,
}

fn tell(global: &Global, source_head: Seq, done: &Copied) -> Result<(), Failure> {
    let Copied { present, appended, positions: Positions(runs), compared } = done;
    let Compared { events, digest, restamped } = compared;
    let passed_over = source_head.number().saturating_sub(*events);
    let positions: Vec<_> =
        runs.iter().map(|run| serde_json::json!({"from": run.from, "to": run.to, "count": run.count})).collect();
    let json = serde_json::json!({
        "copied": appended,
        "present": present,
        "events": events,
        "digest": digest.to_string(),
        "passed_over": passed_over,
        "restamped": restamped,
        "positions": positions,
    });
    let mut text = format!("copied {appended} events, {present} were there; digest of all {events}: {digest}");
    if passed_over > 0 {
        write!(text, "\npassed over {passed_over} messages that count for nothing").expect("a string takes all");
    }
    if *restamped > 0 {
        write!(text, "\n{restamped} events could not keep the time at which they were recorded")
            .expect("a string takes all");
    }
    if runs.iter().any(|run| run.from != run.to) {
        text += "\npositions, from -> to:";
        for Run { from, to, count } in runs {
            write!(text, "\n  {from}..{} -> {to}..{}", from + count - 1, to + count - 1).expect("a string takes all");
        }
    }
    put_result(global, &json, &text)
}

fn append(
    copy: &mut dyn Log,
    batch: &[(OwnedRecord, EventIdentity)],
    positions: &mut Positions,
) -> Result<u64, Failure> {
    let entries: Vec<(NewEvent<'_>, Instant)> = batch
        .iter()
        .map(|(record, EventIdentity { id, fingerprint })| {
            (NewEvent { id, fingerprint: *fingerprint, event: &record.event }, record.recorded_at)
        })
        .collect();
    for (outcome, (record, identity)) in copy.append_copies(&entries)?.into_iter().zip(batch) {
        match outcome {
            // A duplicate is of an attempt whose acknowledgement was lost.
            Outcome::Appended(seq) | Outcome::Duplicate(seq) => positions.add(record.seq, seq),
            Outcome::Reused(seq) => return Err(meddled(&identity.id, seq)),
            Outcome::TooLong { bytes, most } => {
                let id = &identity.id;
                let error = format!("event {id} takes {bytes} bytes as a message, and the server takes {most}");
                return Err(Failure::new(Exit::Failure, error).hint("raise max_payload of the NATS server"));
            }
        }
    }
    Ok(batch.len() as u64)
}

fn meddled(id: &EventId, seq: Seq) -> Failure {
    let error = format!("somebody else appended to the copy: the id {id} stands at {seq} with other content");
    Failure::new(Exit::Failure, error).hint("copy to a place that nobody appends to")
}

/// What holding the two logs against each other found.
struct Compared {
    events: u64,
    digest: Digest,
    /// How many events are stamped otherwise than in the original.
    restamped: u64,
}

/// Reads both again, from the beginning.
fn compare(original: &mut dyn Log, copy: &mut dyn Log) -> Result<Compared, Failure> {
    let mut compared = Compared { events: 0, digest: Digest::EMPTY, restamped: 0 };
    let mut copies = events(copy)?;
    for record in events(original)? {
        let record = record?;
        let Some(there) = copies.next().transpose()?.filter(|there| there.event == record.event) else {
            let error = format!("the copy does not hold the event of position {} in its place", record.seq);
            return Err(Failure::new(Exit::Unverified, error).hint("did somebody else append to it meanwhile?"));
        };
        compared.events += 1;
        compared.digest = compared.digest.then(&record.event);
        compared.restamped += u64::from(record.recorded_at != there.recorded_at);
    }
    Ok(compared)
}

fn other(to: &str, what: &str, present: u64) -> Failure {
    let hint = if present == 0 {
        "copy to a place of its own"
    } else {
        "it is no copy of this ledger: copy to a place of its own"
    };
    Failure::new(Exit::Failure, format!("{} holds other events: {what}", shown(to))).hint(hint)
}

/// A place as it can be shown: what may be a login stands before an `@`.
fn shown(place: &str) -> &str {
    if is_url(place) { place.rsplit_once('@').map_or(place, |(_, host)| host) } else { place }
}

fn is_url(place: &str) -> bool {
    place.starts_with("nats://") || place.starts_with("tls://")
}

/// From where it is copied, or to where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It is read while others may write to it, be it the copy of a stream or not.
    Original,
    /// It is written to, and begun where there is none.
    Copy,
}

/// Opens a directory's journal, or the stream that an address names.
fn open(global: &Global, place: &str, end: End) -> Result<Box<dyn Log>, Failure> {
    if !is_url(place) {
        let journal = match end {
            End::Original => journal_to_read(place.as_ref())?,
            End::Copy => directory::open_log(global, place.as_ref(), Create::IfMissing)?,
        };
        return Ok(Box::new(journal));
    }
    let create = match end {
        End::Original => Create::Never,
        End::Copy => Create::IfMissing,
    };
    let (url, stream) = split(place)?;
    let mut wanted = nats::target(&global.nats);
    wanted.name = stream.unwrap_or(wanted.name);
    let log = nats::open_at(&global.nats, url, wanted, create, PATIENCE)?;
    Ok(Box::new(log))
}

/// The address, and the stream behind its slash.
fn split(place: &str) -> Result<(&str, Option<StreamName>), Failure> {
    let host = place.find("://").map_or(0, |at| at + 3);
    // A password may hold a slash, and stands before the last `@`.
    let host = place.rfind('@').map_or(host, |at| host.max(at + 1));
    match place[host..].find('/') {
        None => Ok((place, None)),
        Some(slash) => {
            let name = &place[host + slash + 1..];
            if name.is_empty() {
                return Ok((&place[..host + slash], None));
            }
            let stream = name
                .parse()
                .map_err(|error| Failure::usage(format!("`{name}`: {error}"), "write nats://HOST:PORT/STREAM"))?;
            Ok((&place[..host + slash], Some(stream)))
        }
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::position::Seq;

    use super::{Positions, Run, shown, split};

    #[test]
    fn addresses_are_split_from_streams() {
        for (place, url, stream) in [
            ("nats://a:1", "nats://a:1", None),
            ("nats://a:1/", "nats://a:1", None),
            ("nats://a:1/S", "nats://a:1", Some("S")),
            ("nats://me:pa/ss@a/S", "nats://me:pa/ss@a", Some("S")),
        ] {
            let (found, name) = split(place).expect(place);
            assert_eq!((found, name.as_ref().map(tenure_log::stream::StreamName::as_str)), (url, stream));
        }
        assert!(split("nats://a/b/c").is_err());
        assert_eq!((shown("nats://me:secret@a/S"), shown("a@b")), ("a/S", "a@b"));
    }

    #[test]
    fn positions_are_told_in_runs() {
        let mut positions = Positions::default();
        for (from, to) in [(1, 1), (2, 2), (4, 3), (5, 4), (6, 6)] {
            positions.add(Seq::new(from), Seq::new(to));
        }
        let run = |from, to, count| Run { from, to, count };
        assert_eq!(positions.0, [run(1, 1, 2), run(4, 3, 2), run(6, 6, 1)]);
    }
}
