//! Reading the fields of an object by their kinds.
//!
//! Every value becomes a domain type here or is refused; what two values say together is no concern of this module.

use std::str::FromStr;
use std::sync::Arc;

use super::Refusal;
use super::json::{FieldPath, Json, Object, shown};
use super::table::{
    CONFIDENCES, DESCRIBED_NAME, EMPLOYMENTS, EVENT_TYPES, EventType, Kind, MOST_FIELDS, Need, QUOTE, REFERENCE,
    SOURCE, Shape, event_type as known_type,
};
use crate::day::{Day, Instant};
use crate::edtf::{NotADate, VagueDate};
use crate::event::{Confidence, DescribedName, Employment, GivenId, Identifier, Quote, Reference, Source};
use crate::name::{Name, NameError};
use crate::position::EventId;
use crate::suggest::nearest;

/// A point in time as a source gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    at: Instant,
    /// The first day of the month or year of which `at` is the last day.
    since: Option<Day>,
}

impl Moment {
    /// When it was, given when the event was recorded: a month or year that runs then is not over.
    pub(super) fn by(self, recorded_at: Instant) -> Instant {
        let runs = self.since.is_some_and(|since| (since..=self.at.day()).contains(&recorded_at.day()));
        if runs { recorded_at } else { self.at }
    }
}

/// The value of a field.
#[derive(Debug)]
enum Value {
    Type,
    Event(EventId),
    EntityId(GivenId),
    Reference(Reference),
    Date(VagueDate),
    Instant(Moment),
    Name(Name),
    Aliases(Vec<Name>),
    Names(Vec<DescribedName>),
    Identifiers(Vec<Identifier>),
    Quote(Quote),
    Text(Arc<str>),
    Flag(bool),
    Confidence(Confidence),
    Employment(Employment),
    /// With when it was read, as it says that.
    Source(Box<Source>, Option<Moment>),
}

/// The fields that an object has, read; each is taken out once.
pub(super) struct Values<'p> {
    shape: &'static Shape,
    place: FieldPath<'p>,
    given: Vec<(&'static str, Value)>,
}

impl<'p> Values<'p> {
    /// Reads the fields of an object: those that it must not have first, then each in the order of the table.
    pub(super) fn read(
        shape: &'static Shape,
        object: &Object<'_>,
        place: FieldPath<'p>,
    ) -> Result<Values<'p>, Refusal> {
        let mut nodes: [Option<&Json<'_>>; MOST_FIELDS] = [None; MOST_FIELDS];
        let mut next = 0;
        for (name, node) in object {
            // Most objects have their fields in the order of the table.
            let Some(at) = shape.position(name, next) else {
                return Err(unknown(shape, name, &place));
            };
            if nodes[at].replace(node).is_some() {
                return Err(twice(&place.field(name)));
            }
            next = at + 1;
        }
        let mut given = Vec::with_capacity(object.len());
        for (field, node) in shape.fields.iter().zip(nodes) {
            let here = place.field(field.name);
            match (node, field.need) {
                (Some(Json::Null), _) if field.kind == Kind::PersonOrNobody => {}
                (None | Some(Json::Null), Need::Optional) => {}
                (None | Some(Json::Null), Need::Required) => {
                    return Err(Refusal::new(
                        format_args!("`{here}` is missing"),
                        format_args!("{} needs it: {}", shape.name, field.meaning()),
                    ));
                }
                (Some(node), _) => given.push((field.name, read(field.kind, node, &here)?)),
            }
        }
        let says = |field| given.iter().any(|(name, value)| *name == field && !matches!(value, Value::Flag(false)));
        if shape.one_of.is_empty() || shape.one_of.iter().any(|field| says(*field)) {
            return Ok(Values { shape, place, given });
        }
        let given = |field: &&str| {
            let is_flag = shape.fields.iter().any(|known| known.name == *field && known.kind == Kind::Flag);
            if is_flag { format!("`{field}`: true") } else { format!("`{field}`") }
        };
        let fields = shape.one_of.iter().map(given).collect::<Vec<_>>().join(" or ");
        let what = match place {
            FieldPath::Event | FieldPath::Field(FieldPath::Event, "data") => shape.name.to_owned(),
            FieldPath::Field(..) | FieldPath::Item(..) => format!("`{place}`"),
        };
        Err(Refusal::new(format_args!("{what} needs {fields}"), format_args!("give at least one of {fields}")))
    }

    /// Refuses an end that surely lies before its beginning.
    pub(super) fn in_order(&self, from: Option<&VagueDate>, to: Option<&VagueDate>) -> Result<(), Refusal> {
        match (from, to) {
            (Some(from), Some(to)) if to.bounds().surely_before(from.bounds()) => Err(self.refusal(
                "to",
                &format!("({to}) is surely before `{}` ({from})", self.place.field("from")),
                "mend the dates, or leave out the one that the source does not give",
            )),
            _ => Ok(()),
        }
    }

    /// What is wrong with that field.
    pub(super) fn refusal(&self, field: &str, wrong: &str, hint: &str) -> Refusal {
        Refusal::new(format_args!("`{}` {wrong}", self.place.field(field)), hint)
    }

    /// Whether objects of the shape take that field.
    pub(super) fn may_have(&self, field: &str) -> bool {
        self.shape.position(field, 0).is_some()
    }

    /// Takes a field that every object of the shape has.
    pub(super) fn must<T>(&mut self, field: &str, take: fn(&mut Self, &str) -> Option<T>) -> T {
        take(self, field).expect("a required field is there once the object is read")
    }

    fn take<T>(&mut self, field: &str, held: fn(Value) -> Option<T>) -> Option<T> {
        debug_assert!(self.may_have(field), "{} takes no {field}", self.shape.name);
        let at = self.given.iter().position(|(name, _)| *name == field)?;
        let (_, value) = self.given.swap_remove(at);
        Some(held(value).expect("the table says what a field holds"))
    }

    pub(super) fn reference(&mut self, field: &str) -> Option<Reference> {
        self.take(field, |value| if let Value::Reference(reference) = value { Some(reference) } else { None })
    }

    pub(super) fn date(&mut self, field: &str) -> Option<VagueDate> {
        self.take(field, |value| if let Value::Date(date) = value { Some(date) } else { None })
    }

    pub(super) fn instant(&mut self, field: &str) -> Option<Instant> {
        self.moment(field).map(|moment| moment.at)
    }

    /// When the event was reported, where it says so. A report from later than a day after its recording is refused.
    pub(super) fn reported_at(&mut self, recorded_at: Option<Instant>) -> Result<Option<Instant>, Refusal> {
        let field = "reported_at";
        let Some(moment) = self.moment(field) else { return Ok(None) };
        let Some(recorded_at) = recorded_at else { return Ok(Some(moment.at)) };
        let reported_at = moment.by(recorded_at);
        let hint = "write when the source said it; when the change happens goes into `effective`, `from` or `to`";
        self.not_later((field, hint), reported_at, recorded_at)?;
        Ok(Some(reported_at))
    }

    /// Refuses what a field, with the hint, says to have been later than a day after the recording.
    pub(super) fn not_later(
        &self,
        (field, hint): (&str, &str),
        at: Instant,
        recorded_at: Instant,
    ) -> Result<(), Refusal> {
        if at.micros() <= recorded_at.micros().saturating_add(MICROS_PER_DAY) {
            return Ok(());
        }
        Err(self.refusal(
            field,
            &format!("({at}) is more than a day after the event is recorded ({recorded_at})"),
            hint,
        ))
    }

    fn moment(&mut self, field: &str) -> Option<Moment> {
        self.take(field, |value| if let Value::Instant(moment) = value { Some(moment) } else { None })
    }

    pub(super) fn name(&mut self, field: &str) -> Option<Name> {
        self.take(field, |value| if let Value::Name(name) = value { Some(name) } else { None })
    }

    pub(super) fn aliases(&mut self, field: &str) -> Option<Vec<Name>> {
        self.take(field, |value| if let Value::Aliases(names) = value { Some(names) } else { None })
    }

    pub(super) fn names(&mut self, field: &str) -> Option<Vec<DescribedName>> {
        self.take(field, |value| if let Value::Names(names) = value { Some(names) } else { None })
    }

    pub(super) fn identifiers(&mut self, field: &str) -> Option<Vec<Identifier>> {
        self.take(field, |value| if let Value::Identifiers(identifiers) = value { Some(identifiers) } else { None })
    }

    pub(super) fn text(&mut self, field: &str) -> Option<Arc<str>> {
        self.take(field, |value| if let Value::Text(text) = value { Some(text) } else { None })
    }

    fn quote(&mut self, field: &str) -> Option<Quote> {
        self.take(field, |value| if let Value::Quote(quote) = value { Some(quote) } else { None })
    }

    pub(super) fn flag(&mut self, field: &str) -> Option<bool> {
        self.take(field, |value| if let Value::Flag(flag) = value { Some(flag) } else { None })
    }

    pub(super) fn confidence(&mut self, field: &str) -> Option<Confidence> {
        self.take(field, |value| if let Value::Confidence(confidence) = value { Some(confidence) } else { None })
    }

    pub(super) fn employment(&mut self, field: &str) -> Option<Employment> {
        self.take(field, |value| if let Value::Employment(employment) = value { Some(employment) } else { None })
    }

    pub(super) fn event_id(&mut self, field: &str) -> Option<EventId> {
        self.take(field, |value| if let Value::Event(id) = value { Some(id) } else { None })
    }

    pub(super) fn source(&mut self, field: &str) -> Option<(Source, Option<Moment>)> {
        self.take(field, |value| if let Value::Source(source, read) = value { Some((*source, read)) } else { None })
    }

    fn entity_id(&mut self, field: &str) -> Option<GivenId> {
        self.take(field, |value| if let Value::EntityId(id) = value { Some(id) } else { None })
    }
}

/// The type of an event, by its name.
pub(super) fn event_type(node: Option<&Json<'_>>, place: &FieldPath<'_>) -> Result<&'static EventType, Refusal> {
    let names = || EVENT_TYPES.iter().map(|t| t.shape.name);
    let all = || format!("the types are {}", quoted(names(), ", "));
    let here = place.field("type");
    match node {
        None | Some(Json::Null) => Err(Refusal::new(format_args!("`{here}` is missing"), all())),
        Some(Json::Text(name)) => known_type(name).ok_or_else(|| {
            let reason = format!("`{here}`: there is no type `{}`", shown(name));
            Refusal::new(reason, nearest(name, names()).map_or_else(all, did_you_mean))
        }),
        Some(other) => Err(must_be(&here, other, "a string", &all())),
    }
}

/// A value of the kind.
fn read(kind: Kind, node: &Json<'_>, place: &FieldPath<'_>) -> Result<Value, Refusal> {
    Ok(match kind {
        Kind::Type => Value::Type,
        Kind::Event => Value::Event(event_id(node, place)?),
        Kind::EntityId => Value::EntityId(entity_id(node, place)?),
        Kind::Person | Kind::PersonOrNobody | Kind::Company | Kind::Unit => Value::Reference(reference(node, place)?),
        Kind::Date => Value::Date(date(node, place)?),
        Kind::Instant => Value::Instant(instant(node, place)?),
        Kind::Name => Value::Name(name(node, place)?),
        Kind::Aliases => Value::Aliases(list(node, place, "write a list of names", name)?),
        Kind::Names => Value::Names(list(node, place, NAMES_HINT, described_name)?),
        Kind::Identifiers => Value::Identifiers(identifiers(node, place)?),
        Kind::Quote => Value::Quote(quote(node, place)?),
        Kind::Text => Value::Text(Arc::from(text(node, place)?)),
        Kind::Line => Value::Text(Arc::from(line(node, place)?)),
        Kind::Language => Value::Text(language(node, place)?),
        Kind::Flag => Value::Flag(flag(node, place)?),
        Kind::Confidence => Value::Confidence(choice(node, place, &CONFIDENCES)?),
        Kind::Employment => Value::Employment(choice(node, place, &EMPLOYMENTS)?),
        Kind::Source => {
            let (source, read) = source(node, place)?;
            Value::Source(Box::new(source), read)
        }
    })
}

const NAMES_HINT: &str = "write a list of objects: [{\"text\": .., \"lang\": .., \"from\": .., \"to\": ..}]";
const REFERENCE_HINT: &str = "write a name, or {\"id\": .., \"name\": .., \"aliases\": [..], \"identifiers\": {..}}";
const MICROS_PER_DAY: i64 = 86_400_000_000;
const SOURCE_HINT: &str = "write a URL or a name, or {\"url\": .., \"publisher\": .., ..}";
const IDENTIFIERS_HINT: &str = "write register and id, as in {\"wikidata\": \"Q1\"}";
const QUOTE_HINT: &str = "write the words, or {\"exact\": .., \"prefix\": .., \"suffix\": ..}";
const INSTANT_HINT: &str = "write an instant with its zone, such as 2025-09-30T06:00:00Z, or a date, a month or a year";

/// A string that is not empty, as it stands.
fn string<'n>(node: &'n Json<'_>, place: &FieldPath<'_>, hint: &str) -> Result<&'n str, Refusal> {
    let Json::Text(text) = node else {
        return Err(must_be(place, node, "a string", hint));
    };
    if text.trim().is_empty() {
        return Err(Refusal::new(
            format_args!("`{place}` is empty"),
            "write what the source says; what it does not say is left out",
        ));
    }
    Ok(text)
}

fn text<'n>(node: &'n Json<'_>, place: &FieldPath<'_>) -> Result<&'n str, Refusal> {
    let text = string(node, place, "write the text in quotes")?;
    without_control(text, |c| c.is_control() && c != '\n' && c != '\t', place)
}

/// A text on one line, without the spaces at its ends.
fn line<'n>(node: &'n Json<'_>, place: &FieldPath<'_>) -> Result<&'n str, Refusal> {
    let line = string(node, place, "write the text in quotes")?.trim();
    without_control(line, char::is_control, place)
}

fn without_control<'t>(text: &'t str, control: fn(char) -> bool, place: &FieldPath<'_>) -> Result<&'t str, Refusal> {
    // Long quotes are looked through byte by byte first: 0xC2 begins the control characters beyond ASCII.
    let can_have_any = text.bytes().any(|b| b < b' ' || b == 0x7F || b == 0xC2);
    let found = if can_have_any { text.chars().find(|c| control(*c)) } else { None };
    match found {
        None => Ok(text),
        Some(character) => Err(Refusal::new(
            format_args!("`{place}` has the control character U+{:04X}", u32::from(character)),
            "remove it; only the line breaks and tabs of free text are kept, as \\n and \\t",
        )),
    }
}

fn name(node: &Json<'_>, place: &FieldPath<'_>) -> Result<Name, Refusal> {
    let text = string(node, place, "write the name in quotes")?;
    text.parse().map_err(|error: NameError| {
        let hint = match error {
            NameError::NoKey(_) => "write the name as the source does; where it gives none, leave the field out",
            NameError::Control(_) => "write the name alone, on one line",
            NameError::TooLong(_) => "write the name alone; what else there is to say goes into `note`",
        };
        Refusal::new(format_args!("`{place}`: {error}"), hint)
    })
}

/// A value that is parsed by its own type, whose error says all.
fn parsed<T: FromStr>(node: &Json<'_>, place: &FieldPath<'_>, hint: &str) -> Result<T, Refusal>
where
    T::Err: std::fmt::Display,
{
    let text = string(node, place, hint)?;
    text.parse().map_err(|error| Refusal::new(format_args!("`{place}`: {error}"), hint))
}

fn event_id(node: &Json<'_>, place: &FieldPath<'_>) -> Result<EventId, Refusal> {
    parsed(node, place, "write an id such as row-17 or a UUID")
}

fn entity_id(node: &Json<'_>, place: &FieldPath<'_>) -> Result<GivenId, Refusal> {
    let hint = if matches!(node, Json::Text(id) if id.starts_with('~')) {
        "ids with ~ are the ledger's own and change with what it learns: give the `name`"
    } else {
        "leave `id` out where the scraper has none of its own, and give the `name`"
    };
    parsed(node, place, hint)
}

fn date(node: &Json<'_>, place: &FieldPath<'_>) -> Result<VagueDate, Refusal> {
    let text = string(node, place, NotADate::Form(String::new()).hint())?;
    let date: Result<VagueDate, NotADate> = text.parse();
    date.map_err(|error: NotADate| {
        // What it quotes is the text, which may be long or worse.
        let error = if shown(text) == text { error } else { NotADate::Form(shown(text)) };
        Refusal::new(format_args!("`{place}`: {error}"), error.hint())
    })
}

/// An instant; a day stands for its midnight, a month and a year for that of their last day.
fn instant(node: &Json<'_>, place: &FieldPath<'_>) -> Result<Moment, Refusal> {
    let text = string(node, place, INSTANT_HINT)?;
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let instant = if plain {
        let last = |date: VagueDate| {
            let (first, last) = (date.bounds().earliest(), date.bounds().latest()?);
            Some(Moment { at: Instant::midnight(last), since: first.filter(|first| *first < last) })
        };
        text.parse().ok().and_then(last)
    } else {
        text.parse().ok().map(|at| Moment { at, since: None })
    };
    instant.ok_or_else(|| {
        let hint = if format!("{text}Z").parse::<Instant>().is_ok() || format!("{text}:00Z").parse::<Instant>().is_ok()
        {
            "add the zone, as in 2025-09-30T06:00:00Z or 2025-09-30T14:00:00+08:00"
        } else if text.parse::<VagueDate>().is_ok() {
            "it is one point in time; leave it out where the source does not say, and date the change by `effective`"
        } else {
            INSTANT_HINT
        };
        Refusal::new(format_args!("`{place}`: `{}` is not an instant, date, month or year", shown(text)), hint)
    })
}

/// A tag in the form of BCP 47, lower case; whether the language exists is not looked up.
fn language(node: &Json<'_>, place: &FieldPath<'_>) -> Result<Arc<str>, Refusal> {
    let hint = "write a tag such as zh, zh-Hans or pt-BR";
    let tag = string(node, place, hint)?;
    let mut parts = tag.split('-');
    let first = parts.next().is_some_and(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    let rest = parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    if !first || !rest {
        return Err(Refusal::new(format_args!("`{place}`: `{}` is not the tag of a language", shown(tag)), hint));
    }
    Ok(Arc::from(tag.to_ascii_lowercase()))
}

fn flag(node: &Json<'_>, place: &FieldPath<'_>) -> Result<bool, Refusal> {
    let Json::Flag(flag) = node else {
        return Err(must_be(place, node, "true or false", "write true or false, without quotes"));
    };
    Ok(*flag)
}

fn choice<T: Copy>(node: &Json<'_>, place: &FieldPath<'_>, words: &[(&'static str, T)]) -> Result<T, Refusal> {
    let all = || words.iter().map(|(word, _)| *word);
    let hint = || format!("write {}", quoted(all(), " or "));
    let Json::Text(asked) = node else {
        return Err(must_be(place, node, "a string", &hint()));
    };
    let found = words.iter().find(|(word, _)| word == asked);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let reason = format!("`{place}`: `{}` is none of {}", shown(asked), quoted(all(), ", "));
        Refusal::new(reason, nearest(asked, all()).map_or_else(hint, did_you_mean))
    })
}

fn list<T>(
    node: &Json<'_>,
    place: &FieldPath<'_>,
    hint: &str,
    item: fn(&Json<'_>, &FieldPath<'_>) -> Result<T, Refusal>,
) -> Result<Vec<T>, Refusal> {
    let Json::List(items) = node else {
        return Err(must_be(place, node, "an array", hint));
    };
    items.iter().enumerate().map(|(index, node)| item(node, &place.item(index))).collect()
}

/// Identifiers, sorted: the order of an object's fields says nothing.
fn identifiers(node: &Json<'_>, place: &FieldPath<'_>) -> Result<Vec<Identifier>, Refusal> {
    let Json::Object(object) = node else {
        return Err(must_be(place, node, "an object", IDENTIFIERS_HINT));
    };
    let mut identifiers = Vec::with_capacity(object.len());
    for (scheme, value) in object {
        let here = place.field(scheme);
        let scheme = Json::Text(scheme.as_ref().into());
        let scheme = line(&scheme, &here)?;
        if !matches!(value, Json::Null) {
            let value = line(value, &here)?;
            identifiers.push(Identifier { scheme: Arc::from(scheme), value: Arc::from(value) });
        }
    }
    identifiers.sort();
    match identifiers.windows(2).find(|pair| pair[0].scheme == pair[1].scheme) {
        Some(pair) => Err(twice(&place.field(&pair[0].scheme))),
        None => Ok(identifiers),
    }
}

fn reference(node: &Json<'_>, place: &FieldPath<'_>) -> Result<Reference, Refusal> {
    let object = match node {
        Json::Text(_) => {
            return Ok(Reference { id: None, names: vec![name(node, place)?], identifiers: Vec::new() });
        }
        Json::Object(object) => object,
        Json::Null | Json::Flag(_) | Json::Number(_) | Json::List(_) => {
            return Err(must_be(place, node, "a string or an object", REFERENCE_HINT));
        }
    };
    let mut values = Values::read(&REFERENCE, object, *place)?;
    let mut names: Vec<Name> = values.name("name").into_iter().collect();
    names.extend(values.aliases("aliases").unwrap_or_default());
    Ok(Reference {
        id: values.entity_id("id"),
        names,
        identifiers: values.identifiers("identifiers").unwrap_or_default(),
    })
}

fn source(node: &Json<'_>, place: &FieldPath<'_>) -> Result<(Source, Option<Moment>), Refusal> {
    let object = match node {
        Json::Text(_) => {
            let says = Some(Arc::from(line(node, place)?));
            let source = if says.as_ref().is_some_and(|s: &Arc<str>| s.contains("://")) {
                Source { url: says, ..Source::default() }
            } else {
                Source { publisher: says, ..Source::default() }
            };
            return Ok((source, None));
        }
        Json::Object(object) => object,
        Json::Null | Json::Flag(_) | Json::Number(_) | Json::List(_) => {
            return Err(must_be(place, node, "a string or an object", SOURCE_HINT));
        }
    };
    let mut values = Values::read(&SOURCE, object, *place)?;
    let read = values.moment("retrieved_at");
    let source = Source {
        url: values.text("url"),
        publisher: values.text("publisher"),
        key: values.text("key"),
        title: values.text("title"),
        lang: values.text("lang"),
        quote: values.quote("quote"),
        locator: values.text("locator"),
        archive_url: values.text("archive_url"),
        retrieved_at: read.map(|read| read.at),
    };
    Ok((source, read))
}

fn quote(node: &Json<'_>, place: &FieldPath<'_>) -> Result<Quote, Refusal> {
    let object = match node {
        Json::Text(_) => {
            return Ok(Quote { exact: Arc::from(text(node, place)?), prefix: None, suffix: None });
        }
        Json::Object(object) => object,
        Json::Null | Json::Flag(_) | Json::Number(_) | Json::List(_) => {
            return Err(must_be(place, node, "a string or an object", QUOTE_HINT));
        }
    };
    let mut values = Values::read(&QUOTE, object, *place)?;
    Ok(Quote {
        exact: values.must("exact", Values::text),
        prefix: values.text("prefix"),
        suffix: values.text("suffix"),
    })
}

fn described_name(node: &Json<'_>, place: &FieldPath<'_>) -> Result<DescribedName, Refusal> {
    let Json::Object(object) = node else {
        return Err(must_be(place, node, "an object", NAMES_HINT));
    };
    let mut values = Values::read(&DESCRIBED_NAME, object, *place)?;
    let described = DescribedName {
        name: values.must("text", Values::name),
        lang: values.text("lang"),
        from: values.date("from"),
        to: values.date("to"),
    };
    values.in_order(described.from.as_ref(), described.to.as_ref())?;
    Ok(described)
}

/// A field that its object does not have.
fn unknown(shape: &Shape, name: &str, place: &FieldPath<'_>) -> Refusal {
    let fields = || shape.fields.iter().map(|field| field.name);
    let hint = match shape.instead {
        Some((field, hint)) if field == name => hint.to_owned(),
        _ => nearest(name, fields()).map_or_else(|| format!("its fields are {}", quoted(fields(), ", ")), did_you_mean),
    };
    Refusal::new(format_args!("`{}` is not a field of {}", place.field(name), shape.name), hint)
}

/// A field that its object has two of.
pub(super) fn twice(place: &FieldPath<'_>) -> Refusal {
    Refusal::new(
        format_args!("`{place}` is given twice"),
        "give it once: readers of JSON differ in which of the two they take",
    )
}

fn must_be(place: &FieldPath<'_>, node: &Json<'_>, what: &str, hint: &str) -> Refusal {
    Refusal::new(format_args!("`{place}` is {}, it must be {what}", node.what()), hint)
}

fn did_you_mean(word: &str) -> String {
    format!("did you mean `{word}`?")
}

fn quoted<'w>(words: impl Iterator<Item = &'w str>, between: &str) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(between)
}
