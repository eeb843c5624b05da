//! Questions: all that an asking verb asks, so that it can be put to a ledger here or to one that is held elsewhere.
//!
//! A question means the same wherever it is answered. The asker says which day it is, and words that count from today
//! become days; else clocks and dates stay as they were typed, because only the ledger can tell which position an
//! instant comes to.
//!
//! As JSON a question is one flat object: the fields of its verb beside those that all questions have.
//!
//! Deliberately not here: how the answer is to look, which is the asker's own affair.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tenure_domain::day::Day;
use tenure_domain::event::Confidence;
use tenure_domain::suggest;
use tenure_domain::unique_keys::UniqueFields;
use tenure_query::{ChartOrder, Direction, Order, PeopleOrder, Period, RowNames};

use crate::dates::{self, Today};
use crate::error::{QUESTION_BYTES, QuestionError};

mod checks;
mod parameters;

pub use checks::NOT_OF_STATUS;
pub use parameters::{Parameter, parameters, terms};

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub ask: Ask,
    /// On which terms.
    pub terms: Terms,
}

/// What all questions have in common: clocks, filters, names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// The day asked about, or `D1..D2`; a month or a year is its last day, or in a range all of it.
    pub at: String,
    /// What was known by this day or instant, or `K1..K2`; all where left out.
    pub known: Option<String>,
    /// What was recorded by this position, day or instant; all where left out.
    pub recorded: Option<String>,
    /// Only claims of at least this confidence.
    #[serde(with = "confidence")]
    #[schemars(with = "Option<confidence::Word>")]
    pub min_confidence: Option<Confidence>,
    /// Only claims by these publishers.
    pub source: Vec<String>,
    /// No claims by these publishers.
    pub not_source: Vec<String>,
    /// The company whose unit is meant by a unit's name.
    pub company: Option<String>,
    /// The language of names.
    pub lang: Option<String>,
    /// Of which day the names in the rows of a timeline are; where left out, that of `at` if one is given, or `lang`.
    pub row_names: RowNames,
    /// Within which time before the day asked about a post without an end must have been seen to be certain.
    pub seen_within: Option<String>,
    /// The position that must be applied before this is answered.
    pub after: Option<u64>,
    /// For how many milliseconds to wait for that position.
    pub wait_ms: Option<u64>,
}

impl Terms {
    /// The terms with days in the place of words that count from the asker's today.
    #[must_use]
    pub fn settled(mut self, today: impl Into<Today>) -> Terms {
        let today = today.into();
        self.at = dates::settled_days(&self.at, today.here);
        for text in [&mut self.known, &mut self.recorded].into_iter().flatten() {
            *text = dates::settled(text, today.utc);
        }
        self
    }
}

/// The names to show where the asker gives a day or a language, or leaves both out.
pub fn row_names(at: Option<&str>, lang: Option<&str>) -> RowNames {
    if at.is_some() || lang.is_some() { RowNames::DayAsked } else { RowNames::FirstDay }
}

/// What is asked: the verb, and what it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verb", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ask {
    /// The posts that a person holds on a day.
    Person {
        /// A name, an alias or an id.
        person: String,
    },
    /// The whole timeline of a person.
    Career {
        /// A name, an alias or an id.
        person: String,
    },
    /// The people of a unit or company.
    Who {
        /// A name, an alias or an id.
        unit: String,
        /// Not those of its sub-units.
        #[serde(default)]
        direct: bool,
        /// Only those who lead.
        #[serde(default)]
        lead: bool,
        /// Only those with this title.
        title: Option<String>,
        /// In which order; leads first where left out.
        sort: Option<PeopleOrder>,
        /// Only the first so many.
        limit: Option<usize>,
    },
    /// The org chart of a unit or company.
    Org {
        /// A name, an alias or an id.
        unit: String,
        /// In which order the units under one unit stand; by name where left out.
        sort: Option<ChartOrder>,
    },
    /// Everyone who ever held a post there.
    Holders {
        /// A name, an alias or an id.
        unit: String,
        /// Not those of its sub-units.
        #[serde(default)]
        direct: bool,
        /// Only those who lead.
        #[serde(default)]
        lead: bool,
        /// Only those with this title.
        title: Option<String>,
        /// From this date on.
        since: Option<String>,
        /// Up to this date.
        until: Option<String>,
        /// Tell also when nobody of them held it; with `lead` and no `title`, when nobody led the unit itself.
        #[serde(default)]
        gaps: bool,
        /// In which order; by start where left out.
        sort: Option<PeopleOrder>,
        /// Only the first so many.
        limit: Option<usize>,
    },
    /// The reporting line of a person.
    Reports {
        /// A name, an alias or an id.
        person: String,
        /// Which way.
        #[serde(default)]
        direction: Direction,
    },
    /// What happened and what was learned between two points.
    Diff {
        /// A person, a unit or a company.
        target: String,
    },
    /// Who went from where to where.
    Moves {
        /// Only from this unit or company.
        from: Option<String>,
        /// Only to this unit or company.
        to: Option<String>,
        /// From this date on.
        since: Option<String>,
        /// Up to this date.
        until: Option<String>,
        /// Tell periods apart.
        by: Option<Period>,
    },
    /// The evidence of one tenure, or what one event says and what became of it.
    Why {
        /// A person, the id of a tenure, or an event: its id, the beginning of its id, or its position as `#12`.
        of: String,
    },
    /// Contradictions, missing links, ambiguous names.
    Conflicts {
        /// A person, a unit or a company; everything where left out.
        target: Option<String>,
    },
    /// The events as recorded.
    Log {
        /// A person, a unit, a company or an event; everything where left out.
        target: Option<String>,
        /// The events that could not be read.
        #[serde(default)]
        quarantined: bool,
        /// Only the last so many.
        limit: Option<usize>,
        /// Only those reported from this date on.
        since: Option<String>,
        /// Only those reported up to this date.
        until: Option<String>,
        /// Only events of these types; of all where there are none.
        #[serde(default, rename = "type")]
        types: Vec<String>,
    },
    /// Search by any script or spelling.
    Find {
        /// What to look for.
        name: String,
        /// How many to show.
        #[serde(default = "ten")]
        limit: usize,
    },
    /// What is in the ledger.
    List {
        /// Companies, units, people, titles or sources.
        what: Listing,
        /// In which order.
        #[serde(default)]
        sort: Order,
        /// Only the first so many of that order.
        limit: Option<usize>,
    },
    /// Lag and sizes.
    Status {},
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Listing {
    /// The companies.
    Companies,
    /// The units of companies.
    Units,
    /// Everybody.
    People,
    /// The titles of posts.
    Titles,
    /// Who publishes what the events claim.
    Sources,
}

/// At most so many of the last events are read without the whole log.
const LATEST: usize = 200;

/// How much of a word that is no verb an error repeats.
const SHOWN: usize = 100;

fn ten() -> usize {
    10
}

/// The least confidence as a word.
mod confidence {
    use schemars::JsonSchema;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use tenure_domain::event::Confidence;

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(remote = "Confidence", rename_all = "lowercase")]
    pub(super) enum Word {
        Rumoured,
        Reported,
        Confirmed,
    }

    #[derive(Serialize, Deserialize)]
    struct Least(#[serde(with = "Word")] Confidence);

    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(least: &Option<Confidence>, to: S) -> Result<S::Ok, S::Error> {
        least.map(Least).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Confidence>, D::Error> {
        Ok(Option::<Least>::deserialize(from)?.map(|Least(least)| least))
    }
}

/// The verbs that ask, each with what it answers, in the order of the command line.
pub const VERBS: [(&str, &str); 14] = [
    ("person", "The posts that a person holds on a day"),
    ("career", "The whole timeline of a person"),
    ("who", "The people of a unit or company"),
    ("org", "The org chart of a unit or company"),
    ("holders", "Everyone who ever held a post there, in order of start"),
    ("reports", "The reporting line of a person"),
    ("diff", "What happened between two days, and what was learned between two points of knowledge"),
    ("moves", "Who went from where to where"),
    ("why", "The evidence for a person's post on a day, or for one tenure; or what became of one event"),
    ("conflicts", "Contradictions, missing links, ambiguous names"),
    ("log", "The events as recorded, oldest first"),
    ("find", "Search people, units and titles by any script or spelling"),
    ("list", "The companies, units, people, titles or sources of the ledger"),
    ("status", "Lag and sizes"),
];

impl Ask {
    /// The people of a unit or company and of all below it.
    pub fn who(unit: &str) -> Ask {
        Ask::Who { unit: unit.to_owned(), direct: false, lead: false, title: None, sort: None, limit: None }
    }

    /// All events about a person, a unit, a company or an event.
    pub fn log_of(target: &str) -> Ask {
        Ask::Log {
            target: Some(target.to_owned()),
            quarantined: false,
            limit: None,
            since: None,
            until: None,
            types: Vec::new(),
        }
    }

    /// The verb.
    pub fn verb(&self) -> &'static str {
        match self {
            Ask::Person { .. } => "person",
            Ask::Career { .. } => "career",
            Ask::Who { .. } => "who",
            Ask::Org { .. } => "org",
            Ask::Holders { .. } => "holders",
            Ask::Reports { .. } => "reports",
            Ask::Diff { .. } => "diff",
            Ask::Moves { .. } => "moves",
            Ask::Why { .. } => "why",
            Ask::Conflicts { .. } => "conflicts",
            Ask::Log { .. } => "log",
            Ask::Find { .. } => "find",
            Ask::List { .. } => "list",
            Ask::Status {} => "status",
        }
    }

    /// What it asks about.
    pub(crate) fn about(&self) -> AskedAbout<'_> {
        match self {
            Ask::Person { person } | Ask::Career { person } | Ask::Reports { person, .. } => AskedAbout::Person(person),
            Ask::Who { unit, .. } | Ask::Org { unit, .. } | Ask::Holders { unit, .. } => AskedAbout::Unit(unit),
            Ask::Diff { target } | Ask::Conflicts { target: Some(target) } => AskedAbout::Either(target),
            Ask::Why { of } | Ask::Log { target: Some(of), .. } => AskedAbout::Evidence(of),
            Ask::Conflicts { target: None }
            | Ask::Log { target: None, .. }
            | Ask::Moves { .. }
            | Ask::Find { .. }
            | Ask::List { .. }
            | Ask::Status {} => AskedAbout::All,
        }
    }
}

/// What a question asks about, as its asker calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskedAbout<'a> {
    /// A person.
    Person(&'a str),
    /// A unit or a company.
    Unit(&'a str),
    /// A person, a unit or a company.
    Either(&'a str),
    /// One of these, or an event.
    Evidence(&'a str),
    /// The ledger.
    All,
}

/// What a question is answered from, which says how long that can take. Where what is asked for is not found there, the
/// whole log is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The snapshots, of one person, one unit or a few: moments, however long the log is.
    Head,
    /// The events of one person or one unit, which the directory of names finds in the log: it takes time in proportion to how
    /// many these are.
    Index,
    /// Everything there is.
    Scan,
}

impl Question {
    /// The question with days in the place of words that count from the asker's today.
    #[must_use]
    pub fn settled(mut self, today: impl Into<Today>) -> Question {
        let today = today.into();
        self.terms = self.terms.settled(today);
        let settle = |date: &mut Option<String>, today: Day| {
            if let Some(date) = date {
                *date = dates::settled(date, today);
            }
        };
        match &mut self.ask {
            Ask::Holders { since, until, .. } | Ask::Moves { since, until, .. } => {
                settle(since, today.here);
                settle(until, today.here);
            }
            // It goes by the days of reports.
            Ask::Log { since, until, .. } => {
                settle(since, today.utc);
                settle(until, today.utc);
            }
            Ask::Person { .. }
            | Ask::Career { .. }
            | Ask::Who { .. }
            | Ask::Org { .. }
            | Ask::Reports { .. }
            | Ask::Diff { .. }
            | Ask::Why { .. }
            | Ask::Conflicts { .. }
            | Ask::List { .. }
            | Ask::Find { .. }
            | Ask::Status {} => {}
        }
        self
    }

    /// The question as JSON.
    pub fn json(&self) -> String {
        Value::Object(self.fields()).to_string()
    }

    fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        for part in [serde_json::to_value(&self.ask), serde_json::to_value(&self.terms)] {
            if let Value::Object(part) = part.expect("texts, numbers and words can be written") {
                fields.extend(part.into_iter().filter(|(_, value)| !value.is_null()));
            }
        }
        fields
    }

    /// What the question is answered from. It is known from what is asked; nothing is read to find out.
    pub fn kind(&self) -> Kind {
        let terms = &self.terms;
        let is_head = terms.known.is_none()
            && terms.recorded.is_none()
            && terms.min_confidence.is_none()
            && terms.source.is_empty()
            && terms.not_source.is_empty();
        match (self.ask.about(), &self.ask) {
            (_, Ask::Status {}) => Kind::Head,
            (_, Ask::Log { quarantined: true, .. }) => Kind::Scan,
            (AskedAbout::All, _) => {
                if self.latest().is_some() {
                    Kind::Index
                } else {
                    Kind::Scan
                }
            }
            (_, Ask::Log { .. }) => Kind::Index,
            (AskedAbout::Person(_) | AskedAbout::Unit(_) | AskedAbout::Either(_) | AskedAbout::Evidence(_), _) => {
                if is_head {
                    Kind::Head
                } else {
                    Kind::Index
                }
            }
        }
    }

    /// How many of the last events are asked for, whatever they are: all of them are at the end of the log.
    pub(crate) fn latest(&self) -> Option<usize> {
        let Terms { known, min_confidence, source, not_source, company, .. } = &self.terms;
        let is_filtered = known.is_some() || min_confidence.is_some() || company.is_some();
        let Ask::Log { target: None, quarantined: false, limit, since: None, until: None, types } = &self.ask else {
            return None;
        };
        let is_of_all = types.is_empty() && source.is_empty() && not_source.is_empty() && !is_filtered;
        limit.filter(|limit| is_of_all && *limit <= LATEST)
    }

    /// Reads a question to a verb. What is left out has its default; `today` is the day asked about where none is given.
    pub fn read(verb: &str, json: &[u8], today: impl Into<Today>) -> Result<Question, QuestionError> {
        if json.len() > QUESTION_BYTES {
            return Err(QuestionError::TooLong { bytes: json.len() });
        }
        let fields = match json.trim_ascii() {
            b"" => Map::new(),
            json => Question::read_fields(json)?,
        };
        Question::of_fields(verb, fields, today.into())
    }

    /// The fields of a question, as they stand in its text: each once, for which of two is meant is not known.
    pub fn read_fields(json: &[u8]) -> Result<Map<String, Value>, QuestionError> {
        let read = serde_json::from_slice(json).map_err(QuestionError::NotAnObject);
        read.map(|UniqueFields(fields)| fields)
    }

    /// Reads a question that names its verb itself.
    pub fn of_object(fields: Map<String, Value>, today: impl Into<Today>) -> Result<Question, QuestionError> {
        let said = fields.get("verb").filter(|verb| !verb.is_null()).cloned();
        let named = said.as_ref().and_then(Value::as_str).unwrap_or_default();
        if let Some((verb, _)) = VERBS.into_iter().find(|(verb, _)| *verb == named) {
            return Question::of_fields(verb, fields, today.into());
        }
        let near = suggest::nearest(named, VERBS.into_iter().map(|(verb, _)| verb));
        let said = said.map(|said| said.to_string().chars().take(SHOWN).collect());
        Err(QuestionError::NoVerb { said, near })
    }

    /// Reads a question to a verb whose fields are texts, as in the address of a page: a field that lists can stand there
    /// several times, and one that is a flag may have no value.
    pub fn of_texts(
        verb: &str,
        texts: impl IntoIterator<Item = (String, String)>,
        today: impl Into<Today>,
    ) -> Result<Question, QuestionError> {
        Question::of_fields(verb, parameters::fields(verb, texts)?, today.into())
    }

    fn of_fields(verb: &str, mut fields: Map<String, Value>, today: Today) -> Result<Question, QuestionError> {
        fields.retain(|_, value| !value.is_null());
        if let Some(other) = fields.insert("verb".to_owned(), verb.into()).filter(|other| *other != verb) {
            return Err(QuestionError::OtherVerb { said: other.to_string(), verb: verb.to_owned() });
        }
        parameters::must_fit(verb, &fields)?;
        let (mut terms, ask): (Map<_, _>, Map<_, _>) =
            fields.into_iter().partition(|(name, _)| parameters::terms().iter().any(|term| term.name == *name));
        let given = |name: &str| terms.get(name).and_then(Value::as_str);
        let rows = serde_json::to_value(row_names(given("at"), given("lang"))).unwrap_or_default();
        terms.entry("row_names").or_insert(rows);
        terms.entry("at").or_insert_with(|| today.here.to_string().into());
        let unfit = |problem: serde_json::Error| QuestionError::Unfit {
            verb: verb.to_owned(),
            problem,
            fields: parameters::names(verb),
        };
        let ask = serde_json::from_value(Value::Object(ask)).map_err(unfit)?;
        let terms = serde_json::from_value(Value::Object(terms)).map_err(unfit)?;
        Ok(Question { ask, terms }.settled(today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::from_number(20_000)
    }

    /// A question to each verb, with all its fields.
    fn questions() -> Vec<Question> {
        let text = || "Ann \"Lee\"\n林伟".to_owned();
        let some = || Some(text());
        let asks = [
            Ask::Person { person: text() },
            Ask::Career { person: text() },
            Ask::Who {
                unit: text(),
                direct: true,
                lead: true,
                title: some(),
                sort: Some(PeopleOrder::Title),
                limit: Some(3),
            },
            Ask::Org { unit: text(), sort: Some(ChartOrder::Size) },
            Ask::Holders {
                unit: text(),
                direct: true,
                lead: true,
                title: some(),
                since: some(),
                until: some(),
                gaps: true,
                sort: Some(PeopleOrder::Name),
                limit: Some(3),
            },
            Ask::Reports { person: text(), direction: Direction::Down },
            Ask::Diff { target: text() },
            Ask::Moves { from: some(), to: some(), since: some(), until: some(), by: Some(Period::Quarter) },
            Ask::Why { of: text() },
            Ask::Conflicts { target: some() },
            Ask::Log {
                target: some(),
                quarantined: true,
                limit: Some(3),
                since: some(),
                until: some(),
                types: vec![text()],
            },
            Ask::Find { name: text(), limit: 3 },
            Ask::List { what: Listing::Titles, sort: Order::First, limit: Some(3) },
            Ask::Status {},
        ];
        let terms = Terms {
            at: "2024-01-01..2025-01-01".to_owned(),
            known: some(),
            recorded: some(),
            min_confidence: Some(Confidence::Confirmed),
            source: vec![text(), text()],
            not_source: vec![text()],
            company: some(),
            lang: some(),
            row_names: RowNames::DayAsked,
            seen_within: some(),
            after: Some(u64::MAX),
            wait_ms: Some(1),
        };
        asks.into_iter().map(|ask| Question { ask, terms: terms.clone() }).collect()
    }

    #[test]
    fn a_question_comes_as_it_went() {
        for ((verb, _), question) in VERBS.into_iter().zip(questions()) {
            assert_eq!(question.ask.verb(), verb);
            for question in
                [question.clone(), Question { terms: Terms { at: question.terms.at, ..Terms::default() }, ..question }]
            {
                let json = question.json();
                assert_eq!(Question::read(verb, json.as_bytes(), today()).expect("a question"), question, "{json}");
            }
        }
    }

    #[test]
    fn the_fields_that_are_told_are_those_that_are_read() {
        for question in questions() {
            let verb = question.ask.verb();
            let json: Map<String, Value> = serde_json::from_str(&question.json()).expect("an object");
            let mut fields: Vec<&str> = json.keys().map(String::as_str).filter(|field| *field != "verb").collect();
            let mut known: Vec<&str> = parameters(verb).iter().map(|field| field.name.as_str()).collect();
            fields.sort_unstable();
            known.sort_unstable();
            assert_eq!(fields, known, "{verb}");
        }
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let read = |verb: &str, json: &str| Question::read(verb, json.as_bytes(), today()).expect("a question");
        let terms = Terms { at: today().to_string(), ..Terms::default() };
        assert_eq!(read("status", ""), Question { ask: Ask::Status {}, terms: terms.clone() });
        let ask = Ask::Find { name: "Lee".to_owned(), limit: 10 };
        assert_eq!(read("find", r#"{"name": "Lee"}"#), Question { ask, terms: terms.clone() });
        let ask = Ask::who("Lab");
        assert_eq!(read("who", r#"{"unit": "Lab", "direct": null, "at": null}"#), Question { ask, terms });
        let names = |json: &str| read("status", json).terms.row_names;
        assert_eq!(names(r#"{"at": "2024-01-01"}"#), RowNames::DayAsked);
        assert_eq!(names(r#"{"lang": "zh"}"#), RowNames::DayAsked);
        assert_eq!(names(r#"{"at": "2024-01-01", "row_names": "first_day"}"#), RowNames::FirstDay);
    }

    #[test]
    fn what_no_verb_takes_is_refused() {
        for json in ["[]", "7", "{", r#"{"unit": "Lab"}"#, r#"{"person": "Ann", "source": "News"}"#] {
            Question::read("person", json.as_bytes(), today()).expect_err(json);
        }
    }
}
