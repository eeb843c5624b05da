//! Rule 3. What a claim is about.

use tenure_domain::event::Employment;
use tenure_domain::name::Name;
use tenure_domain::statement::UnitNo;
use tenure_domain::tenure::{Origin, Tenure};

use super::claims::{Claim, agree, same_title, titles_agree};
use super::said::{Kind, Said};
use super::state::{Giver, State};

/// What rule 3 looks at in a tenure of the claim's company.
#[derive(Clone, Debug)]
pub(super) struct TenureDraft {
    /// Its place among the tenures.
    pub(super) at: usize,
    pub(super) unit: Option<UnitNo>,
    pub(super) title: Option<Name>,
    pub(super) primary: bool,
    pub(super) lead: bool,
    pub(super) acting: bool,
    pub(super) employment: Employment,
    pub(super) fit: Fit,
}

/// Whether a tenure has what the claim names of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Has,
    /// It lacks it, and takes it.
    Lacks,
}

impl TenureDraft {
    pub(super) fn has_unit(&self, named: Option<UnitNo>) -> bool {
        named.is_none() || self.unit == named
    }

    pub(super) fn has_title(&self, named: Option<&Name>) -> bool {
        named.is_none() || same_title(self.title.as_ref(), named)
    }
}

/// "The open tenures of the person in the company that have the unit and title that it names (`from_unit`,
/// `from_title`); where there are none, those that lack one of these and differ in none: they take it."
fn having(drafts: &[TenureDraft], unit: Option<UnitNo>, title: Option<&Name>) -> Vec<TenureDraft> {
    let exact: Vec<TenureDraft> =
        drafts.iter().filter(|draft| draft.has_unit(unit) && draft.has_title(title)).cloned().collect();
    if exact.is_empty() { lacking(drafts, unit, title) } else { exact }
}

/// Those that have the unit or the title that is named, and lack the other, come before those that lack both.
fn lacking(drafts: &[TenureDraft], unit: Option<UnitNo>, title: Option<&Name>) -> Vec<TenureDraft> {
    let lacking: Vec<TenureDraft> = drafts
        .iter()
        .filter(|draft| !(draft.has_unit(unit) && draft.has_title(title)))
        .filter(|draft| agree(draft.unit, unit) && titles_agree(draft.title.as_ref(), title))
        .map(|draft| TenureDraft { fit: Fit::Lacks, ..draft.clone() })
        .collect();
    let has_one =
        |draft: &&TenureDraft| (unit.is_some() && draft.has_unit(unit)) || (title.is_some() && draft.has_title(title));
    let nearer: Vec<TenureDraft> = lacking.iter().filter(has_one).cloned().collect();
    if nearer.is_empty() { lacking } else { nearer }
}

/// "The person succeeded (..): in that unit (without one, in the company), those with the title; else, for a `lead`,
/// those who lead; else those that lack what is named and differ in none;"
fn succeeded(claim: &Said, drafts: &[TenureDraft]) -> Vec<TenureDraft> {
    let (unit, title) = (claim.named_unit, claim.named_title.as_ref());
    let there: Vec<TenureDraft> = drafts.iter().filter(|draft| draft.has_unit(unit)).cloned().collect();
    let titled: Vec<TenureDraft> =
        there.iter().filter(|draft| title.is_some() && draft.has_title(title)).cloned().collect();
    if !titled.is_empty() {
        return titled;
    }
    let leads: Vec<TenureDraft> = there.iter().filter(|draft| claim.lead && draft.lead).cloned().collect();
    if leads.is_empty() { lacking(drafts, unit, title) } else { leads }
}

/// "Moves and changes pass over `board` and `advisor` tenures, unless they name that `employment` (moves) or exactly
/// that post (changes: unit and title equal, absent equal to absent, one of them named)."; "A move that names its
/// `employment` is about tenures of that employment alone."
pub(super) fn not_passed_over(claim: &Said, drafts: &[TenureDraft]) -> Vec<TenureDraft> {
    let regards = |draft: &&TenureDraft| match claim.kind {
        Kind::Moved => match claim.employment {
            Some(employment) => draft.employment == employment,
            None => !draft.employment.is_secondary(),
        },
        Kind::Retitled | Kind::NewManager => {
            let names_a_post = claim.named_unit.is_some() || claim.named_title.is_some();
            let exactly =
                claim.named_unit == draft.unit && same_title(claim.named_title.as_ref(), draft.title.as_ref());
            !draft.employment.is_secondary() || (names_a_post && exactly)
        }
        Kind::Left
        | Kind::Relieved
        | Kind::Succeeded
        | Kind::To
        | Kind::Joined
        | Kind::Appointed
        | Kind::Held
        | Kind::Sighting => true,
    };
    drafts.iter().filter(regards).cloned().collect()
}

/// Which of those open tenures the claim is about, without last resorts. They come "primary ones first".
pub(super) fn about(claim: &Said, drafts: &[TenureDraft]) -> Vec<TenureDraft> {
    let (unit, title) = (claim.named_unit, claim.named_title.as_ref());
    match claim.kind {
        // "`LeftCompany`: all."
        Kind::Left => drafts.to_vec(),
        // "`RelievedOfPost`: all that match"
        Kind::Relieved => having(drafts, unit, title),
        // "A change: the first." (which its rule takes)
        Kind::Retitled | Kind::NewManager => having(&not_passed_over(claim, drafts), unit, title),
        Kind::Moved => {
            let drafts = not_passed_over(claim, drafts);
            if unit.is_some() {
                // "A move: those in `from_unit`; if none is there, the first primary one whose unit is not known;"
                let there: Vec<TenureDraft> = drafts.iter().filter(|draft| draft.unit == unit).cloned().collect();
                if !there.is_empty() {
                    return there;
                }
                let first = drafts.into_iter().find(|draft| draft.primary && draft.unit.is_none());
                return first.map(|draft| TenureDraft { fit: Fit::Lacks, ..draft }).into_iter().collect();
            }
            // "without `from_unit`, the primary ones and whatever else is open in their units."
            let primary: Vec<TenureDraft> = drafts.iter().filter(|draft| draft.primary).cloned().collect();
            let beside = |draft: &&TenureDraft| {
                draft.primary || (draft.unit.is_some() && primary.iter().any(|one| one.unit == draft.unit))
            };
            drafts.iter().filter(beside).cloned().collect()
        }
        Kind::Succeeded => succeeded(claim, drafts),
        Kind::To | Kind::Joined | Kind::Appointed | Kind::Held | Kind::Sighting => {
            unreachable!("rule 3 asks elsewhere what these are about")
        }
    }
}

impl State {
    /// The open tenures that the claim is about, without last resorts.
    pub(super) fn about(&self, claim: &Claim) -> Vec<TenureDraft> {
        let open = self.open(claim.company);
        if claim.kind == Kind::To { self.of_its_held_post(claim, &open) } else { about(claim, &open) }
    }

    /// "The `to` of a `HeldPost`: the tenure that this one opened or supported, or that a change of title made of it,
    /// or, where it names neither unit nor title, a move."
    fn of_its_held_post(&self, claim: &Claim, drafts: &[TenureDraft]) -> Vec<TenureDraft> {
        let its_own = |draft: &&TenureDraft| {
            let held = &self.tenures[draft.at];
            held.claims.contains(&claim.no) || held.made_of.contains(&claim.no)
        };
        drafts.iter().filter(its_own).cloned().collect()
    }

    pub(super) fn last_resort(&self, claim: &Claim) -> Vec<TenureDraft> {
        let there: Vec<TenureDraft> =
            self.open(claim.company).into_iter().filter(|draft| draft.has_unit(claim.named_unit)).collect();
        let the_only_one = if there.len() == 1 { there } else { Vec::new() };
        match claim.kind {
            // "as a last resort, after an inferred end has given way (below) and if nothing, open or ended by
            // inference, has its title, and one tenure alone is open in the unit (without `unit`: in the company), that
            // one"
            Kind::Relieved => {
                let has_its_title = |tenure: &Tenure| {
                    tenure.company == claim.company
                        && tenure.end.as_ref().is_none_or(|end| end.origin.is_inferred())
                        && same_title(tenure.title.as_ref(), claim.named_title.as_ref())
                };
                let some_have_it = self.tenures.iter().any(|held| has_its_title(&held.tenure));
                if claim.named_title.is_none() || some_have_it { Vec::new() } else { the_only_one }
            }
            // "only if neither has any, the only open one there."
            Kind::Succeeded if self.last_ended_that_fits(claim).is_none() => the_only_one,
            Kind::Succeeded
            | Kind::Left
            | Kind::To
            | Kind::Moved
            | Kind::Retitled
            | Kind::NewManager
            | Kind::Joined
            | Kind::Appointed
            | Kind::Held
            | Kind::Sighting => Vec::new(),
        }
    }

    /// "the last opened of the ended tenures that fit": those that have what it names before those that lack it.
    pub(super) fn last_ended_that_fits(&self, claim: &Claim) -> Option<TenureDraft> {
        let ended = self.ended(claim.company);
        let (unit, title) = (claim.named_unit, claim.named_title.as_ref());
        let fitting = match claim.kind {
            Kind::Left => ended,
            Kind::Relieved => having(&ended, unit, title),
            // "and if none of them among the ended ones"
            Kind::Succeeded => succeeded(claim, &ended),
            Kind::To => self.of_its_held_post(claim, &ended),
            Kind::Retitled | Kind::NewManager => having(&not_passed_over(claim, &ended), unit, title),
            // As of open ones: "those in `from_unit`; if none is there, the first primary one whose unit is not known"
            // (here the last opened of these).
            Kind::Moved => {
                let ended = not_passed_over(claim, &ended);
                let there: Vec<TenureDraft> =
                    ended.iter().filter(|draft| unit.is_some() && draft.unit == unit).cloned().collect();
                let primary = ended.into_iter().filter(|draft| draft.primary);
                if unit.is_none() {
                    primary.collect()
                } else if there.is_empty() {
                    let unit_unknown = primary.filter(|draft| draft.unit.is_none());
                    unit_unknown.map(|draft| TenureDraft { fit: Fit::Lacks, ..draft }).collect()
                } else {
                    there
                }
            }
            // A sighting fits what says all that it says of unit and title (rule 5).
            Kind::Sighting => {
                let mut ended = ended;
                ended.retain(|draft| {
                    draft.employment == claim.employment()
                        && draft.has_unit(claim.unit)
                        && draft.has_title(claim.title.as_ref())
                });
                ended
            }
            Kind::Joined | Kind::Appointed | Kind::Held => Vec::new(),
        };
        fitting.into_iter().max_by_key(|draft| draft.at)
    }

    /// "An inferred end gives way: where nothing open fits, and the last opened of the ended tenures that fit was
    /// ended by inference, that one is meant, if the earliest day of that end is not after this claim's latest (..)"
    pub(super) fn inferred_end_gives_way(&self, claim: &Claim) -> Option<TenureDraft> {
        let draft = self.last_ended_that_fits(claim)?;
        let end = self.tenures[draft.at].tenure.end.as_ref()?;
        let latest = claim.bounds.latest();
        let in_time = end.bounds.earliest().is_none_or(|earliest| latest.is_none_or(|latest| earliest <= latest));
        // "for moves, changes and sightings, none ended by a missing link; endings: rule 7" ("of a missing link too")
        let inferred = match end.origin {
            Origin::Stated | Origin::Death => false,
            Origin::Inferred => true,
            Origin::MissingLink => matches!(claim.kind, Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To),
        };
        (inferred && in_time).then_some(draft)
    }

    /// What a move or a change leaves though an ending of that date ended it, as `docs/decisions.md` has it.
    pub(super) fn left_already(&self, claim: &Claim) -> Option<TenureDraft> {
        let draft = self.last_ended_that_fits(claim)?;
        let held = &self.tenures[draft.at];
        let relieved = matches!(held.ended_by, Some(Kind::Relieved | Kind::Succeeded | Kind::To));
        let end = held.tenure.end.as_ref().filter(|end| end.origin == Origin::Stated && relieved)?.bounds;
        let both_begin = end.earliest().is_some() && claim.bounds.earliest().is_some();
        (both_begin && end.overlaps(claim.bounds)).then_some(draft)
    }

    /// "they take it"
    pub(super) fn take(&mut self, draft: &TenureDraft, claim: &Claim) {
        if draft.fit == Fit::Has {
            return;
        }
        let not_brought = |giver: Giver| Giver { brought: false, ..giver };
        let held = &mut self.tenures[draft.at];
        if held.tenure.unit.is_none() && claim.named_unit.is_some() {
            held.tenure.unit = claim.named_unit;
            held.unit_giver = Giver::of(claim, |member| member.named_unit.is_some()).map(not_brought);
        }
        if held.tenure.title.is_none() && claim.named_title.is_some() {
            held.tenure.title.clone_from(&claim.named_title);
            held.title_giver = Giver::of(claim, |member| member.named_title.is_some()).map(not_brought);
        }
    }
}
