//! Makes structure events of the units of tables and of the links between them.
//!
//! A link says that one unit became another between two days: the later unit is there from the first, the earlier one
//! is gone by the last. A rename keeps one unit under two ids; a merger takes one into the other; a split only dates
//! what began and what ended. A unit that lives on after a link was neither renamed nor merged by it.

use std::collections::HashMap;
use std::sync::Arc;

use tenure_domain::wire::{Json, Refusal};

use super::column::Finder;
use super::date::{began_by, earliest, latest};
use super::map::{Fault, Links, Units};
use super::units::{self, Unit, by_id, changes, dated, described};
use super::{Make, Misfit, Rejected, Statement, said};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Renamed,
    Merged,
    Split,
    /// Nothing became of either unit: functions went from one to the other.
    Nothing,
}

struct Link {
    unit: usize,
    into: usize,
    kind: Kind,
    from: String,
    to: String,
    /// Which of those between these two units it is, from 1.
    time: usize,
    line: u64,
    input: String,
}

/// Reads units and links.
pub(super) fn read(
    units_maps: &[(&Units, Finder<'_>)],
    links_map: Option<&Links>,
    company: Option<&Json<'static>>,
    links_finder: Option<Finder<'_>>,
) -> Result<(Vec<Statement>, Vec<Rejected>), Fault> {
    let mut rejected = Vec::new();
    let units = units::read(units_maps, company, &mut rejected)?;
    let links = match (links_map, links_finder) {
        (Some(map), Some(finder)) => read_links(map, finder, &units, &mut rejected)?,
        _ => Vec::new(),
    };
    let of_unit = |unit: &Unit, make: Make| Statement {
        file: unit.file.clone(),
        line: unit.line,
        input: unit.input.clone(),
        table: unit.table.clone(),
        make,
    };
    let mut statements = Vec::new();
    let mut of_units: Vec<(Vec<&Link>, Vec<&Link>)> = Vec::new();
    of_units.resize_with(units.len(), Default::default);
    for link in links.iter().filter(|link| link.kind != Kind::Nothing) {
        of_units[link.into].0.push(link);
        of_units[link.unit].1.push(link);
    }
    for (unit, (into, out)) in units.iter().zip(of_units) {
        statements.extend(changes(unit).map(|make| of_unit(unit, make)));
        let continues = into.iter().any(|link| link.kind == Kind::Renamed);
        let from = began(unit, &into);
        statements.push(of_unit(unit, described(unit, from.clone())));
        if let Some(from) = from.filter(|_| !continues) {
            let split: Vec<&str> = into
                .iter()
                .filter(|link| link.kind == Kind::Split)
                .map(|link| units[link.unit].name.as_str())
                .collect();
            let note = (!split.is_empty()).then(|| format!("Split from {}.", split.join("; ")));
            statements.push(of_unit(unit, dated(unit, "UnitFormed", from, note.as_deref())));
        }
        let goes_on = out.iter().any(|link| matches!(link.kind, Kind::Renamed | Kind::Merged));
        if let Some(to) = ended(unit, &out).filter(|_| !goes_on) {
            let split: Vec<&str> = out.iter().map(|link| units[link.into].name.as_str()).collect();
            let note = (!split.is_empty()).then(|| format!("Split into {}.", split.join("; ")));
            statements.push(of_unit(unit, dated(unit, "UnitDissolved", to, note.as_deref())));
        }
    }
    if let (Some(map), Some(finder)) = (links_map, links_finder) {
        for link in &links {
            statements.extend(linked(link, &units).into_iter().map(|make| Statement {
                file: Arc::from(finder.file),
                line: link.line,
                input: link.input.clone(),
                table: map.file.clone(),
                make,
            }));
        }
    }
    Ok((statements, rejected))
}

/// The first day: its own, or that of an earlier link that was still under way then.
fn began(unit: &Unit, into: &[&Link]) -> Option<String> {
    let own = unit.from.clone()?;
    let links = into.iter().filter(|link| latest(&link.to) >= earliest(&own)).map(|link| link.from.clone());
    links.chain([own.clone()]).min_by_key(|date| earliest(date))
}

/// The first day after: its own, or that of a later link that was under way by then.
fn ended(unit: &Unit, out: &[&Link]) -> Option<String> {
    let own = unit.to.clone()?;
    let links = out.iter().filter(|link| earliest(&link.from) <= latest(&own)).map(|link| link.to.clone());
    links.chain([own.clone()]).max_by_key(|date| latest(date))
}

fn linked(link: &Link, units: &[Unit]) -> Vec<Make> {
    let (unit, into) = (&units[link.unit], &units[link.into]);
    let at = |date: &str, what: &str, event: Json<'static>| -> Make {
        let time = if link.time > 1 { format!("/{}", link.time) } else { String::new() };
        let (date, key) = (date.to_owned(), format!("link/{}/{}/{what}{time}", unit.id, into.id));
        Box::new(move |day| began_by(Some(&date), day).then(|| (key.clone(), event.clone())))
    };
    match link.kind {
        Kind::Renamed => {
            let renamed = said([
                ("type", "UnitRenamed".into()),
                ("unit", Json::object([("id", unit.id.clone().into()), ("name", unit.name.clone().into())])),
                ("company", unit.company.clone().into()),
                ("name", into.name.clone().into()),
                ("effective", link.from.clone().into()),
            ]);
            let same = said([
                ("type", "SameUnit".into()),
                ("unit", by_id(&unit.id)),
                ("company", unit.company.clone().into()),
                ("same_as", by_id(&into.id)),
                ("same_as_company", into.company.clone().filter(|into| unit.company.as_ref() != Some(into)).into()),
            ]);
            vec![at(&link.from, "renamed", renamed), at(&link.from, "same", same)]
        }
        Kind::Merged => {
            let merged = said([
                ("type", "UnitMerged".into()),
                ("unit", by_id(&unit.id)),
                ("company", unit.company.clone().into()),
                ("into", by_id(&into.id)),
                ("effective", link.to.clone().into()),
            ]);
            vec![at(&link.to, "merged", merged)]
        }
        Kind::Split | Kind::Nothing => Vec::new(),
    }
}

fn read_links(
    of: &Links,
    finder: Finder<'_>,
    units: &[Unit],
    rejected: &mut Vec<Rejected>,
) -> Result<Vec<Link>, Fault> {
    let lookup = finder.lookups.iter().find(|lookup| *lookup.name == *of.file).expect("its table is in memory");
    let [unit, into, kind] = [&of.unit, &of.into, &of.kind].map(|spec| finder.cell(spec));
    let (unit, into, kind) = (unit?, into?, kind?);
    let (from, to) = (finder.optional(of.from.as_ref())?, finder.optional(of.to.as_ref())?);
    let known: HashMap<&str, usize> = units.iter().enumerate().map(|(at, unit)| (unit.id.as_str(), at)).collect();
    let mut links: Vec<Link> = Vec::new();
    let mut times: HashMap<(usize, usize, Kind), usize> = HashMap::new();
    for row in &lookup.rows {
        let (record, lookups) = (&row.record, finder.lookups);
        let read = || -> Result<Link, Misfit> {
            let place = |cell: &super::column::Cell| {
                let id = cell.needed(record, lookups, "unit")?;
                let found = known.get(&*id).copied();
                found.ok_or_else(|| cell.misfit(format!("there is no unit `{id}`"), "is it in the table of units?"))
            };
            let (unit_at, into_at) = (place(&unit)?, place(&into)?);
            if unit_at == into_at {
                return Err(into.misfit("a unit does not become itself", "correct the link"));
            }
            let kind_of = kind.needed(record, lookups, "kind")?;
            let sort = match &*kind_of {
                "renamed" => Kind::Renamed,
                "merged" => Kind::Merged,
                "split" => Kind::Split,
                "nothing" => Kind::Nothing,
                other => {
                    return Err(kind.misfit(
                        format!("`{other}` is not a kind of link"),
                        "say with `words` what is \"renamed\", \"merged\", \"split\" or \"nothing\"",
                    ));
                }
            };
            let first = from.as_ref().map(|cell| cell.date(record, lookups)).transpose()?.flatten();
            let last = to.as_ref().map(|cell| cell.end(record, lookups)).transpose()?.flatten();
            let (Some(first), Some(last)) = (first.clone().or(last.clone()), last.or(first)) else {
                let refusal = Refusal { reason: "the link has no date".to_owned(), hint: "fill a date".to_owned() };
                return Err(Misfit::of(None, refusal));
            };
            if latest(&last) < earliest(&first) {
                let cell = to.as_ref().unwrap_or(&kind);
                return Err(cell.misfit(format!("it ended ({last}) before it began ({first})"), "correct the dates"));
            }
            let ends = units[unit_at].to.as_deref().and_then(earliest).zip(latest(&last));
            let lives_on = ends.is_some_and(|(own, link)| own > link);
            Ok(Link {
                unit: unit_at,
                into: into_at,
                kind: if lives_on && sort != Kind::Nothing { Kind::Split } else { sort },
                time: 1 + times.get(&(unit_at, into_at, sort)).copied().unwrap_or_default(),
                from: first,
                to: last,
                line: row.line,
                input: super::text_of(record),
            })
        };
        match read() {
            Ok(link) => {
                *times.entry((link.unit, link.into, link.kind)).or_default() += 1;
                links.push(link);
            }
            Err(misfit) => {
                let (file, input) = (row.file.clone(), super::text_of(record));
                rejected.push(Rejected { file, line: row.line, input, misfit });
            }
        }
    }
    Ok(links)
}
