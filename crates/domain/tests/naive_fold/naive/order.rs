//! Rule 2. Order, and looking ahead.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::event::Employment;
use tenure_domain::statement::UnitNo;

use super::about::{Fit, TenureDraft, about};
use super::claims::Claim;
use super::said::Kind;
use super::state::State;

/// "Claims, and the `to` of each `HeldPost` as an ending of its own, are applied by (latest day, an unbounded one
/// last; earliest day, for a sighting its latest; endings, moves, changes, joinings, other beginnings; `reported_at`;
/// id)." Of beginnings that are alike so far, what ends first begins first.
pub(super) fn in_order(claims: Vec<Claim>) -> Vec<Claim> {
    let mut all: Vec<Claim> = Vec::new();
    for claim in claims {
        if let Some(to) = claim.to {
            let mut ending = claim.clone();
            ending.said.kind = Kind::To;
            ending.said.bounds = to;
            ending.said.attested = None;
            ending.members.retain(|member| member.to.is_some());
            all.push(ending);
        }
        all.push(claim);
    }
    all.sort_by_key(|claim| {
        let latest = claim.bounds.latest();
        let is_last = claim.kind == Kind::Sighting && latest.is_none();
        let ends = claim.to.filter(|_| claim.kind == Kind::Held).and_then(Bounds::latest);
        (
            latest.is_none(),
            latest,
            is_last,
            claim.first_day(),
            claim.kind.class(),
            ends.is_none(),
            ends,
            claim.reported_at,
            claim.event.clone(),
        )
    });
    all
}

impl Claim {
    /// "earliest day, for a sighting its latest"
    fn first_day(&self) -> Option<Day> {
        if self.kind == Kind::Sighting { self.bounds.latest() } else { self.bounds.earliest() }
    }

    /// "their latest day, and the day that they attest, cut to this claim's latest"
    fn cut(&self, latest: Option<Day>) -> Claim {
        let cut_day = |attested: Option<Day>| match (attested, latest) {
            (Some(attested), Some(latest)) => Some(attested.min(latest)),
            (attested, _) => attested,
        };
        let mut cut = self.clone();
        cut.said.bounds = self.bounds.cut(latest);
        cut.said.attested = cut_day(self.attested);
        for member in &mut cut.members {
            member.attested = cut_day(member.attested);
        }
        cut
    }
}

impl State {
    pub(super) fn apply(&mut self, claim: &Claim) {
        if !claim.kind.begins() {
            self.look_ahead(claim);
        }
        self.applied += 1;
        if claim.kind != Kind::To {
            for member in &claim.members {
                self.attested.extend(member.attested.map(|day| (day, member.belief(), member.event.clone())));
            }
        }
        match claim.kind {
            Kind::Joined | Kind::Appointed | Kind::Held | Kind::Sighting => self.begin(claim),
            Kind::Moved => self.transfer(claim),
            Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To => self.end(claim),
            Kind::Retitled => self.change_title(claim),
            Kind::NewManager => self.change_manager(claim),
        }
    }

    /// "So, before an ending, a move or a change is applied, waiting claims of that company whose earliest day is not
    /// after its latest day are applied out of turn, in their order, each looking ahead in its turn (..), in this
    /// sequence:"
    fn look_ahead(&mut self, claim: &Claim) {
        // "sightings of this claim's very latest day that were reported before it;"
        while let Some(at) = self.first_waiting(claim, |_, waiting| {
            on_that_very_day(waiting, claim) && waiting.reported_at < claim.reported_at
        }) {
            self.apply_out_of_turn(at, claim);
        }
        // "but a `to` takes its own `HeldPost`, always;"
        let its_own = |waiting: &Claim| claim.kind == Kind::To && waiting.kind == Kind::Held && waiting.no == claim.no;
        if let Some(at) = self.waiting.iter().position(its_own) {
            self.apply_out_of_turn(at, claim);
        }
        // "while there is no open tenure that it is about (rule 3, without its last resorts): the first beginning or
        // move (..) that would give it one"
        while self.about(claim).is_empty()
            && let Some(at) = self.first_waiting(claim, |state, waiting| state.would_give_it_one(waiting, claim))
        {
            self.apply_out_of_turn(at, claim);
        }
        // "for `LeftCompany`, while any tenure of the company is open: every move and change, dated or not, and every
        // `AppointedToPost` and `HeldPost` (no sighting, no `to`, not `board` or `advisor`) whose earliest day is known
        // and before the leaving's latest."
        while claim.kind == Kind::Left
            && !self.open(claim.company).is_empty()
            && let Some(at) = self.first_waiting(claim, |_, waiting| leaving_takes(waiting, claim))
        {
            self.apply_out_of_turn(at, claim);
        }
    }

    fn first_waiting(&self, claim: &Claim, which: impl Fn(&State, &Claim) -> bool) -> Option<usize> {
        self.waiting.iter().position(|waiting| {
            let in_time = match (waiting.first_day(), claim.bounds.latest()) {
                (Some(earliest), Some(latest)) => earliest <= latest,
                _ => true,
            };
            waiting.company == claim.company && in_time && which(self, waiting)
        })
    }

    fn apply_out_of_turn(&mut self, at: usize, claim: &Claim) {
        let waiting = self.waiting.remove(at);
        self.apply(&waiting.cut(claim.bounds.latest()));
    }

    fn would_give_it_one(&self, waiting: &Claim, claim: &Claim) -> bool {
        if claim.kind == Kind::To {
            return false;
        }
        let qualifies = match waiting.kind {
            // "a `JoinedCompany` only while no primary tenure of its company and `employment` is open"
            Kind::Joined => self.no_primary_open(waiting.company, waiting.employment()),
            Kind::Moved | Kind::Appointed => true,
            // "A sighting qualifies only on that very day, a `HeldPost` with a `to` not at all"
            Kind::Sighting => on_that_very_day(waiting, claim),
            Kind::Held => waiting.to.is_none(),
            // "(for a claim that names a title held until then, also the first change of title)"
            Kind::Retitled => claim.named_title.is_some(),
            Kind::NewManager | Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To => false,
        };
        // "One without an earliest day qualifies only if the claim is a move and it names the unit that the move
        // leaves."
        let dated = waiting.first_day().is_some();
        let names_the_unit_left =
            claim.kind == Kind::Moved && claim.named_unit.is_some() && waiting.unit == claim.named_unit;
        // "that would give it one (rule 3, without its last resorts), judged by company, unit, title, `employment`
        // and whether it would be primary"
        qualifies && (dated || names_the_unit_left) && !about(claim, &[self.imagined(waiting)]).is_empty()
    }

    /// The tenure that the waiting claim would open.
    fn imagined(&self, waiting: &Claim) -> TenureDraft {
        let draft = |unit: Option<UnitNo>, employment: Employment, primary: bool| TenureDraft {
            at: usize::MAX,
            unit,
            title: waiting.title.clone(),
            primary,
            lead: waiting.lead,
            acting: waiting.acting,
            employment,
            fit: Fit::Has,
        };
        match waiting.kind {
            Kind::Joined => draft(waiting.unit, waiting.employment(), true),
            Kind::Appointed | Kind::Held | Kind::Sighting => {
                draft(waiting.unit, waiting.employment(), self.opens_as_primary(waiting))
            }
            Kind::Moved => {
                let left = self.about(waiting);
                let employment = waiting.employment.or(left.first().map(|draft| draft.employment)).unwrap_or_default();
                let other = self.open(waiting.company).into_iter().any(|open| {
                    open.primary && open.employment == employment && !left.iter().any(|draft| draft.at == open.at)
                });
                let primary = (left.is_empty() || left.iter().any(|draft| draft.primary)) && !other;
                draft(waiting.unit, employment, primary)
            }
            Kind::Retitled => {
                let (lead_before, draft) = if let Some(now) = self.about(waiting).first() {
                    (now.lead, draft(now.unit.or(waiting.named_unit), now.employment, now.primary))
                } else {
                    let primary = self.no_primary_open(waiting.company, Employment::Employee);
                    (false, draft(waiting.named_unit, Employment::Employee, primary))
                };
                TenureDraft { lead: waiting.new_lead.unwrap_or(lead_before), ..draft }
            }
            Kind::NewManager | Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To => {
                unreachable!("opens nothing that a claim could look ahead for")
            }
        }
    }
}

fn on_that_very_day(waiting: &Claim, claim: &Claim) -> bool {
    let latest = claim.bounds.latest();
    waiting.kind == Kind::Sighting && latest.is_some() && waiting.bounds.latest() == latest
}

fn leaving_takes(waiting: &Claim, leaving: &Claim) -> bool {
    match waiting.kind {
        Kind::Moved | Kind::Retitled | Kind::NewManager => true,
        Kind::Appointed | Kind::Held => {
            let before = match (waiting.bounds.earliest(), leaving.bounds.latest()) {
                (Some(earliest), Some(latest)) => earliest < latest,
                (Some(_), None) => true,
                (None, _) => false,
            };
            waiting.to.is_none() && !waiting.employment().is_secondary() && before
        }
        Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To | Kind::Joined | Kind::Sighting => false,
    }
}
