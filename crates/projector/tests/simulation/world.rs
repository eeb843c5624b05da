//! All actors together: applies the steps of a history, and checks what must hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tenure_domain::archive::Archive;
use tenure_domain::day::{Day, Instant};
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::view::View;
use tenure_domain::wire::Submission;
use tenure_log::{PassedOver, identify};
use tenure_projector::load;

use crate::answers;
use crate::follower::{Alive, Follower, Found, Seen, failed, holds};
use crate::step::{History, PRODUCERS, Question, Step};
use crate::stream::{Answer, PlainReading, Stream};

/// An event that a producer holds until it is acknowledged.
#[derive(Clone)]
struct Outstanding {
    id: String,
    json: String,
}

/// What the network carries.
#[derive(Clone)]
enum Packet {
    /// An event, to the stream.
    Event { producer: usize, held: Outstanding },
    /// What the stream answers, to a producer.
    Acknowledgement { producer: usize, held: Outstanding, answer: Answer },
}

/// What a producer was told.
struct Acknowledged {
    held: Outstanding,
    answer: Answer,
}

/// Everything that there is.
pub(crate) struct World {
    producers: [Vec<Outstanding>; PRODUCERS],
    acknowledged: Vec<Acknowledged>,
    network: Vec<Packet>,
    stream: Stream,
    follower: Follower,
    /// Answers that were given on what was recorded up to a position.
    given: BTreeMap<Seq, String>,
}

/// The days that are asked about.
const DAYS: [&str; 3] = ["2024-02-15", "2024-06-30", "2025-12-31"];

/// All that a view answers.
fn answers(view: &dyn View) -> String {
    let day = |day: &str| answers::all(view, day.parse::<Day>().expect("a day"));
    [answers::on_no_day(view), DAYS.map(day).join("\n")].concat()
}

/// Says where two answers differ.
fn same(what: &str, found: &str, expected: &str) -> Found {
    if found == expected {
        return Ok(());
    }
    let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    let (found, expected) = differs.unwrap_or(("the end, or more", "more, or the end"));
    Err(format!("{what}: the answer is\n  {found}\nand should be\n  {expected}"))
}

fn read(archive: &Archive, basis: &Basis) -> String {
    answers(&Reading::new(archive, basis))
}

fn recorded(seq: Seq) -> Basis {
    Basis { recorded: Some(seq), ..Basis::default() }
}

impl World {
    /// Lives through a history in a directory, and settles at its end. Counts what comes about.
    pub(crate) fn run(history: &History, dir: &Path, seen: &mut Seen) -> Found {
        let mut world = World {
            producers: Default::default(),
            acknowledged: Vec::new(),
            network: Vec::new(),
            stream: Stream::new(),
            follower: Follower::in_dir(dir, history),
            given: BTreeMap::new(),
        };
        for (number, step) in (1..).zip(&history.steps) {
            world.step(step).map_err(|found| format!("at step {number}, {step:?}: {found}"))?;
        }
        world.follower.upgrade();
        world.settle().map_err(|found| format!("at the end: {found}"))?;
        for (what, times) in world.follower.seen {
            *seen.entry(what).or_default() += times;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Found {
        let World { stream, follower, .. } = self;
        match step {
            Step::Apply | Step::ApplyTwice { .. } | Step::Rebuild { .. } | Step::Ask { .. }
                if !follower.is_of_this_version() => {}
            Step::Hold { producer, event } => self.hold(*producer, event),
            Step::Send { producer } => self.send(*producer),
            Step::Publish { payload } => {
                stream.publish(None, payload.as_bytes());
            }
            Step::Deliver { pick } => self.deliver(*pick),
            Step::Double { pick } => self.double(*pick),
            Step::Drop { pick } => drop(self.taken(*pick)),
            Step::Tick { seconds } => stream.tick(*seconds),
            Step::Forget => stream.forget(),
            Step::TakeIn { most } => return follower.take_in(stream, *most),
            Step::FullDisk => {}
            Step::Apply => return follower.apply(stream),
            Step::ApplyTwice { most } => return follower.apply_twice(stream, *most),
            Step::Rebuild { ahead } => return follower.rebuild(stream, *ahead),
            Step::BackUp => follower.back_up(),
            Step::Die { snapshots } => follower.die(*snapshots),
            Step::DieAppending { most, cut, index, snapshots } => {
                follower.die_appending(stream, *most, *cut, *index)?;
                follower.die(*snapshots);
            }
            Step::Suffer { rot, at } => return follower.suffer(stream, *rot, *at),
            Step::RestoreJournal => return follower.restore_journal(stream),
            Step::Upgrade => follower.upgrade(),
            Step::Ask { question } => return self.ask(*question),
            Step::Settle => return self.settle(),
        }
        Ok(())
    }

    // Producers and the network ------------------------------------------------------------------------------------

    /// A producer checks what it finds, and holds what is an event.
    fn hold(&mut self, producer: usize, event: &str) {
        if let Ok(Submission { id, json, .. }) = Submission::read_at(event.as_bytes(), self.stream.now()) {
            self.producers[producer].push(Outstanding { id: id.as_str().to_owned(), json });
        }
    }

    fn send(&mut self, producer: usize) {
        let packets = self.producers[producer].iter().map(|held| Packet::Event { producer, held: held.clone() });
        self.network.extend(packets);
    }

    fn taken(&mut self, pick: u64) -> Option<Packet> {
        let place = usize::try_from(pick.checked_rem(self.network.len() as u64)?).ok()?;
        Some(self.network.swap_remove(place))
    }

    fn deliver(&mut self, pick: u64) {
        let packet = self.taken(pick);
        self.arrive(packet);
    }

    fn double(&mut self, pick: u64) {
        let packet = self.taken(pick);
        self.network.extend(packet.clone());
        self.arrive(packet);
    }

    fn arrive(&mut self, packet: Option<Packet>) {
        match packet {
            None => {}
            Some(Packet::Event { producer, held }) => {
                let answer = self.stream.publish(Some(&held.id), held.json.as_bytes());
                self.network.push(Packet::Acknowledgement { producer, held, answer });
            }
            Some(Packet::Acknowledgement { producer, held, answer }) => {
                self.producers[producer].retain(|waiting| waiting.json != held.json);
                self.acknowledged.push(Acknowledged { held, answer });
            }
        }
    }

    // Askers -------------------------------------------------------------------------------------------------------

    fn ask(&mut self, question: Question) -> Found {
        match question {
            Question::Head => self.ask_at_head(),
            Question::Snapshots => self.ask_snapshots(),
            Question::Recorded(back) => self.ask_recorded(back, None),
            Question::Known(day, back) => self.ask_recorded(back, Some(Instant::last_of(day.parse().expect("a day")))),
        }
    }

    fn ask_at_head(&mut self) -> Found {
        self.follower.apply(&self.stream)?;
        self.ask_snapshots()
    }

    /// Asks the snapshots as they are: they say what the stream said up to their position.
    fn ask_snapshots(&mut self) -> Found {
        let World { stream, follower, .. } = self;
        let Some(Alive { store: Some(store), journal }) = follower.opened(stream)? else { return Ok(()) };
        if store.seq() > journal.head() {
            return Err(format!("snapshots of {} answer for a journal that ends at {}", store.seq(), journal.head()));
        }
        let told = stream.told(store.seq());
        same("asked of the snapshots", &answers(store), &read(&told.archive, &Basis::default()))
    }

    /// Asks on an older basis, which is answered from the journal.
    fn ask_recorded(&mut self, back: u64, known: Option<Instant>) -> Found {
        let World { stream, follower, given, .. } = self;
        let journal = &follower.started(stream)?.journal;
        let head = journal.head();
        let seq = Seq::new(head.number() - back % (head.number() + 1));
        let loaded = load(journal, |_| {}).map_err(failed("the journal does not load"))?;
        let found = read(&loaded.archive, &Basis { known, ..recorded(seq) });
        let now = stream.told(head);
        same("asked on an older basis", &found, &read(&now.archive, &Basis { known, ..recorded(seq) }))?;
        // An erasure reaches back, and with one in the ledger so does what is told of the erased later.
        if now.erasures > 0 {
            return Ok(());
        }
        let then = stream.told(seq);
        same("asked as of then", &found, &read(&then.archive, &Basis { known, ..Basis::default() }))?;
        if known.is_none() {
            same("asked again", &found, given.entry(seq).or_insert_with(|| found.clone()))?;
        }
        Ok(())
    }

    // What must hold when all is well ------------------------------------------------------------------------------

    /// Everything goes through, and then everything is checked.
    fn settle(&mut self) -> Found {
        for producer in 0..PRODUCERS {
            self.send(producer);
        }
        while !self.network.is_empty() {
            self.deliver(0);
        }
        let waiting: usize = self.producers.iter().map(Vec::len).sum();
        if waiting > 0 {
            return Err(format!("{waiting} events are still not acknowledged"));
        }
        self.follower.take_in(&self.stream, usize::MAX)?;
        if !self.follower.is_of_this_version() {
            return Ok(());
        }
        self.follower.apply(&self.stream)?;
        self.nothing_is_lost()?;
        self.nothing_is_twice()?;
        self.answers_agree()
    }

    fn nothing_is_lost(&mut self) -> Found {
        let World { stream, follower, acknowledged, .. } = self;
        let journal = &follower.started(stream)?.journal;
        for number in 1..=stream.head().number() {
            holds(journal, stream, Seq::new(number))?;
        }
        for Acknowledged { held: Outstanding { id, json }, answer } in acknowledged {
            let (Answer::Stored(seq) | Answer::Known(seq)) = *answer;
            let event = std::str::from_utf8(stream.payload(seq)).expect("what producers send is text");
            let there = match answer {
                Answer::Stored(_) => event == json,
                Answer::Known(_) => identify(event).is_some_and(|identity| identity.id.as_str() == id),
            };
            if !there || journal.head() < seq {
                return Err(format!("{id} was acknowledged at {seq}, where {event} stands"));
            }
        }
        Ok(())
    }

    fn nothing_is_twice(&mut self) -> Found {
        let World { stream, follower, .. } = self;
        let of_this_version = follower.filled_by_this_version();
        let Alive { journal, store } = follower.started(stream)?;
        journal.verify().map_err(failed("the journal is not well"))?;
        let mut ids = BTreeSet::new();
        for record in journal.scan(Seq::new(1)) {
            let record = record.map_err(failed("the journal does not read"))?;
            if PassedOver::of(&record.event).is_some() {
                continue;
            }
            let id = identify(&record.event).ok_or("a record has no id")?.id;
            if !ids.insert(id.as_str().to_owned()) {
                return Err(format!("{id} counts twice"));
            }
        }
        let PlainReading { digest, passed_over, quarantined, .. } = stream.told(stream.head());
        if of_this_version && journal.digest() != digest {
            return Err(format!("the digest is {}, and that of the stream {digest}", journal.digest()));
        }
        let store = store.as_ref().expect("they were brought to the head");
        let (found, expected) = ((store.passed_over(), store.quarantined()), (passed_over, quarantined));
        if found != expected {
            return Err(format!("passed over and quarantined: {found:?}, and should be {expected:?}"));
        }
        Ok(())
    }

    fn answers_agree(&mut self) -> Found {
        let World { stream, follower, given, .. } = self;
        let snapshots = follower.snapshots();
        let Alive { journal, store } = follower.started(stream)?;
        let store = store.as_ref().expect("they were brought to the head");
        if store.seq() != stream.head() {
            return Err(format!("the snapshots stay behind at {}", store.seq()));
        }
        let differences = snapshots.compare(journal, store).map_err(|error| error.to_string())?;
        if !differences.is_empty() {
            return Err(format!("the snapshots differ from a fresh fold: {differences:#?}"));
        }
        let loaded = load(journal, |_| {}).map_err(failed("the journal does not load"))?;
        let told = stream.told(stream.head());
        let expected = read(&told.archive, &Basis::default());
        same("the journal", &read(&loaded.archive, &Basis::default()), &expected)?;
        same("the snapshots", &answers(store), &expected)?;
        if told.erasures > 0 {
            return Ok(());
        }
        for (seq, then) in given {
            same("asked again at the end", &read(&loaded.archive, &recorded(*seq)), then)?;
        }
        Ok(())
    }
}
