//! A map of a team page, with a plain page.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_producer::adapter::roster::Roster;

const PAGE: &[u8] =
    b"team:\n  - name: Ann Lee\n    role: Engineer\n    links: [{url: a}]\n  - {name: Bo, role: Head}\n";

fuzz_target!(|bytes: &[u8]| tenure_fuzz::read(&Roster, "team_2024-01-10.yaml", PAGE, bytes));
