//! A vague date: read or refused; the shortest text of its bounds means the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_domain::edtf::{VagueDate, shortest};

fuzz_target!(|text: &str| {
    let Ok(date) = text.parse::<VagueDate>() else { return };
    let again: VagueDate = shortest(date.bounds()).parse().expect("a date");
    assert_eq!(again.bounds(), date.bounds());
});
