//! The main fold against a second one, written from the contract alone, on random ledgers.
//!
//! `naive.rs` is that second fold, `ledgers.rs` reads and shows ledgers, `random.rs` makes them. `TENURE_ATTACK_TIMES` sets
//! on how many times as many ledgers each law is tried, `TENURE_FOLD` (`naive`, `main`, `indexes` or `all`, the default)
//! which folds are tried.

#[path = "naive_fold/growth.rs"]
mod growth;
#[path = "naive_fold/ledgers.rs"]
mod ledgers;
#[path = "naive_fold/naive.rs"]
mod naive;
#[path = "naive_fold/random.rs"]
mod random;
#[path = "naive_fold/rules.rs"]
mod rules;

use std::collections::BTreeSet;
use std::iter;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError};

use tenure_domain::fold::{fold, fold_by_indexes};
use tenure_domain::position::EventId;
use tenure_domain::statement::Statement;
use tenure_domain::tenure::Career;

use ledgers::{Ledger, ledger, show_career, show_conflict, show_ledger, show_tenure};
use random::{ledgers, shuffled_ledgers};

type Fold = fn(&[Statement]) -> Career;

/// The folds that are tried: all, or the one that `TENURE_FOLD` names. The main one walks through what is few, and is tried
/// a second time with its indexes for everything.
fn folds() -> Vec<(&'static str, Fold)> {
    let wanted = std::env::var("TENURE_FOLD").unwrap_or_else(|_| "all".to_owned());
    let all: [(&str, Fold); 3] = [("naive", naive::fold), ("main", fold), ("indexes", fold_by_indexes)];
    let folds: Vec<_> = all.into_iter().filter(|(name, _)| wanted == "all" || wanted == *name).collect();
    assert!(!folds.is_empty(), "TENURE_FOLD is naive, main, indexes or all, not {wanted}");
    folds
}

// ---------------------------------------------------------------------------------------------------------
// Laws
// ---------------------------------------------------------------------------------------------------------

fn config() -> Config {
    let times: Option<u32> = std::env::var("TENURE_ATTACK_TIMES").ok().and_then(|times| times.parse().ok());
    let cases = times.map_or(700, |times| 2_000 * times);
    Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() }
}

/// The ledger and what the folds make of it, for a human to judge.
fn beside(why: &str, ledger: &Ledger, results: &[(&str, &Career)]) -> String {
    let mut text = format!("{why}{ledger:?}");
    for (name, career) in results {
        let lines = show_career(career).join("\n  ");
        text = format!("{text}{name}:\n  {lines}\n");
    }
    text
}

fn judge(why: &str, ledger: &Ledger, results: &[(&str, &Career)]) -> TestCaseError {
    TestCaseError::fail(beside(why, ledger, results))
}

/// No tenure ends surely before it began, and no two open ones of one company and employment are primary.
fn well_formed(career: &Career) -> Result<(), &'static str> {
    let mut primary = BTreeSet::new();
    for tenure in &career.tenures {
        if let Some(end) = &tenure.end {
            if end.bounds.surely_before(tenure.start.bounds) {
                return Err("a tenure ends before it begins");
            }
        } else if tenure.primary && !primary.insert((tenure.company, tenure.employment)) {
            return Err("two open tenures are primary");
        }
    }
    Ok(())
}

/// Nothing begins after a death, and nothing outlasts it.
fn over_by_the_death(career: &Career) -> Result<(), &'static str> {
    let Some(latest) = career.died.as_ref().and_then(|died| died.bounds.latest()) else {
        return Ok(());
    };
    for tenure in &career.tenures {
        if tenure.start.bounds.earliest().is_some_and(|earliest| latest < earliest) {
            return Err("a tenure begins after the death");
        }
        if tenure.end.as_ref().is_none_or(|end| end.bounds.latest().is_none_or(|end| latest < end)) {
            return Err("a tenure outlasts the death");
        }
    }
    Ok(())
}

/// The events of a tenure stand in the order that the type promises, each once.
fn sorted(career: &Career) -> bool {
    let in_order = |events: &[EventId]| events.is_sorted_by(|one, other| one < other);
    let edges = career.tenures.iter().flat_map(|tenure| iter::once(&tenure.start).chain(&tenure.end));
    edges.into_iter().all(|edge| in_order(&edge.events))
        && career.tenures.iter().all(|tenure| in_order(&tenure.supports))
        && career.conflicts.iter().all(|conflict| in_order(&conflict.events))
        && career.conflicts.is_sorted_by(|one, other| one < other)
        && career.died.iter().all(|died| in_order(&died.events))
}

/// Everything rests on events that were put in.
fn rests_on(career: &Career, ledger: &[Statement]) -> bool {
    let put_in: BTreeSet<_> = ledger.iter().map(|statement| &statement.event).collect();
    let of_tenures = career.tenures.iter().flat_map(|tenure| {
        let end = tenure.end.iter().flat_map(|end| &end.events);
        tenure.supports.iter().chain(&tenure.start.events).chain(end).chain([&tenure.opened_by])
    });
    let of_death = career.died.iter().flat_map(|died| &died.events);
    let of_conflicts = career.conflicts.iter().flat_map(|conflict| &conflict.events);
    of_tenures.chain(of_death).chain(of_conflicts).all(|event| put_in.contains(event))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn both_folds_agree(ledger in ledgers()) {
        let careers: Vec<_> = folds().iter().map(|(name, fold)| (*name, fold(&ledger.0))).collect();
        if careers.iter().any(|(_, career)| show_career(career) != show_career(&careers[0].1)) {
            let results: Vec<_> = careers.iter().map(|(name, career)| (*name, career)).collect();
            return Err(judge("the folds differ", &ledger, &results));
        }
    }

    #[test]
    fn order_and_repetition_do_not_matter((ledger, shuffled) in shuffled_ledgers()) {
        for (name, fold) in folds() {
            let (career, again) = (fold(&ledger.0), fold(&shuffled.0));
            if career != again {
                return Err(judge(name, &ledger, &[("as given", &career), ("shuffled", &again)]));
            }
        }
    }

    #[test]
    fn careers_are_well_formed(ledger in ledgers()) {
        for (name, fold) in folds() {
            let career = fold(&ledger.0);
            if let Err(why) = well_formed(&career) {
                return Err(judge(why, &ledger, &[(name, &career)]));
            }
        }
    }

    #[test]
    fn nothing_is_after_a_death(ledger in ledgers()) {
        for (name, fold) in folds() {
            let career = fold(&ledger.0);
            if let Err(why) = over_by_the_death(&career) {
                return Err(judge(why, &ledger, &[(name, &career)]));
            }
        }
    }

    #[test]
    fn lists_of_events_are_sorted(ledger in ledgers()) {
        for (name, fold) in folds() {
            let career = fold(&ledger.0);
            if !sorted(&career) {
                return Err(judge("events are not sorted", &ledger, &[(name, &career)]));
            }
        }
    }

    #[test]
    fn everything_rests_on_events(ledger in ledgers()) {
        for (name, fold) in folds() {
            let career = fold(&ledger.0);
            if !rests_on(&career, &ledger.0) {
                return Err(judge("an event from nowhere", &ledger, &[(name, &career)]));
            }
        }
    }

    #[test]
    fn ledgers_are_read_as_they_are_shown(given in ledgers()) {
        prop_assert_eq!(ledger(&show_ledger(&given.0)), given.0);
    }
}

/// For a human: `TENURE_LEDGER=FILE cargo test -p tenure-domain --test naive_fold show -- --nocapture` shows what both
/// folds make of the ledgers in the file, in the notation, parted by empty lines. Without the file it does nothing.
#[test]
fn show() {
    let Ok(file) = std::env::var("TENURE_LEDGER") else {
        return;
    };
    for given in std::fs::read_to_string(file).expect("a readable file").split("\n\n") {
        let heading = given.lines().find(|line| line.starts_with('#')).unwrap_or_default();
        let given = Ledger(ledger(given));
        let careers: Vec<_> = folds().iter().map(|(name, fold)| (*name, fold(&given.0))).collect();
        let agree = careers.iter().all(|(_, career)| show_career(career) == show_career(&careers[0].1));
        let why = format!("{heading}\n{}", if agree { "the folds agree" } else { "the folds differ" });
        let results: Vec<_> = careers.iter().map(|(name, career)| (*name, career)).collect();
        eprintln!("{}", beside(&why, &given, &results));
    }
}

// ---------------------------------------------------------------------------------------------------------
// Tables
// ---------------------------------------------------------------------------------------------------------

/// Folds the ledger. Expected are tenures in the order of opening as `company unit title primary|beside start
/// end`, and conflicts as `kind events`; `i` marks an inferred edge, `m` one of a missing link.
fn check(name: &str, given: &str, tenures: &[&str], conflicts: &[&str]) {
    let statements = ledger(given);
    for (which, fold) in folds() {
        let career = fold(&statements);
        let got: Vec<String> = career.tenures.iter().map(show_tenure).collect();
        assert_eq!(got, tenures, "tenures of {name}, {which}\n{}", show_career(&career).join("\n"));
        let got: Vec<String> = career.conflicts.iter().map(show_conflict).collect();
        assert_eq!(got, conflicts, "conflicts of {name}, {which}\n{}", show_career(&career).join("\n"));
    }
}

#[test]
fn basics() {
    check(
        "join then transfer",
        "e1 2024-01-10 Joined Acme unit=Search title=Engineer on=2024-01-01
         e2 2024-03-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-03-01",
        &["Acme Search Engineer primary 2024-01-01 2024-03-01", "Acme Lab - primary 2024-03-01 open"],
        &[],
    );
    check(
        "late arrival",
        "e1 2024-01-10 Joined Acme unit=Search title=Engineer on=2024-01-01
         e2 2024-03-02 Transferred Acme to_unit=Lab on=2024-03-01
         e3 2024-06-01 Transferred Acme from_unit=Search to_unit=Ads on=2024-02-01",
        &[
            "Acme Search Engineer primary 2024-01-01 2024-02-01",
            "Acme Ads - primary 2024-02-01 2024-03-01",
            "Acme Lab - primary 2024-03-01 open",
        ],
        &[],
    );
    check(
        "leave and rejoin",
        "j1 2019-05-02 Joined Acme unit=Search on=2019-05-01
         l1 2022-02-01 Left Acme on=2022-02-01
         j2 2024-07-02 Joined Acme unit=Lab on=2024-07-01",
        &["Acme Search - primary 2019-05-01 2022-02-01", "Acme Lab - primary 2024-07-01 open"],
        &[],
    );
    check(
        "same day join and leave",
        "j 2024-05-02 Joined Acme unit=Search on=2024-05-01
         l 2024-05-03 Left Acme on=2024-05-01",
        &["Acme Search - primary 2024-05-01 2024-05-01"],
        &[],
    );
    check(
        "new employer ends the old",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2023-04-02 Joined Borealis title=CTO on=2023-04-01",
        &["Acme Search - primary 2020-01-01 2023-04-01i", "Borealis - CTO primary 2023-04-01 open"],
        &[],
    );
    check(
        "board seat beside employment",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2021-04-02 Joined Borealis employment=board on=2021-04-01",
        &["Acme Search - primary 2020-01-01 open", "Borealis - - primary 2021-04-01 open"],
        &[],
    );
    check(
        "concurrent appointment",
        "e1 2024-01-10 Joined Acme unit=Search title=Engineer on=2024-01-01
         e2 2024-03-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-03-01
         a1 2024-04-01 Appointed Acme unit=Board title=Member on=2024-04-01
         r1 2024-06-01 Relieved Acme unit=Board on=2024-06-01",
        &[
            "Acme Search Engineer primary 2024-01-01 2024-03-01",
            "Acme Lab - primary 2024-03-01 open",
            "Acme Board Member beside 2024-04-01 2024-06-01",
        ],
        &[],
    );
    check(
        "left ends everything",
        "e1 2024-01-10 Joined Acme unit=Search title=Engineer on=2024-01-01
         a1 2024-04-01 Appointed Acme unit=Board title=Member on=2024-04-01
         l1 2024-08-01 Left Acme on=2024-08-01",
        &["Acme Search Engineer primary 2024-01-01 2024-08-01", "Acme Board Member beside 2024-04-01 2024-08-01"],
        &[],
    );
    check(
        "change of title",
        "e1 2024-01-10 Joined Acme unit=Search title=Engineer on=2024-01-01
         e2 2024-03-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-03-01
         t1 2024-05-02 Retitled Acme to_title=Principal on=2024-05-01",
        &[
            "Acme Search Engineer primary 2024-01-01 2024-03-01",
            "Acme Lab - primary 2024-03-01 2024-05-01",
            "Acme Lab Principal primary 2024-05-01 open",
        ],
        &[],
    );
    check(
        "acting then permanent",
        "a 2024-01-10 Appointed Acme unit=Finance title=CFO acting on=2024-01-10
         b 2024-06-01 Appointed Acme unit=Finance title=CFO on=2024-06-01",
        &["Acme Finance CFO primary 2024-01-10 2024-06-01", "Acme Finance CFO primary 2024-06-01 open"],
        &[],
    );
    check(
        "interim title then title",
        "a 2024-01-10 Appointed Acme title=Interim_VP acting on=2024-01-10
         b 2024-06-01 Retitled Acme from_title=Interim_VP to_title=VP on=2024-06-01",
        &["Acme - Interim_VP primary 2024-01-10 2024-06-01", "Acme - VP primary 2024-06-01 open"],
        &[],
    );
    check(
        "head of one's own unit",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         a 2024-01-02 Appointed Acme unit=Lab title=Head lead on=2024-01-01",
        &["Acme Lab - primary 2020-01-01 open", "Acme Lab Head beside 2024-01-01 open"],
        &[],
    );
}

#[test]
fn posts_beside_each_other() {
    check(
        "a move leaves the whole unit",
        "j 2024-01-02 Joined Acme title=Vice_President on=2024-01-01
         a 2024-01-02 Appointed Acme unit=Search title=Chief_Scientist on=2024-02-01
         b 2024-01-02 Joined Acme employment=board title=Director on=2024-01-15
         t 2024-09-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-09-01",
        &[
            "Acme - Vice_President primary 2024-01-01 open",
            "Acme - Director primary 2024-01-15 open",
            "Acme Search Chief_Scientist beside 2024-02-01 2024-09-01",
            "Acme Lab - beside 2024-09-01 open",
        ],
        &[],
    );
    check(
        "two posts in two departments",
        "a 2024-01-01 Held Acme unit=Search title=Minister_of_State from=2021-09-16 to=2022-09-07
         b 2024-01-01 Held Acme unit=Lab title=Minister_of_State from=2021-10-01 to=2022-07-07",
        &[
            "Acme Search Minister_of_State primary 2021-09-16 2022-09-07",
            "Acme Lab Minister_of_State beside 2021-10-01 2022-07-07",
        ],
        &[],
    );
    check(
        "same title in another language",
        "j 2025-02-08 Joined Acme unit=Search title=首席科學家 on=2025-02
         r 2025-09-30 Relieved Acme unit=Search title=Chief_Scientist on=2025-09-29",
        &["Acme Search 首席科學家 primary 2025-02 2025-09-29"],
        &["field_disagrees j,r"],
    );
    check(
        "leaves and becomes an adviser",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         l 2024-03-02 Left Acme on=2024-03-01
         a 2024-03-02 Appointed Acme title=Adviser employment=advisor on=2024-03-01",
        &["Acme Search - primary 2020-01-01 2024-03-01", "Acme - Adviser primary 2024-03-01 open"],
        &[],
    );
    check(
        "moved to a new title in the same unit",
        "j 2020-01-02 Joined Acme unit=Ads title=Engineer on=2020-01-01
         t 2022-01-02 Transferred Acme to_unit=Ads title=Head on=2022-01-01",
        &["Acme Ads Engineer primary 2020-01-01 2022-01-01", "Acme Ads Head primary 2022-01-01 open"],
        &[],
    );
    check(
        "a register ends the seat whatever its title",
        "h 2025-01-01 Held Acme unit=Lab title=Engineer from=2020-01-01 to=2024-01-01
         c 2022-01-02 Retitled Acme to_title=Head on=2022-01-01",
        &["Acme Lab Engineer primary 2020-01-01 2022-01-01", "Acme Lab Head primary 2022-01-01 2024-01-01"],
        &[],
    );
    check(
        "succession",
        "a 2024-01-01 Appointed Acme unit=Lab title=Head lead on=2024-01-01
         b 2024-07-01 Succeeded Acme unit=Lab title=Head lead on=2024-07-01",
        &["Acme Lab Head primary 2024-01-01 2024-07-01"],
        &[],
    );
}

#[test]
fn sources_that_differ() {
    check(
        "many articles, one transfer",
        "e1 2024-01-10 Joined Acme unit=Search title=Engineer on=2024-01-01
         e2 2024-03-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-03-01
         n1 2024-03-04 Transferred Acme to_unit=Lab on=2024-03
         n2 2024-03-05 Transferred Acme to_unit=Lab on=2024 remit=speech",
        &["Acme Search Engineer primary 2024-01-01 2024-03-01", "Acme Lab - primary 2024-03-01 open"],
        &[],
    );
    check(
        "contested move",
        "e1 2024-01-10 Joined Acme unit=Search title=Engineer on=2024-01-01
         x1 2024-05-03 Transferred Acme from_unit=Search to_unit=Maps on=2024-05-01 by=First
         x2 2024-05-02 Transferred Acme from_unit=Search to_unit=Cloud on=2024-05-01 by=Second confidence=confirmed",
        &["Acme Search Engineer primary 2024-01-01 2024-05-01", "Acme Cloud - primary 2024-05-01 open"],
        &["contested_move x1,x2"],
    );
    check(
        "missing link",
        "e1 2024-01-10 Joined Acme unit=Search title=Engineer on=2024-01-01
         m 2024-09-02 Transferred Acme from_unit=Ads to_unit=Lab on=2024-09-01",
        &[
            "Acme Search Engineer primary 2024-01-01 [2024-01-02..2024-09-01]m",
            "Acme Ads - primary [2024-01-02..2024-09-01]m 2024-09-01",
            "Acme Lab - primary 2024-09-01 open",
        ],
        &["missing_link e1,m"],
    );
    check(
        "transfer first heard of",
        "m 2025-09-30 Transferred Acme from_unit=Ads to_unit=Lab on=2025-09-01",
        &["Acme Ads - primary [..2025-09-01]i 2025-09-01", "Acme Lab - primary 2025-09-01 open"],
        &[],
    );
    check(
        "stated end beats inferred",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2023-04-02 Joined Borealis on=2023-04-01
         l 2023-04-20 Left Acme on=2023-04-15",
        &["Acme Search - primary 2020-01-01 2023-04-15", "Borealis - - primary 2023-04-01 open"],
        &[],
    );
    check(
        "relieved and left on one day",
        "a 2020-01-01 Appointed Acme unit=Lab title=Head on=2020-01-01
         r 2023-04-01 Relieved Acme unit=Lab on=2023-04-01
         l 2023-04-02 Left Acme on=2023-04-01",
        &["Acme Lab Head primary 2020-01-01 2023-04-01"],
        &[],
    );
    check(
        "ends disagree",
        "a 2011-01-01 Held Acme title=Chancellor from=1997-05-02 to=2007-06-27 by=Ministers
         b 2012-01-01 Held Acme title=Chancellor from=1997-05-02 to=2007-06-28 by=Encyclopaedia",
        &["Acme - Chancellor primary 1997-05-02 2007-06-27"],
        &["date_disagrees a,b"],
    );
    check(
        "no start is moved past the first of two reports of a change",
        "a 2020-02-01 NewManager Acme manager=Cy by=S1
         b 2020-07-10 Joined Acme on=2020-05-30 by=S1
         c 2021-01-16 NewManager Acme manager=Cy by=S2",
        &["Acme - - primary [..2020-02-01]i open"],
        &["date_disagrees a,b,c"],
    );
    check(
        "confirmed departure over rumoured",
        "j 2020-01-02 Joined Acme on=2020-01-01
         l1 2023-01-02 Left Acme on=2023-01-01 confidence=rumoured
         l2 2023-06-02 Left Acme on=2023-06-01 confidence=confirmed",
        &["Acme - - primary 2020-01-01 2023-06-01"],
        &["date_disagrees l1,l2"],
    );
    check(
        "seen after the end",
        "h 2025-05-02 Held Acme unit=Lab from=2020 seen=2025-05-01
         l 2025-06-01 Left Acme on=2024-09-01",
        &["Acme Lab - primary 2020 2024-09-01"],
        &["seen_after_end h,l"],
    );
    check(
        "seen again after leaving",
        "s1 2022-01-31 Held Acme title=Engineer seen=2022-01-31
         l 2022-07-29 Left Acme on=[2022-02-01..2022-07-29]
         s2 2023-01-30 Held Acme title=Engineer seen=2023-01-30",
        &[
            "Acme - Engineer primary [..2022-01] [2022-02..2022-07-29]",
            "Acme - Engineer primary [2022-02..2023-01-30] open",
        ],
        &[],
    );
    check(
        "seen at the old employer",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2023-04-02 Joined Borealis on=2023-04-01
         s 2024-02-01 Held Acme unit=Search",
        &["Acme Search - primary 2020-01-01 open", "Borealis - - primary 2023-04-01 open"],
        &["two_employers j2,s"],
    );
}

#[test]
fn vague_dates() {
    check(
        "seen in post",
        "o 2024-07-10 Held Acme unit=Search title=Director",
        &["Acme Search Director primary [..2024-07-10] open"],
        &[],
    );
    check(
        "former head",
        "o 2024-08-01 Held Acme unit=Search lead to=[..2024-08-01]",
        &["Acme Search - primary [..2024-08-01] [..2024-08-01]"],
        &[],
    );
    check(
        "year and day agree",
        "j1 2025-03-01 Joined Acme on=2025
         j2 2025-04-01 Joined Acme on=2025-02-14",
        &["Acme - - primary 2025-02-14 open"],
        &[],
    );
    check(
        "dates disagree",
        "j1 2025-03-01 Joined Acme on=2025-01
         j2 2025-04-01 Joined Acme on=2025-02-14 confidence=confirmed",
        &["Acme - - primary 2025-02-14 open"],
        &["date_disagrees j1,j2"],
    );
    check(
        "held post interval",
        "h1 2024-01-01 Held Acme title=CFO from=2015 to=2018
         h2 2024-01-01 Held Acme title=CEO from=2018",
        &["Acme - CFO primary 2015 2018", "Acme - CEO primary 2018 open"],
        &[],
    );
    check(
        "joined that year, left that spring",
        "j 2025-01-10 Joined Acme unit=Search on=2024
         l 2025-01-11 Left Acme on=2024-03-01",
        &["Acme Search - primary [2024..2024-03-01] 2024-03-01"],
        &[],
    );
    check(
        "vague joining, exact move",
        "t 2025-09-30 Transferred Acme from_unit=Search to_unit=Lab on=2025-09-29
         j 2025-10-10 Joined Acme unit=Search title=Chief_Scientist manager=Bo on=2025",
        &["Acme Search Chief_Scientist primary [2025..2025-09-29] 2025-09-29", "Acme Lab - primary 2025-09-29 open"],
        &[],
    );
    check(
        "held within a year",
        "h 2024-06-01 Held Acme unit=Search title=Director from=2024 to=2024-03-05",
        &["Acme Search Director primary [2024..2024-03-05] 2024-03-05"],
        &[],
    );
    check(
        "undated move",
        "j 2025-02-06 Joined Acme unit=Search on=2025-02
         t 2025-09-30 Transferred Acme from_unit=Search to_unit=Lab",
        &["Acme Search - primary 2025-02 [2025-02-07..2025-09]", "Acme Lab - primary [2025-02-07..2025-09] open"],
        &[],
    );
    check(
        "vague move, then exact departure",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t 2024-07-01 Transferred Acme from_unit=Search to_unit=Ads on=2024
         l 2024-09-02 Left Acme on=2024-09-01",
        &["Acme Search - primary 2020-01-01 [2024..2024-09-01]", "Acme Ads - primary [2024..2024-09-01] 2024-09-01"],
        &[],
    );
    check(
        "two vague moves that link",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t1 2025-01-01 Transferred Acme from_unit=Search to_unit=Ads on=2024
         t2 2024-06-02 Transferred Acme from_unit=Ads to_unit=Lab on=2024-06-01",
        &[
            "Acme Search - primary 2020-01-01 [2024..2024-06-01]",
            "Acme Ads - primary [2024..2024-06-01] 2024-06-01",
            "Acme Lab - primary 2024-06-01 open",
        ],
        &[],
    );
    check(
        "seen the day before leaving",
        "s 2026-03-07 Held Acme unit=Lab title=Head seen=2026-03-03
         l 2026-03-04 Left Acme",
        &["Acme Lab Head primary [..2026-03-03] 2026-03-04"],
        &[],
    );
    check(
        "a team page read twice",
        "s1 2022-01-31T15:18:34Z Held Acme title=Engineer manager=Bo seen=2022-01-31
         c 2022-07-29T19:32:26Z Retitled Acme from_title=Engineer to_title=Senior on=[2022-02-01..2022-07-29]
         s2 2022-07-29T19:32:26Z Held Acme title=Senior manager=Cy seen=2022-07-29",
        &[
            "Acme - Engineer primary [..2022-01] [2022-02..2022-07-29]",
            "Acme - Senior primary [2022-02..2022-07-29] open",
        ],
        &[],
    );
    check(
        "seen on the day of leaving",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         s1 2024-05-01T08:00:00Z Held Acme unit=Search
         l 2024-05-01T12:00:00Z Left Acme on=2024-05-01
         s2 2024-05-01T20:00:00Z Held Acme unit=Search by=Page",
        &["Acme Search - primary 2020-01-01 2024-05-01"],
        &[],
    );
}

#[test]
fn final_rulings() {
    check(
        "an inferred end gives way of a primary post whose unit is unknown",
        "j1 2020-01-02 Joined Acme on=2020-01-01
         j2 2023-04-02 Joined Borealis on=2023-04-01
         t 2023-05-02 Transferred Acme from_unit=Search to_unit=Lab on=2023-05-01",
        &[
            "Acme Search - primary 2020-01-01 2023-05-01",
            "Borealis - - primary 2023-04-01 open",
            "Acme Lab - primary 2023-05-01 open",
        ],
        &[],
    );
    check(
        "a lead succeeded looks ahead for one who leads",
        "a 2025-01-10 Appointed Acme unit=Lab title=Chief lead on=2024
         b 2024-07-02 Succeeded Acme unit=Lab title=Head lead on=2024-07-01",
        &["Acme Lab Chief primary [2024..2024-07-01] 2024-07-01"],
        &[],
    );
    check(
        "looking ahead for a change of title that makes one lead",
        "j 2020-01-02 Joined Acme unit=Lab title=Engineer on=2020-01-01
         c 2025-01-10 Retitled Acme unit=Lab to_title=Chief lead=yes on=2024
         h 2020-01-02 Appointed Acme unit=Lab title=Adviser on=2020-02-01
         b 2024-07-02 Succeeded Acme unit=Lab title=Head lead on=2024-07-01",
        &[
            "Acme Lab Engineer primary 2020-01-01 [2024..2024-07-01]",
            "Acme Lab Adviser beside 2020-02-01 open",
            "Acme Lab Chief primary [2024..2024-07-01] 2024-07-01",
        ],
        &[],
    );
    check(
        "the employment of a move to where one is",
        "e1 2024-02-28 Transferred Acme to_unit=Lab employment=employee on=[2023..2024-02]
         e2 2024-02-28 Transferred Acme to_unit=Search on=2024-02-29
         e3 2024-02-28 Held Acme unit=Search employment=contractor seen=2024-02-27",
        &["Acme Search - primary [..2024-02-27] open", "Acme Lab - primary [2023..2024-02] 2024-02-29"],
        &[],
    );
    check(
        "joined and appointed on one day",
        "a 2024-01-02 Appointed Acme unit=Lab title=Head on=2024-01-01
         j 2024-01-10 Joined Acme unit=Search on=2024-01-01",
        &["Acme Search - primary 2024-01-01 open", "Acme Lab Head beside 2024-01-01 open"],
        &[],
    );
    check(
        "held until before the other was held",
        "a 2025-01-01 Held Acme unit=Lab from=2024 to=2024-03-01
         b 2025-01-01 Held Acme unit=Lab from=2024-06-01",
        &["Acme Lab - primary [2024..2024-03-01] 2024-03-01", "Acme Lab - primary 2024-06-01 open"],
        &[],
    );
    check(
        "a move spares all that is open where it goes",
        "j 2020-01-02 Joined Acme unit=Lab title=Engineer on=2020-01-01
         a 2021-01-02 Appointed Acme unit=Lab title=Head on=2021-01-01
         t 2022-01-02 Transferred Acme to_unit=Lab on=[2020-01-01..2022-01-01]",
        &["Acme Lab Engineer primary 2020-01-01 open", "Acme Lab Head beside 2021-01-01 open"],
        &[],
    );
    check(
        "an inferred end stays where one is already there under another title",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2021-01-02 Joined Borealis on=2021-01-01
         a 2022-01-02 Appointed Acme unit=Lab title=Head on=2022-01-01
         t 2022-02-02 Transferred Acme from_unit=Search to_unit=Lab title=Chief on=2022",
        &[
            "Acme Search - primary 2020-01-01 2021-01-01i",
            "Borealis - - primary 2021-01-01 open",
            "Acme Lab Head primary 2022-01-01 open",
        ],
        &["field_disagrees a,t"],
    );
}

#[test]
fn a_value_stated_again_is_believed_more() {
    // A rumour, the same confirmed, then another value that alone would be believed over the rumour.
    check(
        "by another beginning",
        "a 2024-01-02 Joined Acme unit=Lab on=2024-01-01 confidence=rumoured
         b 2024-02-02 Appointed Acme unit=Lab title=Head on=2024-01-01 confidence=confirmed
         c 2024-03-02 Joined Acme unit=Search on=2024-01",
        &["Acme Lab Head primary 2024-01-01 open"],
        &["field_disagrees a,b,c"],
    );
    check(
        "by a sighting",
        "a 2024-01-02 Joined Acme unit=Lab on=2024-01-01 confidence=rumoured
         s 2024-01-02 Held Acme unit=Lab confidence=confirmed
         c 2024-03-02 Joined Acme unit=Search on=2024-01",
        &["Acme Lab - primary 2024-01-01 open"],
        &["field_disagrees a,c,s"],
    );
    check(
        "by a sighting under the same manager",
        "a 2024-01-02 Joined Acme manager=Bo on=2024-01-01 confidence=rumoured
         s 2024-01-02 Held Acme manager=Bo confidence=confirmed
         c 2024-03-02 Held Acme unit=Lab manager=Cy from=2024-01",
        &["Acme Lab - primary 2024-01-01 open"],
        &["field_disagrees a,c,s"],
    );
    check(
        "by a move that leaves nothing",
        "s 2024-01-01 Held Acme unit=Lab confidence=rumoured
         t 2024-01-03 Transferred Acme to_unit=Lab on=[2023-12-01..2024-01-02] confidence=confirmed
         j 2024-01-04 Joined Acme unit=Search on=[2023-12-01..2024-01-03]",
        &["Acme Lab - primary [2023-12..2024-01-01] open"],
        &["field_disagrees j,s,t"],
    );
    check(
        "by a move that leaves another post",
        "j 2024-01-01 Joined Acme unit=Search on=2024-01-01
         s 2024-01-01 Held Acme unit=Lab manager=Bo confidence=rumoured
         t 2024-02-02 Transferred Acme from_unit=Search to_unit=Lab manager=Bo on=2024-02-01 confidence=confirmed
         k 2024-03-02 Joined Acme unit=Ads manager=Cy on=[2023..2024-03-01]",
        &["Acme Search - primary 2024-01-01 2024-02-01", "Acme Lab - primary [2023..2024-01-01] open"],
        &["field_disagrees k,s,t"],
    );
    check(
        "by a change to the title that one has",
        "s 2024-01-01 Held Acme title=Head confidence=rumoured
         c 2024-02-02 Retitled Acme to_title=Head on=2024-02-01 confidence=confirmed
         j 2024-03-02 Joined Acme title=Chief on=[2023..2024-03-01]",
        &["Acme - Head primary [2023..2024-01-01] open"],
        &["field_disagrees c,j,s"],
    );
}

#[test]
fn managers() {
    let on = |given: &str, day: &str| {
        let career = naive::fold(&ledger(given));
        let day = day.parse().expect("a day");
        let open: Vec<_> = career.tenures.iter().filter(|tenure| tenure.certainty(day).is_some()).collect();
        assert_eq!(career.conflicts.len(), 0, "{given}");
        open.last().and_then(|tenure| tenure.manager(day)).map(|manager| manager.0)
    };
    let vacated = "a 2022-01-02 Joined Acme title=Engineer manager=Bo on=2022-01-01
                   m 2022-05-02 NewManager Acme manager=nobody on=2022-05-01";
    assert_eq!(on(vacated, "2022-04-30"), Some(0));
    assert_eq!(on(vacated, "2022-05-01"), None);
    let sightings = "s1 2022-01-31 Held Acme title=Engineer seen=2022-01-31 manager=Bo
                     s2 2022-07-29 Held Acme title=Engineer seen=2022-07-29 manager=Cy";
    assert_eq!(on(sightings, "2022-01-31"), Some(0));
    assert_eq!(on(sightings, "2022-07-29"), Some(1));
    let seen_later = "s1 2022-01-31 Held Acme title=Engineer seen=2022-01-31
                      s2 2022-07-29 Held Acme title=Engineer seen=2022-07-29 manager=Cy";
    assert_eq!(on(seen_later, "2022-01-31"), None);
    assert_eq!(on(seen_later, "2022-04-01"), None);
    assert_eq!(on(seen_later, "2022-07-29"), Some(1));
    let dropped = "a 2024-01-01 Joined Acme unit=Search manager=Bo on=2024-01-01
                   m 2024-04-01 NewManager Acme manager=Cy on=2024-04-01
                   t 2024-06-01 Transferred Acme to_unit=Lab on=2024-06-01";
    assert_eq!(on(dropped, "2024-02-01"), Some(0));
    assert_eq!(on(dropped, "2024-05-01"), Some(1));
    assert_eq!(on(dropped, "2024-07-01"), None);
}
