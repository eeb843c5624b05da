//! An input of the adapter `bods`, with a plain map.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_producer::adapter::bods::Bods;

const MAP: &[u8] = b"[source]\npublisher = \"Register\"\n";

fuzz_target!(|bytes: &[u8]| tenure_fuzz::read(&Bods, "b.json", bytes, MAP));
