//! The follower: the code of the project on a real directory, which dies and starts again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_log::{
    Create, EventIdentity, Expected, Identify, Journal, JournalNotice, LogError, LostEnd, NewEvent, PassedOver,
    Patience, identify, replica,
};
use tenure_projector::{Damage, Done, Snapshots, Store, Unusable};

use crate::disk::{self, Rot, Segments};
use crate::step::{Ahead, History, IndexAfter, SnapshotsAfter, Version};
use crate::stream::{Stream, identify_as_before};

/// What a step found wrong.
pub(crate) type Found = Result<(), String>;

/// What came about, and how often.
pub(crate) type Seen = BTreeMap<&'static str, u64>;

/// Says what failed.
pub(crate) fn failed(what: &str) -> impl Fn(LogError) -> String {
    move |error| format!("{what}: {error}")
}

/// A follower that lives.
pub(crate) struct Alive {
    pub(crate) journal: Journal,
    /// None until it is first needed.
    pub(crate) store: Option<Store>,
}

/// A follower and its disk.
pub(crate) struct Follower {
    dir: PathBuf,
    segment_bytes: u64,
    version: Version,
    /// The version with which the history began.
    first_version: Version,
    alive: Option<Alive>,
    /// Up to where the journal said that it is on disk.
    synced: Seq,
    /// What came about, and how often.
    pub(crate) seen: Seen,
}

impl Follower {
    pub(crate) fn in_dir(dir: &Path, history: &History) -> Follower {
        let History { segment_bytes, version, .. } = *history;
        Follower {
            dir: dir.to_owned(),
            segment_bytes,
            version,
            first_version: version,
            alive: None,
            synced: Seq::ZERO,
            seen: BTreeMap::new(),
        }
    }

    /// Whether no older version wrote anything. The digest of a copy stays that of when it was filled.
    pub(crate) fn filled_by_this_version(&self) -> bool {
        self.first_version == Version::This
    }

    fn identify(&self) -> Identify {
        match self.version {
            Version::Older => identify_as_before,
            Version::This => identify,
        }
    }

    /// Whether it is the version that this test is about. Of another one's snapshots nothing is known.
    pub(crate) fn is_of_this_version(&self) -> bool {
        self.version == Version::This
    }

    /// Is stopped; this version will start.
    pub(crate) fn upgrade(&mut self) {
        self.alive = None;
        self.version = Version::This;
    }

    /// Counts what came about, so that a test can tell whether everything does.
    fn saw(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    pub(crate) fn journal_dir(&self) -> PathBuf {
        self.dir.join("journal")
    }

    fn snapshots_dir(&self) -> PathBuf {
        self.dir.join("snapshots")
    }

    pub(crate) fn snapshots(&self) -> Snapshots {
        Snapshots::in_dir(self.snapshots_dir())
    }

    fn open(&self) -> Result<Journal, LogError> {
        let journal = Journal::open(self.journal_dir(), Create::IfMissing, self.identify())?;
        Ok(journal.with_segment_bytes(self.segment_bytes))
    }

    /// Opens the journal as the copy of a stream is opened: an end that it has lost is fetched again.
    fn open_copy(&self) -> Result<Journal, LogError> {
        match self.open() {
            Err(LogError::EndLost { .. }) => {
                let expected = Expected { lost_end: LostEnd::FetchAgain, ..Expected::default() };
                let journal = Journal::open_expecting(
                    self.journal_dir(),
                    Create::Never,
                    identify,
                    &expected,
                    Patience::default(),
                )?;
                Ok(journal.with_segment_bytes(self.segment_bytes))
            }
            opened => opened,
        }
    }

    /// The follower, started where it is dead. It died an honest death: what was synced is there.
    pub(crate) fn started(&mut self, stream: &Stream) -> Result<&mut Alive, String> {
        if self.alive.is_none() {
            let journal = self.open_copy().map_err(failed("the journal does not open after a death"))?;
            if journal.notices().iter().any(|notice| matches!(notice, JournalNotice::TornTail { .. })) {
                self.saw("a torn line was cut off");
            }
            if journal.head() < self.synced {
                return Err(format!("{} was synced, and the journal ends at {}", self.synced, journal.head()));
            }
            self.live(journal, stream)?;
        }
        Ok(self.alive.as_mut().expect("it was started just now"))
    }

    /// Begins to live with that journal, which must be a copy of the stream as far as it goes.
    fn live(&mut self, journal: Journal, stream: &Stream) -> Found {
        let head = journal.head();
        if head > stream.head() {
            return Err(format!("the journal ends at {head}, and the stream at {}", stream.head()));
        }
        if head > Seq::ZERO {
            holds(&journal, stream, head)?;
        }
        self.synced = head;
        self.alive = Some(Alive { journal, store: None });
        Ok(())
    }

    /// Takes the next messages into the journal.
    pub(crate) fn take_in(&mut self, stream: &Stream, most: usize) -> Found {
        let identify = self.identify();
        let journal = &mut self.started(stream)?.journal;
        let messages = stream.messages(journal.head().next(), most, journal.last_recorded_at());
        let due = Seq::new(journal.head().number() + messages.len() as u64);
        replica::take_in(journal, &messages, identify).map_err(failed("messages are not taken in"))?;
        if journal.head() != due {
            return Err(format!("messages up to {due} were taken in, and the journal ends at {}", journal.head()));
        }
        self.synced = due;
        Ok(())
    }

    /// Brings the snapshots to the head of the journal, as a service does.
    pub(crate) fn apply(&mut self, stream: &Stream) -> Found {
        let snapshots = self.snapshots();
        let Alive { journal, store } = self.started(stream)?;
        let wrong = |error| format!("the snapshots are not brought to the head: {error}");
        let (now, done) = match store.take() {
            None => snapshots.at_head(journal).map_err(wrong)?,
            Some(mut open) => {
                let change = open.change(journal).map_err(|error| wrong(error.into()))?;
                let taken = change.and_then(|change| snapshots.take(&mut open, change));
                let done = taken.map_err(|error| format!("a store that was well is unfit: {error}"))?;
                (open, done)
            }
        };
        if now.seq() != journal.head() {
            return Err(format!("the snapshots are at {}, and the journal at {}", now.seq(), journal.head()));
        }
        *store = Some(now);
        self.saw(match done {
            Done::Nothing => "snapshots were at the head",
            Done::Added { .. } => "events were added",
            Done::CaughtUp { .. } => "all events were read",
            Done::Rebuilt { why: Unusable::Damaged(Damage::BeyondLog { .. }) } => "snapshots were beyond the journal",
            Done::Rebuilt { why: Unusable::Damaged(Damage::OtherLog) } => "snapshots were of another log",
            Done::Rebuilt { .. } => "snapshots were made anew",
        });
        Ok(())
    }

    /// Makes two changes for one position and applies both. The second must do nothing.
    pub(crate) fn apply_twice(&mut self, stream: &Stream, most: usize) -> Found {
        self.apply(stream)?;
        let snapshots = self.snapshots();
        self.take_in(stream, most)?;
        let Alive { journal, store } = self.started(stream)?;
        let Some(store) = store else { return Ok(()) };
        let change = || store.change(journal).map_err(|e| e.to_string())?.map_err(|e| e.to_string());
        let (first, second) = (change()?, change()?);
        let moves = journal.head() > store.seq();
        snapshots.take(store, first).map_err(|e| e.to_string())?;
        let again = snapshots.take(store, second).map_err(|e| e.to_string())?;
        if moves && !matches!(again, Done::Nothing) {
            return Err(format!("a change was applied twice: {again:?}"));
        }
        Ok(())
    }

    /// Makes the snapshots anew. The follower may die before they count.
    pub(crate) fn rebuild(&mut self, stream: &Stream, ahead: Ahead) -> Found {
        let snapshots = self.snapshots();
        let Alive { journal, store } = self.started(stream)?;
        let loaded = tenure_projector::load(journal, |_| {}).map_err(failed("the journal does not load"))?;
        let beside = snapshots.beside(loaded, journal.head(), journal.digest()).map_err(|e| e.to_string())?;
        match ahead {
            Ahead::Death => self.alive = None,
            Ahead::Life => {
                *store = None;
                *store = Some(snapshots.swap(beside).map_err(|e| e.to_string())?);
            }
        }
        Ok(())
    }

    /// Opens the snapshots as they are on disk; none where they cannot be used.
    pub(crate) fn opened(&mut self, stream: &Stream) -> Result<Option<&mut Alive>, String> {
        let snapshots = self.snapshots();
        let alive = self.started(stream)?;
        if alive.store.is_none() {
            alive.store = match snapshots.opened(&alive.journal) {
                Ok(store) => Some(store),
                Err(Unusable::NoneYet | Unusable::Damaged(_)) => return Ok(None),
                Err(
                    other @ (Unusable::OtherVersion
                    | Unusable::InUse(_)
                    | Unusable::ReadOnly
                    | Unusable::LogUnread(_)
                    | Unusable::NotADirectory(_)),
                ) => {
                    return Err(format!("of what this version made: {other}"));
                }
            };
        }
        Ok(Some(alive))
    }

    /// Keeps a copy of the snapshots or of the journal, as a backup does.
    pub(crate) fn back_up(&mut self) {
        if let Some(alive) = &mut self.alive {
            alive.store = None;
        }
        disk::copy(&self.snapshots_dir(), &self.dir.join("older-snapshots"));
        disk::copy(&self.journal_dir(), &self.dir.join("older-journal"));
    }

    /// Dies between two steps.
    pub(crate) fn die(&mut self, snapshots: SnapshotsAfter) {
        self.alive = None;
        let dir = self.snapshots_dir();
        match snapshots {
            SnapshotsAfter::Kept => {}
            SnapshotsAfter::Older => disk::restore(&self.dir.join("older-snapshots"), &dir),
            SnapshotsAfter::Gone => disk::remove(&dir),
            SnapshotsAfter::OfAnother => {
                disk::remove(&dir);
                another_ledger(&self.dir.join("another"), &self.snapshots());
            }
        }
    }

    /// Dies while it appends: of what it was writing some bytes are there, and the index is as the system left it. The
    /// head record is as before, for it is written when the segments are on the disk.
    pub(crate) fn die_appending(&mut self, stream: &Stream, most: usize, cut: u64, index: IndexAfter) -> Found {
        let synced = self.started(stream)?.journal.head();
        let dir = self.journal_dir();
        let before = Segments::of(&dir);
        let old_index = fs::read(dir.join("index")).unwrap_or_default();
        let old_head = fs::read(dir.join("head"));
        self.take_in(stream, most)?;
        self.alive = None;
        self.synced = synced;
        before.cut_what_was_added(&dir, cut);
        match old_head {
            Ok(old) => fs::write(dir.join("head"), old).map_err(|error| error.to_string())?,
            Err(_) => disk::remove_file(&dir.join("head")),
        }
        disk::leave_index(&dir.join("index"), &old_index, index);
        Ok(())
    }

    /// The disk loses or changes what it said that it keeps. The journal must say so; what is then missing is fetched
    /// again.
    pub(crate) fn suffer(&mut self, stream: &Stream, rot: Rot, at: u64) -> Found {
        // Opened, so that the index knows of all records.
        if self.started(stream)?.journal.head() == Seq::ZERO {
            return Ok(());
        }
        self.alive = None;
        let dir = self.journal_dir();
        let done = disk::rot(&dir, rot, at);
        match self.open() {
            Err(LogError::EndLost { .. }) => {
                self.saw("a lost end was told");
                let journal = self.open_copy().map_err(failed("what was lost cannot be fetched again"))?;
                // An end can be lost from before, and a bit be flipped in what is left.
                if journal.verify().is_ok() {
                    return self.live(journal, stream);
                }
                self.saw("a check found damage");
            }
            // Bits are not looked at before they are read.
            Ok(journal) if rot == Rot::Bit && journal.verify().is_err() => self.saw("a check found damage"),
            Ok(journal) => {
                return Err(format!("{done}, and the journal says nothing; it ends at {}", journal.head()));
            }
            Err(_) => self.saw("a damaged journal did not open"),
        }
        self.fetch_again();
        Ok(())
    }

    /// A person takes a damaged copy away.
    fn fetch_again(&mut self) {
        disk::remove(&self.journal_dir());
        self.synced = Seq::ZERO;
    }

    /// A person puts back an older copy of the journal, beside snapshots that are newer.
    pub(crate) fn restore_journal(&mut self, stream: &Stream) -> Found {
        let older = self.dir.join("older-journal");
        if !older.exists() {
            return Ok(());
        }
        self.alive = None;
        disk::restore(&older, &self.journal_dir());
        let journal = self.open_copy().map_err(failed("an older journal does not open"))?;
        self.live(journal, stream)
    }
}

/// Makes snapshots of a ledger that has nothing to do with the one that is followed.
fn another_ledger(dir: &Path, snapshots: &Snapshots) {
    disk::remove(dir);
    let mut journal = Journal::open(dir, Create::IfMissing, identify).expect("a journal");
    let text = r#"{"id":"e0","type":"LeftCompany","person":"Eve","company":"Other","source":"P9"}"#;
    let EventIdentity { id, fingerprint } = identify(text).expect("an event");
    journal.append(&[NewEvent { id: &id, fingerprint, event: text }], Instant::from_micros(0)).expect("appended");
    snapshots.at_head(&journal).expect("snapshots");
}

/// Whether the journal holds at a position what the stream holds there.
pub(crate) fn holds(journal: &Journal, stream: &Stream, seq: Seq) -> Found {
    let here = journal.read(seq).map_err(failed("a record does not read"))?.event;
    let there = stream.payload(seq);
    let same = match PassedOver::of(&here) {
        None => here.as_bytes() == there,
        // A copy keeps no payload: the event stands at another position.
        Some(PassedOver::Copy(of)) => {
            let known = |payload: &[u8]| {
                let identity = std::str::from_utf8(payload).ok().and_then(identify)?;
                Some((identity.id, identity.fingerprint))
            };
            of < seq && known(stream.payload(of)) == known(there)
        }
        // The copy of a stream fetches again what it lost.
        Some(PassedOver::Lost) => false,
        Some(PassedOver::Reused(_) | PassedOver::Unidentified) => {
            PassedOver::payload(&here).is_some_and(|payload| payload.as_bytes() == there)
        }
    };
    if same {
        Ok(())
    } else {
        Err(format!("position {seq} holds {here}, and the stream {}", String::from_utf8_lossy(there)))
    }
}
