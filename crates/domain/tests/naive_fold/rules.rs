//! The fold of one person, sentence by sentence: what the contract says, the smallest ledger that shows it, and what
//! must come of it. Read together with the contract, rule by rule; both folds are held to every row.

use super::folds;
use super::ledgers::{ledger, show_career, show_conflict, show_tenure};

struct Row {
    rule: u8,
    sentence: &'static str,
    ledger: &'static str,
    tenures: &'static [&'static str],
    conflicts: &'static [&'static str],
    /// Parts of what is shown of the career as a whole, for what a tenure in short does not say.
    also: &'static [&'static str],
}

const fn row(
    rule: u8,
    sentence: &'static str,
    ledger: &'static str,
    tenures: &'static [&'static str],
    conflicts: &'static [&'static str],
) -> Row {
    Row { rule, sentence, ledger, tenures, conflicts, also: &[] }
}

#[test]
fn every_rule_has_rows() {
    for rule in 1..=9 {
        assert!(ROWS.iter().any(|row| row.rule == rule), "no row of rule {rule}");
    }
}

#[test]
fn every_row_holds() {
    let mut failures = Vec::new();
    for row in ROWS {
        let statements = ledger(row.ledger);
        for (which, fold) in folds() {
            let career = fold(&statements);
            let tenures: Vec<String> = career.tenures.iter().map(show_tenure).collect();
            let conflicts: Vec<String> = career.conflicts.iter().map(show_conflict).collect();
            let whole = show_career(&career).join("\n  ");
            if tenures == row.tenures && conflicts == row.conflicts && row.also.iter().all(|part| whole.contains(part))
            {
                continue;
            }
            let expected = [row.tenures, row.conflicts, row.also].concat().join("\n  ");
            failures.push(format!(
                "rule {}, {}: {which}\n  {}\nexpected\n  {expected}\ngot\n  {whole}\n",
                row.rule,
                row.sentence,
                row.ledger.trim(),
            ));
        }
    }
    assert!(failures.is_empty(), "{} rows fail\n\n{}", failures.len(), failures.join("\n"));
}

const ROWS: &[Row] = &[
    // Rule 1. Same claim, several sources
    row(
        1,
        "events of one type whose dates overlap and whose fields fit are one claim",
        "t1 2024-03-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-03-01
         t2 2024-03-10 Transferred Acme to_unit=Lab on=2024-03",
        &["Acme Search - primary [..2024-03-01]i 2024-03-01", "Acme Lab - primary 2024-03-01 open"],
        &[],
    ),
    row(
        1,
        "disjoint dates make two claims",
        "t1 2023-03-02 Transferred Acme to_unit=Lab on=2023-03-01
         t2 2023-06-02 Transferred Acme to_unit=Ads on=2023-06-01
         t3 2024-03-02 Transferred Acme to_unit=Lab on=2024-03-01",
        &[
            "Acme Lab - primary 2023-03-01 2023-06-01",
            "Acme Ads - primary 2023-06-01 2024-03-01",
            "Acme Lab - primary 2024-03-01 open",
        ],
        &[],
    ),
    row(
        1,
        "another employment is another claim",
        "a 2024-01-02 Joined Acme on=2024-01-01
         b 2024-01-02 Joined Acme employment=board on=2024-01-01",
        &["Acme - - primary 2024-01-01 open", "Acme - - primary 2024-01-01 open"],
        &[],
    ),
    row(
        1,
        "held posts overlap in `from`, and in `to` where both give one",
        "h1 2024-01-01 Held Acme unit=Lab title=Head from=2010 to=2012
         h2 2024-01-02 Held Acme unit=Lab title=Head from=2010 to=2012-06",
        &["Acme Lab Head primary 2010 2012-06"],
        &[],
    ),
    row(
        1,
        "held posts whose `to` do not overlap are two claims",
        "h1 2024-01-01 Held Acme unit=Lab title=Head from=2010 to=2012
         h2 2024-01-02 Held Acme unit=Lab title=Head from=2010 to=2014",
        &["Acme Lab Head primary 2010 2012"],
        &["date_disagrees h1,h2"],
    ),
    row(
        1,
        "joinings must not disagree in unit",
        "a 2024-01-02 Joined Acme unit=Search on=2024-01-01
         b 2024-01-03 Joined Acme unit=Lab on=2024-01-01",
        &["Acme Search - primary 2024-01-01 open"],
        &["field_disagrees a,b"],
    ),
    row(
        1,
        "of leavings only the dates must fit",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         l1 2022-02-01 Left Acme on=2022-01
         l2 2022-02-02 Left Acme on=2022-01-20",
        &["Acme Lab - primary 2020-01-01 2022-01-20"],
        &[],
    ),
    row(
        1,
        "posts of other units are other claims",
        "a 2024-01-02 Appointed Acme unit=Lab title=Head on=2024-01-01
         b 2024-01-03 Appointed Acme unit=Search title=Head on=2024-01-01",
        &["Acme Lab Head primary 2024-01-01 open", "Acme Search Head beside 2024-01-01 open"],
        &[],
    ),
    row(
        1,
        "posts of other titles are other claims",
        "a 2024-01-02 Appointed Acme unit=Lab title=Head on=2024-01-01
         b 2024-01-03 Appointed Acme unit=Lab title=Chief on=2024-01-01",
        &["Acme Lab Head primary 2024-01-01 open", "Acme Lab Chief beside 2024-01-01 open"],
        &[],
    ),
    row(
        1,
        "changes to other titles are other claims",
        "j 2020-01-02 Joined Acme unit=Lab title=Engineer on=2020-01-01
         c1 2022-01-02 Retitled Acme to_title=Head on=2022-01-01
         c2 2022-01-03 Retitled Acme to_title=Chief on=2022-01-01",
        &[
            "Acme Lab Engineer primary 2020-01-01 2022-01-01",
            "Acme Lab Head primary 2022-01-01 2022-01-01",
            "Acme Lab Chief primary 2022-01-01 open",
        ],
        &[],
    ),
    row(
        1,
        "a change of title may leave out the old title",
        "j 2020-01-02 Joined Acme unit=Lab title=Engineer on=2020-01-01
         c1 2022-02-02 Retitled Acme from_title=Engineer to_title=Head on=2022-01
         c2 2022-02-03 Retitled Acme to_title=Head on=2022-01-05",
        &["Acme Lab Engineer primary 2020-01-01 2022-01-05", "Acme Lab Head primary 2022-01-05 open"],
        &[],
    ),
    Row {
        also: &["confidence=Confirmed", "start-by=a,b supports=a,b opened-by=a"],
        ..row(
            1,
            "bounds intersect, a missing field is filled, confidence is the highest",
            "a 2024-02-02 Joined Acme on=[2024-01-05..2024-01-20]
             b 2024-02-03 Joined Acme title=Engineer on=[2024-01-03..2024-01-10] confidence=confirmed",
            &["Acme - Engineer primary [2024-01-05..2024-01-10] open"],
            &[],
        )
    },
    row(
        1,
        "`reported_at` and id are those of the first reported",
        "a1 2024-03-01 Joined Acme on=2024-01
         a2 2024-05-01 Joined Acme on=2024-01-01
         b 2024-04-01 Joined Acme on=2023-06-01",
        &["Acme - - primary 2024-01-01 open"],
        &["date_disagrees a1,a2,b"],
    ),
    row(
        1,
        "taken narrowest first, then by `reported_at`, each joins the first claim that it fits",
        "j 2020-01-02 Joined Acme on=2020-01-01
         l1 2024-02-01 Left Acme on=2024-01
         l2 2024-02-02 Left Acme on=2024-01-20
         l3 2024-02-03 Left Acme on=2024-01-05",
        &["Acme - - primary 2020-01-01 2024-01-20"],
        &["date_disagrees l1,l2,l3"],
    ),
    row(
        1,
        "a difference in title is recorded",
        "a 2024-01-02 Joined Acme title=Engineer on=2024-01-01
         b 2024-01-03 Joined Acme title=Head on=2024-01-01",
        &["Acme - Engineer primary 2024-01-01 open"],
        &["field_disagrees a,b"],
    ),
    Row {
        also: &["manager=Bo@start"],
        ..row(
            1,
            "a difference in `reports_to` is recorded",
            "a 2024-01-02 Joined Acme manager=Bo on=2024-01-01
             b 2024-01-03 Joined Acme manager=Cy on=2024-01-01",
            &["Acme - - primary 2024-01-01 open"],
            &["field_disagrees a,b"],
        )
    },
    row(
        1,
        "a sighting joins no other claim",
        "s1 2022-01-31 Held Acme title=Engineer manager=Bo seen=2022-01-31
         s2 2022-07-29 Held Acme title=Engineer manager=Cy seen=2022-07-29",
        &["Acme - Engineer primary [..2022-01] open"],
        &[],
    ),
    row(
        1,
        "a held post without `to` joins none that is over by its `seen`",
        "h1 2024-01-01 Held Acme unit=Lab from=2020 to=2020-06-05
         h2 2024-01-02 Held Acme unit=Lab from=2020 seen=2021-01-01",
        &["Acme Lab - primary [2020..2020-06-05] 2020-06-05", "Acme Lab - primary [2020-06-05..2020] open"],
        &[],
    ),
    row(
        1,
        "who is succeeded is relieved of the post, a claim joined only with its like",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         b1 2024-02-01 Succeeded Acme unit=Lab title=Head on=2024-01
         b2 2024-02-02 Succeeded Acme unit=Lab title=Head on=2024-01-20",
        &["Acme Lab Head primary 2020-01-01 2024-01-20"],
        &[],
    ),
    row(
        1,
        "titles compare by name key",
        "a 2024-01-02 Appointed Acme unit=Lab title=Head on=2024-01-01
         b 2024-01-03 Appointed Acme unit=Lab title=HEAD on=2024-01-01",
        &["Acme Lab Head primary 2024-01-01 open"],
        &[],
    ),
    row(
        1,
        "`remit`, `lead` and `acting` never keep claims apart",
        "a 2024-01-02 Appointed Acme unit=Lab title=Head remit=speech on=2024-01-01
         b 2024-01-03 Appointed Acme unit=Lab title=Head remit=search lead acting on=2024-01-01",
        &["Acme Lab Head primary 2024-01-01 open"],
        &[],
    ),
    row(
        1,
        "of two moves on one day with two destinations the earlier reported is applied",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t1 2024-03-03 Transferred Acme to_unit=Lab on=2024-03-01
         t2 2024-03-02 Transferred Acme to_unit=Ads on=2024-03-01",
        &["Acme Search - primary 2020-01-01 2024-03-01", "Acme Ads - primary 2024-03-01 open"],
        &["contested_move t1,t2"],
    ),
    row(
        1,
        "of two contested moves the one with the higher confidence",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t1 2024-03-02 Transferred Acme to_unit=Lab on=2024-03-01
         t2 2024-03-03 Transferred Acme to_unit=Lab on=2024-03-01 by=Page
         t3 2024-03-04 Transferred Acme to_unit=Ads on=2024-03-01 confidence=confirmed",
        &["Acme Search - primary 2020-01-01 2024-03-01", "Acme Ads - primary 2024-03-01 open"],
        &["contested_move t1,t2,t3"],
    ),
    row(
        1,
        "then the one with more distinct publishers",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t1 2024-03-02 Transferred Acme to_unit=Lab on=2024-03-01
         t2 2024-03-03 Transferred Acme to_unit=Lab on=2024-03-01
         t3 2024-03-04 Transferred Acme to_unit=Ads on=2024-03-01
         t4 2024-03-05 Transferred Acme to_unit=Ads on=2024-03-01 by=Page",
        &["Acme Search - primary 2020-01-01 2024-03-01", "Acme Ads - primary 2024-03-01 open"],
        &["contested_move t1,t2,t3,t4"],
    ),
    row(
        1,
        "and last the one with the smaller id",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t2 2024-03-02 Transferred Acme to_unit=Lab on=2024-03-01
         t1 2024-03-02 Transferred Acme to_unit=Ads on=2024-03-01",
        &["Acme Search - primary 2020-01-01 2024-03-01", "Acme Ads - primary 2024-03-01 open"],
        &["contested_move t1,t2"],
    ),
    row(
        1,
        "moves of one day are not contested where one starts where the other ends",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t1 2024-03-03 Transferred Acme from_unit=Search to_unit=Lab on=2024-03-01
         t2 2024-03-02 Transferred Acme from_unit=Lab to_unit=Ads on=2024-03-01",
        &[
            "Acme Search - primary 2020-01-01 2024-03-01",
            "Acme Lab - primary 2024-03-01 2024-03-01",
            "Acme Ads - primary 2024-03-01 open",
        ],
        &[],
    ),
    row(
        1,
        "moves are contested only on one and the same day",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t1 2024-04-01 Transferred Acme to_unit=Lab on=2024-03
         t2 2024-04-02 Transferred Acme to_unit=Ads on=2024-03",
        &[
            "Acme Search - primary 2020-01-01 2024-03",
            "Acme Lab - primary 2024-03 2024-03",
            "Acme Ads - primary 2024-03 open",
        ],
        &[],
    ),
    row(
        1,
        "those without a bound come last",
        "j 2020-01-02 Joined Acme on=2020-01-01
         y 2024-07-01 Left Acme on=2024
         d 2024-07-02 Left Acme on=2024-06-01
         u 2024-07-03 Left Acme on=[..2024-01]",
        &["Acme - - primary 2020-01-01 2024-06-01"],
        &["date_disagrees d,u,y"],
    ),
    Row {
        also: &["employment=contractor"],
        ..row(
            1,
            "moves must go to one unit, and may leave out the employment",
            "t1 2024-04-02 Transferred Acme to_unit=Lab on=2024-03
             t2 2024-04-03 Transferred Acme to_unit=Lab employment=contractor on=2024-03-05",
            &["Acme Lab - primary 2024-03-05 open"],
            &[],
        )
    },
    Row {
        also: &["manager=Bo@2024-01-05", "manager=nobody@2024-01-05"],
        ..row(
            1,
            "a manager who goes and one who comes are two claims",
            "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
             m1 2024-01-06 NewManager Acme manager=Bo on=2024-01-05
             m2 2024-01-07 NewManager Acme manager=nobody on=2024-01-05",
            &["Acme Lab - primary 2020-01-01 open"],
            &[],
        )
    },
    row(
        1,
        "where titles differ the believed gives it",
        "a 2024-01-02 Joined Acme title=Engineer on=2024-01-01
         b 2024-01-03 Joined Acme title=Head on=2024-01-01 confidence=confirmed",
        &["Acme - Head primary 2024-01-01 open"],
        &["field_disagrees a,b"],
    ),
    Row {
        also: &["manager=Cy@start"],
        ..row(
            1,
            "and where managers differ",
            "a 2024-01-02 Joined Acme manager=Bo on=2024-01-01
         b 2024-01-03 Joined Acme manager=Cy on=2024-01-01 confidence=confirmed",
            &["Acme - - primary 2024-01-01 open"],
            &["field_disagrees a,b"],
        )
    },
    Row {
        also: &["start-by=h1 end-by=h1,h2"],
        ..row(
            1,
            "a held post without `from` overlaps as rule 5 bounds its start",
            "h1 2024-01-01 Held Acme unit=Lab title=Head from=2010 to=2012
         h2 2024-01-02 Held Acme unit=Lab title=Head to=2012-06",
            &["Acme Lab Head primary 2010 2012-06"],
            &[],
        )
    },
    row(
        1,
        "nor do two whose common `from` would be surely after their common `to`",
        "h1 2024-01-01 Held Acme unit=Lab from=2013-05-01
         h2 2024-01-02 Held Acme unit=Lab from=[2012..2014] to=2013-03-01",
        &["Acme Lab - primary [2012..2013-03-01] 2013-03-01", "Acme Lab - primary 2013-05-01 open"],
        &[],
    ),
    row(
        1,
        "a held post without `to` does not join one whose `to` is not after the earliest day of its `seen`",
        "h1 2024-01-01 Held Acme unit=Lab from=2020 to=2020-06-05
         h2 2024-01-02 Held Acme unit=Lab from=2020 seen=[2020-06-05..2020-06-30]",
        &["Acme Lab - primary [2020..2020-06-05] 2020-06-05", "Acme Lab - primary [2020-06-05..2020-06] open"],
        &[],
    ),
    row(
        5,
        "a post had begun by the last day on which it can have been seen",
        "h 2024-02-10 Held Acme title=X from=2024 seen=2024-02-10",
        &["Acme - X primary [2024..2024-02-10] open"],
        &[],
    ),
    row(
        5,
        "two rows of one register that do not say one post are two, though both give `from`",
        "m 2024-01-10 Held Acme title=Member from=2019-07-02 seen=2024-01-10 by=Register key=m1
         c 2024-01-10 Held Acme unit=Lab from=2019-07-02 to=2021-01-01 by=Register key=c1",
        &["Acme Lab - primary 2019-07-02 2021-01-01", "Acme - Member beside 2019-07-02 open"],
        &[],
    ),
    Row {
        also: &["start-by=h1,h2"],
        ..row(
            1,
            "but one whose `to` may be after it",
            "h1 2024-01-01 Held Acme unit=Lab from=2020 to=2020-06-05
         h2 2024-01-02 Held Acme unit=Lab from=2020 seen=[2020-06-04..2020-06-30]",
            &["Acme Lab - primary [2020..2020-06-05] 2020-06-05"],
            &[],
        )
    },
    Row {
        also: &["start-by=h1,h2 end-by=h1,h2"],
        ..row(
            1,
            "two rows of a register are one claim where both give `from` and `to`",
            "h1 2024-01-01 Held Acme unit=Lab title=Head from=2010 to=2012 by=Register key=r1
         h2 2024-01-02 Held Acme unit=Lab title=Head from=2010-05 to=2012-06 by=Register key=r2",
            &["Acme Lab Head primary 2010-05 2012-06"],
            &[],
        )
    },
    row(
        1,
        "but not where one gives no `from`",
        "h1 2024-01-01 Held Acme unit=Lab title=Head from=2010 to=2012 by=Register key=r1
         h2 2024-01-02 Held Acme unit=Lab title=Head to=2012-06 by=Register key=r2",
        &["Acme Lab Head primary 2010 2012", "Acme Lab Head beside [..2012-06] 2012-06"],
        &[],
    ),
    Row {
        also: &["employment=employee lead confidence"],
        ..row(
            1,
            "who is succeeded by a lead is relieved of the lead",
            "b1 2024-02-01 Succeeded Acme unit=Lab title=Head lead on=2024-01
         b2 2024-02-02 Succeeded Acme unit=Lab title=Head on=2024-01-20",
            &["Acme Lab Head primary [..2024-01-20]i 2024-01-20"],
            &[],
        )
    },
    // Rule 2. Order, looking ahead
    row(
        2,
        "claims are applied by their latest day, whatever arrived first",
        "t 2024-03-02 Transferred Acme to_unit=Lab on=2024-03-01
         j 2024-06-01 Joined Acme unit=Search on=2024-01-01",
        &["Acme Search - primary 2024-01-01 2024-03-01", "Acme Lab - primary 2024-03-01 open"],
        &[],
    ),
    row(
        2,
        "then by their earliest day",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t1 2024-04-01 Transferred Acme to_unit=Lab on=2024-03-31
         t2 2024-04-02 Transferred Acme to_unit=Ads on=2024-03",
        &[
            "Acme Search - primary 2020-01-01 2024-03",
            "Acme Ads - primary 2024-03 2024-03-31",
            "Acme Lab - primary 2024-03-31 open",
        ],
        &[],
    ),
    row(
        2,
        "the earliest day of a sighting is its own",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t 2024-04-05 Transferred Acme to_unit=Lab on=[2024-03-30..2024-03-31]
         s 2024-04-06 Held Acme unit=Lab title=Head seen=2024-03-31",
        &[
            "Acme Search - primary 2020-01-01 [2024-03-30..2024-03]",
            "Acme Lab - primary [2024-03-30..2024-03] open",
            "Acme Lab Head beside [..2024-03] open",
        ],
        &[],
    ),
    row(
        2,
        "the `to` of a held post is an ending of its own, before a beginning of that date",
        "h1 2024-01-02 Held Acme title=CFO from=2015 to=2018
         h2 2024-01-01 Held Acme title=CEO from=2018",
        &["Acme - CFO primary 2015 2018", "Acme - CEO primary 2018 open"],
        &[],
    ),
    row(
        2,
        "moves come before changes",
        "j 2020-01-02 Joined Acme unit=Search title=Engineer on=2020-01-01
         c 2024-03-02 Retitled Acme to_title=Head on=2024-03-01
         t 2024-03-03 Transferred Acme to_unit=Lab on=2024-03-01",
        &[
            "Acme Search Engineer primary 2020-01-01 2024-03-01",
            "Acme Lab - primary 2024-03-01 2024-03-01",
            "Acme Lab Head primary 2024-03-01 open",
        ],
        &[],
    ),
    row(
        2,
        "then by `reported_at`",
        "a 2024-01-05 Appointed Acme unit=Lab title=Head on=2024-01-01
         b 2024-01-03 Appointed Acme unit=Ads title=Chief on=2024-01-01",
        &["Acme Ads Chief primary 2024-01-01 open", "Acme Lab Head beside 2024-01-01 open"],
        &[],
    ),
    row(
        2,
        "and last by id",
        "b 2024-01-03 Appointed Acme unit=Lab title=Head on=2024-01-01
         a 2024-01-03 Appointed Acme unit=Ads title=Chief on=2024-01-01",
        &["Acme Ads Chief primary 2024-01-01 open", "Acme Lab Head beside 2024-01-01 open"],
        &[],
    ),
    row(
        2,
        "who joined in a year and left on a day of it joined first",
        "j 2025-01-10 Joined Acme unit=Search on=2024
         l 2025-01-11 Left Acme on=2024-03-01",
        &["Acme Search - primary [2024..2024-03-01] 2024-03-01"],
        &[],
    ),
    row(
        2,
        "no claim is taken out of turn that begins surely later",
        "j 2025-01-10 Joined Acme unit=Search on=[2024-03-02..2024]
         l 2025-01-11 Left Acme on=2024-03-01",
        &["Acme - - primary [..2024-03-01]i 2024-03-01", "Acme Search - primary [2024-03-02..2024] open"],
        &[],
    ),
    row(
        2,
        "a sighting of the latest day that was reported before is taken first",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         s 2024-05-01T08:00:00Z Held Acme unit=Search
         l 2024-05-01T12:00:00Z Left Acme on=[2024-04-05..2024-05-01]",
        &["Acme Search - primary 2020-01-01 [2024-04-05..2024-05-01]"],
        &[],
    ),
    row(
        2,
        "one that was reported after is not",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         l 2024-05-01T08:00:00Z Left Acme on=[2024-04-05..2024-05-01]
         s 2024-05-01T12:00:00Z Held Acme unit=Search",
        &[
            "Acme Search - primary 2020-01-01 [2024-04-05..2024-05-01]",
            "Acme Search - primary [2024-04-05..2024-05-01] open",
        ],
        &[],
    ),
    row(
        2,
        "a claim that names a title takes a change to it out of turn",
        "a 2020-01-02 Appointed Acme unit=Lab title=Engineer on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Lab title=Adviser on=2021-01-01
         c 2025-01-02 Retitled Acme to_title=Head on=2024
         r 2024-06-02 Relieved Acme unit=Lab title=Head on=2024-06-01",
        &[
            "Acme Lab Engineer primary 2020-01-01 [2024..2024-06-01]",
            "Acme Lab Adviser beside 2021-01-01 open",
            "Acme Lab Head primary [2024..2024-06-01] 2024-06-01",
        ],
        &[],
    ),
    row(
        2,
        "each looks ahead in its turn",
        "j 2025-01-02 Joined Acme unit=Search on=2024
         t 2025-01-03 Transferred Acme from_unit=Search to_unit=Ads on=2024
         m 2024-06-02 Transferred Acme from_unit=Ads to_unit=Lab on=2024-06-01",
        &[
            "Acme Search - primary [2024..2024-06-01] [2024..2024-06-01]",
            "Acme Ads - primary [2024..2024-06-01] 2024-06-01",
            "Acme Lab - primary 2024-06-01 open",
        ],
        &[],
    ),
    row(
        2,
        "only what would give it one is taken, judged by unit",
        "a 2025-01-10 Appointed Acme unit=Ads title=Head on=2024
         r 2024-06-02 Relieved Acme unit=Lab on=2024-06-01",
        &["Acme Lab - primary [..2024-06-01]i 2024-06-01", "Acme Ads Head primary 2024 open"],
        &[],
    ),
    row(
        2,
        "a joining is taken only while no primary tenure is open",
        "a 2020-01-02 Appointed Acme unit=Ads title=Head on=2020-01-01
         j 2025-01-02 Joined Acme unit=Lab on=2024
         r 2024-06-02 Relieved Acme unit=Lab on=2024-06-01",
        &["Acme Ads Head primary 2020-01-01 open", "Acme Lab - beside [..2024-06-01]i 2024-06-01"],
        &["date_disagrees a,j", "field_disagrees a,j"],
    ),
    row(
        2,
        "one without an earliest day is taken by a move that leaves its unit",
        "a 2025-01-10 Appointed Acme unit=Search title=Head on=[..2024]
         t 2024-06-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-06-01",
        &["Acme Search Head primary [..2024-06-01] 2024-06-01", "Acme Lab - primary 2024-06-01 open"],
        &[],
    ),
    row(
        2,
        "and by no other claim",
        "a 2025-01-10 Appointed Acme unit=Search title=Head on=[..2024]
         r 2024-06-02 Relieved Acme unit=Search on=2024-06-01",
        &["Acme Search - primary [..2024-06-01]i 2024-06-01", "Acme Search Head primary [2024-06..2024] open"],
        &[],
    ),
    row(
        2,
        "a sighting is taken only on that very day",
        "s 2024-06-05 Held Acme unit=Lab seen=2024-06-01
         r 2024-06-02 Relieved Acme unit=Lab on=2024-06-01",
        &["Acme Lab - primary [..2024-06-01] 2024-06-01"],
        &[],
    ),
    row(
        2,
        "a held post with a `to` is not taken",
        "h 2026-01-02 Held Acme unit=Lab from=2024 to=2025
         r 2024-03-02 Relieved Acme unit=Lab on=2024-03-05",
        &["Acme Lab - primary [..2024-03-05]i 2024-03-05", "Acme Lab - primary [2024-03-05..2024] 2025"],
        &[],
    ),
    row(
        2,
        "a `to` always takes its own held post first",
        "h 2024-06-01 Held Acme unit=Search from=2024 to=2024-03-05",
        &["Acme Search - primary [2024..2024-03-05] 2024-03-05"],
        &[],
    ),
    row(
        2,
        "a leaving takes every move, dated or not",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t 2025-01-02 Transferred Acme to_unit=Ads on=[..2024]
         l 2024-06-02 Left Acme on=2024-06-01",
        &[
            "Acme Search - primary 2020-01-01 [2020-01-02..2024-06-01]",
            "Acme Ads - primary [2020-01-02..2024-06-01] 2024-06-01",
        ],
        &[],
    ),
    row(
        2,
        "and every change",
        "j 2020-01-02 Joined Acme unit=Lab title=Engineer on=2020-01-01
         c 2025-01-02 Retitled Acme to_title=Head on=2024
         l 2024-06-02 Left Acme on=2024-06-01",
        &[
            "Acme Lab Engineer primary 2020-01-01 [2024..2024-06-01]",
            "Acme Lab Head primary [2024..2024-06-01] 2024-06-01",
        ],
        &[],
    ),
    row(
        2,
        "and every appointment and held post that began before it",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         a 2025-01-02 Appointed Acme unit=Ads title=Head on=2024
         h 2025-01-03 Held Acme unit=Maps from=2024
         l 2024-06-02 Left Acme on=2024-06-01",
        &[
            "Acme Lab - primary 2020-01-01 2024-06-01",
            "Acme Ads Head beside [2024..2024-06-01] 2024-06-01",
            "Acme Maps - beside [2024..2024-06-01] 2024-06-01",
        ],
        &[],
    ),
    row(
        2,
        "but none of a board",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         a 2025-01-02 Appointed Acme unit=Ads title=Head employment=board on=2024
         l 2024-06-02 Left Acme on=2024-06-01",
        &["Acme Lab - primary 2020-01-01 2024-06-01", "Acme Ads Head primary 2024 open"],
        &[],
    ),
    row(
        2,
        "nor one with a `to`",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         h 2026-01-02 Held Acme unit=Ads from=2024 to=2025
         l 2024-06-02 Left Acme on=2024-06-01",
        &["Acme Lab - primary 2020-01-01 2024-06-01", "Acme Ads - primary 2024 2025"],
        &[],
    ),
    row(
        2,
        "what a claim takes is judged by whether it would be primary",
        "h 2025-01-02 Held Acme unit=Ads from=2024 concurrent
         t 2024-06-02 Transferred Acme to_unit=Lab on=2024-06-05",
        &["Acme Lab - primary 2024-06-05 open", "Acme Ads - beside 2024 open"],
        &[],
    ),
    row(
        2,
        "and by its employment",
        "j 2025-01-02 Joined Acme unit=Ads on=2024
         t 2024-06-02 Transferred Acme to_unit=Lab employment=contractor on=2024-06-05",
        &["Acme Lab - primary 2024-06-05 open", "Acme Ads - primary 2024 open"],
        &[],
    ),
    row(
        2,
        "the earliest day of a vague sighting is its latest",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t 2024-04-05 Transferred Acme to_unit=Lab on=[2024-03-30..2024-03-31]
         s 2024-04-06 Held Acme unit=Lab title=Head seen=2024-03",
        &[
            "Acme Search - primary 2020-01-01 [2024-03-30..2024-03]",
            "Acme Lab - primary [2024-03-30..2024-03] open",
            "Acme Lab Head beside [..2024-03] open",
        ],
        &[],
    ),
    row(
        2,
        "no last resort keeps a claim from looking ahead",
        "j 2020-01-02 Joined Acme unit=Lab title=Engineer on=2020-01-01
         a 2025-01-02 Appointed Acme unit=Lab title=Head on=2024
         r 2024-06-02 Relieved Acme unit=Lab title=Head on=2024-06-01",
        &["Acme Lab Engineer primary 2020-01-01 open", "Acme Lab Head beside [2024..2024-06-01] 2024-06-01"],
        &[],
    ),
    row(
        2,
        "nor a succession",
        "j 2020-01-02 Joined Acme unit=Lab title=Engineer on=2020-01-01
         a 2025-01-02 Appointed Acme unit=Lab title=Head on=2024
         b 2024-06-02 Succeeded Acme unit=Lab title=Head on=2024-06-01",
        &["Acme Lab Engineer primary 2020-01-01 open", "Acme Lab Head beside [2024..2024-06-01] 2024-06-01"],
        &[],
    ),
    row(
        2,
        "what would be about it by a last resort alone is not taken",
        "a 2025-01-02 Appointed Acme unit=Lab title=Engineer on=2024
         r 2024-06-02 Relieved Acme unit=Lab title=Head on=2024-06-01",
        &["Acme Lab Head primary [..2024-06-01]i 2024-06-01", "Acme Lab Engineer primary 2024 open"],
        &[],
    ),
    Row {
        also: &["attested=2024-03-01"],
        ..row(
            2,
            "what is taken attests no day after the claim's latest",
            "j 2024-09-01 Joined Acme unit=Search on=2024
         l 2025-01-11 Left Acme on=2024-03-01",
            &["Acme Search - primary [2024..2024-03-01] 2024-03-01"],
            &[],
        )
    },
    Row {
        also: &["opened-by=s"],
        ..row(
            2,
            "sightings of the latest day come before all else that is taken",
            "h 2024-06-01 Held Acme unit=Lab from=2024 to=2024-03-05
         s 2024-03-06 Held Acme unit=Lab seen=2024-03-05 by=Page",
            &["Acme Lab - primary [2024..2024-03-05] 2024-03-05"],
            &[],
        )
    },
    // Rule 3. What a claim is about
    row(
        3,
        "the open tenures that have the unit and title that it names",
        "a 2020-01-02 Appointed Acme title=Head on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Lab title=Chief on=2021-01-01
         r 2024-01-02 Relieved Acme unit=Lab on=2024-01-01",
        &["Acme - Head primary 2020-01-01 open", "Acme Lab Chief beside 2021-01-01 2024-01-01"],
        &[],
    ),
    row(
        3,
        "else those that lack one of these take it",
        "j 2020-01-02 Joined Acme on=2020-01-01
         r 2024-01-02 Relieved Acme unit=Lab on=2024-01-01",
        &["Acme Lab - primary 2020-01-01 2024-01-01"],
        &[],
    ),
    row(
        3,
        "primary ones come first, a change is about the first",
        "h 2020-01-02 Held Acme unit=Lab title=Head from=2019-01-01 concurrent
         j 2020-01-02 Joined Acme unit=Search title=Engineer on=2020-01-01
         c 2022-01-02 Retitled Acme to_title=Chief on=2022-01-01",
        &[
            "Acme Lab Head beside 2019-01-01 open",
            "Acme Search Engineer primary 2020-01-01 2022-01-01",
            "Acme Search Chief primary 2022-01-01 open",
        ],
        &[],
    ),
    row(
        3,
        "a leaving is about all",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2021-01-02 Appointed Acme unit=Lab title=Head on=2021-01-01
         b 2021-01-02 Joined Acme title=Director employment=board on=2021-01-01
         l 2024-01-02 Left Acme on=2024-01-01",
        &[
            "Acme Search - primary 2020-01-01 2024-01-01",
            "Acme - Director primary 2021-01-01 2024-01-01",
            "Acme Lab Head beside 2021-01-01 2024-01-01",
        ],
        &[],
    ),
    row(
        3,
        "a relieving is about all that match",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Lab title=Chief on=2021-01-01
         r 2024-01-02 Relieved Acme unit=Lab on=2024-01-01",
        &["Acme Lab Head primary 2020-01-01 2024-01-01", "Acme Lab Chief beside 2021-01-01 2024-01-01"],
        &[],
    ),
    row(
        3,
        "a relieving of another title is about the only one in the unit",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Ads title=Chief on=2021-01-01
         r 2024-01-02 Relieved Acme unit=Ads title=President on=2024-01-01",
        &["Acme Lab Head primary 2020-01-01 open", "Acme Ads Chief beside 2021-01-01 2024-01-01"],
        &["field_disagrees b,r"],
    ),
    row(
        3,
        "without a unit about the only one in the company",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         r 2024-01-02 Relieved Acme title=President on=2024-01-01",
        &["Acme Lab Head primary 2020-01-01 2024-01-01"],
        &["field_disagrees a,r"],
    ),
    row(
        3,
        "but not where two are open",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Lab title=Chief on=2021-01-01
         r 2024-01-02 Relieved Acme unit=Lab title=President on=2024-01-05",
        &[
            "Acme Lab Head primary 2020-01-01 open",
            "Acme Lab Chief beside 2021-01-01 open",
            "Acme Lab President beside [..2024-01-05]i 2024-01-05",
        ],
        &[],
    ),
    row(
        3,
        "nor where one ended by inference has the title",
        "a 2020-01-02 Joined Acme unit=Lab title=Head on=2020-01-01
         j 2021-01-02 Joined Borealis on=2021-01-01
         b 2022-01-02 Appointed Acme unit=Lab title=Chief on=2022-01-01
         r 2024-01-02 Relieved Acme unit=Lab title=Head on=2024-01-05",
        &[
            "Acme Lab Head primary 2020-01-01 2024-01-05",
            "Borealis - - primary 2021-01-01 open",
            "Acme Lab Chief primary 2022-01-01 open",
        ],
        &[],
    ),
    row(
        3,
        "a move is about those in `from_unit`",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2021-01-02 Appointed Acme unit=Ads title=Chief on=2021-01-01
         t 2024-01-02 Transferred Acme from_unit=Ads to_unit=Lab on=2024-01-01",
        &[
            "Acme Search - primary 2020-01-01 open",
            "Acme Ads Chief beside 2021-01-01 2024-01-01",
            "Acme Lab - beside 2024-01-01 open",
        ],
        &[],
    ),
    row(
        3,
        "if none is there, about the primary one whose unit is not known",
        "j 2020-01-02 Joined Acme on=2020-01-01
         t 2024-01-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-01-01",
        &["Acme Search - primary 2020-01-01 2024-01-01", "Acme Lab - primary 2024-01-01 open"],
        &[],
    ),
    row(
        3,
        "without `from_unit` about the primary one and what else is open in its unit",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2021-01-02 Appointed Acme unit=Search title=Head on=2021-01-01
         b 2022-01-02 Appointed Acme unit=Ads title=Chief on=2022-01-01
         t 2024-01-02 Transferred Acme to_unit=Lab on=2024-01-01",
        &[
            "Acme Search - primary 2020-01-01 2024-01-01",
            "Acme Search Head beside 2021-01-01 2024-01-01",
            "Acme Ads Chief beside 2022-01-01 open",
            "Acme Lab - primary 2024-01-01 open",
        ],
        &[],
    ),
    row(
        3,
        "a move that names its employment is about that alone",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         b 2021-01-02 Joined Acme unit=Search employment=contractor on=2021-01-01
         t 2024-01-02 Transferred Acme to_unit=Lab employment=contractor on=2024-01-01",
        &[
            "Acme Search - primary 2020-01-01 open",
            "Acme Search - primary 2021-01-01 2024-01-01",
            "Acme Lab - primary 2024-01-01 open",
        ],
        &[],
    ),
    row(
        3,
        "the person succeeded leaves those with the title",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head lead on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Lab title=Chief on=2021-01-01
         s 2024-01-02 Succeeded Acme unit=Lab title=Chief lead on=2024-01-01",
        &["Acme Lab Head primary 2020-01-01 open", "Acme Lab Chief beside 2021-01-01 2024-01-01"],
        &[],
    ),
    row(
        3,
        "else, where a lead is succeeded, those who lead",
        "a 2020-01-02 Appointed Acme unit=Lab title=Adviser on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Lab title=Chief lead on=2021-01-01
         s 2024-01-02 Succeeded Acme unit=Lab title=Head lead on=2024-01-01",
        &["Acme Lab Adviser primary 2020-01-01 open", "Acme Lab Chief beside 2021-01-01 2024-01-01"],
        &[],
    ),
    row(
        3,
        "as a last resort the only one open in the unit",
        "a 2020-01-02 Appointed Acme unit=Ads title=Adviser on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Lab title=Chief on=2021-01-01
         s 2024-01-02 Succeeded Acme unit=Lab title=Head on=2024-01-01",
        &["Acme Ads Adviser primary 2020-01-01 open", "Acme Lab Chief beside 2021-01-01 2024-01-01"],
        &[],
    ),
    row(
        3,
        "without a unit the only one open in the company",
        "b 2021-01-02 Appointed Acme unit=Lab title=Chief on=2021-01-01
         s 2024-01-02 Succeeded Acme title=Head on=2024-01-01",
        &["Acme Lab Chief primary 2021-01-01 2024-01-01"],
        &[],
    ),
    row(
        3,
        "a `to` is about the tenure that its held post opened, or that a change of title made of it",
        "h 2025-01-01 Held Acme unit=Lab title=Engineer from=2020-01-01 to=2024-01-01
         b 2021-01-02 Appointed Acme unit=Lab title=Adviser on=2021-01-01
         c 2022-01-02 Retitled Acme from_title=Engineer to_title=Head on=2022-01-01",
        &[
            "Acme Lab Engineer primary 2020-01-01 2022-01-01",
            "Acme Lab Adviser beside 2021-01-01 open",
            "Acme Lab Head primary 2022-01-01 2024-01-01",
        ],
        &[],
    ),
    row(
        3,
        "a `to` is about the tenure that its held post supported",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         h 2024-02-01 Held Acme unit=Lab title=Head from=2020 to=2024-01-01",
        &["Acme Lab Head primary 2020-01-01 2024-01-01"],
        &[],
    ),
    row(
        3,
        "a move passes over a board",
        "b 2020-01-02 Joined Acme unit=Search employment=board on=2020-01-01
         t 2024-01-02 Transferred Acme to_unit=Lab on=2024-01-01",
        &["Acme Search - primary 2020-01-01 open", "Acme Lab - primary 2024-01-01 open"],
        &[],
    ),
    row(
        3,
        "unless it names that employment",
        "b 2020-01-02 Joined Acme unit=Search employment=board on=2020-01-01
         t 2024-01-02 Transferred Acme to_unit=Lab employment=board on=2024-01-01",
        &["Acme Search - primary 2020-01-01 2024-01-01", "Acme Lab - primary 2024-01-01 open"],
        &[],
    ),
    row(
        3,
        "a change passes over advisors",
        "b 2020-01-02 Joined Acme unit=Lab title=Fellow employment=advisor on=2020-01-01
         c 2024-01-02 Retitled Acme to_title=Chief on=2024-01-01",
        &["Acme Lab Fellow primary 2020-01-01 open", "Acme - Chief primary 2024-01-01 open"],
        &[],
    ),
    row(
        3,
        "unless it names exactly that post",
        "b 2020-01-02 Joined Acme unit=Lab title=Fellow employment=advisor on=2020-01-01
         c 2024-01-02 Retitled Acme unit=Lab from_title=Fellow to_title=Chief on=2024-01-01",
        &["Acme Lab Fellow primary 2020-01-01 2024-01-01", "Acme Lab Chief primary 2024-01-01 open"],
        &[],
    ),
    row(
        3,
        "an inferred end gives way to a stated one, for a leaving all that were ended with it",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2021-01-02 Appointed Acme unit=Lab title=Head on=2021-01-01
         j2 2023-04-02 Joined Borealis on=2023-04-01
         l 2023-04-20 Left Acme on=2023-04-15",
        &[
            "Acme Search - primary 2020-01-01 2023-04-15",
            "Acme Lab Head beside 2021-01-01 2023-04-15",
            "Borealis - - primary 2023-04-01 open",
        ],
        &[],
    ),
    row(
        3,
        "of several the last opened that fits is meant",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2021-01-02 Appointed Acme unit=Lab title=Head on=2021-01-01
         b 2022-01-02 Appointed Acme unit=Ads title=Chief on=2022-01-01
         j2 2023-04-05 Joined Borealis on=2023-04-05
         r 2023-04-20 Relieved Acme unit=Lab on=2023-04-15",
        &[
            "Acme Search - primary 2020-01-01 2023-04-05i",
            "Acme Lab Head beside 2021-01-01 2023-04-15",
            "Acme Ads Chief beside 2022-01-01 2023-04-05i",
            "Borealis - - primary 2023-04-05 open",
        ],
        &[],
    ),
    row(
        3,
        "a move goes on from where an inferred end gives way",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2023-04-02 Joined Borealis on=2023-04-01
         t 2023-05-02 Transferred Acme from_unit=Search to_unit=Lab on=2023-05-01",
        &[
            "Acme Search - primary 2020-01-01 2023-05-01",
            "Borealis - - primary 2023-04-01 open",
            "Acme Lab - primary 2023-05-01 open",
        ],
        &[],
    ),
    row(
        3,
        "a sighting opens it again",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2023-04-02 Joined Borealis on=2023-04-01
         s 2024-02-01 Held Acme unit=Search",
        &["Acme Search - primary 2020-01-01 open", "Borealis - - primary 2023-04-01 open"],
        &["two_employers j2,s"],
    ),
    Row {
        also: &["manager=Bo@2024"],
        ..row(
            3,
            "and so does a change of manager",
            "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
             j2 2023-04-02 Joined Borealis on=2023-04-01
             m 2024-02-01 NewManager Acme manager=Bo on=2024",
            &["Acme Search - primary 2020-01-01 open", "Borealis - - primary 2023-04-01 open"],
            &["two_employers j2,m"],
        )
    },
    row(
        3,
        "no change takes up what a missing link ended",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t 2024-09-02 Transferred Acme from_unit=Ads to_unit=Lab on=2024-09-05
         c 2024-10-02 Retitled Acme unit=Search to_title=Head on=2024-10-01",
        &[
            "Acme Search - primary 2020-01-01 [2020-01-02..2024-09-05]m",
            "Acme Ads - primary [2020-01-02..2024-09-05]m 2024-09-05",
            "Acme Lab - primary 2024-09-05 open",
            "Acme Search Head beside 2024-10-01 open",
        ],
        &["missing_link j,t"],
    ),
    row(
        3,
        "an inferred end gives way before a last resort",
        "j1 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         j2 2021-01-02 Joined Borealis on=2021-01-01
         b 2022-01-02 Appointed Acme unit=Lab title=Chief on=2022-01-01
         r 2024-01-02 Relieved Acme unit=Lab title=Head on=2024-01-05",
        &[
            "Acme Lab Head primary 2020-01-01 2024-01-05",
            "Borealis - - primary 2021-01-01 open",
            "Acme Lab Chief primary 2022-01-01 open",
        ],
        &[],
    ),
    Row {
        also: &["supports=a,r,s"],
        ..row(
            3,
            "the person succeeded is looked for among the ended tenures before a last resort",
            "a 2020-01-02 Appointed Acme unit=Search title=Head on=2020-01-01
         r 2022-03-02 Relieved Acme unit=Search title=Head on=2022-03-01
         b 2022-03-02 Appointed Acme unit=Search title=Engineer on=2022-03-01
         s 2022-04-02 Succeeded Acme unit=Search title=Head on=2022-04-01",
            &["Acme Search Head primary 2020-01-01 2022-03-01", "Acme Search Engineer primary 2022-03-01 open"],
            &[],
        )
    },
    Row {
        also: &["supports=a,r,s"],
        ..row(
            3,
            "and there too the lead succeeded is who leads",
            "a 2020-01-02 Appointed Acme unit=Lab title=Head_of_Lab lead on=2020-01-01
         r 2024-12-02 Relieved Acme unit=Lab on=2024-12-01
         s 2025-01-02 Succeeded Acme unit=Lab title=Director lead on=2025-01-01",
            &["Acme Lab Head_of_Lab primary 2020-01-01 2024-12-01"],
            &[],
        )
    },
    row(
        3,
        "one that lacks what the successor's post has takes it",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Lab title=Adviser on=2021-01-01
         s 2024-01-02 Succeeded Acme unit=Lab title=Head on=2024-01-01",
        &["Acme Lab Head primary 2020-01-01 2024-01-01", "Acme Lab Adviser beside 2021-01-01 open"],
        &[],
    ),
    row(
        3,
        "a `to` that names neither unit nor title is about what a move made of its tenure",
        "h 2024-07-01 Held Acme from=2020-01-01 to=2024-06-02
         t 2022-01-02 Transferred Acme from_unit=Ads to_unit=Lab on=2022-01-01",
        &["Acme Ads - primary 2020-01-01 2022-01-01", "Acme Lab - primary 2022-01-01 2024-06-02"],
        &[],
    ),
    row(
        3,
        "one that names a unit is not",
        "h 2024-07-01 Held Acme unit=Ads from=2020-01-01 to=2024-06-02
         t 2022-01-02 Transferred Acme from_unit=Ads to_unit=Lab on=2022-01-01",
        &["Acme Ads - primary 2020-01-01 2022-01-01", "Acme Lab - primary 2022-01-01 open"],
        &["date_disagrees h,t"],
    ),
    row(
        3,
        "a post is named exactly where absent equals absent and one of unit and title is named",
        "b 2020-01-02 Joined Acme title=Fellow employment=advisor on=2020-01-01
         c 2024-01-02 Retitled Acme from_title=Fellow to_title=Chief on=2024-01-01",
        &["Acme - Fellow primary 2020-01-01 2024-01-01", "Acme - Chief primary 2024-01-01 open"],
        &[],
    ),
    row(
        3,
        "no sighting opens again what a missing link ended",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t 2024-09-02 Transferred Acme from_unit=Ads to_unit=Lab on=2024-09-05
         s 2024-10-06 Held Acme unit=Search seen=2024-10-05",
        &[
            "Acme Search - primary 2020-01-01 [2020-01-02..2024-09-05]m",
            "Acme Ads - primary [2020-01-02..2024-09-05]m 2024-09-05",
            "Acme Lab - primary 2024-09-05 open",
            "Acme Search - beside [2020-01-02..2024-10-05] open",
        ],
        &["missing_link j,t"],
    ),
    row(
        3,
        "a change is about the tenure that has one of what it names before one that has neither",
        "j 2020-01-02 Joined Acme on=2020-01-01
         a 2020-02-02 Appointed Acme title=CFO on=2020-02-01
         c 2021-02-02 Retitled Acme unit=Finance from_title=CFO to_title=Adviser on=2021-02-01",
        &[
            "Acme - - primary 2020-01-01 open",
            "Acme Finance CFO beside 2020-02-01 2021-02-01",
            "Acme Finance Adviser beside 2021-02-01 open",
        ],
        &[],
    ),
    row(
        3,
        "an ending is about those that have one of what it names, where there are any, and not about those with neither",
        "j 2020-01-02 Joined Acme on=2020-01-01
         a 2020-02-02 Appointed Acme title=CFO on=2020-02-01
         r 2021-02-02 Relieved Acme unit=Finance title=CFO on=2021-02-01",
        &["Acme - - primary 2020-01-01 open", "Acme Finance CFO beside 2020-02-01 2021-02-01"],
        &[],
    ),
    // Rule 4. Dates
    row(
        4,
        "nothing ends before the earliest day on which it began",
        "j 2024-06-02 Joined Acme on=2024-03
         l 2025-01-02 Left Acme on=2024",
        &["Acme - - primary 2024-03 [2024-03..2024]"],
        &[],
    ),
    row(
        4,
        "nothing ends before the day after it was last attested",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         s 2024-05-05 Held Acme unit=Lab
         l 2025-01-02 Left Acme on=2024",
        &["Acme Lab - primary 2020-01-01 [2024-05-06..2024]"],
        &[],
    ),
    row(
        4,
        "but only where that day is not after the latest day of the end",
        "j 2024-05-02 Joined Acme unit=Search on=2024-05-01
         l 2024-05-03 Left Acme on=2024-05-01",
        &["Acme Search - primary 2024-05-01 2024-05-01"],
        &[],
    ),
    row(
        4,
        "the latest day of the start is cut to that of the end",
        "j 2025-01-02 Joined Acme unit=Search on=2024
         r 2024-06-02 Relieved Acme unit=Search on=2024-06-01",
        &["Acme Search - primary [2024..2024-06-01] 2024-06-01"],
        &[],
    ),
    row(
        4,
        "a move that ends several raises the day for all alike, and opens with it",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2023-05-05 Appointed Acme unit=Search title=Head on=2023-05-05
         t 2024-01-02 Transferred Acme to_unit=Lab on=2023",
        &[
            "Acme Search - primary 2020-01-01 [2023-05-06..2023]",
            "Acme Search Head beside 2023-05-05 [2023-05-06..2023]",
            "Acme Lab - primary [2023-05-06..2023] open",
        ],
        &[],
    ),
    row(
        4,
        "what a change of title opens starts with the bounds so raised",
        "j 2023-05-05 Joined Acme unit=Lab title=Engineer on=2023-05-05
         c 2024-01-02 Retitled Acme to_title=Head on=2023",
        &["Acme Lab Engineer primary 2023-05-05 [2023-05-06..2023]", "Acme Lab Head primary [2023-05-06..2023] open"],
        &[],
    ),
    row(
        4,
        "who joins again joins no earlier than the last end there",
        "j1 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         l 2023-05-06 Left Acme on=2023-05-05
         j2 2024-01-02 Joined Acme unit=Ads on=2023",
        &["Acme Lab - primary 2020-01-01 2023-05-05", "Acme Ads - primary [2023-05-05..2023] open"],
        &[],
    ),
    row(
        4,
        "a post held again begins no earlier than the same post ended",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         r 2023-05-06 Relieved Acme unit=Lab on=2023-05-05
         h 2024-01-02 Held Acme unit=Lab from=2023",
        &["Acme Lab - primary 2020-01-01 2023-05-05", "Acme Lab - primary [2023-05-05..2023] open"],
        &[],
    ),
    row(
        4,
        "a post in another unit may begin before",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         r 2023-05-06 Relieved Acme unit=Lab on=2023-05-05
         h 2024-01-02 Held Acme unit=Ads from=2023",
        &["Acme Lab - primary 2020-01-01 2023-05-05", "Acme Ads - primary 2023 open"],
        &[],
    ),
    row(
        4,
        "overlapping statements of a start intersect",
        "a 2020-06-02 Joined Acme unit=Lab on=2020
         b 2020-06-03 Appointed Acme unit=Lab title=Head on=[2019..2020-03-05]",
        &["Acme Lab Head primary [2020..2020-03-05] open"],
        &[],
    ),
    row(
        4,
        "and count as the most believed of them",
        "a 2020-06-02 Joined Acme unit=Lab on=2020 confidence=rumoured
         b 2020-06-03 Appointed Acme unit=Lab title=Head on=2020 confidence=confirmed
         c 2019-06-04 Held Acme unit=Lab title=Head from=2021-01-01",
        &["Acme Lab Head primary 2020 open"],
        &["date_disagrees a,b,c"],
    ),
    row(
        4,
        "of disjoint ends the believed stays",
        "j 2020-01-02 Joined Acme on=2020-01-01
         l1 2023-01-02 Left Acme on=2023-01-01 confidence=rumoured
         l2 2023-06-02 Left Acme on=2023-06-01",
        &["Acme - - primary 2020-01-01 2023-06-01"],
        &["date_disagrees l1,l2"],
    ),
    row(
        4,
        "seen after its end",
        "h 2025-05-02 Held Acme unit=Lab from=2020 seen=2025-05-01
         l 2025-06-01 Left Acme on=2024-09-01",
        &["Acme Lab - primary 2020 2024-09-01"],
        &["seen_after_end h,l"],
    ),
    row(
        4,
        "a report within the bounds attests its day",
        "j 2024-03-10 Joined Acme on=2024-03
         l 2025-01-02 Left Acme on=2024",
        &["Acme - - primary 2024-03 [2024-03-11..2024]"],
        &[],
    ),
    row(
        4,
        "believed is, of two alike in confidence, the earlier reported",
        "j 2020-01-02 Joined Acme on=2020-01-01
         l1 2023-07-02 Left Acme on=2023-01-01
         l2 2023-06-02 Left Acme on=2023-06-01",
        &["Acme - - primary 2020-01-01 2023-06-01"],
        &["date_disagrees l1,l2"],
    ),
    row(
        4,
        "and of two reported at once the one with the smaller id",
        "j 2020-01-02 Joined Acme on=2020-01-01
         l2 2023-07-02 Left Acme on=2023-01-01
         l1 2023-07-02 Left Acme on=2023-06-01",
        &["Acme - - primary 2020-01-01 2023-06-01"],
        &["date_disagrees l1,l2"],
    ),
    row(
        4,
        "who joins again looks at the last opened of several",
        "j1 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         a 2021-01-02 Appointed Acme unit=Ads title=Head on=2021-01-01
         r 2022-05-06 Relieved Acme unit=Ads on=2022-05-05
         l 2023-03-04 Left Acme on=2023-03-03
         j2 2024-01-02 Joined Acme unit=Maps on=[2022..2023]",
        &[
            "Acme Lab - primary 2020-01-01 2023-03-03",
            "Acme Ads Head beside 2021-01-01 2022-05-05",
            "Acme Maps - primary [2022-05-05..2023] open",
        ],
        &[],
    ),
    Row {
        also: &["attested=2024-03-01 seen=2024-03-01"],
        ..row(
            4,
            "seen in a month it is attested on the first day",
            "s 2024-04-02 Held Acme unit=Lab seen=2024-03
         l 2025-01-05 Left Acme on=2024",
            &["Acme Lab - primary [..2024-03] [2024-03-02..2024]"],
            &[],
        )
    },
    Row {
        also: &["employment=employee confidence"],
        ..row(
            4,
            "where that day is not known a held post without `from` attests nothing",
            "s 2024-04-02 Held Acme unit=Lab seen=[..2024-03-05]
         l 2025-01-05 Left Acme on=2024",
            &["Acme Lab - primary [..2024-03-05] 2024"],
            &[],
        )
    },
    row(
        4,
        "a statement that is not believed attests all the same",
        "a 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         b 2022-03-02 Joined Acme unit=Lab on=2022-03-01
         l 2023-01-02 Left Acme on=2022",
        &["Acme Lab - primary 2020-01-01 [2022-03-02..2022]"],
        &["date_disagrees a,b"],
    ),
    row(
        4,
        "a field counts as the most believed of the statements that give it",
        "a 2024-01-02 Joined Acme unit=Lab on=2024-01-01 confidence=confirmed
         b 2024-01-03 Joined Acme unit=Lab title=Head on=2024-01-01 confidence=rumoured
         c 2024-02-02 Joined Acme unit=Lab title=Chief on=2024-02-01",
        &["Acme Lab Chief primary 2024-01-01 open"],
        &["date_disagrees a,b,c", "field_disagrees b,c"],
    ),
    Row {
        also: &["open | employment=employee attested=2017-03-10 confidence=Reported start-by=a supports=a,b"],
        ..row(
            4,
            "a surely later start of two keys is a renewal, which changes no field",
            "a 2012-03-20 Appointed Acme unit=Lab title=Head on=2012-03-10 by=Register key=r1
         b 2017-03-20 Appointed Acme unit=Lab title=Head lead remit=speech manager=Bo on=2017-03-10 by=Register key=r2",
            &["Acme Lab Head primary 2012-03-10 open"],
            &[],
        )
    },
    row(
        4,
        "of two keys with any statement of that start",
        "a 2012-03-20 Appointed Acme unit=Lab title=Head on=2012-03-10
         b 2012-03-21 Joined Acme unit=Lab on=2012-03 by=Register key=r1
         c 2017-03-20 Appointed Acme unit=Lab title=Head on=2017-03-10 by=Register key=r2 confidence=confirmed",
        &["Acme Lab Head primary 2012-03-10 open"],
        &[],
    ),
    row(
        4,
        "without two keys a surely later start disagrees",
        "a 2012-03-20 Appointed Acme unit=Lab title=Head on=2012-03-10 by=Page key=r1
         b 2017-03-20 Appointed Acme unit=Lab title=Head on=2017-03-10 by=Register key=r2",
        &["Acme Lab Head primary 2012-03-10 open"],
        &["date_disagrees a,b"],
    ),
    row(
        4,
        "no start is moved past a day on which a sighting has the tenure in force",
        "a 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         s 2022-03-01 Held Acme unit=Lab
         b 2024-06-02 Joined Acme unit=Lab on=2024-06-01 confidence=confirmed",
        &["Acme Lab - primary 2020-01-01 open"],
        &["date_disagrees a,b,s"],
    ),
    row(
        4,
        "or a change",
        "a 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         m 2021-05-02 NewManager Acme manager=Bo on=2021-05-01
         b 2024-06-02 Joined Acme unit=Lab on=2024-06-01 confidence=confirmed",
        &["Acme Lab - primary 2020-01-01 open"],
        &["date_disagrees a,b"],
    ),
    row(
        4,
        "but to a day before it",
        "a 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         b 2024-06-02 Joined Acme unit=Lab on=2021-06-01 confidence=confirmed
         s 2022-03-01 Held Acme unit=Lab",
        &["Acme Lab - primary 2021-06-01 open"],
        &["date_disagrees a,b,s"],
    ),
    row(
        4,
        "seen in a month after the end",
        "h 2025-06-02 Held Acme unit=Lab from=2020 seen=2025-05
         l 2025-07-01 Left Acme on=2024-09-01",
        &["Acme Lab - primary 2020 2024-09-01"],
        &["seen_after_end h,l"],
    ),
    // Rule 5. Begin
    row(
        5,
        "a claim that finds its tenure open supports it and fills what it lacks",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         a 2020-01-03 Appointed Acme unit=Lab title=Head on=2020-01-01",
        &["Acme Lab Head primary 2020-01-01 open"],
        &[],
    ),
    row(
        5,
        "a joining finds the primary one, and where unit and title differ this is recorded",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         j 2020-02-02 Joined Acme unit=Search title=Chief on=[2020-01-01..2020-01-05]",
        &["Acme Lab Head primary 2020-01-01 open"],
        &["field_disagrees a,j"],
    ),
    Row {
        also: &["manager=Bo@start"],
        ..row(
            5,
            "where the manager differs this is recorded",
            "a 2020-01-02 Joined Acme unit=Lab manager=Bo on=2020-01-01
             b 2020-01-03 Held Acme unit=Lab manager=Cy from=2020-01",
            &["Acme Lab - primary 2020-01-01 open"],
            &["field_disagrees a,b"],
        )
    },
    row(
        5,
        "one with equal unit and title is found first",
        "b 2023-05-06 Appointed Acme unit=Lab title=Head on=2023-05-05
         a 2024-02-02 Appointed Acme title=Head on=2024-01
         h 2024-02-03 Held Acme unit=Lab title=Head from=2024-01",
        &["Acme Lab Head primary 2023-05-05 open", "Acme - Head beside 2024-01 open"],
        &["date_disagrees b,h"],
    ),
    row(
        5,
        "a post whose title is unknown on one side is another where the dates are disjoint",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         a 2024-01-02 Appointed Acme unit=Lab title=Head on=2024-01-01",
        &["Acme Lab - primary 2020-01-01 open", "Acme Lab Head beside 2024-01-01 open"],
        &[],
    ),
    row(
        5,
        "acting may differ where the start dates overlap",
        "a 2024-01-11 Appointed Acme unit=Lab title=Head acting on=2024-01-10
         h 2024-02-11 Held Acme unit=Lab title=Head from=2024-01",
        &["Acme Lab Head primary 2024-01-10 open"],
        &[],
    ),
    row(
        5,
        "where acting differs and dates are disjoint the old tenure ends there",
        "a 2024-01-10 Appointed Acme unit=Finance title=CFO acting on=2024-01-10
         b 2024-06-02 Appointed Acme unit=Finance title=CFO on=2024-06-02",
        &["Acme Finance CFO primary 2024-01-10 2024-06-02", "Acme Finance CFO primary 2024-06-02 open"],
        &[],
    ),
    row(
        5,
        "and the new one is primary only if the old one was",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         a 2024-01-10 Appointed Acme unit=Finance title=CFO acting on=2024-01-10
         b 2024-06-02 Appointed Acme unit=Finance title=CFO on=2024-06-02",
        &[
            "Acme Lab - primary 2020-01-01 open",
            "Acme Finance CFO beside 2024-01-10 2024-06-02",
            "Acme Finance CFO beside 2024-06-02 open",
        ],
        &[],
    ),
    Row {
        also: &["attested=2024-03-05"],
        ..row(
            5,
            "a sighting finds one that says all that it says",
            "j 2020-01-02 Joined Acme unit=Lab title=Head on=2020-01-01
             s 2024-03-06 Held Acme unit=Lab seen=2024-03-05",
            &["Acme Lab Head primary 2020-01-01 open"],
            &[],
        )
    },
    row(
        5,
        "and its title is not carried back",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         s 2024-03-06 Held Acme unit=Lab title=Head seen=2024-03-05",
        &["Acme Lab - primary 2020-01-01 open", "Acme Lab Head beside [..2024-03-05] open"],
        &[],
    ),
    row(
        5,
        "a sighting bounds the start",
        "s 2024-03-06 Held Acme unit=Lab seen=2024-03-05
         h 2025-03-06 Held Acme unit=Lab from=2024",
        &["Acme Lab - primary [2024..2024-03-05] open"],
        &[],
    ),
    row(
        5,
        "nobody returns on the day of leaving",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         l 2024-05-02 Left Acme on=2024-05-01
         s 2024-05-03 Held Acme unit=Search seen=2024-05-01",
        &["Acme Search - primary 2020-01-01 2024-05-01"],
        &[],
    ),
    row(
        5,
        "nor to be seen on one of several days of which some were before",
        "h 2024-07-01 Held Acme title=Director from=2020-01-01 to=2024-06-10
         s 2024-03-01 Held Acme title=Director seen=2024",
        &["Acme - Director primary 2020-01-01 2024-06-10"],
        &[],
    ),
    row(
        5,
        "whichever of the ended ones that fit was there last",
        "h 2025-01-01 Held Acme unit=Search title=Head from=2020-01-01 to=2024-11-15
         f 2025-01-01 Held Acme unit=Lab title=Fellow from=2021-01-01 to=2024-02-01
         s 2024-06-05 Held Acme seen=[2024-06..2024-12]",
        &["Acme Search Head primary 2020-01-01 2024-11-15", "Acme Lab Fellow beside 2021-01-01 2024-02-01"],
        &[],
    ),
    row(
        5,
        "also where a move ended it",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         m 2024-06-10 Transferred Acme from_unit=Search to_unit=Lab on=2024-06-10
         s 2024-03-01 Held Acme unit=Search seen=2024",
        &["Acme Search - primary 2020-01-01 2024-06-10", "Acme Lab - primary 2024-06-10 open"],
        &[],
    ),
    row(
        5,
        "or joining another company did",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         k 2024-06-10 Joined Borealis on=2024-06-10
         s 2024-03-01 Held Acme unit=Search seen=2024",
        &["Acme Search - primary 2020-01-01 2024-06-10i", "Borealis - - primary 2024-06-10 open"],
        &[],
    ),
    row(
        5,
        "it was not over before it was seen",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         l 2024-07-01 Left Acme on=2024
         s 2024-12-31 Held Acme unit=Search seen=2024-12",
        &["Acme Search - primary 2020-01-01 [2024-12-02..2024]"],
        &[],
    ),
    row(
        5,
        "who was gone before the first of the days has returned",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         l 2024-07-01 Left Acme on=2024-03-01
         s 2024-12-31 Held Acme unit=Search seen=2024-12",
        &["Acme Search - primary 2020-01-01 2024-03-01", "Acme Search - primary [2024-03..2024] open"],
        &[],
    ),
    row(
        6,
        "what an ending of that day ended was left for where the move goes",
        "a 2019-01-02 Appointed Acme unit=Search title=Head on=2019-01-01
         r 2021-01-02 Relieved Acme unit=Search title=Head on=2021-01-01
         m 2021-01-03 Transferred Acme from_unit=Search to_unit=Lab on=2021-01-01",
        &["Acme Search Head primary 2019-01-01 2021-01-01", "Acme Lab - primary 2021-01-01 open"],
        &[],
    ),
    row(
        6,
        "and is primary where nothing else is open",
        "j 2020-01-02 Joined Acme unit=Search title=Head on=2020-01-01
         a 2020-02-02 Appointed Acme unit=Search title=Deputy on=2020-02-01
         r 2021-01-02 Relieved Acme unit=Search on=2021-01-01
         m 2021-01-03 Transferred Acme from_unit=Search to_unit=Lab on=2021-01-01",
        &[
            "Acme Search Head primary 2020-01-01 2021-01-01",
            "Acme Search Deputy beside 2020-02-01 2021-01-01",
            "Acme Lab - primary 2021-01-01 open",
        ],
        &[],
    ),
    row(
        6,
        "but once only",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         r 2021-01-02 Relieved Acme unit=Search on=2021-01-01
         m 2021-01-03 Transferred Acme from_unit=Search to_unit=Lab on=2021-01-01
         n 2021-01-31 Transferred Acme from_unit=Search to_unit=Ads on=2021-01",
        &[
            "Acme Search - primary 2020-01-01 2021-01-01",
            "Acme Lab - primary 2021-01-01 [2021-01-02..2021-01]m",
            "Acme Search - primary [2021-01-02..2021-01]m [2021-01-02..2021-01]",
            "Acme Ads - primary [2021-01-02..2021-01] open",
        ],
        &["missing_link m,n"],
    ),
    row(
        6,
        "also where the primary post is elsewhere",
        "j 2018-01-02 Joined Acme unit=Ads on=2018-01-01
         h 2019-01-02 Held Acme unit=Search title=Head from=2019-01-01 to=2021-01-01
         m 2021-01-03 Transferred Acme from_unit=Search to_unit=Lab on=2021-01",
        &[
            "Acme Ads - primary 2018-01-01 open",
            "Acme Search Head beside 2019-01-01 2021-01-01",
            "Acme Lab - beside 2021-01-01 open",
        ],
        &[],
    ),
    row(
        8,
        "what an ending of that day ended has the new title from then on",
        "a 2019-01-02 Appointed Acme unit=Lab title=Deputy on=2019-01-01
         r 2021-01-02 Relieved Acme unit=Lab title=Deputy on=2021-01-01
         c 2021-01-03 Retitled Acme unit=Lab from_title=Deputy to_title=Head on=2021-01-01",
        &["Acme Lab Deputy primary 2019-01-01 2021-01-01", "Acme Lab Head primary 2021-01-01 open"],
        &[],
    ),
    Row {
        also: &["manager=Bo@start", "manager=Cy@[2022-02..2022-07-29]"],
        ..row(
            5,
            "a sighting with another manager says that the manager changed",
            "s1 2022-01-31 Held Acme title=Engineer manager=Bo seen=2022-01-31
             s2 2022-07-29 Held Acme title=Engineer manager=Cy seen=2022-07-29",
            &["Acme - Engineer primary [..2022-01] open"],
            &[],
        )
    },
    Row {
        also: &["manager=Cy@[2022-02..2022-07-29]"],
        ..row(
            5,
            "and so does one with the first manager",
            "s1 2022-01-31 Held Acme title=Engineer seen=2022-01-31
             s2 2022-07-29 Held Acme title=Engineer manager=Cy seen=2022-07-29",
            &["Acme - Engineer primary [..2022-01] open"],
            &[],
        )
    },
    Row {
        also: &["manager=Cy@[2022-02..2022-07-29]"],
        ..row(
            5,
            "a change of title attests no manager",
            "s1 2022-01-31 Held Acme title=Engineer manager=Bo seen=2022-01-31
             c 2022-05-02 Retitled Acme to_title=Head on=2022-05-01
             s2 2022-07-29 Held Acme title=Head manager=Cy seen=2022-07-29",
            &["Acme - Engineer primary [..2022-01] 2022-05-01", "Acme - Head primary 2022-05-01 open"],
            &[],
        )
    },
    row(
        5,
        "else a tenure opens, primary when no other of that company and employment is open",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         b 2021-01-02 Held Acme unit=Ads from=2021-01-01
         c 2022-01-02 Held Acme unit=Ads employment=contractor from=2022-01-01
         d 2023-01-02 Held Borealis from=2023-01-01",
        &[
            "Acme Lab Head primary 2020-01-01 open",
            "Acme Ads - beside 2021-01-01 open",
            "Acme Ads - primary 2022-01-01 open",
            "Borealis - - primary 2023-01-01 open",
        ],
        &[],
    ),
    row(
        5,
        "a concurrent one is not primary",
        "h 2020-01-02 Held Acme unit=Lab from=2020-01-01 concurrent",
        &["Acme Lab - beside 2020-01-01 open"],
        &[],
    ),
    row(
        5,
        "a joining is primary though it is concurrent",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01 concurrent",
        &["Acme Lab - primary 2020-01-01 open"],
        &[],
    ),
    row(
        5,
        "a held post without `from` starts on or before the latest day of `to`",
        "h 2020-01-02 Held Acme unit=Lab to=2018",
        &["Acme Lab - primary [..2018] 2018"],
        &[],
    ),
    row(
        5,
        "a joining as employee ends every employment elsewhere, inferred",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2021-01-02 Appointed Acme unit=Lab title=Head on=2021-01-01
         b 2021-01-03 Appointed Acme unit=Board title=Chair employment=board on=2021-01-01
         c 2021-01-04 Held Acme unit=Ads from=2022-01-01 concurrent
         j2 2023-04-02 Joined Borealis on=2023-04-05",
        &[
            "Acme Search - primary 2020-01-01 2023-04-05i",
            "Acme Lab Head beside 2021-01-01 2023-04-05i",
            "Acme Board Chair primary 2021-01-01 open",
            "Acme Ads - beside 2022-01-01 open",
            "Borealis - - primary 2023-04-05 open",
        ],
        &[],
    ),
    row(
        5,
        "one that is concurrent or no employment ends nothing",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2023-04-02 Joined Borealis on=2023-04-05 concurrent
         j3 2024-04-02 Joined Borealis employment=contractor on=2024-04-05",
        &[
            "Acme Search - primary 2020-01-01 open",
            "Borealis - - primary 2023-04-05 open",
            "Borealis - - primary 2024-04-05 open",
        ],
        &[],
    ),
    row(
        5,
        "nor does one that finds its tenure open",
        "h 2020-01-02 Held Borealis from=2020-01-01
         j1 2021-01-02 Joined Acme on=2021-01-01 concurrent
         j2 2021-02-02 Joined Acme unit=Lab on=2021-01-01",
        &["Borealis - - primary 2020-01-01 open", "Acme Lab - primary 2021-01-01 open"],
        &[],
    ),
    Row {
        also: &["employment=employee acting"],
        ..row(
            5,
            "acting is filled where the starts overlap",
            "j 2024-02-01 Joined Acme on=2024
         a 2025-02-01 Appointed Acme title=Head acting on=2024",
            &["Acme - Head primary 2024 open"],
            &[],
        )
    },
    Row {
        also: &["employment=employee attested"],
        ..row(
            5,
            "but not by a sighting",
            "j 2024-02-01 Joined Acme unit=Lab on=2024-01-01
         s 2024-02-01 Held Acme unit=Lab acting",
            &["Acme Lab - primary 2024-01-01 open"],
            &[],
        )
    },
    row(
        5,
        "what a move brought stands against a beginning whose start overlaps",
        "j 2022-10-31 Joined Acme unit=Ads on=2024
         t 2022-12-31 Transferred Acme from_unit=Search to_unit=Lab on=2024-06",
        &["Acme Search - primary [..2024-06]i 2024-06", "Acme Lab - primary 2024-06 open"],
        &[],
    ),
    row(
        5,
        "and what a change of title brought",
        "c 2024-06-02 Retitled Acme from_title=Adviser to_title=Head on=2024-06-01
         j 2024-01-02 Joined Acme title=Engineer on=2024",
        &["Acme - Adviser primary [..2024-06-01]i 2024-06-01", "Acme - Head primary 2024-06-01 open"],
        &[],
    ),
    row(
        5,
        "but not against one that begins surely later",
        "t 2024-03-02 Transferred Acme to_unit=Lab on=2024-03-01
         j 2024-05-02 Joined Acme unit=Ads on=2024-05-01 confidence=confirmed",
        &["Acme Ads - primary 2024-05-01 open"],
        &["date_disagrees j,t", "field_disagrees j,t"],
    ),
    row(
        5,
        "a held post does not find the tenure of another row of its register",
        "h1 2026-08-01 Held Acme title=Head from=2023-01-04 by=Register key=r1
         h2 2026-08-01 Held Acme title=Head to=2023-01-05 by=Register key=r2",
        &["Acme - Head primary 2023-01-04 open", "Acme - Head beside [..2023-01-05] 2023-01-05"],
        &[],
    ),
    Row {
        also: &["supports=h1,h2"],
        ..row(
            5,
            "unless both give `from`",
            "h1 2026-08-01 Held Acme title=Head from=2007-06-28 to=2010-05-11 by=Register key=r1
         h2 2026-08-01 Held Acme title=Head from=2007-06-28 by=Register key=r2",
            &["Acme - Head primary 2007-06-28 2010-05-11"],
            &[],
        )
    },
    row(
        5,
        "a later row of the same register is another stint, though the first runs on",
        "h1 2026-08-01 Held Acme title=Head from=2016-07-02 to=2022-07-27 by=Register key=r1
         h2 2026-08-01 Held Acme title=Head from=2022-07-20 by=Register key=r2",
        &["Acme - Head primary 2016-07-02 2022-07-27", "Acme - Head primary 2022-07-20 open"],
        &[],
    ),
    row(
        5,
        "and so is one within it",
        "h1 2026-08-01 Held Acme title=Head from=2010-01-01 to=2020-01-01 by=Register key=r1
         h2 2026-08-01 Held Acme title=Head from=2013-01-01 to=2015-01-01 by=Register key=r2",
        &["Acme - Head primary 2010-01-01 2020-01-01", "Acme - Head primary 2013-01-01 2015-01-01"],
        &[],
    ),
    row(
        5,
        "a beginning that touches the end of a stint follows it",
        "h 2026-08-01 Held Acme title=Head from=2016-07-02 to=2022-07-27
         a 2022-07-28 Appointed Acme title=Head on=2022-07-26 by=Page",
        &["Acme - Head primary 2016-07-02 2022-07-27", "Acme - Head primary 2022-07-26 open"],
        &[],
    ),
    row(
        5,
        "one that ends a day earlier does not",
        "h 2026-08-01 Held Acme title=Head from=2016-07-02 to=2022-07-27
         a 2026-08-02 Appointed Acme title=Head on=2022-07-25 by=Page",
        &["Acme - Head primary 2016-07-02 2022-07-27"],
        &["date_disagrees a,h"],
    ),
    row(
        5,
        "nor one whose own `to` is not surely later",
        "h1 2026-08-01 Held Acme title=Head from=2016-07-02 to=2022-07-27
         h2 2026-08-02 Held Acme title=Head from=2022-07-26 to=2022-07-27 by=Page",
        &["Acme - Head primary 2016-07-02 2022-07-27"],
        &["date_disagrees h1,h2"],
    ),
    row(
        5,
        "but one whose own `to` is",
        "h1 2026-08-01 Held Acme title=Head from=2016-07-02 to=2022-07-27
         h2 2026-08-02 Held Acme title=Head from=2022-07-26 to=2023 by=Page",
        &["Acme - Head primary 2016-07-02 2022-07-27", "Acme - Head primary 2022-07-26 2023"],
        &[],
    ),
    row(
        5,
        "a stint is followed also where a held post only supported it",
        "a 2016-07-03 Appointed Acme title=Head on=2016-07-02
         h 2026-08-01 Held Acme title=Head from=2016 to=2022-07-27
         b 2026-08-02 Appointed Acme title=Head on=2022-07-26 by=Page",
        &["Acme - Head primary 2016-07-02 2022-07-27", "Acme - Head primary 2022-07-26 open"],
        &[],
    ),
    Row {
        also: &["end-by=h supports=h "],
        ..row(
            5,
            "who was acting until a stated day is followed, not ended",
            "h 2026-08-01 Held Acme title=Head acting from=2016-07-02 to=2022-07-27
         a 2022-07-28 Appointed Acme title=Head on=2022-07-26 by=Page",
            &["Acme - Head primary 2016-07-02 2022-07-27", "Acme - Head primary 2022-07-26 open"],
            &[],
        )
    },
    row(
        5,
        "nor on one of two days of which the other was before",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         l 2024-05-02 Left Acme on=2024-05-01
         s 2024-05-03 Held Acme unit=Search seen=[2024-04-30..2024-05-01]",
        &["Acme Search - primary 2020-01-01 2024-05-01"],
        &[],
    ),
    Row {
        also: &["manager=Bo@start/2022-01-31 manager=Cy@[2022-02..2022-07]/2022-07-01"],
        ..row(
            5,
            "a vague sighting says that the manager changed by its latest day",
            "s1 2022-01-31 Held Acme title=Engineer manager=Bo seen=2022-01-31
         s2 2022-08-02 Held Acme title=Engineer manager=Cy seen=2022-07",
            &["Acme - Engineer primary [..2022-01] open"],
            &[],
        )
    },
    Row {
        also: &["manager=Bo@start/never manager=Cy@[..2022-07-29]/2022-07-29"],
        ..row(
            5,
            "where that manager was never attested, on or before that day",
            "j 2020-12-01 Joined Acme title=Engineer manager=Bo on=2021
         s 2022-07-30 Held Acme title=Engineer manager=Cy seen=2022-07-29",
            &["Acme - Engineer primary 2021 open"],
            &[],
        )
    },
    row(
        5,
        "a row that begins in the year in which another begins and ends follows it, whichever is told first",
        "h1 2024-05-02 Held Acme title=Minister from=2014 seen=2024-05-02 key=a/4
         h2 2024-05-02 Held Acme title=Minister from=2014 to=2014 key=a/3",
        &["Acme - Minister primary 2014 2014", "Acme - Minister primary 2014 open"],
        &[],
    ),
    row(
        5,
        "a row of the day on which another of one day begins follows it",
        "h1 2024-05-02 Held Acme title=Minister from=2014-03-01 to=2014-03-02 key=a/3
         h2 2024-05-02 Held Acme title=Minister from=2014-03-01 key=a/4",
        &["Acme - Minister primary 2014-03-01 2014-03-02", "Acme - Minister primary 2014-03-01 open"],
        &[],
    ),
    // Rule 6. Move
    row(
        6,
        "a move ends one and opens one, primary if the one ended was",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t 2024-01-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-01-01",
        &["Acme Search - primary 2020-01-01 2024-01-01", "Acme Lab - primary 2024-01-01 open"],
        &[],
    ),
    row(
        6,
        "it opens a primary one if nothing was ended",
        "t 2024-01-02 Transferred Acme to_unit=Lab on=2024-01-01",
        &["Acme Lab - primary 2024-01-01 open"],
        &[],
    ),
    Row {
        also: &["Lab - primary 2024-01-01 open | employment=contractor concurrent attested"],
        ..row(
            6,
            "nothing is carried over but employment and concurrency",
            "h 2020-01-02 Joined Acme unit=Search title=Head lead remit=speech manager=Bo employment=contractor \
                on=2020-01-01 concurrent
             t 2024-01-02 Transferred Acme from_unit=Search to_unit=Lab on=2024-01-01",
            &["Acme Search Head primary 2020-01-01 2024-01-01", "Acme Lab - primary 2024-01-01 open"],
            &[],
        )
    },
    row(
        6,
        "of two the later reopened is not primary",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2023-04-02 Joined Borealis on=2023-04-01
         a 2023-06-02 Appointed Acme unit=Lab title=Head on=2023-06-01
         s 2024-02-01 Held Acme unit=Search",
        &[
            "Acme Search - beside 2020-01-01 open",
            "Borealis - - primary 2023-04-01 open",
            "Acme Lab Head primary 2023-06-01 open",
        ],
        &["two_employers j2,s"],
    ),
    row(
        6,
        "one already open in `to_unit` is supported, and primary if what was ended was",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2024-02-02 Appointed Acme unit=Lab title=Head on=2023
         t 2024-01-02 Transferred Acme from_unit=Search to_unit=Lab on=[2023-06-05..2024-01-05]",
        &["Acme Search - primary 2020-01-01 [2023-06-05..2024-01-05]", "Acme Lab Head primary [2023-06-05..2023] open"],
        &[],
    ),
    row(
        6,
        "its start stays where the dates do not overlap",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2023-01-02 Appointed Acme unit=Lab title=Head on=2023-01-01
         t 2024-01-02 Transferred Acme to_unit=Lab on=2024-01-01",
        &["Acme Search - primary 2020-01-01 2024-01-01", "Acme Lab Head primary 2023-01-01 open"],
        &[],
    ),
    row(
        6,
        "where titles disagree another opens",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2023-01-02 Appointed Acme unit=Lab title=Head on=2023-01-01
         t 2024-01-02 Transferred Acme from_unit=Search to_unit=Lab title=Chief on=2024-01-01",
        &[
            "Acme Search - primary 2020-01-01 2024-01-01",
            "Acme Lab Head beside 2023-01-01 open",
            "Acme Lab Chief primary 2024-01-01 open",
        ],
        &[],
    ),
    row(
        6,
        "if nothing else is open to be left it is supported as by a beginning",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         t 2024-01-02 Transferred Acme to_unit=Lab on=2024-01-01",
        &["Acme Lab - primary 2020-01-01 open"],
        &["date_disagrees j,t"],
    ),
    row(
        6,
        "with a `from_unit` even where titles disagree",
        "a 2022-01-02 Appointed Acme unit=Lab title=Head on=2022-01-01
         t 2022-02-02 Transferred Acme from_unit=Search to_unit=Lab title=Chief on=2022",
        &["Acme Lab Head primary 2022-01-01 open"],
        &["field_disagrees a,t"],
    ),
    row(
        6,
        "an inferred end then stays",
        "j1 2020-01-02 Joined Acme unit=Search on=2020-01-01
         j2 2021-01-02 Joined Borealis on=2021-01-05
         a 2022-01-02 Appointed Acme unit=Lab title=Head on=2022-01-01
         t 2022-02-02 Transferred Acme from_unit=Search to_unit=Lab on=2022",
        &[
            "Acme Search - primary 2020-01-01 2021-01-05i",
            "Borealis - - primary 2021-01-05 open",
            "Acme Lab Head primary 2022-01-01 open",
        ],
        &[],
    ),
    row(
        6,
        "with `from_unit` and no primary tenure open one is inferred there",
        "t 2025-09-30 Transferred Acme from_unit=Ads to_unit=Lab on=2025-09-05",
        &["Acme Ads - primary [..2025-09-05]i 2025-09-05", "Acme Lab - primary 2025-09-05 open"],
        &[],
    ),
    row(
        6,
        "with `from_unit` and the primary one elsewhere a move was missed",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         s 2022-05-05 Held Acme unit=Search
         t 2024-09-06 Transferred Acme from_unit=Ads to_unit=Lab on=2024-09-05",
        &[
            "Acme Search - primary 2020-01-01 [2022-05-06..2024-09-05]m",
            "Acme Ads - primary [2022-05-06..2024-09-05]m 2024-09-05",
            "Acme Lab - primary 2024-09-05 open",
        ],
        &["missing_link j,s,t"],
    ),
    row(
        6,
        "and one beside in `to_unit` is supported there too",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2023-01-02 Appointed Acme unit=Lab title=Head on=2023-01-01
         t 2024-03-06 Transferred Acme from_unit=Ads to_unit=Lab on=2024-03-05",
        &[
            "Acme Search - primary 2020-01-01 [2020-01-02..2024-03-05]m",
            "Acme Lab Head primary 2023-01-01 open",
            "Acme Ads - primary [2020-01-02..2024-03-05]m 2024-03-05",
        ],
        &["missing_link j,t"],
    ),
    // Rule 7. End
    row(
        7,
        "an end ends what it is about",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         r 2024-01-02 Relieved Acme unit=Lab title=Head on=2024-01-01",
        &["Acme Lab Head primary 2020-01-01 2024-01-01"],
        &[],
    ),
    row(
        7,
        "an inferred end is replaced",
        "j1 2020-01-02 Joined Acme unit=Lab title=Head on=2020-01-01
         j2 2023-04-02 Joined Borealis on=2023-04-01
         r 2023-04-20 Relieved Acme unit=Lab title=Head on=2023-04-15",
        &["Acme Lab Head primary 2020-01-01 2023-04-15", "Borealis - - primary 2023-04-01 open"],
        &[],
    ),
    row(
        7,
        "and so is one of a missing link",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         t 2024-09-02 Transferred Acme from_unit=Ads to_unit=Lab on=2024-09-05
         r 2024-10-02 Relieved Acme unit=Search on=2024-10-05",
        &[
            "Acme Search - primary 2020-01-01 2024-10-05",
            "Acme Ads - primary [2020-01-02..2024-09-05]m 2024-09-05",
            "Acme Lab - primary 2024-09-05 open",
        ],
        &["missing_link j,t"],
    ),
    row(
        7,
        "a stated end is stated again",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         r 2023-01-02 Relieved Acme unit=Lab on=2023-01-01
         l 2023-02-02 Left Acme on=2023-01",
        &["Acme Lab Head primary 2020-01-01 2023-01-01"],
        &[],
    ),
    row(
        7,
        "of those that it fits, those that have what it names come before those that lack it",
        "a 2019-01-02 Appointed Acme unit=Lab title=Head on=2019-01-01
         r1 2020-01-02 Relieved Acme unit=Lab on=2020-01-01
         b 2021-01-02 Appointed Acme title=Chief on=2021-01-01
         r2 2022-01-02 Relieved Acme title=Chief on=2022-01-01
         r3 2023-01-02 Relieved Acme unit=Lab on=2023-01-01",
        &["Acme Lab Head primary 2019-01-01 2020-01-01", "Acme - Chief primary 2021-01-01 2022-01-01"],
        &["date_disagrees r1,r3"],
    ),
    row(
        7,
        "for a leaving all that the same leaving ended",
        "j 2020-01-02 Joined Acme unit=Search on=2020-01-01
         a 2021-01-02 Appointed Acme unit=Lab title=Head on=2021-01-01
         l1 2023-05-06 Left Acme on=2023-05-05
         l2 2023-08-06 Left Acme on=2023-08-05 confidence=confirmed",
        &["Acme Search - primary 2020-01-01 2023-08-05", "Acme Lab Head beside 2021-01-01 2023-08-05"],
        &["date_disagrees l1,l2"],
    ),
    row(
        7,
        "a leaving disjoint from an end that no leaving stated infers a tenure in between",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         r 2022-02-06 Relieved Acme unit=Lab on=2022-02-05
         l 2023-01-02 Left Acme on=2023-01-05",
        &["Acme Lab Head primary 2020-01-01 2022-02-05", "Acme - - primary [2022-02-05..2023-01-05]i 2023-01-05"],
        &[],
    ),
    row(
        7,
        "but not where one of its statements, though not believed, was a leaving",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         r 2022-02-06 Relieved Acme unit=Lab on=2022-02-05 confidence=confirmed
         l1 2022-03-02 Left Acme on=2022-02
         l2 2023-01-06 Left Acme on=2023-01-05",
        &["Acme Lab Head primary 2020-01-01 2022-02-05"],
        &["date_disagrees l1,l2,r"],
    ),
    row(
        7,
        "where there is none at all one is inferred",
        "l 2024-01-06 Left Acme on=2024-01-05",
        &["Acme - - primary [..2024-01-05]i 2024-01-05"],
        &[],
    ),
    row(
        7,
        "the `to` of a held post infers nothing",
        "h 2024-01-06 Held Acme unit=Lab from=2020-01-01 to=2024-01-05
         r 2023-01-06 Relieved Acme unit=Lab on=2023-01-05",
        &["Acme Lab - primary 2020-01-01 2023-01-05"],
        &["date_disagrees h,r"],
    ),
    row(
        7,
        "an inferred tenure is primary when no other is open",
        "a 2020-01-02 Appointed Acme unit=Ads title=Head on=2020-01-01
         r 2024-01-06 Relieved Acme unit=Lab on=2024-01-05",
        &["Acme Ads Head primary 2020-01-01 open", "Acme Lab - beside [..2024-01-05]i 2024-01-05"],
        &[],
    ),
    Row {
        also: &["supports=a,l,s"],
        ..row(
            7,
            "a succession contradicts no end that lies before it",
            "a 2020-01-02 Appointed Acme unit=Lab title=Head lead on=2020-01-01
         l 2022-03-02 Left Acme on=2022-03-01
         s 2022-08-20 Succeeded Acme unit=Lab title=Head lead on=2022-09-01 confidence=confirmed",
            &["Acme Lab Head primary 2020-01-01 2022-03-01"],
            &[],
        )
    },
    row(
        7,
        "nor one that may lie before it",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         r 2022-10-02 Relieved Acme unit=Lab on=[2022-01-01..2022-09-01]
         s 2022-09-02 Succeeded Acme unit=Lab title=Head on=2022-09-01",
        &["Acme Lab Head primary 2020-01-01 [2022..2022-09-01]"],
        &[],
    ),
    row(
        7,
        "what says by when it was is believed over a later end, whatever else states an earlier one",
        "h 2022-01-01 Held Acme title=CFO from=2018-01-01 to=2020-06-01
         c 2021-01-01 Succeeded Acme title=CFO on=2021-01-01
         r 2021-08-01 Relieved Acme title=CFO on=2021-07-01",
        &["Acme - CFO primary 2018-01-01 2020-06-01"],
        &["date_disagrees c,h,r"],
    ),
    row(
        7,
        "a later end that is believed over it stands",
        "h 2022-01-01 Held Acme title=CFO from=2018-01-01 to=2020-06-01
         c 2021-09-01 Succeeded Acme title=CFO on=2021-01-01
         r 2021-08-01 Relieved Acme title=CFO on=2021-07-01",
        &["Acme - CFO primary 2018-01-01 2021-07-01"],
        &["date_disagrees c,h,r"],
    ),
    row(
        7,
        "on the first day of an end it leaves that day",
        "z 2018-01-01 Appointed Acme title=CFO on=2018-01-01
         a 2021-05-01 Left Acme on=2020 confidence=rumoured
         l 2021-05-01 Left Acme on=2021
         c 2021-01-01 Succeeded Acme title=CFO on=2021-01-01 confidence=confirmed",
        &["Acme - CFO primary 2018-01-01 2021-01-01"],
        &["date_disagrees a,l"],
    ),
    row(
        7,
        "a statement that is not believed takes nothing from it",
        "z 2018-01-01 Appointed Acme title=CFO on=2018-01-01
         r 2021-05-01 Relieved Acme title=CFO on=2021-03-01 confidence=rumoured
         l 2021-05-01 Left Acme on=[2020-06-01..2021-06-01]
         c 2020-12-31 Succeeded Acme title=CFO on=2020-12-31",
        &["Acme - CFO primary 2018-01-01 [2020-06..2020]"],
        &["date_disagrees c,l,r"],
    ),
    row(
        7,
        "each of several says by when it was",
        "z 2018-01-01 Appointed Acme title=CFO on=2018-01-01
         c 2020-08-01 Succeeded Acme title=CFO on=2020-07-01 confidence=rumoured
         d 2021-05-01 Succeeded Acme title=CFO on=2021-01-01
         r 2021-05-01 Relieved Acme title=CFO on=2021",
        &["Acme - CFO primary 2018-01-01 2021-01-01"],
        &["date_disagrees c,r"],
    ),
    row(
        7,
        "and cuts its latest day",
        "a 2020-01-02 Appointed Acme unit=Lab title=Head on=2020-01-01
         r 2022-10-02 Relieved Acme unit=Lab on=2022
         s 2022-09-02 Succeeded Acme unit=Lab title=Head on=2022-09-01",
        &["Acme Lab Head primary 2020-01-01 [2022..2022-09-01]"],
        &[],
    ),
    row(
        7,
        "also that of an end that is believed more than one before",
        "a 2018-05-02 Appointed Acme title=Mayor on=2018-05-01
         r1 2020-06-02 Relieved Acme title=Mayor on=2021
         r2 2021-01-02 Relieved Acme title=Mayor on=2020-12-01
         s 2021-02-02 Succeeded Acme title=Mayor on=2021-01-15",
        &["Acme - Mayor primary 2018-05-01 [2021..2021-01-15]"],
        &["date_disagrees r1,r2"],
    ),
    Row {
        also: &["end-reason=retired"],
        ..row(
            7,
            "the reason is that of the believed ending",
            "j 2020-01-02 Joined Acme on=2020-01-01
         l1 2023-01-02 Left Acme reason=resigned on=2023-01
         l2 2023-02-02 Left Acme reason=retired on=2023-01-15 confidence=confirmed",
            &["Acme - - primary 2020-01-01 2023-01-15"],
            &[],
        )
    },
    Row {
        also: &["end-by=l1,l2 supports"],
        ..row(
            7,
            "though it gives none",
            "j 2020-01-02 Joined Acme on=2020-01-01
         l1 2023-01-02 Left Acme reason=resigned on=2023-01-01
         l2 2023-06-02 Left Acme on=2023-06-01 confidence=confirmed",
            &["Acme - - primary 2020-01-01 2023-06-01"],
            &["date_disagrees l1,l2"],
        )
    },
    Row {
        also: &["end-by=l,r end-reason=resigned"],
        ..row(
            7,
            "and not that of another",
            "a 2020-01-02 Appointed Acme unit=Lab on=2020-01-01 lead
         r 2023-01-02 Relieved Acme unit=Lab reason=resigned on=2023-01-01
         l 2023-06-02 Left Acme reason=retired on=2023-01",
            &["Acme Lab - primary 2020-01-01 2023-01-01"],
            &[],
        )
    },
    // Rule 8. Change of title, change of manager
    Row {
        also: &[
            "Lab Chief primary 2024-01-01 open | employment=contractor lead concurrent remit=speech manager=Bo@start",
        ],
        ..row(
            8,
            "a change of title ends one and opens one, all else carried over but acting",
            "j 2020-01-02 Joined Acme unit=Lab title=Head lead acting remit=speech manager=Bo employment=contractor \
                on=2020-01-01 concurrent
             c 2024-01-02 Retitled Acme from_title=Head to_title=Chief on=2024-01-01",
            &["Acme Lab Head primary 2020-01-01 2024-01-01", "Acme Lab Chief primary 2024-01-01 open"],
            &[],
        )
    },
    row(
        8,
        "one that has the new title already is supported, its dates untouched",
        "a 2024-01-02 Appointed Acme unit=Lab title=Head on=2024-01-01
         c 2024-02-02 Retitled Acme unit=Lab from_title=Engineer to_title=Head on=2024-02-01",
        &["Acme Lab Head primary 2024-01-01 open"],
        &[],
    ),
    row(
        8,
        "and takes the unit where its own is not known",
        "a 2024-01-02 Appointed Acme title=Head on=2024-01-01
         c 2024-02-02 Retitled Acme unit=Lab to_title=Head on=2024-02-01",
        &["Acme Lab Head primary 2024-01-01 open"],
        &[],
    ),
    row(
        8,
        "but not while one with `from_title` is open",
        "a 2020-01-02 Appointed Acme unit=Lab title=Engineer on=2020-01-01
         b 2021-01-02 Appointed Acme unit=Ads title=Head on=2021-01-01
         c 2024-02-02 Retitled Acme from_title=Engineer to_title=Head on=2024-02-01",
        &[
            "Acme Lab Engineer primary 2020-01-01 2024-02-01",
            "Acme Ads Head beside 2021-01-01 open",
            "Acme Lab Head primary 2024-02-01 open",
        ],
        &[],
    ),
    row(
        8,
        "where there is neither one opens on that date",
        "c 2024-02-02 Retitled Acme unit=Lab to_title=Head on=2024-02-05",
        &["Acme Lab Head primary 2024-02-05 open"],
        &[],
    ),
    row(
        8,
        "and with `from_title` one before it is inferred",
        "c 2024-02-02 Retitled Acme unit=Lab from_title=Engineer to_title=Head on=2024-02-05",
        &["Acme Lab Engineer primary [..2024-02-05]i 2024-02-05", "Acme Lab Head primary 2024-02-05 open"],
        &[],
    ),
    Row {
        also: &["manager=Bo@start/2020-01-01 manager=Cy@2022/never manager=nobody@2023-05-05/"],
        ..row(
            8,
            "a tenure holds a small history of managers, the first from its start",
            "j 2020-01-02 Joined Acme unit=Lab manager=Bo on=2020-01-01
             m1 2023-01-02 NewManager Acme manager=Cy on=2022
             m2 2023-05-06 NewManager Acme manager=nobody on=2023-05-05",
            &["Acme Lab - primary 2020-01-01 open"],
            &[],
        )
    },
    Row {
        also: &["manager=Bo@2024-01-05"],
        ..row(
            8,
            "where there is none a tenure with unknown start is inferred",
            "m 2024-01-06 NewManager Acme unit=Lab title=Head manager=Bo on=2024-01-05",
            &["Acme Lab Head primary [..2024-01-05]i open"],
            &[],
        )
    },
    Row {
        also: &["2020-06-01 open | employment=employee attested"],
        ..row(
            8,
            "who is given the title that was held in acting is acting no more",
            "a 2020-01-02 Appointed Acme unit=Lab title=Head acting on=2020-01-01
         c 2020-06-02 Retitled Acme to_title=Head on=2020-06-01",
            &["Acme Lab Head primary 2020-01-01 2020-06-01", "Acme Lab Head primary 2020-06-01 open"],
            &[],
        )
    },
    Row {
        also: &["supports=b,c"],
        ..row(
            8,
            "one of a board that has the new title is supported where its unit is named",
            "b 2020-01-02 Joined Acme unit=Lab title=Head employment=board on=2020-01-01
         c 2024-01-02 Retitled Acme unit=Lab to_title=Head on=2024-01-01",
            &["Acme Lab Head primary 2020-01-01 open"],
            &[],
        )
    },
    row(
        8,
        "and only there",
        "b 2020-01-02 Joined Acme unit=Lab title=Head employment=board on=2020-01-01
         c 2024-01-02 Retitled Acme to_title=Head on=2024-01-01",
        &["Acme Lab Head primary 2020-01-01 open", "Acme - Head primary 2024-01-01 open"],
        &[],
    ),
    row(
        8,
        "the seat that has `from_title` takes the unit, whatever else has the new title",
        "j 2022-09-06 Joined Acme unit=Ads title=Head on=2020-03-01
         h 2021-09-16 Held Acme title=Engineer from=2021-03-01
         c 2024-06-29 Retitled Acme unit=Ads from_title=Engineer to_title=Head on=2024-06-01",
        &[
            "Acme Ads Head primary 2020-03-01 open",
            "Acme Ads Engineer beside 2021-03-01 2024-06-01",
            "Acme Ads Head beside 2024-06-01 open",
        ],
        &[],
    ),
    Row {
        also: &["manager=Cy@2024-01-05/2024-01-05 manager=Bo@[2024-01-04..2024-01-05]"],
        ..row(
            8,
            "of two managers from one day the one reported later holds",
            "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         m1 2024-01-07 NewManager Acme manager=Bo on=[2024-01-04..2024-01-05]
         m2 2024-01-06 NewManager Acme manager=Cy on=2024-01-05",
            &["Acme Lab - primary 2020-01-01 open"],
            &[],
        )
    },
    // Rule 9. Death
    Row {
        also: &["end-by=d end-reason=died supports=a,d", "died 2022-05-04 by d"],
        ..row(
            9,
            "who died holds nothing any more, in no company",
            "a 2020-01-02 Joined Acme unit=Lab on=2020-01-01
             b 2021-01-02 Joined Borealis employment=board on=2021-01-01
             d 2022-05-06 Died - on=2022-05-04",
            &["Acme Lab - primary 2020-01-01 2022-05-04d", "Borealis - - primary 2021-01-01 2022-05-04d"],
            &[],
        )
    },
    Row {
        also: &["end-by=d1,d2", "died 2022-05-04 by d1,d2"],
        ..row(
            9,
            "statements of it merge",
            "a 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         d1 2022-05-06 Died - on=2022
         d2 2022-05-07 Died - on=2022-05-04",
            &["Acme Lab - primary 2020-01-01 2022-05-04d"],
            &[],
        )
    },
    Row {
        also: &["end-by=d2 end-reason=died supports=a,d2", "died 2022-06-01 by d1,d2"],
        ..row(
            9,
            "of disjoint ones the believed counts",
            "a 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         d1 2022-05-06 Died - on=2022-05-04
         d2 2022-07-07 Died - on=2022-06-01 confidence=confirmed",
            &["Acme Lab - primary 2020-01-01 2022-06-01d"],
            &["date_disagrees d1,d2"],
        )
    },
    row(
        9,
        "what begins after it is not answered",
        "d 2022-05-06 Died - on=2022-05-04
         j 2023-02-01 Joined Acme on=2023-01-01",
        &[],
        &["after_death d,j"],
    ),
    Row {
        also: &["end-by=d end-reason=died supports=d,h"],
        ..row(
            9,
            "a stated end after it is put aside",
            "h 2022-01-01 Held Acme unit=Lab from=2020-01-01 to=2024-01-01
         d 2022-05-06 Died - on=2022-05-04",
            &["Acme Lab - primary 2020-01-01 2022-05-04"],
            &["after_death d,h"],
        )
    },
    row(
        9,
        "an inferred one without more",
        "j1 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         d 2022-05-06 Died - on=2022-05-04
         j2 2023-01-02 Joined Borealis on=2023-01-01",
        &["Acme Lab - primary 2020-01-01 2022-05-04d"],
        &["after_death d,j2"],
    ),
    Row {
        also: &["end-by=h supports=h"],
        ..row(
            9,
            "of an end that may be before it the latest day is cut, and of the start",
            "h 2021-06-01 Held Acme unit=Lab from=[2021..2023] to=[2022..2024]
         d 2022-05-06 Died - on=2022-05-04",
            &["Acme Lab - primary [2021..2022-05-04] [2022..2022-05-04]"],
            &[],
        )
    },
    row(
        9,
        "an end by death lies after the day on which the tenure was last attested",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         s 2022-03-02 Held Acme unit=Lab seen=2022-03-01
         d 2023-05-06 Died - on=2022",
        &["Acme Lab - primary 2020-01-01 [2022-03-02..2022]d"],
        &[],
    ),
    row(
        9,
        "a successor after it says nothing of so late an end",
        "a 2019-05-02 Appointed Acme title=Minister on=2019-05-01
         s 2021-04-02 Succeeded Acme title=Minister on=2021-04-01
         d 2021-03-05 Died - on=2021-03-04",
        &["Acme - Minister primary 2019-05-01 2021-03-04"],
        &[],
    ),
    row(
        9,
        "a sighting after it is put aside",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         d 2022-05-06 Died - on=2022-05-04
         s 2023-01-02 Held Acme unit=Lab seen=2023-01-01",
        &["Acme Lab - primary 2020-01-01 2022-05-04d"],
        &["after_death d,s"],
    ),
    row(
        9,
        "unless it is believed more: then the death bounds nothing",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         d 2022-05-06 Died - on=2022-05-04 confidence=rumoured
         s 2023-01-02 Held Acme unit=Lab seen=2023-01-01",
        &["Acme Lab - primary 2020-01-01 open"],
        &["after_death d,s"],
    ),
    row(
        9,
        "not even by one who attests the day of the death",
        "j 2020-01-02 Joined Acme unit=Lab on=2020-01-01
         d 2022-05-06 Died - on=2022-05-04 confidence=rumoured
         s 2022-05-05 Held Acme unit=Lab seen=2022-05-04",
        &["Acme Lab - primary 2020-01-01 2022-05-04d"],
        &[],
    ),
];
