//! How the stream is set up, and what of an existing one would lose events.
//!
//! Settings are read as the server tells them, field by field: a setting that this program has never heard of cannot be
//! judged, but one that it knows is never overlooked because a client library left it out.

use std::time::Duration;

use serde_json::{Value, json};

use super::address::SubjectPrefix;
use crate::stream_name::StreamName;
use crate::unfit_setting::UnfitSetting;

/// Whether the server compresses what it stores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// With S2.
    #[default]
    S2,
    /// Not at all.
    None,
}

/// What may be chosen of a stream that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// On how many servers of a cluster it lies.
    pub replicas: u8,
    /// How long the server remembers ids, to drop what is sent twice.
    pub duplicate_window: Duration,
    /// The longest message, its headers included, in bytes.
    pub message_bytes: u32,
    /// How long the stream may grow, in bytes; a full stream takes nothing more. `None`: as the disk allows.
    pub most_bytes: Option<u64>,
    /// Whether it is compressed.
    pub compression: Compression,
}

/// What the longest event may take as a message, in bytes: the headers say again who, where and by which source.
pub const LEAST_MESSAGE_BYTES: u32 = 80 * 1024;

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            replicas: 1,
            duplicate_window: Duration::from_mins(2),
            message_bytes: 128 * 1024,
            most_bytes: None,
            compression: Compression::default(),
        }
    }
}

/// Whether a server publishes batches that are stored whole or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Batches {
    Atomic,
    Unknown,
}

impl Settings {
    /// The configuration that the server is asked for.
    pub(crate) fn config(&self, name: &StreamName, subjects: &SubjectPrefix, batches: Batches) -> Value {
        let mut config = json!({
            "name": name.as_str(),
            "description": "events of a tenure ledger",
            "subjects": [subjects.all()],
            "storage": "file",
            "retention": "limits",
            "discard": "new",
            "max_age": 0,
            "max_msgs": -1,
            "max_msgs_per_subject": -1,
            "max_bytes": self.most_bytes.map_or(json!(-1), |bytes| json!(bytes)),
            "max_msg_size": self.message_bytes,
            "max_consumers": -1,
            "num_replicas": self.replicas,
            "duplicate_window": u64::try_from(self.duplicate_window.as_nanos()).unwrap_or(u64::MAX),
            "deny_delete": true,
            "deny_purge": true,
            "allow_direct": true,
            "allow_rollup_hdrs": false,
            "compression": match self.compression {
                Compression::S2 => "s2",
                Compression::None => "none",
            },
        });
        if batches == Batches::Atomic {
            config["allow_atomic"] = json!(true);
        }
        config
    }
}

/// All settings of a stream with which events would be lost or not be taken.
pub(crate) fn unfit(config: &Value, subjects: &SubjectPrefix) -> Vec<UnfitSetting> {
    let mut findings = Vec::new();
    let mut must = |good: bool, field: &str, harm, wanted: &str| {
        if !good {
            let found = format!("{field} is {}", config[field]);
            findings.push(UnfitSetting { found, harm, wanted: wanted.to_owned() });
        }
    };
    let flag = |field: &str| config[field] == true;
    let limited = |field: &str| config[field].as_i64().is_some_and(|limit| limit > 0);
    let absent = |field: &str| config[field].is_null() || config[field].as_array().is_some_and(Vec::is_empty);

    must(config["storage"] == "file", "storage", "a restart of the server loses all events", "file");
    must(config["retention"] == "limits", "retention", "events go when they were read", "limits");
    must(!limited("max_age"), "max_age", "old events are deleted", "0");
    must(!limited("max_msgs_per_subject"), "max_msgs_per_subject", "newer events delete older ones", "-1");
    let bounded = limited("max_msgs") || limited("max_bytes");
    let keeps = !bounded || config["discard"] == "new";
    must(keeps, "discard", "the stream has a limit, and newer events delete older ones at it", "new");
    must(flag("deny_delete"), "deny_delete", "events can be deleted", "true");
    must(flag("deny_purge"), "deny_purge", "events can be purged", "true");
    must(!flag("allow_rollup_hdrs"), "allow_rollup_hdrs", "a message can delete the ones before it", "false");
    must(!flag("allow_msg_ttl"), "allow_msg_ttl", "a message can have itself deleted", "false");
    must(!flag("allow_msg_counter"), "allow_msg_counter", "messages are not kept as they were sent", "false");
    let lazy = config["persist_mode"] == "async";
    must(!lazy, "persist_mode", "an acknowledged event need not be on disk, whatever sync_interval says", "default");
    must(!flag("no_ack"), "no_ack", "nothing is ever acknowledged", "false");
    must(!flag("sealed"), "sealed", "nothing can be appended", "false");
    must(absent("mirror"), "mirror", "nothing can be appended to a mirror", "absent");
    must(absent("subject_transform"), "subject_transform", "events lose their subjects", "absent");
    must(flag("allow_direct"), "allow_direct", "events cannot be read by their positions", "true");
    let small = config["max_msg_size"].as_u64().is_some_and(|most| most < u64::from(LEAST_MESSAGE_BYTES));
    must(!small, "max_msg_size", "long events are not taken", &format!("-1, or {LEAST_MESSAGE_BYTES} or more"));
    let patterns = config["subjects"].as_array().map(Vec::as_slice).unwrap_or_default();
    let covered = patterns.iter().filter_map(Value::as_str).any(|pattern| subjects.is_within(pattern));
    must(covered, "subjects", "not all events go to the stream", &format!("one that covers {}", subjects.all()));
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Batches, Settings, StreamName, unfit};
    use crate::stream::address::SubjectPrefix;

    #[test]
    fn what_we_ask_for_is_fit() {
        let subjects = SubjectPrefix::default();
        for batches in [Batches::Atomic, Batches::Unknown] {
            let config = Settings::default().config(&StreamName::default(), &subjects, batches);
            assert_eq!(unfit(&config, &subjects), []);
            let bounded = Settings { most_bytes: Some(1), ..Settings::default() };
            assert_eq!(unfit(&bounded.config(&StreamName::default(), &subjects, batches), &subjects), []);
        }
    }

    #[test]
    fn every_setting_that_loses_events_is_found() {
        let check = |field: &str, value: Value| {
            let subjects = SubjectPrefix::default();
            let mut config = Settings::default().config(&StreamName::default(), &subjects, Batches::Atomic);
            config[field] = value;
            let found: Vec<String> = unfit(&config, &subjects).into_iter().map(|finding| finding.found).collect();
            assert_eq!(found, [format!("{field} is {}", config[field])]);
        };
        check("storage", json!("memory"));
        check("retention", json!("workqueue"));
        check("retention", json!("interest"));
        check("max_age", json!(1));
        check("max_msgs_per_subject", json!(1));
        check("deny_delete", json!(false));
        check("deny_purge", Value::Null);
        check("allow_rollup_hdrs", json!(true));
        check("allow_msg_ttl", json!(true));
        check("allow_msg_counter", json!(true));
        check("persist_mode", json!("async"));
        check("no_ack", json!(true));
        check("sealed", json!(true));
        check("mirror", json!({"name": "OTHER"}));
        check("subject_transform", json!({"src": ">", "dest": "x.>"}));
        check("allow_direct", json!(false));
        check("max_msg_size", json!(1024));
        check("subjects", json!(["tenure.events.*"]));
        let subjects = SubjectPrefix::default();
        for bound in ["max_msgs", "max_bytes"] {
            let mut config = Settings::default().config(&StreamName::default(), &subjects, Batches::Atomic);
            config[bound] = json!(1000);
            assert_eq!(unfit(&config, &subjects), []);
            config["discard"] = json!("old");
            assert_eq!(unfit(&config, &subjects).len(), 1);
        }
    }

    #[test]
    fn names_of_streams() {
        for (name, good) in
            [("TENURE", true), ("a-b_1", true), ("", false), ("a.b", false), ("a b", false), ("é", false)]
        {
            assert_eq!(name.parse::<StreamName>().is_ok(), good, "{name}");
        }
        assert!("x".repeat(65).parse::<StreamName>().is_err());
    }
}
