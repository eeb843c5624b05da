//! The rows of the tables for analysis.
//!
//! Names in a row of a tenure are those of its first day, as in all rows, where an id that a source gave stands beside them.
//! Who has none is known by the name alone, and has one name in all rows, so that the table can be read again.

use std::collections::BTreeSet;

use tenure_domain::archive::Entry;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::{Concurrency, Fact, Field, PersonFact};
use tenure_domain::name::Name;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::structure::Existence;
use tenure_domain::tenure::{Edge, Tenure as FoldedTenure};
use tenure_domain::view::{Meant, ViewError};

use super::table::{Cell, EVENTS, Rows, STATEMENTS, TENURES, Table, UNITS};
use super::{Export, ExportError, TenureOwner, edtf};
use crate::event::{EventBook, log_fate, own_fields};
use crate::evidence::{RecordedEvent, RestsOn, evidence, fields_left};
use crate::location::Above;
use tenure_answers::{Person, Tenure, Unit};

/// The fields of an event that say something of a tenure, and what they are called there.
const FIELDS: [(&str, &str); 9] = [
    ("unit", "unit"),
    ("to_unit", "unit"),
    ("title", "title"),
    ("to_title", "title"),
    ("lead", "is_lead"),
    ("acting", "is_acting"),
    ("remit", "remit"),
    ("reports_to", "reports_to"),
    ("employment", "employment"),
];

impl Export<'_> {
    /// Gives the rows of a table. `book` has the events, of which the basis lists some.
    pub fn rows(
        &self,
        table: &Table,
        book: &dyn EventBook,
        lists: &dyn Fn(&Entry) -> bool,
        rows: &mut dyn Rows,
    ) -> Result<(), ExportError> {
        if *table == TENURES {
            self.tenures(rows)
        } else if *table == STATEMENTS {
            self.statements(book, rows)
        } else if *table == EVENTS {
            self.event_rows(book, lists, rows)
        } else {
            debug_assert_eq!(*table, UNITS, "there are no other tables");
            self.units(rows)
        }
    }

    fn tenures(&self, rows: &mut dyn Rows) -> Result<(), ExportError> {
        self.each_tenure(&self.selection()?.people, &mut |owner, held, shown| {
            let inquiry = &self.inquiry;
            let then = inquiry.of_row(held);
            let called_person = |person| called(then.person_shown(person)?, || inquiry.person_shown(person));
            let person = called_person(owner.number)?;
            let company = called(shown.company.clone(), || inquiry.unit_shown(held.company))?;
            let unit = held.unit.map(|unit| called(then.unit_shown(unit)?, || inquiry.unit_shown(unit))).transpose()?;
            let manager = inquiry.manager_of(held).map(called_person).transpose()?;
            let cited = self.cited(owner, held)?;
            let joined = |texts: Vec<&str>| {
                let mut told = BTreeSet::new();
                texts.into_iter().filter(|text| told.insert(*text)).collect::<Vec<_>>().join("; ")
            };
            let attested = held.attested.filter(|_| is_within(held));
            let begun = self.begun(owner, held, attested)?;
            let [from_date, from_earliest, from_latest] = from(held, &begun);
            let end = held.end.as_ref();
            let [to_date, to_earliest, to_latest] = Cell::bounds(end.map(|end| end.bounds));
            let inferred = |edge: &Edge| Cell::Flag(edge.origin.is_inferred());
            Ok(rows.row(&[
                Cell::text(&*shown.tenure),
                Cell::text(&*person.id),
                Cell::text(&*person.name),
                Cell::text(&*company.id),
                Cell::text(&*company.name),
                Cell::maybe(unit.as_ref().map(|unit| &*unit.id)),
                Cell::maybe(unit.as_ref().map(|unit| &*unit.name)),
                Cell::maybe(shown.title.as_deref()),
                Cell::Flag(shown.primary),
                Cell::Flag(shown.lead),
                Cell::Flag(shown.acting),
                Cell::Flag(held.concurrency == Concurrency::Concurrent),
                Cell::text(&*shown.employment),
                Cell::maybe(shown.remit.as_deref()),
                Cell::maybe(manager.as_ref().map(|manager| &*manager.id)),
                Cell::maybe(manager.as_ref().map(|manager| &*manager.name)),
                from_date,
                from_earliest,
                from_latest,
                inferred(&held.start),
                Cell::day(begun.first_seen()),
                Cell::maybe(begun.last_seen(attested).map(edtf)),
                to_date,
                to_earliest,
                to_latest,
                end.map_or(Cell::Empty, inferred),
                Cell::maybe(shown.end_reason.as_deref()),
                Cell::day(attested),
                Cell::text(&*shown.confidence),
                Cell::text(joined(cited.iter().filter_map(|cited| cited.publisher.as_deref()).collect())),
                Cell::text(joined(cited.iter().filter_map(|cited| cited.url.as_deref()).collect())),
                Cell::text(shown.supports.join("; ")),
            ])?)
        })
    }

    /// How a row says when a tenure began.
    fn begun(&self, owner: &TenureOwner<'_>, held: &FoldedTenure, attested: Option<Day>) -> Result<Begun, ViewError> {
        let (None, Some(latest)) = (held.start.bounds.earliest(), held.start.bounds.latest()) else {
            return Ok(Begun::Stated);
        };
        for event in &held.start.events {
            let known = self.known(owner, event)?;
            let Some(Fact::Person { fact: PersonFact::HeldPost { from, seen, .. }, .. }) =
                known.as_ref().map(|known| &known.event.fact)
            else {
                return Ok(Begun::Stated);
            };
            // What was seen had begun: that says no more.
            let seen = seen.as_ref().and_then(|seen| seen.bounds().single()).map(|day| Bounds::until(Some(day)));
            if from.as_ref().is_some_and(|from| Some(from.bounds()) != seen) {
                return Ok(Begun::Stated);
            }
        }
        let end = held.end.as_ref().map(|end| end.bounds);
        if attested == Some(latest) || end.is_some_and(|end| end.latest() == Some(latest)) {
            return Ok(Begun::ByTheRest);
        }
        if end.is_some_and(|end| end.earliest().is_none_or(|over| over <= latest)) {
            return Ok(Begun::Stated);
        }
        Ok(match attested {
            Some(last) if latest < last => Begun::BySight(latest),
            // A sight of some day of these bounds both.
            first => Bounds::new(first, Some(latest)).map_or(Begun::Stated, Begun::BySightWithin),
        })
    }

    fn statements(&self, book: &dyn EventBook, rows: &mut dyn Rows) -> Result<(), ExportError> {
        let erased = self.inquiry.view.erased_names()?;
        self.each_tenure(&self.selection()?.people, &mut |owner, held, shown| {
            let person = self.inquiry.person_shown(owner.number)?;
            let on = RestsOn::of(held);
            for event in events_of(held) {
                let Some(known) = self.known(owner, event)? else { continue };
                let withheld: Vec<&str> = book.at(known.seq).into_iter().flat_map(Entry::withheld_fields).collect();
                let mut source = evidence(&known).source;
                erased.withhold_words_of_source(&mut source);
                for said in said_of(&on, &known) {
                    let is_withheld =
                        withheld.contains(&said.field) || (said.field == "remit" && erased.stand_in(&said.value));
                    if !is_withheld {
                        rows.row(&said.row((shown, &person), &known, &source))?;
                    }
                }
            }
            Ok(())
        })
    }

    fn event_rows(
        &self,
        book: &dyn EventBook,
        lists: &dyn Fn(&Entry) -> bool,
        rows: &mut dyn Rows,
    ) -> Result<(), ExportError> {
        let erased = self.inquiry.view.erased_names()?;
        let wanted = self.wanted_events()?;
        for entry in book.entries().iter().filter(|entry| !entry.is_withheld() && lists(entry)) {
            if wanted.as_ref().is_some_and(|wanted| !wanted.contains(&entry.seq)) {
                continue;
            }
            let fate = log_fate(book.fate(entry));
            let Some(known) = self.events.event(entry.seq)? else { continue };
            let meant = book.means(entry);
            let of = |wanted: Field| meant.iter().find(|(field, _)| *field == wanted).map(|(_, meant)| *meant);
            let person = of(Field::Person).and_then(Meant::person);
            let person = person.map(|person| self.inquiry.person_shown(person)).transpose()?;
            let unit_of = |field: Field| -> Result<Option<Unit>, ViewError> {
                of(field).and_then(Meant::unit).map(|unit| self.inquiry.unit_shown(unit)).transpose()
            };
            let company = unit_of(Field::Company)?;
            let unit = match unit_of(Field::Unit)? {
                None => unit_of(Field::ToUnit)?,
                unit => unit,
            };
            let mut told = evidence(&known);
            erased.withhold_words_of_source(&mut told.source);
            let [effective, effective_earliest, effective_latest] = dated(Some(&told.effective));
            let [to_date, to_earliest, to_latest] = dated(told.to.as_deref());
            let [publisher, url, key] = source_cells(&told.source);
            rows.row(&[
                number(known.seq.number()),
                Cell::Instant(known.recorded_at),
                Cell::text(&*told.id),
                Cell::text(&*told.event_type),
                Cell::maybe(person.as_ref().map(|person| &*person.id)),
                Cell::maybe(person.as_ref().map(|person| &*person.name)),
                Cell::maybe(company.as_ref().map(|company| &*company.id)),
                Cell::maybe(company.as_ref().map(|company| &*company.name)),
                Cell::maybe(unit.as_ref().map(|unit| &*unit.id)),
                Cell::maybe(unit.as_ref().map(|unit| &*unit.name)),
                effective,
                effective_earliest,
                effective_latest,
                to_date,
                to_earliest,
                to_latest,
                Cell::maybe(told.seen.as_deref()),
                Cell::Instant(known.event.reported_at),
                Cell::text(&*told.confidence),
                publisher,
                url,
                key,
                Cell::text(fate.as_ref().map_or("live", |fate| &*fate.state)),
                fate.as_ref().and_then(|fate| fate.by).map_or(Cell::Empty, number),
            ])?;
        }
        Ok(())
    }

    fn units(&self, rows: &mut dyn Rows) -> Result<(), ExportError> {
        let view = self.inquiry.view;
        let mut above = Above::on(view, self.inquiry.at);
        for unit in self.selection()?.units {
            let state = view.unit(unit)?;
            let shown = self.inquiry.unit_shown(unit)?;
            let parent = above.parent(unit)?;
            let parent = parent.map(|parent| self.inquiry.unit_shown(parent)).transpose()?;
            let (formed, gone) = (state.history.formed(), state.history.gone());
            let into = match gone.map(|change| change.value) {
                Some(Existence::Merged(into)) => Some(view.unit(into)?.id.to_string()),
                Some(Existence::Formed | Existence::Dissolved) | None => None,
            };
            let [formed, formed_earliest, formed_latest] = Cell::bounds(formed.map(|change| change.bounds));
            let [gone, gone_earliest, gone_latest] = Cell::bounds(gone.map(|change| change.bounds));
            let names: Vec<&str> = state.names.iter().map(|name| name.name.as_str()).collect();
            let identifiers: Vec<String> =
                state.identifiers.iter().map(|one| format!("{}:{}", one.scheme, one.value)).collect();
            rows.row(&[
                Cell::text(&*shown.id),
                Cell::text(&*shown.name),
                Cell::maybe(shown.company.as_ref().map(|company| &*company.id)),
                Cell::maybe(shown.company.as_ref().map(|company| &*company.name)),
                Cell::maybe(parent.as_ref().map(|parent| &*parent.id)),
                Cell::maybe(parent.as_ref().map(|parent| &*parent.name)),
                Cell::maybe(state.history.kind(self.inquiry.at).map(|kind| &**kind)),
                formed,
                formed_earliest,
                formed_latest,
                gone,
                gone_earliest,
                gone_latest,
                Cell::maybe(into),
                Cell::text(names.join("; ")),
                Cell::text(identifiers.join("; ")),
            ])?;
        }
        Ok(())
    }

    /// The events of the tenures that are exported; none where all are.
    fn wanted_events(&self) -> Result<Option<BTreeSet<Seq>>, ExportError> {
        if self.whose == super::Whose::Everybody {
            return Ok(None);
        }
        let mut wanted = BTreeSet::new();
        self.each_tenure(&self.selection()?.people, &mut |owner, held, _| {
            wanted.extend(events_of(held).filter_map(|event| owner.seq(event)));
            Ok(())
        })?;
        Ok(Some(wanted))
    }
}

/// The events that state something of a tenure, or from which something of it is inferred, each once.
fn events_of(held: &FoldedTenure) -> impl Iterator<Item = &EventId> {
    let edges = held.start.events.iter().chain(held.end.iter().flat_map(|end| &end.events));
    let all: BTreeSet<&EventId> = held.supports.iter().chain(edges).collect();
    all.into_iter()
}

/// What an event says of one field of a tenure.
struct Said {
    /// The field, as the table calls it.
    field: &'static str,
    value: String,
    bounds: Option<Bounds>,
    inferred: bool,
    believed: bool,
}

impl Said {
    fn row<'r>(
        &'r self,
        (shown, person): (&'r Tenure, &'r Person),
        known: &'r RecordedEvent,
        source: &'r serde_json::Value,
    ) -> [Cell<'r>; 17] {
        let [publisher, url, key] = source_cells(source);
        let [_, earliest, latest] = Cell::bounds(self.bounds);
        [
            Cell::text(&*shown.tenure),
            Cell::text(&*person.id),
            Cell::text(&*person.name),
            Cell::text(self.field),
            Cell::text(&*self.value),
            earliest,
            latest,
            Cell::Flag(self.inferred),
            Cell::Flag(self.believed),
            Cell::text(known.event.id.as_str()),
            number(known.seq.number()),
            Cell::text(known.event.fact.type_name()),
            Cell::Instant(known.event.reported_at),
            Cell::text(known.event.confidence.word()),
            publisher,
            url,
            key,
        ]
    }
}

/// What an event says of the fields of a tenure.
fn said_of(on: &RestsOn<'_>, known: &RecordedEvent) -> Vec<Said> {
    let held = on.held;
    let event = &known.event;
    let told = evidence(known);
    let held_post = matches!(&event.fact, Fact::Person { fact: PersonFact::HeldPost { .. }, .. });
    let mut said = Vec::new();
    let ended = if held_post { told.to.as_deref() } else { Some(&*told.effective) };
    let (starts, ends) = (on.start.contains(&event.id), on.end.contains(&event.id));
    let dates = [
        ("from_date", Some(&held.start).filter(|_| starts), Some(&*told.effective)),
        ("to_date", held.end.as_ref().filter(|_| ends), ended),
    ];
    for (field, edge, date) in dates {
        let (Some(edge), Some(date)) = (edge, date) else { continue };
        let bounds = date.parse::<VagueDate>().ok().map(|date| date.bounds());
        let believed = bounds.is_none_or(|bounds| bounds.overlaps(edge.bounds));
        said.push(Said { field, value: date.to_owned(), bounds, inferred: edge.origin.is_inferred(), believed });
    }
    let given = own_fields(event);
    let fields = match (ends && !held_post, on.supports.contains(&event.id)) {
        (false, _) => &FIELDS[..],
        (true, true) => fields_left(event),
        // It only follows from the event that the post ended.
        (true, false) => &[],
    };
    for (field, name) in fields {
        let Some(value) = given.get(*field) else { continue };
        let value = match value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Bool(flag) => flag.to_string(),
            reference @ serde_json::Value::Object(_) => {
                let text = reference["id"].as_str().or(reference["name"].as_str());
                text.unwrap_or_default().to_owned()
            }
            serde_json::Value::Null | serde_json::Value::Number(_) | serde_json::Value::Array(_) => continue,
        };
        let other_title = |title: &Name| value.parse::<Name>().is_ok_and(|said| said.key() != title.key());
        let believed = *name != "title" || !held.title.as_ref().is_some_and(other_title);
        said.push(Said { field: name, value, bounds: None, inferred: false, believed });
    }
    said
}

/// The publisher, the address and the key of a source.
fn source_cells(source: &serde_json::Value) -> [Cell<'_>; 3] {
    let field = |name: &str| Cell::maybe(source[name].as_str());
    [source.as_str().map_or_else(|| field("publisher"), Cell::text), field("url"), field("key")]
}

/// A date as an event gives it.
fn dated(text: Option<&str>) -> [Cell<'_>; 3] {
    let [_, earliest, latest] =
        Cell::bounds(text.and_then(|text| text.parse::<VagueDate>().ok()).map(|date| date.bounds()));
    [Cell::maybe(text), earliest, latest]
}

fn number<'c>(number: u64) -> Cell<'c> {
    i64::try_from(number).map_or(Cell::Empty, Cell::Integer)
}

/// How a row says when a tenure began.
enum Begun {
    /// By a date: something states it, or nothing else can say it.
    Stated,
    /// By the last day on which it was seen, or by its end: nothing states more.
    ByTheRest,
    /// By the first day on which it was seen.
    BySight(Day),
    /// By the days on one of which it was seen.
    BySightWithin(Bounds),
}

impl Begun {
    fn first_seen(&self) -> Option<Day> {
        match self {
            Begun::BySight(day) => Some(*day),
            Begun::Stated | Begun::ByTheRest | Begun::BySightWithin(_) => None,
        }
    }

    /// The day, or the days on one of which, it was seen last. No single day is seen of days that bound the start.
    fn last_seen(&self, attested: Option<Day>) -> Option<Bounds> {
        match self {
            Begun::BySightWithin(days) => Some(*days),
            Begun::Stated | Begun::ByTheRest | Begun::BySight(_) => {
                attested.and_then(|day| Bounds::new(Some(day), Some(day)))
            }
        }
    }
}

/// The start of a tenure. Where nothing states it, there is no date of it, and the days that bound it alone: a row that had one
/// would be read as of a source that gives it. One without bounds is nothing to say, unless nothing else says that this is no
/// sighting.
fn from<'c>(held: &FoldedTenure, begun: &Begun) -> [Cell<'c>; 3] {
    let nothing_else = held.end.is_none() && held.attested.is_none();
    let unknown = held.start.bounds == Bounds::UNKNOWN && !nothing_else;
    let [date, earliest, latest] = Cell::bounds((!unknown).then_some(held.start.bounds));
    [if matches!(begun, Begun::Stated) { date } else { Cell::Empty }, earliest, latest]
}

/// What has an id.
trait Named {
    fn id(&self) -> &str;
}

impl Named for Person {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Named for Unit {
    fn id(&self) -> &str {
        &self.id
    }
}

/// An entity as a row calls it: by its name then, where it has an id that a source gave, else by its one name.
fn called<N: Named>(then: N, now: impl FnOnce() -> Result<N, ViewError>) -> Result<N, ViewError> {
    if then.id().starts_with('~') { now() } else { Ok(then) }
}

/// Whether the day on which a tenure was last attested lies within it, so that a row can say it.
fn is_within(held: &FoldedTenure) -> bool {
    let Some(day) = held.attested else { return false };
    let begun = held.start.bounds.earliest().is_none_or(|earliest| earliest <= day);
    let over = held.end.as_ref().and_then(|end| end.bounds.latest()).is_some_and(|latest| latest <= day);
    begun && !over
}
