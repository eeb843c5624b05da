//! An input of the adapter `roster`, with a plain map.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_producer::adapter::roster::Roster;

const MAP: &[u8] = b"company = \"Harbour\"\ncomplete = true\n[source]\nurl = \"https://harbour.example/team\"\n[date]\nfile = \"team_{date}.yaml\"\n[[lists]]\nat = \"*\"\ntitle = \"role\"\n";

fuzz_target!(|bytes: &[u8]| tenure_fuzz::read(&Roster, "team_2024-01-10.yaml", bytes, MAP));
