//! An input of the adapter `ftm`, with a plain map.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_producer::adapter::ftm::FollowTheMoney;

const MAP: &[u8] = b"namespace = \"x:\"\n[source]\npublisher = \"Watch\"\n";

fuzz_target!(|bytes: &[u8]| tenure_fuzz::read(&FollowTheMoney, "f.json", bytes, MAP));
