//! The state of a ledger in formats that others read: tables, Popolo, `FollowTheMoney`, statements of
//! beneficial ownership, org charts.
//!
//! An [`Export`] goes through people and units of a basis and writes as it goes, one person at a time; whom it is about
//! is decided before. What a format cannot say is left out, never bent: a date that it has no form for is not
//! written. `docs/export.md` says what that is, format by format.

mod bods;
mod chart;
mod ftm;
mod popolo;
mod rows;
pub mod table;

use std::collections::BTreeSet;
use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde::Serialize;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::shortest;
use tenure_domain::fnv::fnv64;
use tenure_domain::plain_text::escape_json;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::Tenure as FoldedTenure;
use tenure_domain::view::{PersonState, ViewError};

use crate::findings::Findings;
use crate::location::Stint;
use crate::naming::sort_by_asked_key;
use crate::reach::Reach;
use crate::tenure_id::TenureIds;
use crate::units::SubUnits;
use crate::{Inquiry, RecordedEvent, RecordedEvents};
use tenure_answers::{BasisShown, OrgAnswer, Tenure, Unit};

/// A format for the state of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One object of people, organisations and memberships.
    Popolo,
    /// `FollowTheMoney` entities, one a line.
    FtmEntities,
    /// `FollowTheMoney` statements, one a line.
    FtmStatements,
    /// Statements of the Beneficial Ownership Data Standard, one a line.
    Bods,
}

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The ledger that is asked does not read.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// A format for an org chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartFormat {
    /// The language of `GraphViz`.
    Dot,
    /// The language of Mermaid.
    Mermaid,
}

/// Whose posts are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    Everybody,
    /// One person's.
    Person(PersonNo),
    /// Those ever held in a unit or company, or in what stands below it on the day asked about.
    Unit(UnitNo),
    /// None: the one who was asked for is not known on the basis.
    Nobody,
}

/// What to export.
#[derive(Clone, Copy)]
pub struct Export<'e> {
    /// The ledger on its basis. Names, parents and managers are those of the day asked about; tenures are those of all
    /// days.
    pub inquiry: Inquiry<'e>,
    /// The events, for the sources of a tenure.
    pub events: &'e dyn RecordedEvents,
    /// Whose posts.
    pub whose: Whose,
}

/// Who and what is exported: people by id with their tenures, and the units that these name.
struct Selection {
    people: Vec<PersonNo>,
    units: Vec<UnitNo>,
}

/// Where a tenure comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cited {
    publisher: Option<String>,
    url: Option<String>,
}

/// A person whose tenures are gone through.
struct TenureOwner<'p> {
    number: PersonNo,
    state: &'p PersonState,
    /// Where the events behind the tenures stand.
    seqs: FxHashMap<&'p EventId, Seq>,
}

impl<'p> TenureOwner<'p> {
    fn of(number: PersonNo, state: &'p PersonState) -> TenureOwner<'p> {
        let seqs = state.evidence.iter().map(|evidence| (&evidence.id, evidence.seq)).collect();
        TenureOwner { number, state, seqs }
    }

    fn seq(&self, event: &EventId) -> Option<Seq> {
        self.seqs.get(event).copied()
    }
}

/// Takes a tenure, its dates as the day asked about tells them, with whose it is, and as answers show it.
type TakeTenure<'t> = dyn FnMut(&TenureOwner<'_>, &FoldedTenure, &Tenure) -> Result<(), ExportError> + 't;

impl Export<'_> {
    /// Writes the state in the format.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> Result<(), ExportError> {
        match format {
            Format::Popolo => popolo::write(self, out),
            Format::FtmEntities => ftm::entities(self, out),
            Format::FtmStatements => ftm::statements(self, out),
            Format::Bods => bods::write(self, out),
        }
    }

    fn in_reach(&self) -> Result<Option<Reach<'_>>, ViewError> {
        match self.whose {
            Whose::Unit(unit) => Ok(Some(self.inquiry.reach(unit, SubUnits::Whole)?)),
            Whose::Everybody | Whose::Person(_) | Whose::Nobody => Ok(None),
        }
    }

    /// Everybody and everything that is exported, each by id.
    fn selection(&self) -> Result<Selection, ViewError> {
        let view = self.inquiry.view;
        let mut reach = self.in_reach()?;
        let mut people: Vec<PersonNo> = match (self.whose, &mut reach) {
            (Whose::Everybody, _) => view.people()?,
            (Whose::Person(person), _) => vec![person],
            (Whose::Nobody, _) => Vec::new(),
            (Whose::Unit(_), reach) => {
                let mut people = BTreeSet::new();
                if let Some(reach) = reach {
                    for unit in reach.sources.clone() {
                        people.extend(reach.rows(unit)?.iter().map(|row| row.person));
                    }
                }
                people.into_iter().collect()
            }
        };
        let mut units = match self.whose {
            Whose::Everybody => view.units()?,
            Whose::Person(_) | Whose::Unit(_) | Whose::Nobody => {
                let mut units: BTreeSet<UnitNo> = reach.iter().flat_map(|reach| &reach.sources).copied().collect();
                for person in &people {
                    for (_, held) in tenures(&*view.person(*person)?, reach.as_mut())? {
                        units.extend([Some(held.company), held.unit].into_iter().flatten());
                    }
                }
                let mut work: Vec<UnitNo> = units.iter().copied().collect();
                while let Some(unit) = work.pop() {
                    let above = [crate::location::parent(view, unit, self.inquiry.at)?, view.unit(unit)?.company];
                    work.extend(above.into_iter().flatten().filter(|above| units.insert(*above)));
                }
                units.into_iter().collect()
            }
        };
        sort_by_asked_key(&mut people, |person| Ok(view.who(*person)?.id.clone()))?;
        sort_by_asked_key(&mut units, |unit| Ok(view.unit(*unit)?.id.clone()))?;
        Ok(Selection { people, units })
    }

    /// Goes through all tenures, person by person.
    fn each_tenure(&self, people: &[PersonNo], take: &mut TakeTenure<'_>) -> Result<(), ExportError> {
        let mut reach = self.in_reach()?;
        let mut found = Findings::default();
        for person in people {
            let state = self.inquiry.view.person(*person)?;
            let ids = TenureIds::of(&state);
            let owner = TenureOwner::of(*person, &state);
            for (index, held) in tenures(&state, reach.as_mut())? {
                let told = self.inquiry.as_told(&mut found.ways, held)?;
                take(&owner, &told, &self.inquiry.told_shown(&mut found, ids.id(index), &told)?)?;
            }
        }
        Ok(())
    }

    /// The sources of the events that support a tenure, each once.
    fn cited(&self, owner: &TenureOwner<'_>, held: &FoldedTenure) -> Result<Vec<Cited>, ViewError> {
        let known = held.supports.iter().filter_map(|event| self.known(owner, event).transpose());
        let cited = known.map(|known| {
            let source = known?.event.source;
            let (publisher, url) = (source.publisher.as_deref(), source.url.as_deref());
            Ok(Cited { publisher: publisher.map(str::to_owned), url: url.map(str::to_owned) })
        });
        Ok(cited.collect::<Result<BTreeSet<_>, ViewError>>()?.into_iter().collect())
    }

    /// An event behind a tenure, as the log has it.
    fn known(&self, owner: &TenureOwner<'_>, event: &EventId) -> Result<Option<RecordedEvent>, ViewError> {
        owner.seq(event).map_or(Ok(None), |seq| self.events.event(seq))
    }
}

/// The tenures of a person that are exported, in the order in which they were opened, with their places in it.
fn tenures<'p>(
    person: &'p PersonState,
    mut reach: Option<&mut Reach<'_>>,
) -> Result<Vec<(usize, &'p FoldedTenure)>, ViewError> {
    let mut found = Vec::new();
    for (index, held) in person.career.tenures.iter().enumerate() {
        let is_there = match &mut reach {
            Some(reach) => reach.tenure(Stint::of(held))?.is_some(),
            None => true,
        };
        if is_there {
            found.push((index, held));
        }
    }
    Ok(found)
}

/// Writes an org chart.
pub fn write_chart(answer: &OrgAnswer, format: ChartFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ChartFormat::Dot => chart::dot(answer, out),
        ChartFormat::Mermaid => chart::mermaid(answer, out),
    }
}

/// The basis in words, for a comment.
fn in_words(basis: &BasisShown) -> String {
    let known = basis.known.as_ref().map_or("everything known".to_owned(), |known| format!("known by {known}"));
    format!("at {}, {known}, ledger at {}", basis.at, basis.seq)
}

/// The bounds as a date that events take: where nothing is known of a day but that there is one, an open range.
fn edtf(bounds: Bounds) -> String {
    if bounds == Bounds::UNKNOWN { format!("[{}..]", Day::MIN) } else { shortest(bounds) }
}

/// The one place of a post where a format has no other: its unit, or the company where the unit lies in another one. There
/// the unit would take the post along.
fn place(shown: &Tenure) -> &Unit {
    let is_within = |unit: &&Unit| unit.company.as_ref().is_some_and(|company| company.id == shown.company.id);
    shown.unit.as_ref().filter(is_within).unwrap_or(&shown.company)
}

/// The bounds as a day, a month or a year of ISO 8601, where they are just that: all that many formats can say.
fn reduced(bounds: Bounds) -> Option<String> {
    let text = shortest(bounds);
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    plain.then_some(text)
}

/// The id by which other programs are to call an entity. One that the ledger made from a name is no id that a scraper could
/// give, and is replaced by one made from it.
fn outside(id: &str) -> String {
    if id.starts_with('~') { format!("name/{:016x}", fnv64(id)) } else { id.to_owned() }
}

/// A value as JSON that a terminal can show.
fn json(value: &impl Serialize) -> io::Result<String> {
    Ok(escape_json(serde_json::to_string(value)?))
}

/// Writes a value as one line of JSON.
fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", json(value)?)
}

#[cfg(test)]
mod tests {
    use tenure_domain::bounds::Bounds;
    use tenure_domain::edtf::VagueDate;

    use super::{edtf, reduced};

    #[test]
    fn what_a_format_has_no_date_for_is_left_out() {
        let check = |text: &str, expect: Option<&str>| {
            let date: VagueDate = text.parse().expect(text);
            assert_eq!(reduced(date.bounds()).as_deref(), expect, "{text}");
        };
        check("2025-09-30", Some("2025-09-30"));
        check("2025-09", Some("2025-09"));
        check("2025", Some("2025"));
        check("[2025-01-01..2025-12-31]", Some("2025"));
        check("202X", None);
        check("[..2025]", None);
        check("[2025-01..2025-02]", None);
        assert_eq!(reduced(Bounds::UNKNOWN), None);
    }

    #[test]
    fn what_is_not_known_of_a_day_is_a_date_all_the_same() {
        let written: VagueDate = edtf(Bounds::UNKNOWN).parse().expect("a date");
        assert_eq!(written.bounds().latest(), None);
        assert_eq!(edtf("2025".parse::<VagueDate>().expect("a date").bounds()), "2025");
    }
}
