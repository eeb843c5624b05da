//! An input of the adapter `wikidata`, with a plain map.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_producer::adapter::wikidata::Wikidata;

const MAP: &[u8] = b"[source]\npublisher = \"Wikidata\"\n";

fuzz_target!(|bytes: &[u8]| tenure_fuzz::read(&Wikidata, "w.json", bytes, MAP));
