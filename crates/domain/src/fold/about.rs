//! Rule 3: what a claim is about.

use crate::event::{Concurrency, Employment};
use crate::name::Name;
use crate::statement::UnitNo;
use crate::tenure::Tenure;

use super::claim::{Claim, Post, Says, same_title, titles_differ};
use super::{Fold, Now, Part, Seat};

/// What rule 3 looks at in a tenure, open or imagined.
pub(super) struct Look<'t> {
    unit: Option<UnitNo>,
    title: Option<&'t Name>,
    employment: Employment,
    primary: bool,
    lead: bool,
}

impl<'t> From<&'t Tenure> for Look<'t> {
    fn from(tenure: &'t Tenure) -> Look<'t> {
        Look {
            unit: tenure.unit,
            title: tenure.title.as_ref(),
            employment: tenure.employment,
            primary: tenure.primary,
            lead: tenure.lead,
        }
    }
}

/// How a tenure answers to the unit and title that a claim names; the better first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Fit {
    /// Has what is named.
    Has,
    /// The person succeeded: leads, where the successor leads.
    Leads,
    /// Lacks something that is named and differs in nothing.
    Lacks,
}

/// A unit and a title that a claim names.
struct Named<'c> {
    unit: Option<UnitNo>,
    title: Option<&'c Name>,
}

impl Named<'_> {
    fn fit(&self, look: &Look<'_>) -> Option<Fit> {
        let unit_has = self.unit.is_none() || self.unit == look.unit;
        let title_has = self.title.is_none() || same_title(self.title, look.title);
        if unit_has && title_has {
            return Some(Fit::Has);
        }
        let unit_differs = !unit_has && look.unit.is_some();
        let differs = unit_differs || titles_differ(self.title, look.title);
        (!differs).then_some(Fit::Lacks)
    }

    /// "Exactly that post": something is named, and both are equal, absent equal to absent.
    fn is_exactly(&self, look: &Look<'_>) -> bool {
        let names = self.unit.is_some() || self.title.is_some();
        names && self.unit == look.unit && same_title(self.title, look.title)
    }
}

impl Claim<'_> {
    /// Whether it names a title that was held until then.
    pub(super) fn names_title_until_then(&self) -> bool {
        match &self.says {
            Says::Relieved { title, .. }
            | Says::Succeeded { title, .. }
            | Says::NewManager { title, .. }
            | Says::Retitled { from: title, .. } => title.is_some(),
            Says::Joined { .. }
            | Says::Left
            | Says::Moved { .. }
            | Says::Appointed { .. }
            | Says::Held { .. }
            | Says::Sighting { .. } => false,
        }
    }

    /// The unit in which it has the person afterwards.
    pub(super) fn unit_held(&self) -> Option<UnitNo> {
        match &self.says {
            Says::Moved { to, .. } => Some(*to),
            Says::Joined { post, .. }
            | Says::Appointed { post }
            | Says::Held { post, .. }
            | Says::Sighting { post, .. } => post.unit,
            Says::Retitled { unit, .. } | Says::NewManager { unit, .. } => *unit,
            Says::Left | Says::Relieved { .. } | Says::Succeeded { .. } => None,
        }
    }

    /// Moves and changes pass over board and advisor tenures, unless they name that employment (moves) or
    /// exactly that post (changes).
    pub(super) fn passes_over(&self, look: &Look<'_>) -> bool {
        match &self.says {
            Says::Moved { post, .. } => match post.employment {
                Some(employment) => employment != look.employment,
                None => look.employment.is_aside(),
            },
            Says::Retitled { unit, from: title, .. } | Says::NewManager { unit, title, .. } => {
                look.employment.is_aside() && !Named { unit: *unit, title: title.as_ref() }.is_exactly(look)
            }
            Says::Joined { .. }
            | Says::Left
            | Says::Appointed { .. }
            | Says::Relieved { .. }
            | Says::Succeeded { .. }
            | Says::Held { .. }
            | Says::Sighting { .. } => false,
        }
    }

    /// How a tenure of the company answers to what this ending, move or change names; last resorts aside.
    pub(super) fn fit(&self, look: &Look<'_>) -> Option<Fit> {
        if self.passes_over(look) {
            return None;
        }
        match &self.says {
            Says::Left => Some(Fit::Has),
            Says::Relieved { unit, title } | Says::NewManager { unit, title, .. } => {
                Named { unit: *unit, title: title.as_ref() }.fit(look)
            }
            Says::Retitled { unit, from, .. } => Named { unit: *unit, title: from.as_ref() }.fit(look),
            Says::Succeeded { unit, title, lead } => {
                let in_unit = unit.is_none() || *unit == look.unit;
                if title.is_some() && in_unit && same_title(title.as_ref(), look.title) {
                    return Some(Fit::Has);
                }
                if *lead && in_unit && look.lead {
                    return Some(Fit::Leads);
                }
                let fit = Named { unit: *unit, title: title.as_ref() }.fit(look);
                fit.filter(|fit| *fit == Fit::Lacks)
            }
            Says::Moved { from: Some(from), .. } => match look.unit {
                Some(unit) => (unit == *from).then_some(Fit::Has),
                None => look.primary.then_some(Fit::Lacks),
            },
            Says::Moved { from: None, .. } => look.primary.then_some(Fit::Has),
            Says::Joined { .. } | Says::Appointed { .. } | Says::Held { .. } | Says::Sighting { .. } => None,
        }
    }

    /// How an ended tenure answers to what the claim names; a succession is then a `RelievedOfPost` like any other.
    fn fit_ended(&self, look: &Look<'_>) -> Option<Fit> {
        if let Says::Succeeded { unit, title, .. } = &self.says {
            return Named { unit: *unit, title: title.as_ref() }.fit(look);
        }
        self.fit(look)
    }

    /// Whether an imagined tenure, were it alone, would be what this claim is about.
    pub(super) fn would_be_about(&self, look: &Look<'_>) -> bool {
        self.fit(look).is_some()
    }
}

impl Fold<'_> {
    /// The open tenures of a company, primary ones first, then in the order in which they were opened.
    pub(super) fn open(&self, company: UnitNo) -> Vec<usize> {
        let is_open = |i: &usize| {
            let tenure = &self.seats[*i].tenure;
            tenure.company == company && tenure.end.is_none()
        };
        let mut open: Vec<usize> = (0..self.seats.len()).filter(is_open).collect();
        open.sort_by_key(|i| !self.seats[*i].tenure.primary);
        open
    }

    /// The ended tenures of a company, the last opened first.
    pub(super) fn ended(&self, company: UnitNo) -> impl Iterator<Item = usize> {
        let is_ended = move |i: &usize| {
            let tenure = &self.seats[*i].tenure;
            tenure.company == company && tenure.end.is_some()
        };
        (0..self.seats.len()).rev().filter(is_ended)
    }

    pub(super) fn look(&self, seat: usize) -> Look<'_> {
        Look::from(&self.seats[seat].tenure)
    }

    /// The open primary tenure of a company and employment, if any.
    pub(super) fn primary(&self, company: UnitNo, employment: Employment) -> Option<usize> {
        self.seats.iter().position(|seat| {
            let t = &seat.tenure;
            t.primary && t.end.is_none() && t.company == company && t.employment == employment
        })
    }

    /// The open tenures that an ending, a move or a change is about, the best fit only.
    pub(super) fn about(&self, claim: &Claim<'_>) -> (Vec<usize>, Fit) {
        let open = self.open(claim.company);
        let fits: Vec<(usize, Fit)> = open.iter().filter_map(|i| Some((*i, claim.fit(&self.look(*i))?))).collect();
        let Some(best) = fits.iter().map(|(_, fit)| *fit).min() else {
            return (Vec::new(), Fit::Has);
        };
        let mut about: Vec<usize> = fits.iter().filter(|(_, fit)| *fit == best).map(|(i, _)| *i).collect();
        if let Says::Moved { from, .. } = &claim.says {
            if best == Fit::Lacks {
                about.truncate(1);
            } else if from.is_none() {
                let units: Vec<UnitNo> = about.iter().filter_map(|i| self.seats[*i].tenure.unit).collect();
                let beside = |i: &usize| {
                    let look = self.look(*i);
                    look.unit.is_some_and(|unit| units.contains(&unit)) && !claim.passes_over(&look)
                };
                about = open.into_iter().filter(|i| about.contains(i) || beside(i)).collect();
            }
        }
        (about, best)
    }

    /// The one open tenure that an ending is about when all else fails.
    pub(super) fn last_resort(&self, claim: &Claim<'_>) -> Option<usize> {
        let unit = if let Says::Relieved { unit, title: Some(title) } = &claim.says {
            let has_title = |seat: &Seat| {
                let t = &seat.tenure;
                let counts = t.end.as_ref().is_none_or(|end| end.origin.is_inferred());
                t.company == claim.company && counts && same_title(t.title.as_ref(), Some(title))
            };
            if self.seats.iter().any(has_title) {
                return None;
            }
            *unit
        } else if let Says::Succeeded { unit, .. } = &claim.says {
            *unit
        } else {
            return None;
        };
        let open = self.open(claim.company);
        let mut there = open.into_iter().filter(|i| unit.is_none() || unit == self.seats[*i].tenure.unit);
        there.next().filter(|_| there.next().is_none())
    }

    /// Whether anything open is what the claim is about.
    pub(super) fn is_about_something_open(&self, claim: &Claim<'_>) -> bool {
        !self.about(claim).0.is_empty() || self.last_resort(claim).is_some()
    }

    /// The ended tenure that an ending, move or change fits: the last opened of those that have what it
    /// names, else of those that lack it.
    pub(super) fn ended_fit(&self, claim: &Claim<'_>) -> Option<usize> {
        let fits = self.ended(claim.company).filter_map(|i| Some((claim.fit_ended(&self.look(i))?, i)));
        fits.min_by_key(|(fit, i)| (*fit, std::cmp::Reverse(*i))).map(|(_, i)| i)
    }

    /// An inferred end gives way: the tenure that a move or change means where nothing open fits.
    pub(super) fn gives_way(&self, now: &Now<'_>) -> Option<usize> {
        self.ended_fit(now.claim).filter(|seat| self.end_gives_way(*seat, now))
    }

    /// Whether the end was only inferred, by no missing link, and lies not after this claim.
    pub(super) fn end_gives_way(&self, seat: usize, now: &Now<'_>) -> bool {
        self.seats[seat].tenure.end.as_ref().is_some_and(|end| {
            let in_time = match (end.bounds.earliest(), now.bounds.latest()) {
                (Some(earliest), Some(latest)) => earliest <= latest,
                _ => true,
            };
            end.origin == crate::tenure::Origin::Inferred && in_time
        })
    }

    /// The tenures, open or ended, that a `HeldPost` opened or supported, or that changes of title made of them.
    pub(super) fn held(&self, now: &Now<'_>) -> Vec<usize> {
        debug_assert!(matches!(now.part, Part::To(_)), "only the `to` of a HeldPost asks for its own");
        (0..self.seats.len()).filter(|i| self.seats[*i].held.contains(&now.index)).collect()
    }

    /// The tenure that a waiting claim would open, as far as rule 3 looks at it.
    pub(super) fn imagined<'c>(&self, claim: &'c Claim<'_>) -> Option<Look<'c>> {
        let company = claim.company;
        let begun = |post: &'c Post, primary: bool| {
            let employment = post.employment.unwrap_or_default();
            Look { unit: post.unit, title: post.title.as_ref(), employment, primary, lead: post.lead }
        };
        let beside = |post: &'c Post, concurrency: Concurrency| {
            let employment = post.employment.unwrap_or_default();
            let alone = self.primary(company, employment).is_none();
            begun(post, alone && concurrency == Concurrency::Exclusive)
        };
        match &claim.says {
            Says::Joined { post, .. } => {
                let employment = post.employment.unwrap_or_default();
                self.primary(company, employment).is_none().then(|| begun(post, true))
            }
            Says::Appointed { post } => Some(beside(post, Concurrency::Exclusive)),
            Says::Held { post, concurrency, .. } | Says::Sighting { post, concurrency } => {
                Some(beside(post, *concurrency))
            }
            Says::Moved { to, post, .. } => {
                let (left, _) = self.about(claim);
                let of_left = left.first().map(|i| self.seats[*i].tenure.employment);
                let employment = post.employment.or(of_left).unwrap_or_default();
                let was_primary = left.is_empty() || left.iter().any(|i| self.seats[*i].tenure.primary);
                let other = self.primary(company, employment).is_some_and(|i| !left.contains(&i));
                let primary = was_primary && !other;
                Some(Look { unit: Some(*to), title: post.title.as_ref(), employment, primary, lead: post.lead })
            }
            Says::Retitled { unit, to, lead, .. } => {
                let seat = self.about(claim).0.first().map(|i| &self.seats[*i].tenure);
                let employment = seat.map_or(Employment::Employee, |t| t.employment);
                Some(Look {
                    unit: unit.or(seat.and_then(|t| t.unit)),
                    title: Some(to),
                    employment,
                    primary: seat.map_or(self.primary(company, employment).is_none(), |t| t.primary),
                    lead: lead.or(seat.map(|t| t.lead)).unwrap_or_default(),
                })
            }
            Says::Left | Says::Relieved { .. } | Says::Succeeded { .. } | Says::NewManager { .. } => None,
        }
    }
}
