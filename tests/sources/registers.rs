//! The world of the contract as registers publish it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::formats::{PEOPLE, Post, World, lines};

/// The day on which a register that dates everything published a world.
fn day(world: &World) -> &'static str {
    if world.day.is_empty() { "2020-06-01" } else { world.day }
}

fn name(person: &str) -> &'static str {
    PEOPLE.into_iter().find(|(id, _)| *id == person).map_or("", |(_, name)| name)
}

/// An object of the fields that have a value.
fn given(fields: &[(&str, &str)]) -> Value {
    fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| ((*field).to_owned(), json!(value)))
        .collect()
}

pub(crate) fn bods(world: &World) -> String {
    let day = day(world);
    let statement = |id: &str, record: &str, sort: &str, status: &str, details: Value| {
        json!({"statementId": format!("{id}-{day}"), "statementDate": day, "recordId": record, "recordType": sort, "recordStatus": status,
            "publicationDetails": {"publicationDate": day, "bodsVersion": "0.4", "publisher": {"name": "Register"}}, "recordDetails": details})
    };
    let known = |id: &str, died: &str| {
        let mut details = json!({"personType": "knownPerson", "names": [{"type": "legal", "fullName": name(id)}]});
        if !died.is_empty() {
            details["deathDate"] = died.into();
        }
        statement(id, id, "person", "new", details)
    };
    let entity = json!({"entityType": {"type": "registeredEntity"}, "name": "Rolls Office"});
    let mut values =
        vec![statement("rolls", "rolls", "entity", "new", entity), known("ann", world.died), known("bo", "")];
    let closed = (!world.ann).then_some(("1", "ann", "Clerk", "2015-01-01", ""));
    for (id, person, _, start, end) in world.posts().into_iter().chain(closed) {
        let mut interest = given(&[("startDate", start), ("endDate", end)]);
        interest["type"] = "boardMember".into();
        let details = json!({"subject": "rolls", "interestedParty": person, "interests": [interest]});
        let is_closed = id == "1" && !world.ann;
        values.push(statement(id, id, "relationship", if is_closed { "closed" } else { "new" }, details));
    }
    Value::Array(values).to_string()
}

fn officer((id, person, title, start, end): Post<'_>) -> Value {
    let mut officer =
        given(&[("officer_role", title), ("appointed_on", start), ("resigned_on", end), ("name", name(person))]);
    officer["links"] = json!({"self": format!("/company/1/appointments/{id}"), "officer": {"appointments": format!("/officers/{person}/appointments")}});
    officer
}

pub(crate) fn companies_house(world: &World) -> String {
    let items: Vec<Value> = world.posts().into_iter().map(officer).collect();
    let list = json!({"total_results": items.len(), "items": items, "links": {"self": "/company/1/officers"}});
    lines(&[list, json!({"company_number": "1", "company_name": "Rolls Office"})])
}

pub(crate) fn appointments(world: &World) -> String {
    let list = |(person, name): (&str, &str)| {
        let posts = world.posts().into_iter().filter(|post| post.1 == person);
        let items: Vec<Value> = posts
            .map(|post| {
                let mut item = officer(post);
                item["appointed_to"] = json!({"company_number": "1", "company_name": "Rolls Office"});
                item
            })
            .collect();
        json!({"name": name, "items": items, "links": {"self": format!("/officers/{person}/appointments")}})
    };
    lines(&PEOPLE.map(list))
}

pub(crate) fn stream(world: &World) -> String {
    let line = |post: Post<'_>| {
        json!({"resource_kind": "company-officers", "resource_uri": format!("/company/1/appointments/{}", post.0), "resource_id": post.0, "data": officer(post),
            "event": {"timepoint": 1, "published_at": format!("{}T00:00:00", day(world)), "type": "changed"}})
    };
    lines(&world.posts().into_iter().map(line).collect::<Vec<_>>())
}

/// The filings of Ann, each of an owner: those of Bo are of another company's.
fn filings(world: &World) -> Vec<Post<'_>> {
    world.posts().into_iter().filter(|post| post.1 == "ann").collect()
}

pub(crate) fn sec_submissions(world: &World) -> String {
    let mut text =
        "ACCESSION_NUMBER\tFILING_DATE\tPERIOD_OF_REPORT\tNOT_SUBJECT_SEC16\tISSUERCIK\tISSUERNAME\tREMARKS\n"
            .to_owned();
    let date: chrono::NaiveDate = day(world).parse().expect("a day");
    for number in 0..filings(world).len() {
        let filed = date.format("%d-%b-%Y").to_string().to_uppercase();
        writeln!(text, "{}-{number}\t{filed}\t01-JAN-2020\t0\t0001\tRolls Office\t", day(world))
            .expect("a string takes it");
    }
    text
}

pub(crate) fn sec_table(world: &World) -> String {
    let mut text = "ACCESSION_NUMBER\tRPTOWNERCIK\tRPTOWNERNAME\tRPTOWNER_RELATIONSHIP\tRPTOWNER_TITLE\n".to_owned();
    for (number, (_, person, title, ..)) in filings(world).into_iter().enumerate() {
        writeln!(text, "{}-{number}\t0007\t{}\tOfficer\t{title}", day(world), name(person)).expect("a string takes it");
    }
    text
}

pub(crate) fn sec_filing(world: &World) -> String {
    let owner = |(_, person, title, ..): Post<'_>| {
        format!(
            "<reportingOwner><reportingOwnerId><rptOwnerCik>0007</rptOwnerCik><rptOwnerName>{}</rptOwnerName></reportingOwnerId>\
             <reportingOwnerRelationship><isOfficer>1</isOfficer><officerTitle>{title}</officerTitle></reportingOwnerRelationship></reportingOwner>",
            name(person)
        )
    };
    format!(
        "<?xml version=\"1.0\"?>\n<ownershipDocument><documentType>4</documentType><periodOfReport>2020-01-01</periodOfReport><issuer>\
         <issuerCik>0001</issuerCik><issuerName>Rolls Office</issuerName></issuer>{}<ownerSignature><signatureDate>{}</signatureDate>\
         </ownerSignature></ownershipDocument>",
        filings(world).into_iter().map(owner).collect::<String>(),
        day(world)
    )
}

pub(crate) fn govuk(world: &World) -> String {
    let appointment = |(id, _, title, start, end): Post<'_>| {
        let at = |day: &str| {
            if day.starts_with(|c: char| c.is_ascii_digit()) { format!("{day}T00:00:00+00:00") } else { day.to_owned() }
        };
        let mut details = given(&[("started_on", &at(start)), ("ended_on", &at(end))]);
        details["current"] = end.is_empty().into();
        let office = json!({"ordered_parent_organisations": [{"content_id": "rolls", "title": "Rolls Office"}]});
        json!({"content_id": id, "document_type": "role_appointment", "details": details, "links": {"role": [{"title": title, "links": office}]}})
    };
    let person = |(person, name): (&str, &str)| {
        let posts: Vec<Value> = world.posts().into_iter().filter(|post| post.1 == person).map(appointment).collect();
        json!({"content_id": person, "title": name, "document_type": "person", "links": {"role_appointments": posts}})
    };
    json!({"content_id": "page", "document_type": "ministers_index", "title": "Ministers", "updated_at": format!("{}T00:00:00.000Z", day(world)),
        "links": {"ordered_ministers": PEOPLE.map(person)}})
    .to_string()
}

/// The parts of a date; a word in the place of one is its year.
fn parts(date: &str) -> Vec<(&'static str, &str)> {
    let is_day = date.starts_with(|c: char| c.is_ascii_digit());
    let parts: Vec<&str> = if is_day { date.split('-').collect() } else { vec![date] };
    ["year", "month", "day"].into_iter().zip(parts).filter(|(_, part)| !part.is_empty()).collect()
}

pub(crate) fn orcid(world: &World) -> String {
    let date = |date: &str| -> Value {
        parts(date).into_iter().map(|(part, value)| (part.to_owned(), json!({"value": value}))).collect()
    };
    let published: chrono::DateTime<chrono::Utc> = format!("{}T00:00:00Z", day(world)).parse().expect("an instant");
    let summary = |(id, person, title, start, end): Post<'_>| {
        json!({"employment-summary": {"put-code": id, "path": format!("/{person}/employment/{id}"), "visibility": "public", "role-title": title,
            "start-date": date(start), "end-date": date(end), "last-modified-date": {"value": published.timestamp_millis()},
            "organization": {"name": "Rolls Office"}}})
    };
    let record = |(person, name): (&str, &str)| {
        let posts = world.posts().into_iter().filter(|post| post.1 == person);
        let groups: Vec<Value> = posts.map(|post| json!({"summaries": [summary(post)]})).collect();
        let none = json!({"affiliation-group": []});
        json!({"orcid-identifier": {"path": person, "uri": format!("https://orcid.org/{person}")}, "person": {"name": {"credit-name": {"value": name}}},
            "activities-summary": {"employments": {"affiliation-group": groups}, "invited-positions": none, "services": none}})
    };
    lines(&PEOPLE.map(record))
}

/// Ann's record alone: a document has one.
pub(crate) fn orcid_xml(world: &World) -> String {
    let date = |name: &str, date: &str| {
        let parts: String = parts(date)
            .into_iter()
            .map(|(part, value)| ["<c:", part, ">", value, "</c:", part, ">"].concat())
            .collect();
        if parts.is_empty() { parts } else { format!("<c:{name}>{parts}</c:{name}>") }
    };
    let summary = |(id, person, title, start, end): Post<'_>| {
        format!(
            "<a:affiliation-group><e:employment-summary put-code='{id}' path='/{person}/employment/{id}' visibility='public'>\
             <c:last-modified-date>{}T00:00:00.000Z</c:last-modified-date><c:role-title>{title}</c:role-title>{}{}\
             <c:organization><c:name>Rolls Office</c:name></c:organization></e:employment-summary></a:affiliation-group>",
            day(world),
            date("start-date", start),
            date("end-date", end)
        )
    };
    let posts: String = world.posts().into_iter().filter(|post| post.1 == "ann").map(summary).collect();
    format!(
        "<?xml version='1.0'?>\n<record:record xmlns:record='r' xmlns:a='a' xmlns:e='e' xmlns:c='c' path='/ann'><record:person><record:name><record:given-names>Ann</record:given-names>\
         <record:family-name>Lee</record:family-name></record:name></record:person><a:activities-summary><a:employments>{posts}</a:employments></a:activities-summary></record:record>"
    )
}
