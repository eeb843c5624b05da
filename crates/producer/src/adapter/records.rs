//! Reads inputs in which each line, or each element of one array, is a record of JSON.
//!
//! Memory is bounded by the longest record that is kept whole; a longer one is told as rejected. What a record means
//! is not known here.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use tenure_domain::wire::Refusal;

use super::AdapterError;
use super::claims::Claims;
use super::looks;
use super::settings::unusable;
use crate::texts::Texts;
use crate::{IngestError, Place};
use tenure_domain::unique_keys::UniqueKeys;

/// The longest record: entities of public registers are seldom longer than 4 MB.
const RECORD_BYTES: usize = 16 << 20;

/// A record as it stands in an input.
pub(super) struct Record<'r> {
    pub(super) place: Place,
    pub(super) text: &'r str,
}

/// Whether an input is read to learn from it, or to hand on what it says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// What is wrong is passed over: the pass that hands on tells it.
    Learning,
    /// What is wrong is rejected, and progress told.
    HandingOn,
}

/// Is told what cannot be read, and how far the reading is.
pub(super) trait RecordWatch {
    fn unreadable(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), AdapterError>;
    fn read_so_far(&mut self, bytes: u64);

    /// Whether the rest of the inputs is not wanted.
    fn has_enough(&self) -> bool {
        false
    }
}

impl RecordWatch for Claims<'_> {
    fn unreadable(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), AdapterError> {
        self.reject(place, input, None, refusal)
    }

    fn read_so_far(&mut self, bytes: u64) {
        self.passed(bytes);
    }
}

/// One who only learns: the pass that hands on tells what is wrong.
pub(super) struct Learner;

impl RecordWatch for Learner {
    fn unreadable(&mut self, _: Place, _: &str, _: Refusal) -> Result<(), AdapterError> {
        Ok(())
    }

    fn read_so_far(&mut self, _: u64) {}
}

/// Reads the records of all inputs in their order.
pub(super) fn each_record<T: RecordWatch + ?Sized>(
    inputs: &[PathBuf],
    pass: Pass,
    told: &mut T,
    take: &mut dyn FnMut(&Record<'_>, &mut T) -> Result<(), AdapterError>,
) -> Result<(), AdapterError> {
    let mut before = 0;
    for path in inputs {
        let bytes = each_of_file(path, pass, before, told, take)?;
        before += bytes;
    }
    Ok(())
}

/// Reads the records of one file, of which `before` bytes of other files were read before it, and tells its length.
pub(super) fn each_of_file<T: RecordWatch + ?Sized>(
    path: &Path,
    pass: Pass,
    before: u64,
    sink: &mut T,
    take: &mut dyn FnMut(&Record<'_>, &mut T) -> Result<(), AdapterError>,
) -> Result<u64, AdapterError> {
    let file: Arc<str> = path.display().to_string().into();
    let hint = "name a file of JSON, one record a line or one array of records";
    if path.is_dir() {
        return Err(unusable(path, "is a directory", hint));
    }
    let opened = File::open(path).map_err(|error| unusable(path, error, hint))?;
    let mut input = BufReader::with_capacity(1 << 20, opened);
    let failed = |line, source| IngestError::Input { file: file.to_string(), line, source };
    let begins = input.fill_buf().map_err(|source| failed(0, source))?;
    if looks::in_utf_16(begins).is_some() {
        let refusal = looks::other_encoding(begins);
        if pass == Pass::HandingOn {
            sink.unreadable(Place { file: file.clone(), line: 1, column: None }, "", refusal)?;
        }
        return Ok(std::fs::metadata(path).map_or(0, |meta| meta.len()));
    }
    let mut texts = Texts::with_limit(&mut input, RECORD_BYTES);
    loop {
        let line = texts.line();
        let Some(text) = texts.next_text().map_err(|source| failed(line, source))? else { break };
        let place = Place { file: file.clone(), line: text.line, column: None };
        let wrong = if text.unclosed {
            Some(("the array is not closed", "what came before it ended is in; was the file cut off?"))
        } else if text.too_long.is_some() {
            Some(("the record is longer than 16 MiB", "is each record on a line of its own?"))
        } else {
            None
        };
        match (wrong, std::str::from_utf8(&text.bytes)) {
            (None, Ok(text)) => take(&Record { place, text }, sink)?,
            (wrong, read) if pass == Pass::HandingOn => {
                let (reason, hint) = wrong.unwrap_or(("the record is not UTF-8", "write the file in UTF-8"));
                let shown = read.map_or_else(|_| String::from_utf8_lossy(&text.bytes).into_owned(), str::to_owned);
                sink.unreadable(place, &shown, refusal(reason, hint))?;
            }
            _ => {}
        }
        if pass == Pass::HandingOn {
            sink.read_so_far(before + texts.passed());
        }
        if sink.has_enough() {
            break;
        }
    }
    Ok(texts.passed())
}

/// Reads a record, or says where it is no JSON.
pub(super) fn json(text: &str) -> Result<Value, Refusal> {
    serde_json::from_str(text).map(|UniqueKeys(value)| value).map_err(|error| {
        if error.is_data() {
            return refusal(error.to_string(), "write each key of an object once");
        }
        refusal(format!("the record is not JSON: {error}"), "write one JSON object a line; was the line cut?")
    })
}

/// A refusal of what cannot be mapped.
pub(super) fn refusal(reason: impl Into<String>, hint: impl Into<String>) -> Refusal {
    Refusal { reason: reason.into(), hint: hint.into() }
}
