//! A short notation for ledgers about one person, and for what a fold makes of them.
//!
//! The notation is what a failed property prints and what the tables read, so that a printed ledger can be pasted into
//! a test: one statement a line, `ID REPORTED TYPE COMPANY [key=value | flag]..`, spaces in values written `_`; of a death the
//! company is `-`.

use std::fmt::Write as _;
use std::sync::Arc;

use tenure_domain::bounds::Bounds;
use tenure_domain::conflict::Conflict;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::{Concurrency, Confidence, Employment, PersonFact, Post};
use tenure_domain::name::Name;
use tenure_domain::position::EventId;
use tenure_domain::statement::{PersonNo, Statement, StatementFact, UnitNo};
use tenure_domain::tenure::{Career, Edge, ManagerSpell, Origin, Since, Tenure};

// ---------------------------------------------------------------------------------------------------------
// Notation
// ---------------------------------------------------------------------------------------------------------

/// Companies and units; their place is their number.
const PLACES: [&str; 9] = ["Acme", "Borealis", "Search", "Lab", "Ads", "Maps", "Cloud", "Finance", "Board"];
/// People who are somebody's manager or successor; their place is their number.
const PEOPLE: [&str; 3] = ["Bo", "Cy", "Dee"];
const EMPLOYMENTS: [(&str, Employment); 4] = [
    ("employee", Employment::Employee),
    ("board", Employment::Board),
    ("advisor", Employment::Advisor),
    ("contractor", Employment::Contractor),
];

/// Beside the ten, `U7` and the like, for ledgers of many.
pub(crate) fn place(name: &str) -> UnitNo {
    if let Some(number) = name.strip_prefix('U').and_then(|number| number.parse::<u32>().ok()) {
        return UnitNo(100 + number);
    }
    let at = PLACES.iter().position(|place| *place == name).unwrap_or_else(|| panic!("no place {name}"));
    UnitNo(u32::try_from(at).expect("few places"))
}

fn place_name(place: UnitNo) -> &'static str {
    PLACES[place.0 as usize]
}

pub(crate) fn person(name: &str) -> PersonNo {
    if let Some(number) = name.strip_prefix('M').and_then(|number| number.parse::<u32>().ok()) {
        return PersonNo(100 + number);
    }
    let at = PEOPLE.iter().position(|person| *person == name).unwrap_or_else(|| panic!("no person {name}"));
    PersonNo(u32::try_from(at).expect("few people"))
}

fn person_name(person: Option<PersonNo>) -> &'static str {
    person.map_or("nobody", |person| PEOPLE[person.0 as usize])
}

pub(crate) fn name(text: &str) -> Name {
    text.replace('_', " ").parse().expect("a name")
}

pub(crate) fn date(edtf: &str) -> VagueDate {
    edtf.parse().unwrap_or_else(|error| panic!("{edtf}: {error}"))
}

pub(crate) fn instant(text: &str) -> Instant {
    if let Ok(day) = text.parse::<Day>() {
        return Instant::midnight(day);
    }
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Reads a ledger; empty lines and what stands behind `#` are passed over.
pub(crate) fn ledger(text: &str) -> Vec<Statement> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .map(statement)
        .collect()
}

fn statement(line: &str) -> Statement {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [id, reported, what, company, rest @ ..] = &words[..] else { panic!("too short: {line}") };
    let key = |key: &str| rest.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
    let flag = |flag: &str| rest.contains(&flag);
    let reported_at = instant(reported);
    let company = if *what == "Died" { place("Acme") } else { place(company) };
    let reason = key("reason").map(Arc::from);
    let post = |unit: Option<&str>| Post {
        unit: unit.map(place),
        title: key("title").map(name),
        lead: flag("lead"),
        acting: flag("acting"),
        remit: key("remit").map(Arc::from),
        reports_to: key("manager").map(person),
        employment: key("employment").map(|text| {
            EMPLOYMENTS.iter().find(|(name, _)| *name == text).unwrap_or_else(|| panic!("no employment {text}")).1
        }),
    };
    let concurrency = if flag("concurrent") { Concurrency::Concurrent } else { Concurrency::Exclusive };
    let unit = key("unit").map(place);
    let title = key("title").map(name);
    let own = match *what {
        "Joined" => PersonFact::JoinedCompany { company, post: post(key("unit")), concurrency },
        // What a successor's event or a death tells is no fact about a post: below.
        "Left" | "Succeeded" | "Died" => PersonFact::LeftCompany { company, reason },
        "Transferred" => PersonFact::TransferredUnit {
            company,
            from_unit: key("from_unit").map(place),
            to_unit: key("to_unit").map(place).expect("to_unit"),
            post: post(None),
        },
        "Appointed" => {
            PersonFact::AppointedToPost { company, post: post(key("unit")), succeeds: key("succeeds").map(person) }
        }
        "Relieved" => PersonFact::RelievedOfPost { company, unit, title: title.clone(), reason },
        "Retitled" => PersonFact::ChangedTitle {
            company,
            unit,
            from_title: key("from_title").map(name),
            to_title: key("to_title").map(name).expect("to_title"),
            lead: key("lead").map(|text| text == "yes"),
            acting: flag("acting"),
        },
        "NewManager" => PersonFact::ChangedManager {
            company,
            unit,
            title: title.clone(),
            reports_to: key("manager").filter(|name| *name != "nobody").map(person),
        },
        "Held" => PersonFact::HeldPost {
            company,
            post: post(key("unit")),
            from: key("from").map(date),
            to: key("to").map(date),
            seen: key("seen").map(date),
            concurrency,
        },
        other => panic!("no type {other}"),
    };
    let told = match *what {
        "Succeeded" => StatementFact::Succeeded { company, unit, title, lead: flag("lead") },
        "Died" => StatementFact::Died,
        _ => StatementFact::Own(own),
    };
    Statement {
        event: id.parse().expect("an event id"),
        reported_at,
        confidence: match key("confidence") {
            Some("rumoured") => Confidence::Rumoured,
            Some("confirmed") => Confidence::Confirmed,
            _ => Confidence::Reported,
        },
        publisher: Arc::from(key("by").unwrap_or("News")),
        key: key("key").map(Arc::from),
        effective: key("on").map_or(Bounds::until(Some(reported_at.day())), |edtf| date(edtf).bounds()),
        fact: told,
    }
}

/// The words behind type and company.
struct Words(String);

impl Words {
    fn say(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            let value = value.to_string().replace(' ', "_");
            write!(self.0, " {key}={value}").expect("a string takes it");
        }
    }

    fn flag(&mut self, flag: &str, set: bool) {
        if set {
            write!(self.0, " {flag}").expect("a string takes it");
        }
    }

    fn concurrency(&mut self, concurrency: Concurrency) {
        self.flag("concurrent", concurrency == Concurrency::Concurrent);
    }

    fn post(&mut self, post: &Post<PersonNo, UnitNo>) {
        self.say("unit", post.unit.map(place_name));
        self.say("title", post.title.as_ref());
        self.say("manager", post.reports_to.map(|manager| person_name(Some(manager))));
        self.say("employment", post.employment.map(employment_name));
        self.say("remit", post.remit.as_ref());
        self.flag("lead", post.lead);
        self.flag("acting", post.acting);
    }
}

fn employment_name(employment: Employment) -> &'static str {
    EMPLOYMENTS.iter().find(|(_, one)| *one == employment).map_or("?", |(name, _)| name)
}

/// One statement as [`ledger`] reads it.
pub(crate) fn show_statement(statement: &Statement) -> String {
    let mut words = Words(String::new());
    let (what, company) = match &statement.fact {
        StatementFact::Own(PersonFact::JoinedCompany { company, post, concurrency }) => {
            words.post(post);
            words.concurrency(*concurrency);
            ("Joined", company)
        }
        StatementFact::Own(PersonFact::LeftCompany { company, reason }) => {
            words.say("reason", reason.as_ref());
            ("Left", company)
        }
        StatementFact::Own(PersonFact::TransferredUnit { company, from_unit, to_unit, post }) => {
            words.say("from_unit", from_unit.map(place_name));
            words.say("to_unit", Some(place_name(*to_unit)));
            words.post(post);
            ("Transferred", company)
        }
        StatementFact::Own(PersonFact::AppointedToPost { company, post, succeeds }) => {
            words.post(post);
            words.say("succeeds", succeeds.map(|person| person_name(Some(person))));
            ("Appointed", company)
        }
        StatementFact::Own(PersonFact::RelievedOfPost { company, unit, title, reason }) => {
            words.say("unit", unit.map(place_name));
            words.say("title", title.as_ref());
            words.say("reason", reason.as_ref());
            ("Relieved", company)
        }
        StatementFact::Own(PersonFact::ChangedTitle { company, unit, from_title, to_title, lead, acting }) => {
            words.say("unit", unit.map(place_name));
            words.say("from_title", from_title.as_ref());
            words.say("to_title", Some(to_title));
            words.say("lead", lead.map(|lead| if lead { "yes" } else { "no" }));
            words.flag("acting", *acting);
            ("Retitled", company)
        }
        StatementFact::Own(PersonFact::ChangedManager { company, unit, title, reports_to }) => {
            words.say("unit", unit.map(place_name));
            words.say("title", title.as_ref());
            words.say("manager", Some(person_name(*reports_to)));
            ("NewManager", company)
        }
        StatementFact::Own(PersonFact::HeldPost { company, post, from, to, seen, concurrency }) => {
            words.post(post);
            words.say("from", from.as_ref());
            words.say("to", to.as_ref());
            words.say("seen", seen.as_ref());
            words.concurrency(*concurrency);
            ("Held", company)
        }
        StatementFact::Succeeded { company, unit, title, lead } => {
            words.say("unit", unit.map(place_name));
            words.say("title", title.as_ref());
            words.flag("lead", *lead);
            ("Succeeded", company)
        }
        StatementFact::Died => ("Died", &place("Acme")),
    };
    if what != "Held" && statement.effective != Bounds::until(Some(statement.reported_at.day())) {
        words.say("on", Some(VagueDate::from(statement.effective)));
    }
    match statement.confidence {
        Confidence::Rumoured => words.say("confidence", Some("rumoured")),
        Confidence::Reported => {}
        Confidence::Confirmed => words.say("confidence", Some("confirmed")),
    }
    words.say("by", Some(&statement.publisher));
    words.say("key", statement.key.as_ref());
    let midnight = Instant::midnight(statement.reported_at.day()) == statement.reported_at;
    let reported = if midnight { statement.reported_at.day().to_string() } else { statement.reported_at.to_string() };
    let company = if what == "Died" { "-" } else { place_name(*company) };
    format!("{} {reported} {what} {company}{}", statement.event, words.0)
}

/// One ledger, one statement a line.
pub(crate) fn show_ledger(ledger: &[Statement]) -> String {
    let mut text = String::new();
    for statement in ledger {
        writeln!(text, "  {}", show_statement(statement)).expect("a string takes it");
    }
    text
}

/// An edge in short: its date, `d` where it is the death, `i` where it is inferred, `m` where a missing link left it.
fn show_edge(edge: &Edge) -> String {
    let mark = match edge.origin {
        Origin::Stated => "",
        Origin::Death => "d",
        Origin::Inferred => "i",
        Origin::MissingLink => "m",
    };
    format!("{:?}{mark}", edge.bounds)
}

/// What the tables compare of a tenure: company, unit, title, primary, start, end.
pub(crate) fn show_tenure(tenure: &Tenure) -> String {
    let unit = tenure.unit.map_or("-", place_name);
    let title = tenure.title.as_ref().map_or("-".to_owned(), |title| title.as_str().replace(' ', "_"));
    let primary = if tenure.primary { "primary" } else { "beside" };
    let end = tenure.end.as_ref().map_or("open".to_owned(), show_edge);
    format!("{} {unit} {title} {primary} {} {end}", place_name(tenure.company), show_edge(&tenure.start))
}

fn show_events(events: &[EventId]) -> String {
    let mut events: Vec<&str> = events.iter().map(EventId::as_str).collect();
    events.sort_unstable();
    events.join(",")
}

/// The history of managers without those that no day of the tenure, nor the one before it, can show: a fold need not carry
/// them on. The one from the start is always kept.
fn shown_managers(tenure: &Tenure) -> impl Iterator<Item = &ManagerSpell> {
    let holds_before = |spell: &ManagerSpell| match spell.since {
        Since::Start => true,
        Since::Change(bounds) => bounds.latest().is_some_and(|latest| Some(latest) < tenure.start.bounds.earliest()),
    };
    let last = tenure.managers.iter().rposition(holds_before).unwrap_or_default();
    let shown = move |(place, spell): &(usize, &ManagerSpell)| *place >= last || spell.since == Since::Start;
    tenure.managers.iter().enumerate().filter(shown).map(|(_, spell)| spell)
}

/// Everything of a tenure on one line.
fn show_whole_tenure(tenure: &Tenure) -> String {
    let mut words = Words(String::new());
    words.say("employment", Some(employment_name(tenure.employment)));
    words.flag("lead", tenure.lead);
    words.flag("acting", tenure.acting);
    words.concurrency(tenure.concurrency);
    words.say("remit", tenure.remit.as_ref());
    for spell in shown_managers(tenure) {
        let since = match spell.since {
            Since::Start => "start".to_owned(),
            Since::Change(bounds) => format!("{bounds:?}"),
        };
        let attested = spell.attested.map_or("never".to_owned(), |day| day.to_string());
        words.say("manager", Some(format!("{}@{since}/{attested}", person_name(spell.manager))));
    }
    words.say("attested", tenure.attested);
    words.say("seen", tenure.seen);
    words.say("confidence", Some(format!("{:?}", tenure.confidence)));
    words.say("start-by", Some(show_events(&tenure.start.events)));
    words.say("end-by", tenure.end.as_ref().map(|end| show_events(&end.events)));
    words.say("end-reason", tenure.end_reason.as_ref());
    words.say("supports", Some(show_events(&tenure.supports)));
    words.say("opened-by", Some(format!("{} {:?}", tenure.opened_by, tenure.opened_as)));
    format!("{} |{}", show_tenure(tenure), words.0)
}

/// What is compared of a conflict.
pub(crate) fn show_conflict(conflict: &Conflict) -> String {
    format!("{} {}", conflict.kind.as_str(), show_events(&conflict.events))
}

/// The death, tenures and conflicts of a career, one a line, sorted: all that two folds must agree on.
pub(crate) fn show_career(career: &Career) -> Vec<String> {
    let mut lines: Vec<String> = career.tenures.iter().map(show_whole_tenure).collect();
    lines.sort();
    let conflicts: Vec<String> = career.conflicts.iter().map(show_conflict).collect();
    lines.extend(conflicts);
    lines.extend(career.died.as_ref().map(|died| format!("died {} by {}", show_edge(died), show_events(&died.events))));
    lines
}

/// Statements about one person; shown in the notation.
#[derive(Clone, PartialEq)]
pub(crate) struct Ledger(pub(crate) Vec<Statement>);

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\n{}", show_ledger(&self.0))
    }
}
