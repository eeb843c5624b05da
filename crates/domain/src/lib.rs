//! The pure heart of Tenure: dates, names, events, and the fold that turns claims into careers.
//!
//! No I/O, no clock, no async. The other crates depend on this one; it depends on none of them.

pub mod archive;
pub mod bounds;
pub mod conflict;
pub mod day;
pub mod edtf;
pub mod erasure;
pub mod event;
pub mod excerpt;
pub mod fnv;
pub mod fold;
pub mod identity;
pub mod implicit_id;
pub mod liveness;
pub mod mark;
pub mod name;
pub mod name_id;
pub mod plain_text;
pub mod position;
pub mod reading;
mod role;
pub mod spelling;
pub mod statement;
pub mod structure;
pub mod suggest;
pub mod tenure;
pub mod titles;
pub mod unique_keys;
pub mod view;
pub mod wire;
