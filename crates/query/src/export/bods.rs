//! The Beneficial Ownership Data Standard, version 0.4: one statement a line, of the posts that it has a word for.
//!
//! Every person, company and post is a record with one statement. People and companies are declared and published on the day
//! asked about; a post is declared on the last day on which a source has it in force, or by which it was over. `endDate` is the first day after; a month or a year is
//! its first day, as the standard has it. Posts below the company
//! are those of the company, for the standard knows no units.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use serde_json::{Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::event::Employment;
use tenure_domain::fnv::fnv64;
use tenure_domain::statement::UnitNo;
use tenure_domain::structure::Existence;
use tenure_domain::view::ViewError;

use super::{Export, ExportError, FoldedTenure, TenureOwner, line, outside, reduced};

/// The interest that a post is, by its title and employment; none where the standard has none.
fn interest(title: Option<&str>, employment: Employment) -> Option<&'static str> {
    match (title.map(str::to_lowercase).as_deref(), employment) {
        (Some("board chair"), _) => Some("boardChair"),
        (Some("senior managing official"), _) => Some("seniorManagingOfficial"),
        (Some("board member"), _) | (_, Employment::Board) => Some("boardMember"),
        (_, Employment::Employee | Employment::Advisor | Employment::Contractor) => None,
    }
}

/// The bounds as a day, which the standard wants: the first one of a month or a year.
fn rounded(bounds: Bounds) -> Option<String> {
    let date = reduced(bounds)?;
    Some(format!("{date}{}", "-01-01".get(date.len() - 4..).unwrap_or_default()))
}

/// A statement about a record, in the declaration about a company.
fn statement((record, record_type): (&str, &str), company: &str, (declared, at): (Day, Day), details: &Value) -> Value {
    // Ids have 32 characters at least.
    let id = format!("{:016x}{:016x}", fnv64(record), fnv64(&format!("{record_type}{declared}{at}{details}")));
    json!({
        "statementId": id, "declarationSubject": company, "statementDate": declared.to_string(),
        "recordId": record, "recordType": record_type, "recordStatus": "new",
        "publicationDetails": {"publicationDate": at.to_string(), "bodsVersion": "0.4", "publisher": {"name": "Tenure"}},
        "recordDetails": details,
    })
}

/// The day on which a post is declared: where it is over, the first by which it surely was; else the last on which a source has
/// it in force; where there is none up to the day asked about, the last on which a source told of it.
fn declared(export: &Export<'_>, owner: &TenureOwner<'_>, held: &FoldedTenure) -> Result<Day, ViewError> {
    let at = export.inquiry.at;
    let stated = match &held.end {
        Some(end) => end.bounds.latest(),
        None => held.attested,
    };
    if let Some(stated) = stated.filter(|day| *day <= at) {
        return Ok(stated);
    }
    let mut last = None;
    for event in &held.supports {
        last = last.max(export.known(owner, event)?.map(|known| known.event.reported_at.day()));
    }
    Ok(last.unwrap_or(at))
}

pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<(), ExportError> {
    let view = export.inquiry.view;
    let at = export.inquiry.at;
    let selection = export.selection()?;
    let mut companies = BTreeSet::<UnitNo>::new();
    let mut posts = Vec::new();
    // The first company of which each person holds a post.
    let mut declared_by = BTreeMap::new();
    export.each_tenure(&selection.people, &mut |owner, held, shown| {
        let Some(code) = interest(shown.title.as_deref(), held.employment) else { return Ok(()) };
        companies.insert(held.company);
        let mut interest = json!({"type": code, "directOrIndirect": "direct", "beneficialOwnershipOrControl": false});
        if let Some(title) = &shown.title {
            interest["details"] = title.as_str().into();
        }
        if let Some(from) = rounded(held.start.bounds) {
            interest["startDate"] = from.into();
        }
        if let Some(to) = held.end.as_ref().and_then(|end| rounded(end.bounds)) {
            interest["endDate"] = to.into();
        }
        let details = json!({
            "isComponent": false, "subject": outside(&shown.company.id), "interestedParty": outside(&owner.state.who.id),
            "interests": [interest],
        });
        let company = outside(&shown.company.id);
        declared_by.entry(outside(&owner.state.who.id)).or_insert_with(|| company.clone());
        let days = (declared(export, owner, held)?, at);
        let mut post = statement((&outside(&shown.tenure), "relationship"), &company, days, &details);
        if held.end.is_some() {
            post["recordStatus"] = "closed".into();
        }
        posts.push(post);
        Ok(())
    })?;
    for person in &selection.people {
        let state = view.person(*person)?;
        let shown = export.inquiry.person_shown(*person)?;
        let mut names = vec![json!({"type": "legal", "fullName": shown.name})];
        let others = state.who.names.iter().map(|name| name.name.as_str()).filter(|name| *name != shown.name);
        names.extend(others.map(|name| json!({"type": "alternative", "fullName": name})));
        let mut details = json!({"isComponent": false, "personType": "knownPerson", "names": names});
        if let Some(died) = state.career.died.as_ref().and_then(|died| reduced(died.bounds)) {
            details["deathDate"] = died.into();
        }
        let id = outside(&shown.id);
        // Who holds no post that the standard knows is the subject of the declaration.
        let company = declared_by.get(&id).unwrap_or(&id);
        line(&statement((&id, "person"), company, (at, at), &details), out)?;
    }
    for company in companies {
        let state = view.unit(company)?;
        let identifiers: Vec<Value> =
            state.identifiers.iter().map(|id| json!({"scheme": id.scheme.as_ref(), "id": id.value.as_ref()})).collect();
        let shown = export.inquiry.unit_name(&state);
        let others: Vec<&str> =
            state.names.iter().map(|name| name.name.as_str()).filter(|name| *name != shown).collect();
        let mut details = json!({"isComponent": false, "entityType": {"type": "registeredEntity"}, "name": shown});
        for (field, list) in [("identifiers", json!(identifiers)), ("alternateNames", json!(others))] {
            if list != json!([]) {
                details[field] = list;
            }
        }
        if let Some(dissolved) = state.history.gone()
            && dissolved.value == Existence::Dissolved
            && let Some(day) = rounded(dissolved.bounds)
        {
            details["dissolutionDate"] = day.into();
        }
        let id = outside(&state.id);
        line(&statement((&id, "entity"), &id, (at, at), &details), out)?;
    }
    posts.iter().try_for_each(|post| Ok(line(post, out)?))
}

#[cfg(test)]
mod tests {
    use tenure_domain::edtf::VagueDate;
    use tenure_domain::event::Employment;

    use super::{interest, rounded};

    #[test]
    fn a_month_and_a_year_are_their_first_day() {
        for (date, day) in [("2019", "2019-01-01"), ("2019-05", "2019-05-01"), ("2019-05-06", "2019-05-06")] {
            let date: VagueDate = date.parse().expect("a date");
            assert_eq!(rounded(date.bounds()).as_deref(), Some(day));
        }
        assert_eq!(rounded("[2019..2020]".parse::<VagueDate>().expect("a date").bounds()), None);
    }

    #[test]
    fn posts_without_a_word_are_left_out() {
        let check = |title: Option<&str>, employment: Employment, expect: Option<&str>| {
            assert_eq!(interest(title, employment), expect, "{title:?}");
        };
        check(Some("Board Chair"), Employment::Board, Some("boardChair"));
        check(Some("director"), Employment::Board, Some("boardMember"));
        check(None, Employment::Board, Some("boardMember"));
        check(Some("senior managing official"), Employment::Employee, Some("seniorManagingOfficial"));
        check(Some("Clerk"), Employment::Employee, None);
        check(None, Employment::Advisor, None);
    }
}
