//! `tenure report`: a page of HTML, which is put together from several answers.
//!
//! A report asks nothing that a person could not ask, so it is the same of a ledger here and of one that is served
//! elsewhere. All its answers rest on one position of the log: where the ledger moves on meanwhile, it is asked again as
//! it was.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use tenure_answers::{
    Answer, BasisShown, Bounds, CareerAnswer, Conflict, ConflictsAnswer, DenialKind, HoldersAnswer, LogEntry, OrgUnit,
    Position, Tenure,
};
use tenure_domain::bounds::Bounds as DayBounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::VagueDate;

use super::destination::Destination;
use super::filters::{Between, PostFilter};
use super::picture::{everyone, fit, write};
use crate::asking::{Endpoint, NoAnswer, terms};
use crate::failure::{Exit, Failure};
use crate::global::Global;
use crate::terminal::{hear, hear_all};
use tenure_ledger::Notice;
use tenure_ledger::answers::basis_told;
use tenure_ledger::question::{Ask, Question, Terms};
use tenure_render::picture::{self, DayChart, Footnote, Grounds, Post, Staff, Subject};

/// The most tenures of a report.
const MOST_POSTS: usize = 400;
/// The most days for which a report has an org chart.
const MOST_DAYS: usize = 24;
/// The most people whose events are looked up for a contradiction alone.
const MOST_PEOPLE: usize = 50;
/// The most units of charts whose leads are looked up.
const MOST_LED: usize = 100;
/// The most companies of one person on one day that are charted.
const MOST_COMPANIES: usize = 3;

/// A page of HTML on a person, a unit or a company: timeline, org chart by date, contradictions, sources
#[derive(Debug, Args)]
#[command(
    long_about = "Write one page that needs no network and no script: the timeline of a person or of everyone in a \
    unit, the org chart by date, contradictions, and a footnote with the source of every fact.",
    before_help = "Example: tenure report 许主洪 --output report.html"
)]
pub(crate) struct Report {
    /// A person, a unit or a company
    target: String,
    #[command(flatten)]
    filter: PostFilter,
    #[command(flatten)]
    between: Between,
    /// Write to this file (.html) [default: standard output]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the report of a person, a unit or a company, to standard output where no file is named.
pub(super) fn run(global: &Global, Report { target, filter, between, output }: &Report) -> Result<(), Failure> {
    let output = output.as_deref();
    let fitting = output.unwrap_or(Path::new("-.html"));
    fit(global, fitting, &["html", "htm"], "a report is a page of HTML: name it something.html")?;
    let destination = Destination::to(global, output)?;
    let between = between.settled();
    let mut asker = Asker::new(global, filter, &between)?;
    let page = match asker.compose(target)? {
        Composed::Whole(page) => page,
        Composed::MovedOn(seq) => {
            asker.terms.recorded = Some(seq.to_string());
            asker.notices.take();
            match asker.compose(target)? {
                Composed::Whole(page) => page,
                Composed::MovedOn(_) => {
                    let error = "the answers rest on different positions of the log";
                    return Err(Failure::new(Exit::Failure, error).hint("ask again with --recorded POSITION"));
                }
            }
        }
    };
    write(&destination, page.as_bytes())
}

/// Puts the questions of one report.
struct Asker<'g> {
    global: &'g Global,
    endpoint: Endpoint,
    terms: Terms,
    /// Which posts of a unit are asked for.
    filter: &'g PostFilter,
    between: &'g Between,
    /// What was told beside the answers.
    notices: RefCell<Vec<Notice>>,
}

impl Asker<'_> {
    /// Which posts are shown, as the end of the basis; nothing where all are.
    fn only(&self) -> String {
        let PostFilter { lead, title } = self.filter;
        let Between { since, until } = self.between;
        let parts = [
            title.as_ref().map(|title| format!("with the title `{title}`")),
            lead.then(|| "that lead".to_owned()),
            since.as_ref().map(|since| format!("from {since} on")),
            until.as_ref().map(|until| format!("up to {until}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!(", only posts {}", parts.join(", ")) }
    }
}

/// What became of a report.
enum Composed {
    Whole(String),
    /// The ledger moved on from this position while it was asked.
    MovedOn(u64),
}

impl<'g> Asker<'g> {
    fn new(global: &'g Global, filter: &'g PostFilter, between: &'g Between) -> Result<Asker<'g>, Failure> {
        let endpoint = Endpoint::open_for_long(global, tenure_serve::Wording::Flags)?;
        let asker = Asker { global, endpoint, terms: terms(global), filter, between, notices: RefCell::default() };
        // What is told of snapshots that are made now is nothing to keep on a page; a failure will show again.
        hear_all(global, asker.put(Ask::Status {}, asker.terms.clone()).0);
        Ok(asker)
    }

    fn put(&self, ask: Ask, terms: Terms) -> (Vec<Notice>, Result<Answer, NoAnswer>) {
        self.endpoint.ask(&Question { ask, terms })
    }

    /// The answer on the basis asked for; what is told beside it is told once.
    fn ask(&self, ask: Ask) -> Result<Answer, NoAnswer> {
        let (notices, answer) = self.put(ask, self.terms.clone());
        let mut heard = self.notices.borrow_mut();
        for notice in notices {
            let again = match &notice {
                Notice::Basis(_) => heard.iter().any(|notice| matches!(notice, Notice::Basis(_))),
                Notice::Remark(_) | Notice::Detail(_) => heard.contains(&notice),
            };
            if !again {
                heard.push(notice.clone());
                hear(self.global, notice);
            }
        }
        answer
    }

    /// The answer on another day, or about something else than the target; nothing where there is none.
    fn look(&self, ask: Ask, day: Option<&str>) -> Result<Option<Answer>, NoAnswer> {
        let mut terms = self.terms.clone();
        if let Some(day) = day {
            day.clone_into(&mut terms.at);
        }
        match self.put(ask, terms).1 {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if matches!(error.kind(), DenialKind::NotFound | DenialKind::Ambiguous) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn compose(&self, target: &str) -> Result<Composed, Failure> {
        // What the name means is settled first: this refuses one that means none, or several.
        let conflicts: ConflictsAnswer = self.ask(Ask::Conflicts { target: Some(target.to_owned()) })?.narrow();
        let mut rest = ReportPosition { seq: conflicts.basis.seq, moved: false };
        let (subject, mut posts) = self.subject(target, &mut rest)?;
        let more_posts = posts.len().saturating_sub(MOST_POSTS);
        // Of too many, the last begun.
        posts.drain(..more_posts);
        if let Subject::Unit(_) = subject {
            posts = by_person(posts);
        }
        let id = match &subject {
            Subject::Person(person) => person.id.clone(),
            Subject::Unit(unit) => unit.id.clone(),
        };
        let log = self.log(&id, &mut rest)?;
        let mut sources: BTreeMap<String, Footnote> = BTreeMap::new();
        sources.extend(log.iter().filter_map(Footnote::of_log).map(|source| (source.id.clone(), source)));
        let at = &conflicts.basis.at;
        let mut days = days(&posts, &log);
        days.retain(|day| self.is_asked_for(day));
        let (days, more_days) = thinned(days, at);
        let mut charts: Vec<DayChart> = Vec::new();
        for day in days {
            let (units, marked) = match &subject {
                Subject::Person(_) => self.around(&id, &day, &mut rest)?,
                Subject::Unit(_) => (self.chart(&id, &day, &mut rest)?.into_iter().collect(), BTreeMap::new()),
            };
            let staff = match &subject {
                Subject::Unit(_) => match self.look(everyone(&id), Some(&day))? {
                    Some(Answer::Who(who)) => {
                        rest.on(&who.basis);
                        Staff::of(who.members)
                    }
                    _ => Staff::default(),
                },
                Subject::Person(_) => Staff::default(),
            };
            let chart = DayChart { day, units, marked, staff };
            let same = charts.last().is_some_and(|last| same_chart(last, &chart));
            if !same || chart.day == *at {
                charts.push(chart);
            }
        }
        let leaders = self.leaders(&posts, &charts, &mut rest)?;
        let tenures = posts.iter().map(|post| &post.tenure).chain(leaders.iter().map(|(_, post)| &post.tenure));
        self.look_up(tenures, &conflicts.conflicts, &mut sources, &mut rest)?;
        let mut leads: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for (unit, Post { person, tenure }) in leaders {
            leads.entry((unit, person.id)).or_default().extend(tenure.supports);
        }
        if rest.moved {
            return Ok(Composed::MovedOn(rest.seq));
        }
        let basis = basis_told(&self.terms, &conflicts.basis) + &self.only();
        let heard = self.notices.borrow();
        let notices = heard.iter().filter_map(|notice| match notice {
            Notice::Remark(text) => Some(text.clone()),
            Notice::Basis(_) | Notice::Detail(_) => None,
        });
        let report = picture::Report {
            subject,
            at: at.clone(),
            notices: notices.collect(),
            posts,
            more_posts,
            charts,
            more_days,
            leads,
            conflicts: conflicts.conflicts,
            sources,
        };
        Ok(Composed::Whole(picture::report(&report, &Grounds { basis: &basis, language: self.terms.lang.as_deref() })))
    }

    /// Whom or what the target is, and its timeline. Of a person and a unit of one name, one has posts: the other is
    /// not there on this basis, or the name would mean several.
    fn subject(&self, target: &str, rest: &mut ReportPosition) -> Result<(Subject, Vec<Post>), Failure> {
        let person = match self.ask(Ask::Career { person: target.to_owned() }).map(Answer::narrow::<CareerAnswer>) {
            Ok(career) => {
                rest.on(&career.basis);
                let person = career.person;
                let held = career.tenures.into_iter().map(|tenure| Post { person: person.clone(), tenure });
                let posts: Vec<Post> = held.collect();
                if !posts.is_empty() {
                    self.refuse_choice()?;
                    return Ok((Subject::Person(person), posts));
                }
                Some(person)
            }
            Err(error) if error.kind() == DenialKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        match (self.ask(self.holders(target, Among::All)).map(Answer::narrow::<HoldersAnswer>), person) {
            (Ok(holders), person) => {
                rest.on(&holders.basis);
                match person {
                    Some(person) if holders.holders.is_empty() => Ok((Subject::Person(person), Vec::new())),
                    _ => {
                        let posts = holders.holders.into_iter().map(|h| Post { person: h.person, tenure: h.tenure });
                        Ok((Subject::Unit(holders.unit), posts.collect()))
                    }
                }
            }
            (Err(error), Some(person)) if error.kind() == DenialKind::NotFound => {
                Ok((Subject::Person(person), Vec::new()))
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    /// The events about a person, a unit or a company.
    fn log(&self, target: &str, rest: &mut ReportPosition) -> Result<Vec<LogEntry>, Failure> {
        let Some(Answer::Log(log)) = self.look(Ask::log_of(target), None)? else { return Ok(Vec::new()) };
        rest.on(&log.basis);
        Ok(log.events)
    }

    /// Looks up the events that are behind something and not known yet.
    fn look_up<'t>(
        &self,
        tenures: impl Iterator<Item = &'t Tenure>,
        conflicts: &[Conflict],
        sources: &mut BTreeMap<String, Footnote>,
        rest: &mut ReportPosition,
    ) -> Result<(), Failure> {
        for tenure in tenures {
            if tenure.supports.iter().all(|event| sources.contains_key(event)) {
                continue;
            }
            let why = self.look(Ask::Why { of: tenure.tenure.clone() }, None)?;
            let Some(Answer::Why(why)) = why else { continue };
            rest.on(&why.basis);
            for event in why.supports.iter().chain(&why.contradicts) {
                sources.entry(event.id.clone()).or_insert_with(|| Footnote::of_evidence(event));
            }
        }
        let mut people: BTreeSet<&str> = BTreeSet::new();
        for conflict in conflicts {
            let Some(person) = &conflict.person else { continue };
            let known = conflict.events.iter().all(|event| sources.contains_key(event));
            if known || people.len() >= MOST_PEOPLE || !people.insert(&person.id) {
                continue;
            }
            for source in self.log(&person.id, rest)?.iter().filter_map(Footnote::of_log) {
                if conflict.events.contains(&source.id) {
                    sources.entry(source.id.clone()).or_insert(source);
                }
            }
        }
        Ok(())
    }

    /// The tenures by which people lead units of the charts, with the unit, where the timeline does not have them.
    fn leaders(
        &self,
        posts: &[Post],
        charts: &[DayChart],
        rest: &mut ReportPosition,
    ) -> Result<Vec<(String, Post)>, Failure> {
        let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
        for Post { person, tenure } in posts.iter().filter(|post| post.tenure.lead) {
            told.insert((&tenure.unit.as_ref().unwrap_or(&tenure.company).id, &person.id));
        }
        let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut units: Vec<&OrgUnit> = charts.iter().flat_map(|chart| &chart.units).collect();
        while let Some(unit) = units.pop() {
            units.extend(&unit.children);
            let untold =
                unit.leads.iter().map(|lead| lead.id.as_str()).filter(|lead| !told.contains(&(&unit.id, lead)));
            for lead in untold {
                wanted.entry(&unit.id).or_default().insert(lead);
            }
        }
        let mut found = Vec::new();
        for (unit, leads) in wanted.into_iter().take(MOST_LED) {
            let Some(Answer::Holders(holders)) = self.look(self.holders(unit, Among::Leads), None)? else { continue };
            rest.on(&holders.basis);
            let held = holders.holders.into_iter().filter(|holder| leads.contains(holder.person.id.as_str()));
            found.extend(held.map(|held| (unit.to_owned(), Post { person: held.person, tenure: held.tenure })));
        }
        Ok(found)
    }

    /// The question for the posts of a unit: those that the report is asked for, or the leads just there.
    fn holders(&self, unit: &str, among: Among) -> Ask {
        let leads = among == Among::Leads;
        let (filter, between) = (self.filter, self.between);
        Ask::Holders {
            unit: unit.to_owned(),
            direct: leads,
            lead: leads || filter.lead,
            title: filter.title.clone().filter(|_| !leads),
            since: between.since.clone().filter(|_| !leads),
            until: between.until.clone().filter(|_| !leads),
            gaps: false,
            sort: None,
            limit: None,
        }
    }

    /// Whether a day lies in what the report is asked for.
    fn is_asked_for(&self, day: &str) -> bool {
        let bounds = |text: &Option<String>| Some(text.as_deref()?.parse::<VagueDate>().ok()?.bounds());
        let Ok(day) = day.parse::<Day>() else { return true };
        let since = bounds(&self.between.since).and_then(DayBounds::earliest);
        let until = bounds(&self.between.until).and_then(DayBounds::latest);
        since.is_none_or(|since| since <= day) && until.is_none_or(|until| day <= until)
    }

    /// Refuses a choice among the posts of a person, whose timeline is one.
    fn refuse_choice(&self) -> Result<(), Failure> {
        let (PostFilter { lead, title }, Between { since, until }) = (self.filter, self.between);
        if *lead || title.is_some() || since.is_some() || until.is_some() {
            let error = "--lead, --title, --since and --until choose among the posts of a unit, and this is a person";
            return Err(Failure::usage(error, "leave them out, or name a unit or company"));
        }
        Ok(())
    }

    /// The org chart of a unit on a day.
    fn chart(&self, unit: &str, day: &str, rest: &mut ReportPosition) -> Result<Option<OrgUnit>, Failure> {
        let org = match self.look(Ask::Org { unit: unit.to_owned(), sort: None }, Some(day)) {
            Ok(Some(Answer::Org(org))) => org,
            Ok(_) => return Ok(None),
            // Too deep to be charted: the rest of the report stands without.
            Err(error) if error.kind() == DenialKind::TooDeep => {
                let notice = format!("no org chart on {day}: {}", error.text());
                self.notices.borrow_mut().push(Notice::Remark(notice));
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        rest.on(&org.basis);
        Ok(Some(org.unit))
    }

    /// The way to each post of a person on a day through the charts of its companies, and the posts by unit.
    fn around(
        &self,
        person: &str,
        day: &str,
        rest: &mut ReportPosition,
    ) -> Result<(Vec<OrgUnit>, BTreeMap<String, String>), Failure> {
        let answer = self.look(Ask::Person { person: person.to_owned() }, Some(day))?;
        let Some(Answer::Person(answer)) = answer else { return Ok((Vec::new(), BTreeMap::new())) };
        rest.on(&answer.basis);
        let mut marked: BTreeMap<String, String> = BTreeMap::new();
        let mut companies: Vec<&str> = Vec::new();
        for position in &answer.positions {
            let Position { tenure, certainty, .. } = position;
            let unit = tenure.unit.as_ref().unwrap_or(&tenure.company);
            let doubt = if certainty == "certain" { "" } else { " (possibly)" };
            let title = tenure.title.as_deref().unwrap_or("title unknown");
            let says = format!("{}: {title}{doubt}", answer.person.name);
            marked.entry(unit.id.clone()).and_modify(|all| *all = format!("{all}; {title}{doubt}")).or_insert(says);
            let company = tenure.company.id.as_str();
            if !companies.contains(&company) && companies.len() < MOST_COMPANIES {
                companies.push(company);
            }
        }
        let mut units = Vec::new();
        for company in companies {
            units.extend(self.chart(company, day, rest)?.and_then(|chart| pruned(chart, &marked)));
        }
        Ok((units, marked))
    }
}

/// Of whom holders are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Among {
    /// Everyone there and below.
    All,
    /// Those who lead just there.
    Leads,
}

/// The position on which all answers of a report rest.
struct ReportPosition {
    seq: u64,
    moved: bool,
}

impl ReportPosition {
    fn on(&mut self, basis: &BasisShown) {
        self.moved |= basis.seq != self.seq;
    }
}

/// The posts with those of one person together, people in the order in which they first came.
fn by_person(posts: Vec<Post>) -> Vec<Post> {
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    for post in &posts {
        let next = order.len();
        order.entry(post.person.id.clone()).or_insert(next);
    }
    let mut posts = posts;
    posts.sort_by_key(|post| order.get(&post.person.id).copied());
    posts
}

/// The days on which a person surely came or went, or a unit changed.
fn days(posts: &[Post], log: &[LogEntry]) -> BTreeSet<String> {
    let latest = |bounds: &Bounds| bounds.latest.clone();
    let of_posts = posts.iter().flat_map(|post| [latest(&post.tenure.from), post.tenure.to.as_ref().and_then(latest)]);
    let of_units = log.iter().map(|entry| {
        let event = entry.event.as_ref()?;
        let date =
            event["effective"].as_str().filter(|_| event["type"].as_str().is_some_and(|t| t.starts_with("Unit")))?;
        date.parse::<VagueDate>().ok()?.bounds().latest().map(|day| day.to_string())
    });
    of_posts.chain(of_units).flatten().collect()
}

/// At most so many of the days, evenly, with the first, the last and the one asked about; and how many are left out.
fn thinned(mut days: BTreeSet<String>, at: &str) -> (Vec<String>, usize) {
    days.insert(at.to_owned());
    let all: Vec<String> = days.into_iter().collect();
    if all.len() <= MOST_DAYS {
        return (all, 0);
    }
    // One is kept for the day asked about.
    let steps = MOST_DAYS - 2;
    let kept: BTreeSet<usize> = (0..=steps).map(|i| i * (all.len() - 1) / steps).collect();
    let kept = |(i, day): &(usize, &String)| kept.contains(i) || day.as_str() == at;
    let shown: Vec<String> = all.iter().enumerate().filter(kept).map(|(_, day)| day.clone()).collect();
    let more = all.len() - shown.len();
    (shown, more)
}

/// The chart cut to the ways to some units and what is directly below these.
fn pruned(mut unit: OrgUnit, marked: &BTreeMap<String, String>) -> Option<OrgUnit> {
    let here = marked.contains_key(&unit.id);
    let mut children = Vec::new();
    for child in std::mem::take(&mut unit.children) {
        let alone = OrgUnit {
            id: child.id.clone(),
            name: child.name.clone(),
            kind: child.kind.clone(),
            leads: child.leads.clone(),
            headcount: child.headcount,
            possible: child.possible,
            children: Vec::new(),
        };
        children.extend(pruned(child, marked).or_else(|| here.then_some(alone)));
    }
    let keep = here || !children.is_empty();
    unit.children = children;
    keep.then_some(unit)
}

/// Whether two days have the same chart.
fn same_chart(one: &DayChart, other: &DayChart) -> bool {
    let text = |chart: &DayChart| serde_json::to_string(&chart.units).ok();
    one.marked == other.marked && text(one) == text(other) && one.staff.is_like(&other.staff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, children: Vec<OrgUnit>) -> OrgUnit {
        let (headcount, possible) = (1, 0);
        OrgUnit { id: id.to_owned(), name: id.to_owned(), kind: None, leads: vec![], headcount, possible, children }
    }

    fn ids(unit: &OrgUnit) -> String {
        let below: Vec<String> = unit.children.iter().map(ids).collect();
        format!("{}({})", unit.id, below.join(" "))
    }

    #[test]
    fn a_chart_is_cut_to_the_ways_to_what_is_marked() {
        let check = |marked: &[&str], expect: Option<&str>| {
            let lab = unit("lab", vec![unit("vision", vec![unit("x", vec![])]), unit("speech", vec![])]);
            let chart = unit("company", vec![lab, unit("sales", vec![])]);
            let marked = marked.iter().map(|id| ((*id).to_owned(), String::new())).collect();
            assert_eq!(pruned(chart, &marked).as_ref().map(ids).as_deref(), expect);
        };
        check(&[], None);
        check(&["company"], Some("company(lab() sales())"));
        check(&["lab"], Some("company(lab(vision() speech()))"));
        check(&["vision"], Some("company(lab(vision(x())))"));
        check(&["vision", "company"], Some("company(lab(vision(x())) sales())"));
    }

    #[test]
    fn too_many_days_are_thinned_evenly() {
        let days: BTreeSet<String> = (0..300).map(|i| format!("day-{i:03}")).collect();
        let (shown, more) = thinned(days, "day-001");
        assert!(shown.len() <= MOST_DAYS && shown.len() + more == 300, "{shown:?}");
        assert!(["day-000", "day-001", "day-299"].iter().all(|day| shown.contains(&(*day).to_owned())), "{shown:?}");
        assert_eq!(thinned(BTreeSet::new(), "today"), (vec!["today".to_owned()], 0));
    }
}
