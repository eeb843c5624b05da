//! Which reports call something first, and what decides whether an event lives.

use super::{Beside, Breadth, Depth, Gather, Task};
use crate::event::{Event, Fact};
use crate::excerpt::directory::{Kind, Leaf, Usage};
use crate::excerpt::earliest::{Earliest, Extent};
use crate::excerpt::taken::KnownEvent;
use crate::excerpt::{Lookup, NoExcerpt};
use crate::mark::Mark;
use crate::position::Seq;

impl<L: Lookup> Gather<'_, L> {
    /// Takes the reports that say how something was called first.
    pub(super) fn first_reports(&mut self, way: Mark, usage: &Usage) -> Result<(), NoExcerpt<L::Error>> {
        if self.first_taken.contains_key(&way) {
            return Ok(());
        }
        let taken = match self.beside {
            Beside::People | Beside::PeopleOfAll => {
                let ends = self.ends.clone().into_iter();
                ends.map(|end| Ok((end, self.first_of(&usage.early, end)?))).collect::<Result<_, NoExcerpt<_>>>()?
            }
            // The new events are there.
            Beside::Names { before } => {
                let extent = self.first_of(&usage.early, Some(before))?;
                vec![(Some(before), extent.clone()), (None, extent)]
            }
        };
        self.first_taken.insert(way, taken);
        if self.publishers.is_empty() {
            return Ok(());
        }
        // The first of a publisher can be any of those that are kept.
        let life = |seq| Task::Event(seq, Breadth::Life, Depth::Named);
        self.work.extend(usage.early.seqs().map(life));
        if usage.kind != Kind::Company {
            self.work.extend(usage.others.first().map(life));
        }
        let mut by = Vec::new();
        for publisher in &self.publishers {
            if let Some(Leaf::UsedBy(early)) = self.lookup.leaf(Mark::used_by(way, *publisher))? {
                let first = self.ends.iter().flat_map(|end| early.first(*end));
                self.work.extend(first.map(life));
                by.push(early);
            }
        }
        self.used_by.insert(way, by);
        Ok(())
    }

    /// Takes of the first reports up to a position as many as decide: up to one that lives on every basis which has it.
    fn first_of(&mut self, early: &Earliest, end: Option<Seq>) -> Result<Extent, NoExcerpt<L::Error>> {
        let mut taken = 0;
        for seq in early.first(end) {
            self.event(seq, Breadth::Life, Depth::Named)?;
            taken += 1;
            if !self.is_selective && self.alone.contains(&seq) && !self.may_name_erased(seq)? {
                break;
            }
        }
        Ok(early.extent(end, taken))
    }

    /// Takes what decides whether the event lives, and what that decides on. Whether nothing can replace it.
    pub(super) fn relatives(
        &mut self,
        event: &Event,
        (look, depth): (Breadth, Depth),
    ) -> Result<bool, NoExcerpt<L::Error>> {
        let mut found: Vec<Seq> = Vec::new();
        let mut is_alone = true;
        if let Some(Leaf::Replaced(_, by)) = self.lookup.leaf(Mark::replaced(&event.id))? {
            is_alone = false;
            found.extend(by.iter());
        }
        let retracted = if let Fact::EventRetracted { event, .. } = &event.fact { Some(event) } else { None };
        for target in retracted.into_iter().chain(&event.corrects) {
            if let Some(Leaf::Replaced(Some(target), _)) = self.lookup.leaf(Mark::replaced(target))? {
                found.push(Seq::new(target));
            }
        }
        if let Some(key) = &event.source.key {
            is_alone &= self.keyed(Mark::keyed(event.source.says(), key), look, &mut found)?;
        }
        self.work.extend(found.into_iter().map(|seq| Task::Event(seq, look, depth)));
        Ok(is_alone)
    }

    /// Finds the events with a key of their source, unless they are taken already. Whether it is one at most.
    fn keyed(&mut self, key: Mark, look: Breadth, found: &mut Vec<Seq>) -> Result<bool, NoExcerpt<L::Error>> {
        if let Some((_, is_one)) = self.keyed.get(&key).filter(|(known, _)| *known >= look) {
            return Ok(*is_one);
        }
        let mut is_one = true;
        if let Some(Leaf::Keyed(same)) = self.lookup.leaf(key)? {
            is_one = same.len() <= 1;
            found.extend(same.iter());
        }
        self.keyed.insert(key, (look, is_one));
        Ok(is_one)
    }

    /// The ways of naming that give one of the calls which this one gives.
    fn called_alike(&self, usage: &Usage) -> Result<Vec<Mark>, NoExcerpt<L::Error>> {
        let ways = usage.calls.iter().map(|call| self.called(*call)).collect::<Result<Vec<_>, _>>()?;
        Ok(ways.concat())
    }

    /// Whether a person whom the event names can be erased, so that nothing is told of it.
    fn may_name_erased(&self, seq: Seq) -> Result<bool, NoExcerpt<L::Error>> {
        let Some((_, known)) = self.events.get(&seq).filter(|_| self.erasures) else { return Ok(false) };
        for person in known.named(&self.met).people() {
            let Some(Leaf::Usage(usage)) = self.lookup.leaf(person)? else { return Ok(true) };
            if usage.deciding.len() > 0 || self.called_alike(&usage)?.iter().any(|way| *way != person) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks for what erases those whom an event names: nothing may be told of it then.
    pub(super) fn may_be_withheld(&mut self, known: &KnownEvent) {
        self.work.extend(known.named(&self.met).people().map(Task::Erasures));
    }

    /// Takes what erases those who are named in a way.
    pub(super) fn erasures_of(&mut self, way: Mark) -> Result<(), NoExcerpt<L::Error>> {
        if !self.erasures_of.insert(way) {
            return Ok(());
        }
        // It is not noted as used: what else is told of it plays no part.
        let Some(Leaf::Usage(usage)) = self.lookup.leaf(way)? else { return Ok(()) };
        self.work.extend(self.called_alike(&usage)?.into_iter().map(Task::Erasures));
        self.work.extend(usage.deciding.iter().map(|seq| Task::Event(seq, Breadth::Life, Depth::Named)));
        Ok(())
    }

    /// Takes all that names a person who may be erased, and the people who are stated to be the same.
    pub(super) fn erased(&mut self, way: Mark) -> Result<(), NoExcerpt<L::Error>> {
        if !self.erased.insert(way) {
            return Ok(());
        }
        let Some(Leaf::Usage(usage)) = self.lookup.leaf(way)? else { return Ok(()) };
        self.work.extend(self.called_alike(&usage)?.into_iter().map(Task::Erased));
        for seq in usage.deciding.iter() {
            let Some(same) = self.look_up(seq)? else { continue };
            self.work.extend(same.named(&self.met).people().map(Task::Erased));
        }
        let uses = usage.own.iter().chain(self.others(way, &usage)?);
        self.work.extend(uses.map(|seq| Task::Event(seq, Breadth::Life, Depth::Named)));
        Ok(())
    }
}
