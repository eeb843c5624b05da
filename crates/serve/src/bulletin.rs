//! What a service that runs tells those who run it: one line for each thing that happened, with its time, a level, and
//! fields that a program can read.
//!
//! Deliberately not here: questions and what they are about, which are private, and secrets, which nothing in
//! this program puts into words. What a command tells who typed it is written elsewhere, as sentences.

use serde_json::{Map, Value};
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;

use tenure_ledger::Notice;
use tenure_ledger::clock::now;
use tenure_render as render;

/// How the lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Time, level, what happened, and fields as `name=value`.
    Text,
    /// One object of JSON a line.
    Json,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Told with `--verbose` alone.
    Debug,
    /// All goes well.
    Info,
    /// Something is not as it should be; the service goes on.
    Warn,
    /// The service ends.
    Error,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }
}

/// Where a running service tells what happens.
#[derive(Clone, Copy, Debug)]
pub struct Bulletin {
    /// How the lines are written.
    pub format: LogFormat,
    /// What is told at the least.
    pub least: Level,
    /// Takes each line, with its end.
    pub write: fn(&str),
}

impl Bulletin {
    /// Tells something.
    pub fn tell(self, level: Level, what: &str, fields: &[(&str, Value)]) {
        if level >= self.least {
            (self.write)(&line(self.format, now(), level, what, fields));
        }
    }

    /// Tells what is told beside answers and snapshots.
    pub(crate) fn hear(self, notice: Notice) {
        match notice {
            Notice::Remark(text) => self.tell(Level::Warn, &text, &[]),
            Notice::Basis(text) | Notice::Detail(text) => self.tell(Level::Debug, &text, &[]),
        }
    }

    /// Tells several of these, in their order.
    pub(crate) fn hear_all(self, notices: impl IntoIterator<Item = Notice>) {
        notices.into_iter().for_each(|notice| self.hear(notice));
    }
}

/// One line, whatever line breaks and control characters its parts have.
fn line(format: LogFormat, at: Instant, level: Level, what: &str, fields: &[(&str, Value)]) -> String {
    match format {
        LogFormat::Json => {
            let mut line = Map::new();
            line.insert("time".to_owned(), at.to_string().into());
            line.insert("level".to_owned(), level.name().into());
            line.insert("event".to_owned(), what.into());
            line.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
            format!("{}\n", Value::Object(line))
        }
        LogFormat::Text => {
            let fields: String = fields
                .iter()
                .map(|(name, value)| match value.as_str() {
                    Some(text)
                        if !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "\"=".contains(c)) =>
                    {
                        format!(" {name}={text}")
                    }
                    _ => format!(" {name}={value}"),
                })
                .collect();
            let text = format!("{at} {:5} {what}{fields}", level.name()).replace(['\n', '\r'], " ");
            format!("{}\n", render::plain(&text))
        }
    }
}

/// How far something has come, at what rate, and how long the rest takes.
pub(crate) fn progress(from: Seq, at: Seq, head: Seq, started: std::time::Instant) -> [(&'static str, Value); 4] {
    let (done, seconds) = (at.number().saturating_sub(from.number()), started.elapsed().as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (rate, left) = (done as f64 / seconds.max(0.001), head.number().saturating_sub(at.number()) as f64);
    [
        ("position", at.number().into()),
        ("head", head.number().into()),
        ("rate", whole(rate)),
        ("seconds_left", whole(left / rate.max(1.0))),
    ]
}

/// A figure for people: nothing after the point.
#[expect(clippy::cast_possible_truncation, reason = "a figure beyond that is as good as the largest")]
pub(crate) fn whole(number: f64) -> Value {
    (number.round() as i64).into()
}

/// A figure for people: three digits after the point.
pub(crate) fn rounded(number: f64) -> Value {
    ((number * 1_000.0).round() / 1_000.0).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_happened_is_one_line() {
        let at: Instant = "2026-11-23T07:08:09Z".parse().expect("an instant");
        let check = |what: &str, fields: &[(&str, Value)], text: &str, expect: Value| {
            assert_eq!(line(LogFormat::Text, at, Level::Warn, what, fields), text);
            let json = line(LogFormat::Json, at, Level::Warn, what, fields);
            assert_eq!(json.matches('\n').count(), 1, "{json}");
            assert_eq!(serde_json::from_str::<Value>(&json).expect("JSON"), expect);
        };
        let head = json!({"time": "2026-11-23T07:08:09Z", "level": "warn"});
        let with = |more: Value| {
            let mut all = head.clone();
            let (all_fields, more) =
                (all.as_object_mut().expect("an object"), more.as_object().expect("an object").clone());
            all_fields.extend(more);
            all
        };
        check(
            "caught up",
            &[("position", 7.into()), ("rate", rounded(1.23456))],
            "2026-11-23T07:08:09Z warn  caught up position=7 rate=1.235\n",
            with(json!({"event": "caught up", "position": 7, "rate": 1.235})),
        );
        check(
            "quarantined",
            &[
                ("reason", "`a` is\nno \u{1b}[1mdate".into()),
                ("server", "nats://here:4222".into()),
                ("none", "".into()),
            ],
            "2026-11-23T07:08:09Z warn  quarantined reason=\"`a` is\\nno \\u001b[1mdate\" server=nats://here:4222 none=\"\"\n",
            with(
                json!({"event": "quarantined", "reason": "`a` is\nno \u{1b}[1mdate", "server": "nats://here:4222", "none": ""}),
            ),
        );
        let text = line(LogFormat::Text, at, Level::Info, "two\nlines \u{1b}[1m", &[]);
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}
