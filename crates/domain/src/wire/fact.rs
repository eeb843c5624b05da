//! The fact that each type of event claims, made from its fields.
//!
//! The fields are read already; what is refused here is what no two of them can say together.

#![expect(clippy::unnecessary_wraps, reason = "the facts of all types are made by functions of one signature")]

use super::Refusal;
use super::read::Values;
use crate::event::{Concurrency, Fact, PersonFact, Post, Reference, UnitFact};

type Made = Result<Fact, Refusal>;

/// The fact that an event of a type claims, or how its fields contradict each other.
pub(super) fn fact(event_type: &str, values: &mut Values<'_>) -> Made {
    match event_type {
        "JoinedCompany" => joined_company(values),
        "LeftCompany" => left_company(values),
        "TransferredUnit" => transferred_unit(values),
        "AppointedToPost" => appointed_to_post(values),
        "RelievedOfPost" => relieved_of_post(values),
        "ChangedTitle" => changed_title(values),
        "ChangedManager" => changed_manager(values),
        "HeldPost" => held_post(values),
        "UnitFormed" => unit_formed(values),
        "UnitRenamed" => unit_renamed(values),
        "UnitMoved" => unit_moved(values),
        "UnitMerged" => unit_merged(values),
        "UnitDissolved" => unit_dissolved(values),
        "PersonDied" => person_died(values),
        "PersonDescribed" => person_described(values),
        "UnitDescribed" => unit_described(values),
        "SamePerson" => same_person(values),
        "SameUnit" => same_unit(values),
        "EventRetracted" => event_retracted(values),
        "PersonErased" => person_erased(values),
        other => unreachable!("the table has a type that claims nothing: {other}"),
    }
}

/// Whether two references are surely one entity: by their ids, or where neither has one by a name of both.
///
/// One with an id and one without may be one or not; that is for the ledger to find out.
fn same(one: &Reference, other: &Reference) -> bool {
    match (&one.id, &other.id) {
        (Some(one), Some(other)) => one == other,
        (None, None) => {
            let is_named = |key| other.names.iter().any(|name| name.key() == key);
            one.names.iter().any(|name| is_named(name.key()))
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Refuses a reference that is the same as that of another field.
fn differs(
    values: &Values<'_>,
    field: &str,
    reference: Option<&Reference>,
    from: &str,
    other: &Reference,
) -> Result<(), Refusal> {
    if reference.is_some_and(|reference| same(reference, other)) {
        return Err(values.refusal(
            field,
            &format!("is the same as `{from}`"),
            "name two, or leave the event out; namesakes need ids of their own",
        ));
    }
    Ok(())
}

/// The post fields but `unit`.
fn post(values: &mut Values<'_>, unit: Option<Reference>) -> Post<Reference, Reference> {
    Post {
        unit,
        title: values.name("title"),
        lead: values.flag("lead").unwrap_or_default(),
        acting: values.flag("acting").unwrap_or_default(),
        remit: values.text("remit"),
        reports_to: values.reference("reports_to"),
        employment: values.employment("employment"),
    }
}

fn concurrency(values: &mut Values<'_>) -> Concurrency {
    if values.flag("concurrent") == Some(true) { Concurrency::Concurrent } else { Concurrency::Exclusive }
}

fn person(values: &mut Values<'_>) -> Reference {
    values.must("person", Values::reference)
}

fn company(values: &mut Values<'_>) -> Reference {
    values.must("company", Values::reference)
}

fn joined_company(values: &mut Values<'_>) -> Made {
    let person = person(values);
    let unit = values.reference("unit");
    let fact = PersonFact::JoinedCompany {
        company: company(values),
        post: post(values, unit),
        concurrency: concurrency(values),
    };
    Ok(Fact::Person { person, fact })
}

fn left_company(values: &mut Values<'_>) -> Made {
    let fact = PersonFact::LeftCompany { company: company(values), reason: values.text("reason") };
    Ok(Fact::Person { person: person(values), fact })
}

fn transferred_unit(values: &mut Values<'_>) -> Made {
    let person = person(values);
    let from_unit = values.reference("from_unit");
    let to_unit = values.must("to_unit", Values::reference);
    differs(values, "to_unit", from_unit.as_ref(), "from_unit", &to_unit)?;
    let fact = PersonFact::TransferredUnit { company: company(values), from_unit, to_unit, post: post(values, None) };
    Ok(Fact::Person { person, fact })
}

fn appointed_to_post(values: &mut Values<'_>) -> Made {
    let person = person(values);
    let unit = values.reference("unit");
    let post = post(values, unit);
    let succeeds = values.reference("succeeds");
    let fact = PersonFact::AppointedToPost { company: company(values), post, succeeds };
    Ok(Fact::Person { person, fact })
}

fn relieved_of_post(values: &mut Values<'_>) -> Made {
    let fact = PersonFact::RelievedOfPost {
        company: company(values),
        unit: values.reference("unit"),
        title: values.name("title"),
        reason: values.text("reason"),
    };
    Ok(Fact::Person { person: person(values), fact })
}

fn changed_title(values: &mut Values<'_>) -> Made {
    let fact = PersonFact::ChangedTitle {
        company: company(values),
        unit: values.reference("unit"),
        from_title: values.name("from_title"),
        to_title: values.must("to_title", Values::name),
        lead: values.flag("lead"),
        acting: values.flag("acting").unwrap_or_default(),
    };
    Ok(Fact::Person { person: person(values), fact })
}

fn changed_manager(values: &mut Values<'_>) -> Made {
    let person = person(values);
    let reports_to = values.reference("reports_to");
    let fact = PersonFact::ChangedManager {
        company: company(values),
        unit: values.reference("unit"),
        title: values.name("title"),
        reports_to,
    };
    Ok(Fact::Person { person, fact })
}

fn held_post(values: &mut Values<'_>) -> Made {
    let person = person(values);
    let unit = values.reference("unit");
    let post = post(values, unit);
    let (from, to) = (values.date("from"), values.date("to"));
    values.in_order(from.as_ref(), to.as_ref())?;
    let seen = values.date("seen");
    if let Some(date) = &seen {
        let bounds = date.bounds();
        let hint = "mend the dates, or leave out the one that the source does not give";
        if let Some(from) = from.as_ref().filter(|from| bounds.surely_before(from.bounds())) {
            return Err(values.refusal("seen", &format!("({date}) is surely before `from` ({from})"), hint));
        }
        if let Some(to) = to.as_ref().filter(|to| to.bounds().surely_before(bounds)) {
            let wrong = format!("({date}) is surely not before `to` ({to}), the first day without the post");
            return Err(values.refusal("seen", &wrong, hint));
        }
    }
    let fact =
        PersonFact::HeldPost { company: company(values), post, from, to, seen, concurrency: concurrency(values) };
    Ok(Fact::Person { person, fact })
}

fn unit(values: &mut Values<'_>, fact: UnitFact<Reference>) -> Fact {
    let unit = values.must("unit", Values::reference);
    Fact::Unit { unit, company: values.reference("company"), fact }
}

fn unit_formed(values: &mut Values<'_>) -> Made {
    let fact = UnitFact::Formed { parent: values.reference("parent"), kind: values.text("kind") };
    Ok(unit(values, fact))
}

fn unit_renamed(values: &mut Values<'_>) -> Made {
    let fact = UnitFact::Renamed { name: values.must("name", Values::name) };
    Ok(unit(values, fact))
}

fn unit_moved(values: &mut Values<'_>) -> Made {
    let fact = UnitFact::Moved { parent: values.must("parent", Values::reference) };
    Ok(unit(values, fact))
}

fn unit_merged(values: &mut Values<'_>) -> Made {
    let fact = UnitFact::Merged { into: values.must("into", Values::reference) };
    Ok(unit(values, fact))
}

fn unit_dissolved(values: &mut Values<'_>) -> Made {
    Ok(unit(values, UnitFact::Dissolved))
}

fn person_died(values: &mut Values<'_>) -> Made {
    Ok(Fact::PersonDied { person: person(values) })
}

fn person_described(values: &mut Values<'_>) -> Made {
    Ok(Fact::PersonDescribed {
        person: person(values),
        company: values.reference("company"),
        names: values.names("names").unwrap_or_default(),
        identifiers: values.identifiers("identifiers").unwrap_or_default(),
    })
}

fn unit_described(values: &mut Values<'_>) -> Made {
    let fact = UnitFact::Described {
        names: values.names("names").unwrap_or_default(),
        identifiers: values.identifiers("identifiers").unwrap_or_default(),
        kind: values.text("kind"),
        parent: values.reference("parent"),
    };
    Ok(unit(values, fact))
}

fn same_person(values: &mut Values<'_>) -> Made {
    let person = person(values);
    let same_as = values.must("same_as", Values::reference);
    differs(values, "same_as", Some(&same_as), "person", &person)?;
    Ok(Fact::SamePerson { person, same_as })
}

fn same_unit(values: &mut Values<'_>) -> Made {
    let unit = values.must("unit", Values::reference);
    let company = values.reference("company");
    let same_as = values.must("same_as", Values::reference);
    let same_as_company = values.reference("same_as_company");
    // Units of two companies may share a name; ids are global.
    let one_scope = match (&company, &same_as_company) {
        (_, None) => true,
        (Some(one), Some(other)) => same(one, other),
        (None, Some(_)) => false,
    };
    if one_scope || unit.id.is_some() {
        differs(values, "same_as", Some(&same_as), "unit", &unit)?;
    }
    Ok(Fact::SameUnit { unit, company, same_as, same_as_company })
}

fn event_retracted(values: &mut Values<'_>) -> Made {
    Ok(Fact::EventRetracted { event: values.must("event", Values::event_id), reason: values.text("reason") })
}

fn person_erased(values: &mut Values<'_>) -> Made {
    Ok(Fact::PersonErased { person: person(values) })
}
