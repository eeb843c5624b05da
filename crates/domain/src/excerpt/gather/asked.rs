//! What a question asks for.

use std::sync::Arc;

use super::{Breadth, Depth, Direction, Gather, Task};
use crate::event::{Fact, PersonFact};
use crate::excerpt::directory::{Kind, SHARED, called_mark};
use crate::excerpt::{Aspect, Lookup, NoExcerpt, calls};
use crate::identity::Call;
use crate::implicit_id::ImplicitUnitId;
use crate::mark::Mark;
use crate::position::Seq;

impl<L: Lookup> Gather<'_, L> {
    /// Takes what an asker can mean by a text, of units called so in that company alone.
    pub(in crate::excerpt) fn ask(
        &mut self,
        text: &str,
        of: Aspect,
        company: Option<&str>,
    ) -> Result<(), NoExcerpt<L::Error>> {
        self.heard.insert(text.to_owned());
        for call in company.map(calls).unwrap_or_default() {
            let ways = self.called(called_mark(Kind::Company, None, &call))?;
            self.work.extend(ways.into_iter().map(Task::Confined));
        }
        for call in calls(text) {
            self.ask_of(&call, of, company)?;
        }
        if let Some(ImplicitUnitId { company, name }) = ImplicitUnitId::parse(text) {
            self.units_asked(company, name, of)?;
        }
        Ok(())
    }

    /// Takes who and what else can be called so; of the units of a name, those of the companies that are taken.
    pub(in crate::excerpt) fn hear(&mut self, text: String) -> Result<(), NoExcerpt<L::Error>> {
        let mut found = Vec::new();
        for call in calls(&text) {
            for kind in [Kind::Person, Kind::Company, Kind::Unit] {
                match &call {
                    Call::Name(name) if kind == Kind::Unit => self.look_up_units(name.as_str(), Depth::Beside)?,
                    Call::Id(_) | Call::Name(_) | Call::Identifier(_) => {
                        found.extend(self.called(called_mark(kind, None, &call))?);
                    }
                }
            }
        }
        if let Some(ImplicitUnitId { company, name }) = ImplicitUnitId::parse(&text) {
            for call in calls(company) {
                for company in self.called(called_mark(Kind::Company, None, &call))? {
                    found.push(company);
                    found.extend(self.called(Mark::named(Kind::Unit as u8, Some(company), name))?);
                }
            }
        }
        for way in found {
            if !self.depths.contains_key(&way) {
                self.take_way(way, Depth::Beside)?;
            }
        }
        self.heard.insert(text);
        Ok(())
    }

    /// Takes the units of that name in what an asker can mean by a company.
    fn units_asked(&mut self, company: &str, name: &str, of: Aspect) -> Result<(), NoExcerpt<L::Error>> {
        for call in calls(company) {
            let ways = self.called(called_mark(Kind::Company, None, &call))?;
            if !matches!(of, Aspect::Members | Aspect::UnitEvents) && !ways.is_empty() {
                return Err(NoExcerpt::OfOthers);
            }
            let name: Arc<str> = name.into();
            self.work.extend(ways.into_iter().map(|way| Task::MembersCalled(way, name.clone())));
        }
        Ok(())
    }

    fn ask_of(&mut self, call: &Call, of: Aspect, company: Option<&str>) -> Result<(), NoExcerpt<L::Error>> {
        let (kinds, others): (&[Kind], &[Kind]) = match of {
            Aspect::Posts | Aspect::Events | Aspect::Lines | Aspect::Conflicts => {
                (&[Kind::Person], &[Kind::Company, Kind::Unit])
            }
            Aspect::Members | Aspect::UnitEvents => (&[Kind::Unit, Kind::Company], &[Kind::Person]),
        };
        for other in others {
            if self.lookup.leaf(called_mark(*other, None, call))?.is_some() {
                return Err(NoExcerpt::OfOthers);
            }
        }
        for kind in kinds {
            if let (Kind::Unit, Call::Name(name), Some(company)) = (kind, call, company) {
                self.units_asked(company, name.as_str(), of)?;
                continue;
            }
            let ways = self.called(called_mark(*kind, None, call))?;
            if *kind == Kind::Unit && ways.len() > SHARED {
                return Err(NoExcerpt::TooMany);
            }
            for way in ways {
                self.way_asked(way, of)?;
            }
        }
        Ok(())
    }

    /// Takes the last events up to a position, at most so many.
    pub(in crate::excerpt) fn ask_latest(&mut self, last: Seq, most: usize) -> Result<(), NoExcerpt<L::Error>> {
        let mut found = 0;
        // Some positions have no event that can be read.
        for seq in (1..=last.number()).rev().map(Seq::new).take(self.most) {
            if found == most {
                return Ok(());
            }
            self.event(seq, Breadth::People, Depth::Beside)?;
            found += usize::from(self.events.contains_key(&seq));
        }
        if found == most || last.number() <= self.most as u64 { Ok(()) } else { Err(NoExcerpt::TooMany) }
    }

    fn way_asked(&mut self, way: Mark, of: Aspect) -> Result<(), NoExcerpt<L::Error>> {
        match of {
            Aspect::Members | Aspect::UnitEvents => self.work.push(Task::Members(way)),
            Aspect::Posts | Aspect::Events => self.work.push(Task::Person(way, Depth::Asked)),
            Aspect::Lines => {
                let directions = [Direction::Up, Direction::Down];
                self.work.extend(directions.map(|direction| Task::Line(way, direction)));
                self.work.push(Task::Person(way, Depth::Asked));
            }
            Aspect::Conflicts => {
                self.look_for_leads(way)?;
                self.work.push(Task::Person(way, Depth::Asked));
            }
        }
        Ok(())
    }

    /// Looks whether an event says that the person leads a unit or a company: the people there are taken too.
    fn look_for_leads(&mut self, way: Mark) -> Result<(), NoExcerpt<L::Error>> {
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        for seq in usage.own.iter() {
            let Some(known) = self.look_up(seq)? else { continue };
            let Fact::Person { fact, .. } = &known.event.fact else { continue };
            let (lead, unit) = match (fact, fact.post()) {
                (PersonFact::ChangedTitle { lead, unit, .. }, _) => (*lead == Some(true), unit.as_ref()),
                (PersonFact::TransferredUnit { to_unit, post, .. }, _) => (post.lead, Some(to_unit)),
                (_, Some(post)) => (post.lead, post.unit.as_ref()),
                (_, None) => continue,
            };
            if lead {
                self.with_members.push(if unit.is_none() { Kind::Company } else { Kind::Unit });
            }
        }
        Ok(())
    }
}
