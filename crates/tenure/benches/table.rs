//! Questions beside a bitemporal table that holds the same: a row for each tenure as it was known, with the days between
//! which it began and ended, and the days from which and to which it was known so. The table is in `SQLite`, with indexes
//! by person and by unit, and is made of what the ledger says at each of its days of knowledge. That both answer alike is
//! checked. `cargo bench --profile dist -p tenure --bench table [EVENTS..]`, by default 100 thousand.
//!
//! The ledger's answer tells more of each post: managers, names, ids, and the events that say so.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints figures and may stop on any error"
)]

#[path = "quiet.rs"]
mod quiet;
#[path = "synthetic.rs"]
mod synthetic;

use std::collections::BTreeSet;
use std::io::BufReader;
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use quiet::Quiet;
use rusqlite::{Connection, params};
use rustc_hash::{FxHashMap, FxHashSet};
use synthetic::{Random, events};
use tenure_answers::{Answer, Position};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::reading::{Basis, Reading};
use tenure_ledger::{AnswerError, Ask, Ledger, Question, Terms, Unanswered};
use tenure_log::{Create, Journal, identify};
use tenure_producer::ingest;
use tenure_projector::load;
use tenure_query::AskError;

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const AT: &str = "2020-06-15";
/// The ends of these days are the days of knowledge; after the last comes today.
const KNOWN: [&str; 6] = ["2016-12-31", "2018-06-30", "2019-12-31", "2020-06-30", "2022-12-31", "2024-06-30"];
/// The one that questions are asked on.
const ASKED: &str = KNOWN[2];
const QUESTIONS: usize = 2_000;

/// A post as both tell it: company, unit, title, and the days between which it began.
type Post = (String, Option<String>, Option<String>, Option<String>, Option<String>);

/// A tenure as it is known.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Row {
    person: String,
    name: String,
    company: String,
    unit: Option<String>,
    title: Option<String>,
    start: Bounds,
    end: Option<Bounds>,
}

fn rows(reading: &Reading<'_>) -> FxHashSet<Row> {
    let mut rows = FxHashSet::default();
    for person in reading.people() {
        let state = reading.person(person);
        for held in &state.career.tenures {
            rows.insert(Row {
                person: state.who.id.to_string(),
                name: state.who.names.first().map(|known| known.name.as_str().to_owned()).unwrap_or_default(),
                company: reading.unit(held.company).id.to_string(),
                unit: held.unit.map(|unit| reading.unit(unit).id.to_string()),
                title: held.title.as_ref().map(|title| title.as_str().to_owned()),
                start: held.start.bounds,
                end: held.end.as_ref().map(|end| end.bounds),
            });
        }
    }
    rows
}

fn number(day: Option<Day>) -> Option<i32> {
    day.map(Day::number)
}

/// The table of a ledger. Days are numbers; knowledge is the number of its day, and none for what is known today.
fn table(journal: &Journal, path: &Path) -> Connection {
    let mut table = Connection::open(path).unwrap();
    table
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA mmap_size = 4294967296; PRAGMA cache_size = -262144;
             CREATE TABLE held (person TEXT NOT NULL, name TEXT NOT NULL, company TEXT NOT NULL, unit TEXT, title TEXT,
                 start_earliest INT, start_latest INT, ended INT NOT NULL, end_earliest INT, end_latest INT,
                 known_from INT NOT NULL, known_to INT);",
        )
        .unwrap();
    let loaded = load(journal, |_| {}).unwrap();
    let mut open: FxHashMap<Row, i32> = FxHashMap::default();
    let transaction = table.transaction().unwrap();
    let mut insert = transaction.prepare("INSERT INTO held VALUES (?,?,?,?,?,?,?,?,?,?,?,?)").unwrap();
    let mut put = |row: &Row, from: i32, to: Option<i32>| {
        let Row { person, name, company, unit, title, start, end } = row;
        let (s, e) = (start, end.unwrap_or(Bounds::UNKNOWN));
        let of = params![
            person,
            name,
            company,
            unit,
            title,
            number(s.earliest()),
            number(s.latest()),
            end.is_some(),
            number(e.earliest()),
            number(e.latest()),
            from,
            to
        ];
        insert.execute(of).unwrap();
    };
    let days = KNOWN.iter().map(|day| Some(day.parse::<Day>().unwrap())).chain([None]);
    for day in days {
        let basis = Basis { known: day.map(Instant::last_of), ..Basis::default() };
        let now = rows(&Reading::new(&loaded.archive, &basis));
        let from = day.map_or(i32::MAX, Day::number);
        open.retain(|row, since| {
            let stays = now.contains(row);
            if !stays {
                put(row, *since, Some(from));
            }
            stays
        });
        for row in now {
            open.entry(row).or_insert(from);
        }
    }
    for (row, since) in &open {
        put(row, *since, None);
    }
    drop(insert);
    transaction.commit().unwrap();
    table
        .execute_batch(
            "CREATE INDEX by_person ON held (person, known_from); CREATE INDEX by_unit ON held (unit, known_from);
             ANALYZE;",
        )
        .unwrap();
    table
}

/// What is in force on a day, as known by the end of another one.
const IN_FORCE: &str = "(start_earliest IS NULL OR start_earliest <= ?2) AND (end_latest IS NULL OR end_latest > ?2)
    AND known_from <= ?3 AND (known_to IS NULL OR known_to > ?3)";

struct Times(Vec<Duration>);

impl Times {
    fn shown(mut self) -> String {
        self.0.sort_unstable();
        let micros = |at: usize| self.0[at.min(self.0.len() - 1)].as_secs_f64() * 1e6;
        format!("p50 {:>9.1} us   p99 {:>9.1} us", micros(self.0.len() / 2), micros(self.0.len() * 99 / 100))
    }
}

fn timed<T>(times: &mut Times, run: impl FnOnce() -> T) -> T {
    let start = Clock::now();
    let found = run();
    times.0.push(start.elapsed());
    found
}

fn post(position: &Position) -> Post {
    let tenure = &position.tenure;
    let unit = tenure.unit.as_ref().map(|unit| unit.id.clone());
    let from = (tenure.from.earliest.clone(), tenure.from.latest.clone());
    (tenure.company.id.clone(), unit, tenure.title.clone(), from.0, from.1)
}

fn post_of(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Post> {
    let day = |at: usize| row.get::<_, Option<i32>>(at).map(|day| day.map(|day| Day::from_number(day).to_string()));
    Ok((row.get(first)?, row.get(first + 1)?, row.get(first + 2)?, day(first + 3)?, day(first + 4)?))
}

/// The same question of both, so often: what each took.
fn compare(name: &str, ledger: &Ledger, table: &Connection, asked: &[(Ask, String)], known: Option<&str>) {
    let (mut ours, mut theirs) = (Times(Vec::new()), Times(Vec::new()));
    let of_unit = matches!(asked[0].0, Ask::Who { .. });
    let what = if of_unit { "unit" } else { "person" };
    let select = format!(
        "SELECT company, unit, title, start_earliest, start_latest, person, name FROM held WHERE {what} = ?1 AND {IN_FORCE}"
    );
    let mut select = table.prepare(&select).unwrap();
    let at: Day = AT.parse().unwrap();
    let known_day = known.map_or(i32::MAX, |known| known.parse::<Day>().unwrap().number());
    let mut rows = 0;
    for (ask, key) in asked {
        let terms = Terms { at: AT.to_owned(), known: known.map(str::to_owned), ..Terms::default() };
        let question = Question { ask: ask.clone(), terms };
        let answer = timed(&mut ours, || ledger.ask(&question));
        let in_table: BTreeSet<(String, Post)> = timed(&mut theirs, || {
            let found =
                select.query_map(params![key, at.number(), known_day], |row| Ok((row.get(5)?, post_of(row, 0)?)));
            found.unwrap().collect::<Result<_, _>>().unwrap()
        });
        let told: BTreeSet<(String, Post)> = match answer.map(|answered| answered.answer) {
            Ok(Answer::Person(answer)) => {
                answer.positions.iter().map(|position| (answer.person.id.clone(), post(position))).collect()
            }
            Ok(Answer::Who(answer)) => {
                answer.members.iter().map(|member| (member.person.id.clone(), post(&member.position))).collect()
            }
            // Of whom nothing stands any more, the table has nothing either.
            Err(Unanswered { error, .. }) if matches!(*error, AnswerError::Name(AskError::NotFound { .. })) => {
                BTreeSet::new()
            }
            other => panic!("{key}: {other:?}"),
        };
        assert_eq!(told, in_table, "{key}, known {known:?}");
        rows += told.len();
    }
    println!("  {name:<24} {}   a table {}   {rows} posts", ours.shown(), theirs.shown());
}

fn measure(count: u64) {
    let text = events(count);
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("ledger");
    let mut journal = Journal::open(data.join("journal"), Create::IfMissing, identify).unwrap();
    let total = ingest(&mut journal, "synthetic", &mut BufReader::new(text.as_bytes()), &mut Quiet).unwrap().appended;
    drop(text);
    let table = table(&journal, &dir.path().join("table.sqlite"));
    drop(journal);
    let ledger = Ledger::open(&data).unwrap();
    let rows: i64 = table.query_row("SELECT count(*) FROM held", [], |row| row.get(0)).unwrap();
    println!("{total} events, {rows} rows in the table");
    let somebody = "SELECT DISTINCT person FROM held WHERE known_from <= ?1 ORDER BY person";
    let people: Vec<String> = {
        let mut somebody = table.prepare(somebody).unwrap();
        let known = ASKED.parse::<Day>().unwrap().number();
        somebody.query_map([known], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let mut random = Random(11);
    let mut of = |people: &[String]| -> Vec<(Ask, String)> {
        (0..QUESTIONS)
            .map(|_| people[usize::try_from(random.below(people.len() as u64)).unwrap()].clone())
            .map(|person| (Ask::Person { person: person.clone() }, person))
            .collect()
    };
    let asked = of(&people);
    compare("person", &ledger, &table, &asked, None);
    compare("person, older knowledge", &ledger, &table, &asked, Some(ASKED));
    let unit = |unit: &str| {
        let ask = Ask::Who { unit: unit.to_owned(), direct: true, lead: false, title: None, sort: None, limit: None };
        (ask, unit.to_owned())
    };
    let units: Vec<String> = {
        let by_size = "SELECT unit FROM held WHERE unit IS NOT NULL GROUP BY unit ORDER BY count(*) DESC, unit";
        let mut units = table.prepare(by_size).unwrap();
        units.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let huge = &units[0];
    let small: Vec<(Ask, String)> = units.iter().skip(20).step_by(units.len() / 40 + 1).map(|id| unit(id)).collect();
    compare("who, small units", &ledger, &table, &small, None);
    compare("who, the huge unit", &ledger, &table, &[unit(huge), unit(huge), unit(huge)], None);
    compare("who, older knowledge", &ledger, &table, &small[..small.len().min(10)], Some(ASKED));
}

fn main() {
    let asked: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    for size in if asked.is_empty() { vec![100_000] } else { asked } {
        measure(size);
    }
}
