//! An event back into its JSON: what [`read_stored`](super::read_stored) makes the same event of.
//!
//! Left out is what says nothing: absent fields, false flags, the default confidence. What the domain does not
//! carry (the `reason` of an erasure) is in the stored text alone.

use serde_json::{Map, Value, json};

use crate::event::{
    Concurrency, Confidence, DescribedName, Employment, Event, Fact, GivenId, Identifier, PersonFact, Post, Quote,
    Reference, Source, UnitFact,
};
use crate::name::Name;

/// The JSON of an event.
pub fn write(event: &Event) -> Value {
    let mut fields = Fields::default();
    put_fact(&event.fact, &mut fields);
    let mut whole = Fields::default();
    whole.text("type", Some(event.fact.type_name()));
    whole.text("id", Some(event.id.as_str()));
    whole.0.append(&mut fields.0);
    whole.display("effective", event.effective.as_ref());
    whole.display("reported_at", Some(event.reported_at));
    whole.put("source", Some(write_source(&event.source)));
    if event.confidence != Confidence::default() {
        whole.text("confidence", Some(event.confidence.word()));
    }
    whole.display("corrects", event.corrects.as_ref());
    whole.text("note", event.note.as_deref());
    Value::Object(whole.0)
}

/// An object in the making.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, name: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value);
        }
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        self.put(name, text.map(Value::from));
    }

    fn display(&mut self, name: &str, value: Option<impl ToString>) {
        self.put(name, value.map(|value| value.to_string().into()));
    }

    /// A flag that holds.
    fn flag(&mut self, name: &str, flag: bool) {
        self.put(name, flag.then_some(Value::Bool(true)));
    }

    fn reference(&mut self, name: &str, entity: Option<&Reference>) {
        self.put(name, entity.map(reference));
    }

    fn identity(&mut self, names: &[DescribedName], all: &[Identifier]) {
        let names: Vec<Value> = names.iter().map(described_name).collect();
        self.put("names", (!names.is_empty()).then_some(Value::Array(names)));
        self.put("identifiers", identifiers(all));
    }
}

fn put_fact(fact: &Fact, fields: &mut Fields) {
    match fact {
        Fact::Person { person, fact } => {
            fields.reference("person", Some(person));
            put_person_fact(fact, fields);
        }
        Fact::Unit { unit, company, fact } => {
            fields.reference("unit", Some(unit));
            fields.reference("company", company.as_ref());
            put_unit_fact(fact, fields);
        }
        Fact::PersonDied { person } | Fact::PersonErased { person } => {
            fields.reference("person", Some(person));
        }
        Fact::PersonDescribed { person, company, names, identifiers } => {
            fields.reference("person", Some(person));
            fields.reference("company", company.as_ref());
            fields.identity(names, identifiers);
        }
        Fact::SamePerson { person, same_as } => {
            fields.reference("person", Some(person));
            fields.reference("same_as", Some(same_as));
        }
        Fact::SameUnit { unit, company, same_as, same_as_company } => {
            fields.reference("unit", Some(unit));
            fields.reference("company", company.as_ref());
            fields.reference("same_as", Some(same_as));
            fields.reference("same_as_company", same_as_company.as_ref());
        }
        Fact::EventRetracted { event, reason } => {
            fields.display("event", Some(event));
            fields.text("reason", reason.as_deref());
        }
    }
}

fn put_person_fact(fact: &PersonFact<Reference, Reference, Reference>, fields: &mut Fields) {
    match fact {
        PersonFact::JoinedCompany { company, post, concurrency } => {
            fields.reference("company", Some(company));
            put_post(post, fields);
            fields.flag("concurrent", *concurrency == Concurrency::Concurrent);
        }
        PersonFact::LeftCompany { company, reason } => {
            fields.reference("company", Some(company));
            fields.text("reason", reason.as_deref());
        }
        PersonFact::TransferredUnit { company, from_unit, to_unit, post } => {
            fields.reference("company", Some(company));
            fields.reference("from_unit", from_unit.as_ref());
            fields.reference("to_unit", Some(to_unit));
            put_post(post, fields);
        }
        PersonFact::AppointedToPost { company, post, succeeds } => {
            fields.reference("company", Some(company));
            put_post(post, fields);
            fields.reference("succeeds", succeeds.as_ref());
        }
        PersonFact::RelievedOfPost { company, unit, title, reason } => {
            fields.reference("company", Some(company));
            fields.reference("unit", unit.as_ref());
            fields.display("title", title.as_ref());
            fields.text("reason", reason.as_deref());
        }
        PersonFact::ChangedTitle { company, unit, from_title, to_title, lead, acting } => {
            fields.reference("company", Some(company));
            fields.reference("unit", unit.as_ref());
            fields.display("from_title", from_title.as_ref());
            fields.display("to_title", Some(to_title));
            fields.put("lead", lead.map(Value::Bool));
            fields.flag("acting", *acting);
        }
        PersonFact::ChangedManager { company, unit, title, reports_to } => {
            fields.reference("company", Some(company));
            fields.reference("unit", unit.as_ref());
            fields.display("title", title.as_ref());
            fields.put("reports_to", Some(reports_to.as_ref().map_or(Value::Null, reference)));
        }
        PersonFact::HeldPost { company, post, from, to, seen, concurrency } => {
            fields.reference("company", Some(company));
            put_post(post, fields);
            fields.display("from", from.as_ref());
            fields.display("to", to.as_ref());
            fields.display("seen", seen.as_ref());
            fields.flag("concurrent", *concurrency == Concurrency::Concurrent);
        }
    }
}

fn put_unit_fact(fact: &UnitFact<Reference>, fields: &mut Fields) {
    match fact {
        UnitFact::Formed { parent, kind } => {
            fields.reference("parent", parent.as_ref());
            fields.text("kind", kind.as_deref());
        }
        UnitFact::Renamed { name } => {
            fields.display("name", Some(name));
        }
        UnitFact::Moved { parent } => {
            fields.reference("parent", Some(parent));
        }
        UnitFact::Merged { into } => {
            fields.reference("into", Some(into));
        }
        UnitFact::Dissolved => {}
        UnitFact::Described { names, identifiers, kind, parent } => {
            fields.identity(names, identifiers);
            fields.text("kind", kind.as_deref());
            fields.reference("parent", parent.as_ref());
        }
    }
}

fn put_post(post: &Post<Reference, Reference>, fields: &mut Fields) {
    fields.reference("unit", post.unit.as_ref());
    fields.display("title", post.title.as_ref());
    fields.flag("lead", post.lead);
    fields.flag("acting", post.acting);
    fields.text("remit", post.remit.as_deref());
    fields.reference("reports_to", post.reports_to.as_ref());
    fields.text("employment", post.employment.map(Employment::word));
}

/// A bare name where that says it all.
fn reference(entity: &Reference) -> Value {
    if let ([name], None, []) = (&*entity.names, &entity.id, &*entity.identifiers) {
        return name.as_str().into();
    }
    let mut fields = Fields::default();
    fields.text("id", entity.id.as_ref().map(GivenId::as_str));
    let mut names = entity.names.iter().map(Name::as_str);
    fields.text("name", names.next());
    let aliases: Vec<&str> = names.collect();
    fields.put("aliases", (!aliases.is_empty()).then(|| json!(aliases)));
    fields.put("identifiers", identifiers(&entity.identifiers));
    Value::Object(fields.0)
}

fn identifiers(all: &[Identifier]) -> Option<Value> {
    let mut fields = Fields::default();
    for identifier in all {
        fields.text(&identifier.scheme, Some(&identifier.value));
    }
    (!all.is_empty()).then_some(Value::Object(fields.0))
}

fn described_name(described: &DescribedName) -> Value {
    let mut fields = Fields::default();
    fields.display("text", Some(&described.name));
    fields.text("lang", described.lang.as_deref());
    fields.display("from", described.from.as_ref());
    fields.display("to", described.to.as_ref());
    Value::Object(fields.0)
}

/// The source of an event as an object, whatever form it was given in.
pub fn write_source(source: &Source) -> Value {
    let mut fields = Fields::default();
    fields.text("url", source.url.as_deref());
    fields.text("publisher", source.publisher.as_deref());
    fields.text("key", source.key.as_deref());
    fields.text("title", source.title.as_deref());
    fields.text("lang", source.lang.as_deref());
    fields.put("quote", source.quote.as_ref().map(quote));
    fields.text("locator", source.locator.as_deref());
    fields.text("archive_url", source.archive_url.as_deref());
    fields.display("retrieved_at", source.retrieved_at);
    Value::Object(fields.0)
}

/// A bare text where that says it all.
fn quote(quote: &Quote) -> Value {
    if let Quote { exact, prefix: None, suffix: None } = quote {
        return Value::from(&**exact);
    }
    let mut fields = Fields::default();
    fields.text("exact", Some(&quote.exact));
    fields.text("prefix", quote.prefix.as_deref());
    fields.text("suffix", quote.suffix.as_deref());
    Value::Object(fields.0)
}
