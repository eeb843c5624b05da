//! The points at which something changed about a person or unit, for each clock.

use std::collections::BTreeSet;

use tenure_answers::{Bounds, Tenure};
use tenure_domain::excerpt::EventTimes;
use tenure_domain::position::Seq;

/// The points at which something changed, for each clock, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// Days on which something began, ended or became otherwise, as known on the page's clocks.
    pub(crate) at: BTreeSet<String>,
    /// Days on which something was reported.
    pub(crate) known: BTreeSet<String>,
    /// Positions at which something was recorded, with the day.
    pub(crate) recorded: BTreeSet<(u64, String)>,
}

impl Marks {
    /// Adds days on which something became otherwise.
    pub(crate) fn days(&mut self, days: &[String]) {
        self.at.extend(days.iter().cloned());
    }

    /// Adds the days between which a tenure began and ended, and those on which it came under another manager.
    pub(crate) fn tenure(&mut self, tenure: &Tenure) {
        self.days(&tenure.turning_days);
        self.bounds(&tenure.from);
        if let Some(to) = &tenure.to {
            self.bounds(to);
        }
    }

    /// Adds all of others.
    pub(crate) fn add(&mut self, others: Marks) {
        self.at.extend(others.at);
        self.known.extend(others.known);
        self.recorded.extend(others.recorded);
    }

    /// Adds the days between which something happened.
    pub(crate) fn bounds(&mut self, bounds: &Bounds) {
        self.at.extend(bounds.earliest.iter().chain(&bounds.latest).cloned());
    }

    /// Adds when an event was reported and recorded. Before it was recorded its report is no mark; the position of it is, as
    /// a way to it.
    pub(crate) fn told(&mut self, told: &EventTimes, up_to: Seq) {
        if told.seq <= up_to {
            self.known.insert(told.reported_at.day().to_string());
        }
        self.recorded.insert((told.seq.number(), told.recorded_at.day().to_string()));
    }
}
