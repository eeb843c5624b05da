//! The units of tables: each has one row, or one for each time in which it had another name, parent or kind.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tenure_domain::wire::{Json, Refusal};

use super::column::{Cell, Finder};
use super::date::{began_by, earliest, latest};
use super::map::{Fault, Units};
use super::mention::{Mention, identifiers, texts};
use super::{Make, Misfit, Rejected, said, text_of};

/// A unit, or what one row says of it.
#[derive(Clone)]
pub(super) struct Unit {
    /// What the source calls the row.
    pub(super) key: String,
    pub(super) id: String,
    /// What it was called first.
    pub(super) name: String,
    /// None: it is a company itself.
    pub(super) company: Option<Json<'static>>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    parent: Option<String>,
    kind: Option<String>,
    aliases: Option<Json<'static>>,
    identifiers: Option<Json<'static>>,
    /// What later rows say of it.
    later: Vec<Unit>,
    /// The table in which it stands, by its name in the map.
    pub(super) table: String,
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    pub(super) input: String,
    /// The column of its id.
    column: Option<Arc<str>>,
    /// Whether its table tells ends: where it does, a row without one goes on.
    has_ends: bool,
}

impl Unit {
    /// Whether two rows say the same of one unit, as those of a table do that has it beside something else.
    fn says_the_same(&self, other: &Unit) -> bool {
        fn said(unit: &Unit) -> impl PartialEq + '_ {
            let Unit { key, id, name, company, from, to, parent, kind, aliases, identifiers, .. } = unit;
            (key, id, name, company, from, to, (parent, kind, aliases, identifiers))
        }
        said(self) == said(other)
    }

    /// Whether another row of the unit can hold after this one: one that begins by its end, or ends it where the table tells no
    /// ends.
    fn is_followed_by(&self, next: &Unit) -> bool {
        let Some(begins) = next.from.as_deref() else { return false };
        let is_over = match self.to.as_deref() {
            Some(to) => earliest(to) <= latest(begins),
            None => !self.has_ends,
        };
        let is_later = self.from.as_deref().is_none_or(|from| earliest(from) < earliest(begins));
        is_over && is_later && (&self.key, &self.company) == (&next.key, &next.company)
    }
}

/// Reads the units of tables, in the order in which they first stand there.
pub(super) fn read(
    maps: &[(&Units, Finder<'_>)],
    company: Option<&Json<'static>>,
    rejected: &mut Vec<Rejected>,
) -> Result<Vec<Unit>, Fault> {
    let (mut rows, mut places) = (Vec::<Vec<Unit>>::new(), HashMap::<String, usize>::new());
    for (map, finder) in maps {
        for row in read_rows(map, company, *finder, rejected)? {
            let place = *places.entry(row.id.clone()).or_insert_with(|| {
                rows.push(Vec::new());
                rows.len() - 1
            });
            if !rows[place].iter().any(|known| known.says_the_same(&row)) {
                rows[place].push(row);
            }
        }
    }
    let mut units = Vec::new();
    for mut rows in rows {
        rows.sort_by_key(|row| row.from.as_deref().and_then(earliest));
        let crossed = rows.windows(2).find(|pair| !pair[0].is_followed_by(&pair[1]));
        if let Some([row, other]) = crossed {
            let hint =
                "a unit has one row, or several that say the same, or one for each time in which it was called so";
            let told = |of: &Unit, other: &Unit| {
                let file = if of.file == other.file { String::new() } else { format!(" of {}", other.file) };
                format!("line {}{file} says something else of this unit, of the same time", other.line)
            };
            for one in &rows {
                let reason = told(one, if one.line == row.line && one.file == row.file { other } else { row });
                let refusal = Refusal { reason, hint: hint.to_owned() };
                let misfit = Misfit::of(one.column.clone(), refusal);
                rejected.push(Rejected { file: one.file.clone(), line: one.line, input: one.input.clone(), misfit });
            }
            continue;
        }
        let mut rows = rows.into_iter();
        units.extend(rows.next().map(|first| joined(first, rows.collect())));
    }
    Ok(units)
}

/// The unit of which several rows tell, each of its time.
fn joined(mut first: Unit, later: Vec<Unit>) -> Unit {
    if let Some(last) = later.last() {
        first.to.clone_from(&last.to);
    }
    // Rows of a history repeat what goes on.
    let mut aliases: Vec<Json<'static>> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for list in std::iter::once(&first).chain(&later).map(|row| &row.aliases) {
        let Some(Json::List(list)) = list else { continue };
        aliases.extend(list.iter().filter(|alias| known.insert(alias.to_string())).cloned());
    }
    first.aliases = (!aliases.is_empty()).then_some(Json::List(aliases));
    for row in &later {
        for (register, id) in row.identifiers.iter().flat_map(Json::fields) {
            first.identifiers.get_or_insert_with(|| Json::object([])).set(register.clone(), id.clone());
        }
    }
    first.later = later;
    first
}

fn read_rows(
    of: &Units,
    company: Option<&Json<'static>>,
    finder: Finder<'_>,
    rejected: &mut Vec<Rejected>,
) -> Result<Vec<Unit>, Fault> {
    let lookup = finder.lookups.iter().find(|lookup| *lookup.name == *of.file).expect("its table is in memory");
    let [id, name] = [finder.cell(&of.id)?, finder.cell(&of.name)?];
    let of_row = of.company.as_ref().map(|of| Mention::find(of, finder)).transpose()?;
    let [key, from, to, parent, kind] =
        [&of.key, &of.from, &of.to, &of.parent, &of.kind].map(|spec| finder.optional(spec.as_ref()));
    let (key, from, to, parent, kind) = (key?, from?, to?, parent?, kind?);
    let (aliases, registers) = (finder.cells(&of.aliases)?, finder.identifiers(&of.identifiers)?);
    let mut units = Vec::new();
    for row in &lookup.rows {
        let (record, lookups) = (&row.record, finder.lookups);
        let read = || -> Result<Unit, Misfit> {
            let text = |cell: &Option<Cell>| match cell {
                None => Ok(None),
                Some(cell) => cell.text(record, lookups).map(|text| text.map(std::borrow::Cow::into_owned)),
            };
            let of_row = of_row.as_ref().map(|of_row| of_row.value(record, lookups)).transpose()?.flatten();
            let own_id = id.needed_id(record, lookups)?.into_owned();
            Ok(Unit {
                key: text(&key)?.unwrap_or_else(|| own_id.clone()),
                id: own_id,
                name: name.needed(record, lookups, "name")?.into_owned(),
                company: of_row.or_else(|| company.cloned()),
                from: from.as_ref().map(|cell| cell.date(record, lookups)).transpose()?.flatten(),
                to: to.as_ref().map(|cell| cell.end(record, lookups)).transpose()?.flatten(),
                parent: text(&parent)?,
                kind: text(&kind)?,
                aliases: texts(&aliases, record, lookups)?,
                identifiers: identifiers(&registers, record, lookups)?,
                later: Vec::new(),
                table: of.file.clone(),
                file: row.file.clone(),
                line: row.line,
                input: text_of(record),
                column: id.misfit("", "").column,
                has_ends: to.is_some(),
            })
        };
        match read() {
            Ok(unit) => units.push(unit),
            Err(misfit) => {
                rejected.push(Rejected { file: row.file.clone(), line: row.line, input: text_of(record), misfit });
            }
        }
    }
    Ok(units)
}

pub(super) fn by_id(id: &str) -> Json<'static> {
    Json::object([("id", id.to_owned().into())])
}

/// What a unit is.
pub(super) fn described(unit: &Unit, from: Option<String>) -> Make {
    let key = format!("unit/{}", unit.key);
    let name = unit.name.clone().into();
    let event = said([
        ("type", "UnitDescribed".into()),
        (
            "unit",
            Json::object([("id", unit.id.clone().into()), ("name", name), ("aliases", unit.aliases.clone().into())]),
        ),
        ("company", unit.company.clone().into()),
        ("identifiers", unit.identifiers.clone().into()),
        ("kind", unit.kind.clone().into()),
        ("parent", unit.parent.as_deref().map(by_id).into()),
    ]);
    Box::new(move |day| began_by(from.as_deref(), day).then(|| (key.clone(), event.clone())))
}

/// What the later rows of a unit change: its name, what is above it, its kind.
pub(super) fn changes(unit: &Unit) -> impl Iterator<Item = Make> {
    let before = std::iter::once(unit).chain(&unit.later);
    before.zip(&unit.later).enumerate().flat_map(|(number, (before, row))| {
        let parent = row.parent.as_deref().map(by_id).or_else(|| row.company.clone());
        let name = (before.name != row.name).then(|| ("UnitRenamed", "name", row.name.clone().into()));
        let parent = parent.filter(|_| before.parent != row.parent).map(|parent| ("UnitMoved", "parent", parent));
        let kind = row.kind.clone().filter(|_| before.kind != row.kind);
        let kind = kind.map(|kind| ("UnitDescribed", "kind", kind.into()));
        [name, parent, kind].into_iter().flatten().map(move |(sort, field, value): (_, &str, Json<'static>)| {
            let key = format!("unit/{}/{}/{field}", row.key, number + 2);
            let effective = row.from.clone();
            let event = said([
                ("type", sort.into()),
                ("unit", by_id(&row.id)),
                ("company", row.company.clone().into()),
                (field, value),
                ("effective", effective.clone().into()),
            ]);
            let make: Make =
                Box::new(move |day| began_by(effective.as_deref(), day).then(|| (key.clone(), event.clone())));
            make
        })
    })
}

/// A unit is formed, or dissolved.
pub(super) fn dated(unit: &Unit, sort: &'static str, effective: String, note: Option<&str>) -> Make {
    let key = format!("unit/{}/{}", unit.key, if sort == "UnitFormed" { "formed" } else { "dissolved" });
    let event = said([
        ("type", sort.into()),
        ("unit", by_id(&unit.id)),
        ("company", unit.company.clone().into()),
        ("effective", effective.clone().into()),
        ("note", note.map(str::to_owned).into()),
    ]);
    Box::new(move |day| began_by(Some(&effective), day).then(|| (key.clone(), event.clone())))
}
