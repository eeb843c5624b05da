//! A question as it comes to a service: refused, or read and read again alike from what it says of itself.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_domain::day::Day;
use tenure_ledger::question::{Question, VERBS};

fuzz_target!(|bytes: &[u8]| {
    let Some((which, json)) = bytes.split_first() else { return };
    let (verb, _) = VERBS[usize::from(*which) % VERBS.len()];
    let today: Day = "2026-01-02".parse().expect("a day");
    let Ok(question) = Question::read(verb, json, today) else { return };
    let again = Question::read(verb, question.json().as_bytes(), today).expect("what a client sends is read");
    assert_eq!(again.json(), question.json());
});
