//! Rows as CSV.

use tenure_answers::{
    Answer, Bounds, Conflict, EventAnswer, EventRef, Flow, Found, Gap, Listed, LogEntry, Person, Position,
    StatusAnswer, Tenure, Unit,
};
use tenure_domain::plain_text::{cell, escape_json};

use super::shape::{ChangeRow, EvidenceRow, UnitRow, chart, passages, reporting_lines, roles};
use crate::RenderError;
use crate::evidence::SourceFields;
use crate::journal;
use crate::room::Room;

/// A header and a record a row.
pub(crate) fn csv(answer: &Answer, room: &mut Room) -> Result<(), RenderError> {
    let sheet = sheet(answer);
    let mut writer = csv::Writer::from_writer(room);
    writer.write_record(&sheet.header)?;
    for record in sheet.records {
        writer.write_record(&record.0)?;
    }
    Ok(writer.flush().map_err(csv::Error::from)?)
}

/// A table for programs, whose records are made one by one.
struct Sheet<'a> {
    header: Vec<String>,
    records: Box<dyn Iterator<Item = Record> + 'a>,
}

impl<'a> Sheet<'a> {
    fn new(columns: &[&[&str]], records: impl IntoIterator<Item = Record, IntoIter: 'a>) -> Sheet<'a> {
        let header = columns.concat().into_iter().map(str::to_owned).collect();
        Sheet { header, records: Box::new(records.into_iter()) }
    }
}

const PERSON: &[&str] = &["person_id", "person"];
const TENURE: &[&str] = &[
    "tenure",
    "company_id",
    "company",
    "unit_id",
    "unit",
    "title",
    "is_primary",
    "is_lead",
    "is_acting",
    "employment",
    "remit",
    "reports_to_id",
    "reports_to",
    "from_date",
    "from_earliest",
    "from_latest",
    "from_inferred",
    "to_date",
    "to_earliest",
    "to_latest",
    "to_inferred",
    "end_reason",
    "attested",
    "confidence",
    "supports",
];
const CERTAINTY: &[&str] = &["certainty", "unseen_days"];
const GAP: &[&str] = &["gap"];
const ORG: &[&str] =
    &["path", "depth", "parent_id", "unit_id", "unit", "kind", "leads_ids", "leads", "headcount", "possible"];
const REPORTS: &[&str] =
    &["direction", "depth", "of_person_id", "of_person", "person_id", "person", "certainty", "left_date", "above"];
const DIFF: &[&str] = &["section", "kind", "person_id", "person", "unit_id", "unit"];
const WHY: &[&str] =
    &["role", "event_id", "seq", "recorded_at", "event_type", "effective", "reported_at", "confidence"];
const SOURCE: &[&str] =
    &["publisher", "url", "source_key", "source_title", "lang", "quote", "retrieved_at", "locator", "archive_url"];
const EVENT: &[&str] =
    &["event_id", "seq", "recorded_at", "event_type", "effective", "to_date", "seen", "reported_at", "confidence"];
const EVENT_FATE: &[&str] =
    &["quote_url", "note", "summary", "supports", "replaces", "became", "became_by", "reason", "stands", "waits_for"];
const LIST: &[&str] = &["id", "name", "company_id", "company", "people", "tenures", "events", "first", "last"];
const CONFLICTS: &[&str] =
    &["kind", "person_id", "person", "unit_id", "unit", "company_id", "company", "events", "detail"];
const FIND: &[&str] = &[
    "kind",
    "id",
    "name",
    "names",
    "score",
    "via",
    "company_id",
    "company",
    "title",
    "unit_id",
    "unit",
    "from_date",
    "to_date",
    "people",
    "places",
];
const MOVES: &[&str] = &[
    "period",
    "from_unit_id",
    "from_unit",
    "from_company_id",
    "from_company",
    "to_unit_id",
    "to_unit",
    "to_company_id",
    "to_company",
    "count",
    "people_ids",
    "people",
];
const LOG: &[&str] = &[
    "seq",
    "recorded_at",
    "event_id",
    "event_type",
    "effective",
    "from_date",
    "to_date",
    "seen",
    "reported_at",
    "confidence",
    "publisher",
    "url",
    "summary",
    "became",
    "became_by",
    "event",
];
const STATUS: &[&str] = &[
    "seq",
    "head",
    "events",
    "people",
    "units",
    "lag_events",
    "lag_seconds",
    "quarantined",
    "journal_bytes",
    "store_bytes",
    "digest",
];

fn sheet(answer: &Answer) -> Sheet<'_> {
    fn row() -> Record {
        Record::default()
    }
    match answer {
        Answer::Person(answer) => {
            let records = answer.positions.iter().map(|p| row().person(Some(&answer.person)).position(p));
            Sheet::new(&[PERSON, TENURE, CERTAINTY], records)
        }
        Answer::Career(answer) => {
            let records = answer.tenures.iter().map(|t| row().person(Some(&answer.person)).tenure(t));
            Sheet::new(&[PERSON, TENURE], records)
        }
        Answer::Who(answer) => {
            let records = answer.members.iter().map(|m| row().person(Some(&m.person)).position(&m.position));
            Sheet::new(&[PERSON, TENURE, CERTAINTY], records)
        }
        Answer::Holders(answer) => {
            let records = answer.holders.iter().map(|h| row().person(Some(&h.person)).tenure(&h.tenure));
            match &answer.gaps {
                None => Sheet::new(&[PERSON, TENURE], records),
                Some(gaps) => {
                    let records = records.map(|record| record.blank(1)).chain(gaps.iter().map(gap_record));
                    Sheet::new(&[PERSON, TENURE, GAP], records)
                }
            }
        }
        Answer::Org(answer) => Sheet::new(&[ORG], chart(&answer.unit).into_iter().map(|row| unit_record(&row))),
        Answer::Reports(answer) => {
            let rows = reporting_lines(&answer.person, answer.up.as_deref(), answer.down.as_deref());
            let records = rows.into_iter().map(move |r| {
                let record = row().text(r.direction).number(&r.depth);
                let record = record.person(Some(r.of)).person(Some(r.person)).text(r.certainty);
                record.maybe(r.person.left.as_ref().map(|left| left.edtf.as_str())).number(&r.above)
            });
            Sheet::new(&[REPORTS], records)
        }
        Answer::Diff(answer) => {
            let rows = passages(&answer.learned, &answer.happened);
            let side = |side: &str| -> Vec<String> {
                TENURE.iter().chain(CERTAINTY).map(|column| format!("{side}_{column}")).collect()
            };
            let mut sheet = Sheet::new(&[DIFF], rows.into_iter().map(|row| change_record(&row)));
            sheet.header.extend([side("before"), side("after")].concat());
            sheet
        }
        Answer::Why(answer) => {
            let rows = roles(&answer.supports, &answer.contradicts, &answer.replaced);
            Sheet::new(&[WHY, SOURCE], rows.into_iter().map(|row| evidence_record(&row)))
        }
        Answer::Event(answer) => Sheet::new(&[EVENT, SOURCE, EVENT_FATE], [event_record(answer)]),
        Answer::Conflicts(answer) => Sheet::new(&[CONFLICTS], answer.conflicts.iter().map(conflict_record)),
        Answer::Find(answer) => Sheet::new(&[FIND], answer.matches.iter().map(found_record)),
        Answer::Moves(answer) => Sheet::new(&[MOVES], answer.flows.iter().map(flow_record)),
        Answer::Log(answer) => Sheet::new(&[LOG], answer.events.iter().map(log_record)),
        Answer::List(answer) => Sheet::new(&[LIST], answer.listed.iter().map(listed_record)),
        Answer::Status(answer) => Sheet::new(&[STATUS], [status_record(answer)]),
    }
}

/// A gap has the dates of a tenure, and its certainty in a column of its own.
fn gap_record(gap: &Gap) -> Record {
    let column = |name: &str| PERSON.iter().chain(TENURE).position(|column| *column == name).unwrap_or_default();
    let record = Record::default().blank(column("from_date")).bounds(Some(&gap.from)).bounds(gap.to.as_ref());
    record.blank(PERSON.len() + TENURE.len() - column("end_reason")).text(&gap.certainty)
}

fn unit_record(row: &UnitRow<'_>) -> Record {
    let leads = row.leads;
    Record::default()
        .list(row.path.iter().copied())
        .number(&row.depth)
        .maybe(row.parent)
        .text(row.id)
        .text(row.name)
        .maybe(row.kind)
        .list(leads.iter().map(|lead| lead.id.as_str()))
        .list(leads.iter().map(|lead| lead.name.as_str()))
        .number(&row.headcount)
        .number(&row.possible)
}

fn change_record(row: &ChangeRow<'_>) -> Record {
    let change = row.change;
    let record = Record::default().text(row.section).text(&change.kind).person(change.person.as_ref());
    let record = record.unit(change.unit.as_ref());
    [&change.before, &change.after].into_iter().fold(record, |record, side| match side {
        Some(position) => record.position(position),
        None => record.blank(TENURE.len() + CERTAINTY.len()),
    })
}

fn evidence_record(row: &EvidenceRow<'_>) -> Record {
    let event = row.event;
    Record::default()
        .text(row.role)
        .text(&event.id)
        .number(&event.seq)
        .text(&event.recorded_at)
        .text(&event.event_type)
        .text(&event.effective)
        .text(&event.reported_at)
        .text(&event.confidence)
        .source(&event.source)
}

fn event_record(answer: &EventAnswer) -> Record {
    let reference = |event: &Option<EventRef>| event.as_ref().map(|event| event.id.clone());
    let became = &answer.became;
    let record = match &answer.event {
        None => Record::default().blank(21),
        Some(event) => {
            let said = &event.evidence;
            Record::default()
                .text(&said.id)
                .number(&said.seq)
                .text(&said.recorded_at)
                .text(&said.event_type)
                .text(&said.effective)
                .maybe(said.to.as_deref())
                .maybe(said.seen.as_deref())
                .text(&said.reported_at)
                .text(&said.confidence)
                .source(&said.source)
                .maybe(event.quote_url.as_deref())
                .maybe(event.note.as_deref())
                .text(&journal::summary_of(event))
        }
    };
    let supports: Vec<String> =
        answer.supports.iter().map(|held| format!("{} ({})", held.tenure, held.what.join(", "))).collect();
    record
        .list(supports.iter().map(String::as_str))
        .list(answer.replaces.iter().map(|event| event.id.as_str()))
        .text(&became.state)
        .maybe(reference(&became.by).as_deref())
        .maybe(became.reason.as_deref())
        .maybe(reference(&became.stands).as_deref())
        .maybe(became.waits_for.as_deref())
}

fn listed_record(listed: &Listed) -> Record {
    let company = listed.company.as_ref();
    let count = |count: Option<usize>| count.map(|count| count.to_string());
    Record::default()
        .maybe(listed.id.as_deref())
        .text(&listed.name)
        .maybe(company.map(|company| company.id.as_str()))
        .maybe(company.map(|company| company.name.as_str()))
        .maybe(count(listed.people).as_deref())
        .maybe(count(listed.tenures).as_deref())
        .number(&listed.events)
        .maybe(listed.first.as_deref())
        .maybe(listed.last.as_deref())
}

fn conflict_record(conflict: &Conflict) -> Record {
    let record = Record::default().text(&conflict.kind).person(conflict.person.as_ref());
    let record = record.unit_and_company(conflict.unit.as_ref());
    record.list(conflict.events.iter().map(String::as_str)).text(&conflict.detail)
}

fn found_record(found: &Found) -> Record {
    let record = Record::default().text(&found.kind).text(&found.id).text(&found.name);
    let record = record.list(found.names.iter().map(String::as_str)).number(&found.score).text(&found.via);
    let post = found.post.as_ref();
    let dates = (post.map(|post| &post.from).or(found.from.as_ref()), post.map_or(&found.to, |post| &post.to));
    let edtf = |bounds: Option<&Bounds>| bounds.map(|bounds| bounds.edtf.clone());
    let (from, to) = (edtf(dates.0), edtf(dates.1.as_ref()));
    let company = found.company.as_ref().map(|company| (&company.id, &company.name));
    let of_post =
        post.map(|post| post.unit.company.as_ref().map_or((&post.unit.id, &post.unit.name), |c| (&c.id, &c.name)));
    let company = company.or(of_post);
    record
        .maybe(company.map(|(id, _)| id.as_str()))
        .maybe(company.map(|(_, name)| name.as_str()))
        .maybe(post.and_then(|post| post.title.as_deref()))
        .unit(post.map(|post| &post.unit).filter(|unit| unit.company.is_some()))
        .maybe(from.as_deref())
        .maybe(to.as_deref())
        .maybe(found.people.map(|people| people.to_string()).as_deref())
        .list(found.places.iter().map(|place| place.unit.name.as_str()))
}

fn flow_record(flow: &Flow) -> Record {
    let record = Record::default().maybe(flow.period.as_deref());
    let record = record.unit_and_company(Some(&flow.from)).unit_and_company(Some(&flow.to)).number(&flow.count);
    let record = record.list(flow.people.iter().map(|person| person.id.as_str()));
    record.list(flow.people.iter().map(|person| person.name.as_str()))
}

fn log_record(entry: &LogEntry) -> Record {
    let record = Record::default().number(&entry.seq).text(&entry.recorded_at);
    let Some(event) = &entry.event else { return record.blank(LOG.len() - 2) };
    let source = event.get("source").map(SourceFields::of).unwrap_or_default();
    let field = |name: &str| event.get(name).and_then(serde_json::Value::as_str);
    record
        .maybe(field("id"))
        .maybe(field("type"))
        .maybe(field("effective"))
        .maybe(field("from"))
        .maybe(field("to"))
        .maybe(field("seen"))
        .maybe(field("reported_at"))
        .maybe(field("confidence"))
        .maybe(source.publisher)
        .maybe(source.url)
        .text(&journal::event_in_words(event, &entry.names))
        .maybe(entry.became.as_ref().map(|became| became.state.as_str()))
        .maybe(entry.became.as_ref().and_then(|became| became.by).map(|by| by.to_string()).as_deref())
        .text(&escape_json(event.to_string()))
}

fn status_record(status: &StatusAnswer) -> Record {
    Record::default()
        .number(&status.basis.seq)
        .number(&status.basis.head)
        .number(&status.events)
        .number(&status.people)
        .number(&status.units)
        .number(&status.lag_events)
        .number(&status.lag_seconds)
        .number(&status.quarantined)
        .number(&status.journal_bytes)
        .number(&status.store_bytes)
        .text(&status.digest)
}

/// The fields of a row, in order.
#[derive(Default)]
struct Record(Vec<String>);

impl Record {
    fn text(mut self, text: &str) -> Record {
        self.0.push(cell(text).into_owned());
        self
    }

    fn maybe(self, text: Option<&str>) -> Record {
        self.text(text.unwrap_or(""))
    }

    fn blank(mut self, fields: usize) -> Record {
        self.0.extend(std::iter::repeat_n(String::new(), fields));
        self
    }

    /// A number, or whatever else is written as it prints.
    fn number(self, number: &impl ToString) -> Record {
        self.text(&number.to_string())
    }

    fn list<'t>(self, texts: impl Iterator<Item = &'t str>) -> Record {
        self.text(&texts.collect::<Vec<_>>().join("; "))
    }

    /// Who says so, and where.
    fn source(self, value: &serde_json::Value) -> Record {
        let source = SourceFields::of(value);
        let field = |name: &str| value.get(name).and_then(serde_json::Value::as_str);
        self.maybe(source.publisher)
            .maybe(source.url)
            .maybe(source.key)
            .maybe(source.title)
            .maybe(field("lang"))
            .maybe(source.quote)
            .maybe(field("retrieved_at"))
            .maybe(source.locator)
            .maybe(source.archive_url)
    }

    fn person(self, person: Option<&Person>) -> Record {
        self.maybe(person.map(|p| p.id.as_str())).maybe(person.map(|p| p.name.as_str()))
    }

    fn unit(self, unit: Option<&Unit>) -> Record {
        self.maybe(unit.map(|u| u.id.as_str())).maybe(unit.map(|u| u.name.as_str()))
    }

    fn unit_and_company(self, unit: Option<&Unit>) -> Record {
        let company = unit.and_then(|unit| unit.company.as_ref());
        self.unit(unit).maybe(company.map(|c| c.id.as_str())).maybe(company.map(|c| c.name.as_str()))
    }

    fn bounds(self, bounds: Option<&Bounds>) -> Record {
        let Some(bounds) = bounds else { return self.blank(4) };
        let record = self.text(&bounds.edtf).maybe(bounds.earliest.as_deref()).maybe(bounds.latest.as_deref());
        record.number(&bounds.inferred)
    }

    fn tenure(self, tenure: &Tenure) -> Record {
        self.text(&tenure.tenure)
            .unit(Some(&tenure.company))
            .unit(tenure.unit.as_ref())
            .maybe(tenure.title.as_deref())
            .number(&tenure.primary)
            .number(&tenure.lead)
            .number(&tenure.acting)
            .text(&tenure.employment)
            .maybe(tenure.remit.as_deref())
            .person(tenure.reports_to.as_ref())
            .bounds(Some(&tenure.from))
            .bounds(tenure.to.as_ref())
            .maybe(tenure.end_reason.as_deref())
            .maybe(tenure.attested.as_deref())
            .text(&tenure.confidence)
            .list(tenure.supports.iter().map(String::as_str))
    }

    fn position(self, position: &Position) -> Record {
        let unseen = position.unseen_days.map(|days| days.to_string());
        self.tenure(&position.tenure).text(&position.certainty).maybe(unseen.as_deref())
    }
}
