//! Qualifiers of statements: what each says of a post, and which say nothing that the ledger could take.

use super::Claim;
use super::entity::Statement;

/// The qualifiers that are read.
const READ: [&str; 16] = [
    "P39", "P580", "P582", "P585", "P642", "P794", "P1319", "P1326", "P1365", "P1366", "P2389", "P2868", "P3831",
    "P5102", "P8554", "P8555",
];

/// Which name the post of a statement of employment: the position held, as what, and the role that the person has in it.
const TITLES: [&str; 3] = ["P39", "P794", "P2868"];
/// Which say whose a position is.
const OWNERS: [&str; 2] = ["P642", "P2389"];
/// Which say of what nature a post is; of these the ledger knows acting alone.
const NATURES: [&str; 3] = ["P5102", "P3831", "P2868"];
/// Which have one value: of several the first is read.
const SINGLE: [&str; 5] = ["P585", "P1319", "P1326", "P8554", "P8555"];

/// The items that name the post of a statement of employment, the first of them counts.
pub(super) fn titles<'e>(statement: Statement<'e>, acting: &[String]) -> impl Iterator<Item = &'e str> {
    let items = TITLES.iter().flat_map(move |property| statement.qualifier_items(property));
    items.filter(|item| !is_one_of(acting, item))
}

/// Whether a statement is of a post that is held for the time being.
pub(super) fn is_acting(statement: Statement<'_>, acting: &[String]) -> bool {
    NATURES.iter().any(|property| statement.qualifier_items(property).any(|item| is_one_of(acting, item)))
}

/// The qualifiers of a statement that say nothing here, as they are told.
pub(super) fn left_out(claim: &Claim<'_>, acting: &[String]) -> Vec<String> {
    let statement = claim.statement;
    let mut left: Vec<String> = Vec::new();
    let whole = |property: &str| format!("{}/{property}", claim.property);
    let further = |property: &str| format!("{}/{property}, beyond the first", claim.property);
    left.extend(statement.qualified_by().filter(|property| !READ.contains(property)).map(whole));
    for (group, of) in [(&TITLES[..], "P108"), (&OWNERS[..], "P39")] {
        let given =
            group.iter().flat_map(|property| statement.qualifier_items(property).map(move |item| (property, item)));
        let mut given = given.filter(|(_, item)| !is_one_of(acting, item));
        if claim.property == of {
            left.extend(given.skip(1).map(|(property, _)| further(property)));
        } else if let Some((property, _)) = given.next()
            && !NATURES.contains(property)
        {
            left.push(whole(property));
        }
    }
    for property in NATURES.iter().filter(|property| claim.property != "P108" || !TITLES.contains(property)) {
        left.extend(
            statement.qualifier_items(property).filter(|item| !is_one_of(acting, item)).map(|_| whole(property)),
        );
    }
    for property in SINGLE {
        left.extend(statement.qualifiers(property).skip(1).map(|_| further(property)));
    }
    let is_dated = ["P580", "P582"].iter().any(|property| statement.qualifiers(property).next().is_some());
    if is_dated && statement.qualifiers("P585").next().is_some() {
        left.push(whole("P585"));
    }
    left
}

fn is_one_of(items: &[String], item: &str) -> bool {
    items.iter().any(|one| one == item)
}
