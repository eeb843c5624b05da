//! Makes a `HeldPost`, or another event about one post, of a row of the table of stints.

use std::collections::BTreeSet;

use csv::StringRecord;
use tenure_domain::edtf::{VagueDate, shortest};
use tenure_domain::wire::{Json, Object};

use super::column::{Cell, Finder, Lookups};
use super::map::{self, Fault, Holds};
use super::mention::Mention;
use super::sequence::{Link, Next, Sequences};
use super::several::Split;
use super::{Cause, Misfit};

/// Where the fields of a stint are read.
#[derive(Debug)]
pub(super) struct Stints {
    makes: String,
    when: Option<Cell>,
    withdrawn: Option<Cell>,
    list: Option<Cell>,
    whole: Option<Cell>,
    key: Option<Cell>,
    /// Which of the sections of the map it is.
    section: usize,
    until_next: Option<Cell>,
    order: Option<Cell>,
    person: Mention,
    company: Option<Mention>,
    unit: Option<Mention>,
    reports_to: Option<Mention>,
    fields: Vec<(&'static str, Holds, Cell)>,
}

/// Room for the fields of most events, with an id, a source and a day of report.
const ROOM: usize = 12;

/// Why a row says nothing of which no section of the map is about.
pub(super) const NO_WHEN: &str = "no `when` of the map fits";

/// What a row comes to.
#[derive(Debug)]
pub(super) enum Said {
    /// No statement, and why.
    Nothing(&'static str),
    /// What was said under its key is withdrawn, as reported then; without a time: with the version.
    Withdrawn(Option<String>),
    /// The event, all but what is the same for the whole table, and the fields of it that stand in rows which are in none of
    /// the inputs.
    Event(Json<'static>, Vec<(&'static str, Misfit)>),
}

/// The list in which a row stands.
#[derive(Debug)]
pub(super) struct List {
    pub(super) name: String,
    /// Whether the source gives all of it.
    pub(super) is_whole: bool,
}

impl Stints {
    pub(super) fn find(section: usize, of: &map::Stints, finder: Finder<'_>) -> Result<Stints, Fault> {
        let starts = of.fields.iter().find(|(name, ..)| ["from", "effective"].contains(name)).map(|(.., spec)| spec);
        let finder = Finder { start: starts, ..finder };
        let mention = |reference: &Option<_>| reference.as_ref().map(|r| Mention::find(r, finder)).transpose();
        let found = Stints {
            makes: of.makes.clone(),
            when: finder.optional(of.when.as_ref())?,
            withdrawn: finder.optional(of.withdrawn.as_ref())?,
            list: finder.optional(of.list.as_ref())?,
            whole: finder.optional(of.whole.as_ref())?,
            key: finder.optional(of.key.as_ref())?,
            section,
            until_next: finder.optional(of.until_next.as_ref())?,
            order: finder.optional(of.order.as_ref())?,
            person: Mention::find(&of.person, finder)?,
            company: mention(&of.company)?,
            unit: mention(&of.unit)?,
            reports_to: mention(&of.reports_to)?,
            fields: of
                .fields
                .iter()
                .map(|(name, holds, spec)| Ok((*name, *holds, finder.cell(spec)?)))
                .collect::<Result<_, Fault>>()?,
        };
        found.check_split()?;
        Ok(found)
    }

    /// How a row is cut where cells of it hold several texts; none where by the map none does.
    pub(super) fn split<'r>(&self, row: &'r StringRecord) -> Option<Result<Split<'_, 'r>, Misfit>> {
        let groups = self.groups();
        groups.iter().any(|group| !group.is_empty()).then(|| Split::of(row, &groups))
    }

    /// The cells that the map splits: those of a group are about the same, in step.
    fn groups(&self) -> [Vec<&Cell>; 4] {
        let title = self.fields.iter().filter(|(name, _, cell)| *name == "title" && cell.is_split());
        [
            self.person.split().collect(),
            self.company.as_ref().map(|company| company.split().collect()).unwrap_or_default(),
            self.unit.as_ref().map(|unit| unit.split().collect()).unwrap_or_default(),
            title.map(|(.., cell)| cell).collect(),
        ]
    }

    /// Refuses a map that cuts one cell for several of its keys, or takes in step what a path finds in several places.
    fn check_split(&self) -> Result<(), Fault> {
        let mut places = BTreeSet::new();
        for group in self.groups() {
            if let Some(cell) = group.iter().find(|cell| group.len() > 1 && cell.finds_several()) {
                return Err(Fault {
                    problem: format!(
                        "`{}.split`: where one of several is missing, the next would take its place",
                        cell.key()
                    ),
                    hint: "make a row of each by the last path of `each`, as in [\"$\", \"@.people[*]\"]".to_owned(),
                });
            }
            let of_group: BTreeSet<usize> = group.iter().filter_map(|cell| cell.place()).collect();
            if let Some(cell) = group.iter().find(|cell| cell.place().is_some_and(|place| places.contains(&place))) {
                return Err(Fault {
                    problem: format!("`{}.split`: another key cuts the same column", cell.key()),
                    hint: "leave out one of the two: the row is read once for each text, by all keys".to_owned(),
                });
            }
            places.extend(of_group);
        }
        Ok(())
    }

    /// The key of a row; none where the map gives none.
    pub(super) fn key(&self, row: &StringRecord, lookups: &Lookups) -> Result<Option<String>, Misfit> {
        let Some(key) = &self.key else { return Ok(None) };
        key.needed(row, lookups, "key").map(|key| Some(key.into_owned()))
    }

    /// What a row says of its publisher by itself.
    pub(super) fn publisher(&self, row: &StringRecord, lookups: &Lookups) -> Result<Object<'static>, Misfit> {
        let mut own = Object::new();
        for (name, holds, cell) in &self.fields {
            if let Some(field) = name.strip_prefix("source.").filter(|field| ["publisher", "url"].contains(field)) {
                own.extend(cell.value(*holds, row, lookups)?.map(|value| (field.into(), value)));
            }
        }
        Ok(own)
    }

    /// The keys of the map of which `match` finds nothing in what stands there, and nothing is said instead. Dates are refused.
    pub(super) fn unmatched<'s>(
        &'s self,
        row: &'s StringRecord,
        lookups: &'s Lookups,
    ) -> impl Iterator<Item = &'s str> {
        let mentions = [Some(&self.person), self.company.as_ref(), self.unit.as_ref(), self.reports_to.as_ref()];
        let named = mentions.into_iter().flatten().flat_map(Mention::named_by);
        let fields = self.fields.iter().filter(|(_, holds, _)| matches!(holds, Holds::Text | Holds::Moment));
        let cells = named.chain(fields.map(|(.., cell)| cell));
        cells.filter(|cell| matches!(cell.unmatched(row, lookups), Ok(Some(_)))).map(Cell::key)
    }

    /// Whether rows stand in lists of the source.
    pub(super) fn has_lists(&self) -> bool {
        self.list.is_some()
    }

    /// The list of the source in which a row stands; none where the map names none.
    pub(super) fn list(&self, row: &StringRecord, lookups: &Lookups) -> Result<Option<List>, Misfit> {
        let Some(list) = &self.list else { return Ok(None) };
        let name = list.needed(row, lookups, "list")?.into_owned();
        let is_whole = self.whole.as_ref().map(|whole| whole.value(Holds::Flag, row, lookups)).transpose()?.flatten();
        Ok(Some(List { name, is_whole: is_whole.is_some() }))
    }

    /// Whether a row only withdraws something: it need not have what others have.
    pub(super) fn withdraws(&self, row: &StringRecord, lookups: &Lookups) -> bool {
        let is_set = |cell: &Cell| cell.value(Holds::Flag, row, lookups).is_ok_and(|flag| flag.is_some());
        self.withdrawn.as_ref().is_some_and(is_set)
    }

    /// In which sequence a row stands, and when it begins there; none where it is in none.
    fn link(&self, row: &StringRecord, lookups: &Lookups) -> Result<Option<(String, Option<Link>)>, Misfit> {
        let Some(name) = self.until_next.as_ref().map(|cell| cell.text(row, lookups)).transpose()?.flatten() else {
            return Ok(None);
        };
        let name = format!("{}\u{1f}{name}", self.section);
        let from = self.fields.iter().find(|(name, ..)| *name == "from");
        let from = from.and_then(|(.., cell)| cell.date(row, lookups).ok().flatten());
        let from = from.and_then(|date| date.parse::<VagueDate>().ok());
        let mut order = None;
        if let Some(cell) = &self.order
            && let Some(text) = cell.text(row, lookups)?
        {
            let number = text.parse::<i64>();
            let hint = "`order` of the map is a whole number: which of several rows of one day comes first";
            order = Some(number.map_err(|_| cell.misfit(format!("`{text}` is no whole number"), hint))?);
        }
        Ok(Some((name, from.map(|from| Link::of(&from, order, row)))))
    }

    /// Whether rows end those before them.
    pub(super) fn is_sequence(&self) -> bool {
        self.until_next.is_some()
    }

    /// Notes a row, and each for which it stands, with those that end another one. The error is a sentence.
    pub(super) fn note(&self, row: &StringRecord, lookups: &Lookups, of: &mut Sequences) -> Result<(), String> {
        let mut note = |row: &StringRecord| match self.link(row, lookups) {
            Ok(Some((name, link))) if !self.withdraws(row, lookups) => of.note(&name, link),
            // What does not read is told when the row is claimed.
            Ok(_) | Err(_) => Ok(()),
        };
        match self.split(row) {
            None => note(row),
            Some(Ok(split)) => split.rows(row, lookups).try_for_each(|one| note(&one.record)),
            Some(Err(_)) => Ok(()),
        }
    }

    /// When the row that follows begins; none where none does.
    fn ended(&self, row: &StringRecord, lookups: &Lookups, of: &Sequences) -> Result<Next, Misfit> {
        let Some(cell) = &self.until_next else { return Ok(Next::Nothing) };
        let named = cell.needed(row, lookups, "`until_next`")?;
        let Some((name, link)) = self.link(row, lookups)? else { return Ok(Next::Nothing) };
        match link.map_or(Next::Undated, |link| of.next(&name, link)) {
            Next::Undated => Err(cell.misfit(
                format!("a row of `{named}` does not tell when it begins, and so not which one it ends"),
                "give it a date, or leave it out by `only`",
            )),
            Next::Unknown => Err(cell.misfit(
                format!("another row of `{named}` may begin before this one or after it"),
                "say by `order` of the map which of several of one day comes first, or by `until_next` that they are \
                 of two sequences",
            )),
            next @ (Next::Nothing | Next::On(_) | Next::AtOnce) => Ok(next),
        }
    }

    /// What a row says, beside others of its version that follow each other.
    pub(super) fn said(
        &self,
        company: Option<&Json<'static>>,
        row: &StringRecord,
        lookups: &Lookups,
        sequences: &Sequences,
    ) -> Result<Said, Misfit> {
        if let Some(when) = &self.when
            && when.text(row, lookups)?.is_none()
        {
            return Ok(Said::Nothing(NO_WHEN));
        }
        if let Some(withdrawn) = &self.withdrawn
            && withdrawn.value(Holds::Flag, row, lookups)?.is_some()
        {
            let reported = self.fields.iter().find(|(name, ..)| *name == "reported_at");
            let at = reported.map(|(_, holds, cell)| cell.value(*holds, row, lookups)).transpose()?.flatten();
            return Ok(Said::Withdrawn(at.and_then(|at| at.as_str().map(str::to_owned))));
        }
        let ending = self.fields.iter().find(|(name, holds, _)| *name == "effective" && *holds == Holds::End);
        if let Some((.., end)) = ending
            && end.end_date(row, lookups)?.is_none()
        {
            return Ok(Said::Nothing("no date of an end that has come"));
        }
        let mut absent = Vec::new();
        let mut event = self.event(company, row, lookups, &mut absent)?;
        if event["to"].is_null() {
            match self.ended(row, lookups, sequences)? {
                Next::On(day) => event.set("to", shortest(day)),
                Next::AtOnce => return Ok(Said::Nothing("a row that another one of its day follows")),
                Next::Nothing | Next::Unknown | Next::Undated => {}
            }
        }
        Ok(Said::Event(event, absent))
    }

    fn event(
        &self,
        company: Option<&Json<'static>>,
        row: &StringRecord,
        lookups: &Lookups,
        absent: &mut Vec<(&'static str, Misfit)>,
    ) -> Result<Json<'static>, Misfit> {
        let mut event = Object::with_capacity(ROOM);
        // What the post is an earlier version can have told; who holds it and when is of this one.
        let mut known = |field: &'static str, value: Result<Option<Json<'static>>, Misfit>| match value {
            Err(misfit) if misfit.cause == Cause::Absent => {
                absent.push((field, misfit));
                Ok(None)
            }
            value => value,
        };
        let mut put =
            |field: &'static str, value: Option<Json<'static>>| event.extend(value.map(|value| (field.into(), value)));
        let optional = |mention: &Option<Mention>| match mention {
            None => Ok(None),
            Some(mention) => mention.value(row, lookups),
        };
        put("type", Some(self.makes.clone().into()));
        put("person", Some(self.person.needed(row, lookups, "person")?));
        let of_row = match &self.company {
            Some(mention) if company.is_none() => mention.needed(row, lookups, "company").map(Some),
            mention => optional(mention),
        };
        put("company", known("company", of_row)?.or_else(|| company.cloned()));
        put("unit", known("unit", optional(&self.unit))?);
        put("reports_to", known("reports_to", optional(&self.reports_to))?);
        for (name, holds, cell) in &self.fields {
            let value = cell.value(*holds, row, lookups);
            let is_of_post = matches!(holds, Holds::Text | Holds::Flag) && !name.starts_with("source.");
            put(name, if is_of_post { known(name, value) } else { value }?);
        }
        self.check_order(&event, row, lookups)?;
        Ok(Json::Object(event))
    }

    /// Refuses an end that lies before its start, for the column that holds it. The dates are compared as they are
    /// written: a last day that lies one day before the first is no stint of no days.
    fn check_order(&self, event: &Object<'_>, row: &StringRecord, lookups: &Lookups) -> Result<(), Misfit> {
        let from = event.iter().find(|(field, _)| field == "from").and_then(|(_, from)| from.as_str());
        let from = from.and_then(|date| date.parse::<VagueDate>().ok());
        let Some((.., end)) = self.fields.iter().find(|(name, ..)| *name == "to") else { return Ok(()) };
        let to = end.end_date(row, lookups)?.and_then(|date| date.parse::<VagueDate>().ok());
        match (from, to) {
            (Some(from), Some(to)) if to.bounds().surely_before(from.bounds()) => Err(end.misfit(
                format!("it ended ({}) before it began ({})", to.as_str(), from.as_str()),
                "correct the dates in the table",
            )),
            _ => Ok(()),
        }
    }
}
