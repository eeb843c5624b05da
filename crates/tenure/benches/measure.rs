//! What a ledger takes: memory of a process, bytes on the disk.

#![allow(dead_code, reason = "each bench takes what it needs of this")]

use std::fs;
use std::path::Path;

/// What the system tells of a process (`self`, or its number) in a field such as `VmRSS` (memory now) or `VmHWM` (the most it
/// ever had), in MB.
pub(crate) fn memory(process: &str, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let number =
        |line: &str| line.strip_prefix(field)?.strip_prefix(':')?.split_whitespace().next()?.parse::<u64>().ok();
    status.lines().find_map(number).unwrap_or_default() / 1024
}

/// The bytes of all files below a directory.
pub(crate) fn bytes_below(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|e| if e.path().is_dir() { bytes_below(&e.path()) } else { e.metadata().map_or(0, |m| m.len()) }).sum()
}
