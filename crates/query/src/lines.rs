//! Reporting lines: who reports to whom on a day.

use std::collections::BTreeMap;

use tenure_domain::bounds::Certainty;
use tenure_domain::statement::PersonNo;

use crate::Inquiry;
use crate::answer::{Basis, Down, Person, ReportsAnswer, Up};
use crate::ask::Asked;
use crate::people::certainty;
use crate::place::{Stint, in_force};

/// Which way to follow the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the managers.
    Up,
    /// To the reports.
    Down,
    /// Both ways.
    Both,
}

/// How deep a line is followed; a line on the way to itself stops anyway.
const DEPTH: usize = 200;

impl Inquiry<'_> {
    /// `reports`: the line up, down or both ways.
    pub fn reports_answer(&self, basis: Basis, asked: Asked<PersonNo, Person>, direction: Direction) -> ReportsAnswer {
        let (wants_up, wants_down) = (direction != Direction::Down, direction != Direction::Up);
        let person = match asked {
            Asked::Later { shown, .. } => {
                let up = wants_up.then(Vec::new);
                return ReportsAnswer { basis, person: shown, up, down: wants_down.then(Vec::new) };
            }
            Asked::Here(person) => person,
        };
        let mut way = vec![person];
        let up = wants_up.then(|| self.up(person, &mut way));
        let down = wants_down.then(|| self.down(person, &mut way));
        ReportsAnswer { basis, person: self.person_shown(person), up, down }
    }

    /// The managers of a person on the day, and how surely.
    fn managers(&self, person: PersonNo) -> BTreeMap<PersonNo, Certainty> {
        let mut managers: BTreeMap<PersonNo, Certainty> = BTreeMap::new();
        for held in &self.view.person(person).career.tenures {
            let Some((_, sure)) = in_force(self.view, &Stint::of(held), self.at) else { continue };
            let Some(manager) = held.manager(self.at).filter(|manager| *manager != person) else { continue };
            let known = managers.entry(manager).or_insert(sure);
            *known = (*known).max(sure);
        }
        managers
    }

    fn up(&self, person: PersonNo, way: &mut Vec<PersonNo>) -> Vec<Up> {
        let mut found = Vec::new();
        for (manager, sure) in self.managers(person) {
            if way.contains(&manager) || way.len() > DEPTH {
                continue;
            }
            way.push(manager);
            let up = self.up(manager, way);
            way.pop();
            found.push(Up { person: self.person_shown(manager), certainty: certainty(sure).to_owned(), up });
        }
        found.sort_by(|a, b| (&a.certainty, &a.person.id).cmp(&(&b.certainty, &b.person.id)));
        found
    }

    fn down(&self, person: PersonNo, way: &mut Vec<PersonNo>) -> Vec<Down> {
        let mut found = Vec::new();
        for report in self.view.reports(person) {
            let Some(sure) = self.managers(report).get(&person).copied() else { continue };
            if way.contains(&report) || way.len() > DEPTH {
                continue;
            }
            way.push(report);
            let down = self.down(report, way);
            way.pop();
            found.push(Down { person: self.person_shown(report), certainty: certainty(sure).to_owned(), down });
        }
        found.sort_by(|a, b| (&a.certainty, &a.person.id).cmp(&(&b.certainty, &b.person.id)));
        found
    }
}
