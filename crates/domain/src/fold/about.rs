//! Rule 3: what a claim is about.

use crate::bounds::Bounds;
use crate::event::{Concurrency, Employment};
use crate::name::Name;
use crate::statement::UnitNo;
use crate::tenure::{Edge, Origin, Tenure};

use super::Fold;
use super::claim::{Claim, Named, Post, Retitling, Says, same_title, titles_differ};
use super::drafts::{Among, Sort, Which};
use super::turn::CurrentClaim;

/// What rule 3 looks at in a tenure, open or imagined.
pub(super) struct Outline<'t> {
    unit: Option<UnitNo>,
    title: Option<&'t Name>,
    employment: Employment,
    primary: bool,
    lead: bool,
}

impl<'t> From<&'t Tenure> for Outline<'t> {
    fn from(tenure: &'t Tenure) -> Outline<'t> {
        Outline {
            unit: tenure.unit,
            title: tenure.title.as_ref(),
            employment: tenure.employment,
            primary: tenure.primary,
            lead: tenure.lead,
        }
    }
}

/// How a tenure answers to what a claim names; the better first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Fit {
    /// Has what is named.
    Has,
    /// The person succeeded: leads, where the successor leads.
    Leads,
    /// Has one of the unit and the title that are named, and lacks the other.
    HasOne,
    /// Lacks what is named and differs in nothing.
    Lacks,
}

impl Fit {
    const ALL: [Fit; 4] = [Fit::Has, Fit::Leads, Fit::HasOne, Fit::Lacks];

    /// "They take it": whether the tenure takes from the claim what it lacks.
    pub(super) fn takes(self) -> bool {
        matches!(self, Fit::HasOne | Fit::Lacks)
    }
}

impl Named {
    /// "The open tenures that have the unit and title that it names; where there are none, those that lack one of these
    /// and differ in none": those that have the other before those that lack both.
    fn fit(&self, look: &Outline<'_>) -> Option<Fit> {
        let unit_has = self.unit.is_none() || self.unit == look.unit;
        let title_has = self.title.is_none() || same_title(self.title.as_ref(), look.title);
        if unit_has && title_has {
            return Some(Fit::Has);
        }
        let unit_differs = !unit_has && look.unit.is_some();
        if unit_differs || titles_differ(self.title.as_ref(), look.title) {
            return None;
        }
        let has_one = (self.unit.is_some() && unit_has) || (self.title.is_some() && title_has);
        Some(if has_one { Fit::HasOne } else { Fit::Lacks })
    }

    /// Where the tenures are that answer so.
    fn among(&self, company: UnitNo, fit: Fit) -> Option<Among<'_>> {
        let (all, title) = (Among::all(company), self.title.as_ref());
        match fit {
            Fit::Has => Some(all.in_unit(Which::named(self.unit)).titled(Which::named(title))),
            Fit::Leads => None,
            Fit::HasOne if self.unit.is_none() || title.is_none() => None,
            Fit::Lacks if self.unit.is_none() && title.is_none() => None,
            Fit::HasOne | Fit::Lacks => {
                Some(all.in_unit(Which::not_differing(self.unit)).titled(Which::not_differing(title)))
            }
        }
    }

    /// "Exactly that post (unit and title equal, absent equal to absent, one of them named)."
    fn is_exactly(&self, look: &Outline<'_>) -> bool {
        let names = self.unit.is_some() || self.title.is_some();
        names && self.unit == look.unit && same_title(self.title.as_ref(), look.title)
    }

    /// "The person succeeded: in that unit (without one, in the company), those with the title; else, for a `lead`, those
    /// who lead; else those that lack what is named and differ in none."
    fn fit_succeeded(&self, lead: bool, look: &Outline<'_>) -> Option<Fit> {
        let in_unit = self.unit.is_none() || self.unit == look.unit;
        if self.title.is_some() && in_unit && same_title(self.title.as_ref(), look.title) {
            return Some(Fit::Has);
        }
        if lead && in_unit && look.lead {
            return Some(Fit::Leads);
        }
        self.fit(look).filter(|fit| fit.takes())
    }
}

impl Claim<'_> {
    /// "Moves and changes pass over `board` and `advisor` tenures, unless they name that `employment` (moves) or exactly
    /// that post (changes)." "A move that names its `employment` is about tenures of that employment alone."
    fn passes_over(&self, look: &Outline<'_>) -> bool {
        match &self.says {
            Says::Moved { post, .. } => !is_in_scope(post, look.employment),
            Says::Retitled(Retitling { named, .. }) | Says::NewManager { named, .. } => {
                look.employment.is_secondary() && !named.is_exactly(look)
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

    /// Where the tenures are that answer so to what this ending, move or change names.
    fn among(&self, fit: Fit) -> Option<[Among<'_>; 2]> {
        let company = Among::all(self.company);
        let twice = |among| Some([among, among]);
        let of_named = |named| Named::among(named, self.company, fit);
        match &self.says {
            Says::Left => (fit == Fit::Has).then_some([company, company]),
            Says::Relieved { named } => twice(of_named(named)?),
            Says::Retitled(Retitling { named, .. }) | Says::NewManager { named, .. } => {
                let exactly = company.in_unit(Which::same(named.unit)).titled(Which::same(named.title.as_ref()));
                Some([of_named(named)?.of(Sort::NotAside), exactly])
            }
            Says::Succeeded { named, lead } => match fit {
                Fit::Leads if !lead => None,
                Fit::Leads => twice(company.in_unit(Which::named(named.unit)).of(Sort::Leading)),
                Fit::Has if named.title.is_none() => None,
                Fit::Has | Fit::HasOne | Fit::Lacks => twice(of_named(named)?),
            },
            Says::Moved { from, post, .. } => {
                let in_scope = company.of(post.employment.map_or(Sort::NotAside, Sort::Of));
                match (from, fit) {
                    (Some(from), Fit::Has) => twice(in_scope.in_unit(Which::named(Some(*from)))),
                    (Some(_), Fit::Lacks) => twice(company.of(Sort::Primary).in_unit(Which::same(None))),
                    (None, Fit::Has) => twice(company.of(Sort::Primary)),
                    (_, Fit::Leads | Fit::HasOne) | (None, Fit::Lacks) => None,
                }
            }
            Says::Joined { .. } | Says::Appointed { .. } | Says::Held { .. } | Says::Sighting { .. } => None,
        }
    }

    /// How a tenure of the company answers to what this ending, move or change names; last resorts aside.
    pub(super) fn fit(&self, look: &Outline<'_>) -> Option<Fit> {
        if self.passes_over(look) {
            return None;
        }
        match &self.says {
            Says::Left => Some(Fit::Has),
            Says::Relieved { named } | Says::NewManager { named, .. } | Says::Retitled(Retitling { named, .. }) => {
                named.fit(look)
            }
            Says::Succeeded { named, lead } => named.fit_succeeded(*lead, look),
            Says::Moved { from: Some(from), .. } => match look.unit {
                Some(unit) => (unit == *from).then_some(Fit::Has),
                None => look.primary.then_some(Fit::Lacks),
            },
            Says::Moved { from: None, .. } => look.primary.then_some(Fit::Has),
            Says::Joined { .. } | Says::Appointed { .. } | Says::Held { .. } | Says::Sighting { .. } => None,
        }
    }
}

/// Whether a move to that post is about tenures of the employment.
pub(super) fn is_in_scope(post: &Post, employment: Employment) -> bool {
    post.employment.map_or(!employment.is_secondary(), |named| named == employment)
}

impl<'f> Fold<'f> {
    /// The last opened of the ended tenures of a company.
    pub(super) fn last_ended(&self, company: UnitNo) -> Option<usize> {
        self.drafts.last_ended(&[Among::all(company)], &|_| true)
    }

    pub(super) fn look(&self, draft: usize) -> Outline<'_> {
        Outline::from(&self.drafts[draft].tenure)
    }

    /// The open primary tenure of a company and employment, if any.
    pub(super) fn primary(&self, company: UnitNo, employment: Employment) -> Option<usize> {
        let primary = Among::all(company).of(Sort::Primary);
        self.drafts.first_open(&[primary], |t| t.primary && t.employment == employment)
    }

    /// The first open tenure that an ending, a move or a change is about, and how it fits.
    pub(super) fn first_about(&self, claim: &Claim<'_>) -> Option<(usize, Fit)> {
        Fit::ALL.into_iter().find_map(|fit| {
            let among = claim.among(fit)?;
            let first = self.drafts.first_open(&among, |t| claim.fit(&Outline::from(t)) == Some(fit))?;
            Some((first, fit))
        })
    }

    /// The open tenures that an ending, a move or a change is about, the best fit only.
    pub(super) fn about(&self, claim: &Claim<'_>) -> (Vec<usize>, Fit) {
        let Some((first, fit)) = self.first_about(claim) else {
            return (Vec::new(), Fit::Has);
        };
        if let (Says::Moved { .. }, Fit::Lacks) = (&claim.says, fit) {
            // "The first primary one whose unit is not known."
            return (vec![first], fit);
        }
        let Some(among) = claim.among(fit) else {
            return (Vec::new(), fit);
        };
        let mut about = self.drafts.all_open(&among, &|t| claim.fit(&Outline::from(t)) == Some(fit));
        if let Says::Moved { from: None, .. } = &claim.says {
            // "The primary ones and whatever else is open in their units."
            let mut units: Vec<UnitNo> = about.iter().filter_map(|i| self.drafts[*i].tenure.unit).collect();
            units.sort_unstable();
            units.dedup();
            for unit in units {
                let beside = Among::all(claim.company).in_unit(Which::named(Some(unit)));
                let beside =
                    self.drafts.all_open(&[beside], &|t| t.unit == Some(unit) && !claim.passes_over(&Outline::from(t)));
                about.extend(beside);
            }
            about.sort_unstable_by_key(|i| (!self.drafts[*i].tenure.primary, *i));
            about.dedup();
        }
        (about, fit)
    }

    /// Whether anything open is what the claim is about, "without its last resorts".
    pub(super) fn is_about_something_open(&self, claim: &Claim<'_>) -> bool {
        self.first_about(claim).is_some()
    }

    /// The one open tenure that a `RelievedOfPost` is about when all else fails: "if nothing, open or ended by inference,
    /// has its title, and one tenure alone is open in the unit (without `unit`: in the company), that one".
    pub(super) fn last_resort(&self, company: UnitNo, named: &Named) -> Option<usize> {
        named.title.as_ref()?;
        let titled = Among::all(company).titled(Which::named(named.title.as_ref()));
        let has_title = |t: &Tenure| {
            let counts = t.end.as_ref().is_none_or(|end| end.origin.is_inferred());
            counts && same_title(t.title.as_ref(), named.title.as_ref())
        };
        let is_open = self.drafts.first_open(&[titled], has_title).is_some();
        if is_open || self.drafts.last_ended(&[titled.of(Sort::EndedByInference)], &has_title).is_some() {
            return None;
        }
        self.only_one_open(company, named.unit)
    }

    /// The only open tenure in the unit, or without one in the company.
    pub(super) fn only_one_open(&self, company: UnitNo, unit: Option<UnitNo>) -> Option<usize> {
        let there = Among::all(company).in_unit(Which::named(unit));
        let is_there = |t: &Tenure| unit.is_none() || unit == t.unit;
        let only = self.drafts.first_open(&[there], is_there)?;
        let is_another = |t: &Tenure| is_there(t) && !std::ptr::eq(t, &raw const self.drafts[only].tenure);
        self.drafts.first_open(&[there], is_another).is_none().then_some(only)
    }

    /// The ended tenure that an ending, move or change fits: the last opened of those that have what it names, "before
    /// those that lack it".
    pub(super) fn ended_fit(&self, claim: &Claim<'_>) -> Option<usize> {
        Fit::ALL
            .into_iter()
            .find_map(|fit| self.drafts.last_ended(&claim.among(fit)?, &|t| claim.fit(&Outline::from(t)) == Some(fit)))
    }

    /// "An inferred end gives way": the tenure that a move or change means where nothing open fits.
    pub(super) fn gives_way(&self, now: &CurrentClaim<'f>) -> Option<usize> {
        self.ended_fit(now.claim).filter(|draft| self.end_gives_way(*draft, now))
    }

    /// What a move or a change leaves although it is over, where nothing open fits: the last opened of the ended tenures that
    /// fit, if an ending of this post ended it then. Of what happens on one day, the order is not known.
    pub(super) fn left_already(&self, now: &CurrentClaim<'f>) -> Option<usize> {
        self.ended_fit(now.claim).filter(|draft| {
            let draft = &self.drafts[*draft];
            let both_begin = |end: Bounds| end.earliest().is_some() && now.bounds.earliest().is_some();
            let then =
                |end: &Edge| end.origin == Origin::Stated && both_begin(end.bounds) && end.bounds.overlaps(now.bounds);
            draft.relieved && draft.tenure.end.as_ref().is_some_and(then)
        })
    }

    /// Whether the end was only inferred, by no missing link, and its earliest day is "not after this claim's latest".
    pub(super) fn end_gives_way(&self, draft: usize, now: &CurrentClaim<'f>) -> bool {
        self.drafts[draft].tenure.end.as_ref().is_some_and(|end| {
            let in_time = match (end.bounds.earliest(), now.bounds.latest()) {
                (Some(earliest), Some(latest)) => earliest <= latest,
                _ => true,
            };
            end.origin == Origin::Inferred && in_time
        })
    }

    /// "Judged by company, unit, title, `employment` and whether it would be primary": the tenure that a waiting claim
    /// would open. Whether it would lead is looked at too, as rule 3 does for the person succeeded.
    pub(super) fn imagined<'c>(&self, claim: &'c Claim<'_>) -> Option<Outline<'c>> {
        let company = claim.company;
        let begun = |post: &'c Post, primary: bool| {
            let employment = post.employment.unwrap_or_default();
            Outline { unit: post.unit, title: post.title.as_ref(), employment, primary, lead: post.lead }
        };
        match &claim.says {
            // "A `JoinedCompany` only while no primary tenure of its company and `employment` is open."
            Says::Joined { post, .. } => {
                let alone = self.primary(company, post.employment.unwrap_or_default()).is_none();
                alone.then(|| begun(post, true))
            }
            Says::Appointed { post, concurrency }
            | Says::Held { post, concurrency, .. }
            | Says::Sighting { post, concurrency } => {
                let alone = self.primary(company, post.employment.unwrap_or_default()).is_none();
                Some(begun(post, alone && *concurrency == Concurrency::Exclusive))
            }
            Says::Moved { to, post, .. } => {
                let (left, _) = self.about(claim);
                let of_left = left.first().map(|i| self.drafts[*i].tenure.employment);
                let employment = post.employment.or(of_left).unwrap_or_default();
                let was_primary = left.is_empty() || left.iter().any(|i| self.drafts[*i].tenure.primary);
                let other = self.primary(company, employment).is_some_and(|i| !left.contains(&i));
                let primary = was_primary && !other;
                Some(Outline { unit: Some(*to), title: post.title.as_ref(), employment, primary, lead: post.lead })
            }
            Says::Retitled(Retitling { named, to, lead, .. }) => {
                let draft = self.first_about(claim).map(|(i, _)| &self.drafts[i].tenure);
                let employment = draft.map_or(Employment::Employee, |t| t.employment);
                Some(Outline {
                    unit: named.unit.or(draft.and_then(|t| t.unit)),
                    title: Some(to),
                    employment,
                    primary: draft.map_or(self.primary(company, employment).is_none(), |t| t.primary),
                    lead: lead.or(draft.map(|t| t.lead)).unwrap_or_default(),
                })
            }
            Says::Left | Says::Relieved { .. } | Says::Succeeded { .. } | Says::NewManager { .. } => None,
        }
    }
}
