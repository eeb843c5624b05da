//! Replies: how what becomes of a question travels over NATS, in one message or in several.
//!
//! The payload is what `--format json` prints, to the byte, so that any client has the answer in hand;
//! what is told beside it stands in headers. A reply that has no room in one message is cut into parts. NATS keeps the
//! order of what one connection publishes to one subject, and may lose messages: parts are counted, so that a reply
//! that is not whole is never taken for one.
//!
//! `docs/service.md` says the same to those who write other clients.

use async_nats::header::{HeaderMap, HeaderValue};
use async_nats::service::{NATS_SERVICE_ERROR, NATS_SERVICE_ERROR_CODE};
use bytes::{Bytes, BytesMut};

use crate::denial::{Denial, Exit};
use tenure_ledger::Notice;

/// On what the answer rests, as a string of JSON.
const BASIS: &str = "Tenure-Basis";
/// What an asker should know, each as a string of JSON.
const NOTICE: &str = "Tenure-Notice";
/// Which part of how many this is, as `2/3`; left out where there is only one.
const PART: &str = "Tenure-Part";

/// In a request: what the asker has, `flags` or `fields`. Left out by those who know of no flags.
pub(crate) const WORDING: &str = "Tenure-Wording";

/// In a request: for how many milliseconds the asker waits.
pub(crate) const PATIENCE: &str = "Tenure-Patience-Ms";

/// How far a rebuild is, in words; the reply comes after it.
pub(crate) const PROGRESS: &str = "Tenure-Progress";

/// The most bytes of a message with its headers, whatever the server would take.
const MESSAGE: usize = 1 << 20;
/// The most bytes of an answer.
pub(crate) const ANSWER: usize = 256 << 20;
/// The most bytes of all notices together.
const NOTICES: usize = 32 << 10;
/// The most letters of an error in its header; the whole of it is in the payload.
const ERROR: usize = 200;

/// What becomes of a question.
#[derive(Debug)]
pub(crate) struct Reply {
    /// What is told beside the answer, in order.
    pub(crate) notices: Vec<Notice>,
    /// The answer as JSON, or why there is none.
    pub(crate) outcome: Result<Bytes, Denial>,
}

impl Reply {
    /// The reply as messages of at most so many bytes, headers and payload together.
    pub(crate) fn messages(self, max_payload: usize) -> Vec<(HeaderMap, Bytes)> {
        let room = max_payload.min(MESSAGE);
        let Reply { notices, outcome } = self;
        let mut first = HeaderMap::new();
        let json = |text: &str| serde_json::to_string(text).expect("a string can be written");
        for (name, line) in notice_headers(&notices, NOTICES.min(room / 4), json) {
            first.append(name, value(&line));
        }
        let mut body = match outcome {
            Ok(answer) => answer,
            Err(denial) => {
                let line: String =
                    denial.error.chars().take(ERROR).map(|c| if c.is_control() { ' ' } else { c }).collect();
                first.insert(NATS_SERVICE_ERROR, value(&line));
                first.insert(NATS_SERVICE_ERROR_CODE, HeaderValue::from(denial.exit.code()));
                denial.json().into()
            }
        };
        // The line of the version, the empty line, and the longest number of a part.
        let spent = |headers: &HeaderMap| size(headers) + 64;
        let first_room = room.saturating_sub(spent(&first)).max(1);
        if body.len() <= first_room {
            return vec![(first, body)];
        }
        let other_room = room.saturating_sub(spent(&HeaderMap::new())).max(1);
        let count = 1 + (body.len() - first_room).div_ceil(other_room);
        let mut messages = Vec::with_capacity(count);
        for number in 1..=count {
            let (mut headers, room) =
                if number == 1 { (std::mem::take(&mut first), first_room) } else { (HeaderMap::new(), other_room) };
            headers.insert(PART, value(&format!("{number}/{count}")));
            messages.push((headers, body.split_to(room.min(body.len()))));
        }
        messages
    }
}

fn size(headers: &HeaderMap) -> usize {
    let name_and_value = |name: &str, value: &HeaderValue| name.len() + value.as_str().len() + 4;
    headers.iter().map(|(name, values)| values.iter().map(|v| name_and_value(name.as_ref(), v)).sum::<usize>()).sum()
}

/// A value that has no line breaks, which is all that a header refuses.
fn value(text: &str) -> HeaderValue {
    text.parse().expect("there is no line break in it")
}

/// What is told beside an answer as lines of headers, of so many bytes together: the name of each, and its text as the door
/// writes it. What has no room is counted in a last one.
pub fn notice_headers(
    notices: &[Notice],
    room: usize,
    written: impl Fn(&str) -> String,
) -> Vec<(&'static str, String)> {
    let (mut spent, mut left_out) = (0, 0);
    let mut lines = Vec::new();
    for notice in notices {
        let (name, text) = match notice {
            Notice::Basis(text) => (BASIS, text),
            Notice::Remark(text) => (NOTICE, text),
            // What the ledger did for itself is nothing to those who ask from elsewhere.
            Notice::Detail(_) => continue,
        };
        let line = written(text);
        if left_out > 0 || spent + line.len() > room {
            left_out += 1;
            continue;
        }
        spent += line.len();
        lines.push((name, line));
    }
    if left_out > 0 {
        lines.push((NOTICE, written(&format!("{left_out} more notices have no room here"))));
    }
    lines
}

fn notices_of(headers: &HeaderMap) -> Vec<Notice> {
    let read = |name: &str, notice: fn(String) -> Notice| {
        let lines = headers.get_all(name).filter_map(|line| serde_json::from_str(line.as_str()).ok());
        lines.map(notice).collect::<Vec<_>>()
    };
    let mut notices = read(BASIS, Notice::Basis);
    notices.extend(read(NOTICE, Notice::Remark));
    notices
}

/// A reply of which not all parts have come yet.
#[derive(Default)]
pub(crate) struct Assembly {
    /// How many have come, and of how many.
    parts: (usize, usize),
    body: BytesMut,
    notices: Vec<Notice>,
    error: Option<String>,
}

impl Assembly {
    /// Takes the next message, and gives the reply once it is whole. The error says what is wrong with it.
    pub(crate) fn take(&mut self, headers: &HeaderMap, payload: &Bytes) -> Result<Option<Reply>, String> {
        let part = match headers.get(PART) {
            None => (1, 1),
            Some(part) => {
                let numbers = part.as_str().split_once('/');
                let read = numbers.and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
                read.ok_or_else(|| format!("a part of it is numbered `{part}`"))?
            }
        };
        let expected = (self.parts.0 + 1, if self.parts.0 == 0 { part.1 } else { self.parts.1 });
        if part != expected || part.0 > part.1 {
            return Err(format!("part {} of {} came where part {} was due", part.0, part.1, expected.0));
        }
        if self.body.len() + payload.len() > ANSWER {
            return Err(format!("it has more than {ANSWER} bytes"));
        }
        if part.0 == 1 {
            self.notices = notices_of(headers);
            let code = headers.get(NATS_SERVICE_ERROR_CODE);
            let error = headers.get(NATS_SERVICE_ERROR).map(|error| error.as_str().to_owned());
            self.error = error.or_else(|| code.map(|code| format!("error {code}")));
        }
        self.parts = part;
        self.body.extend_from_slice(payload);
        if part.0 < part.1 {
            return Ok(None);
        }
        let body = std::mem::take(&mut self.body).freeze();
        let outcome = match self.error.take() {
            None => Ok(body),
            // The answerer may be no ledger of ours; then the header is all there is to tell.
            Some(error) => Err(Denial::read(&body).unwrap_or_else(|| plain(error))),
        };
        Ok(Some(Reply { notices: std::mem::take(&mut self.notices), outcome }))
    }
}

/// A denial of which nothing is known but its text.
fn plain(error: String) -> Denial {
    Denial::new(Exit::Failure, error)
}

#[cfg(test)]
mod tests {
    use tenure_answers::DenialKind;

    use super::*;

    fn assembled(messages: &[(HeaderMap, Bytes)]) -> Result<Option<Reply>, String> {
        let mut assembly = Assembly::default();
        let mut whole = None;
        for (headers, payload) in messages {
            assert!(whole.is_none(), "no part comes after the last");
            whole = assembly.take(headers, payload)?;
        }
        Ok(whole)
    }

    fn notices() -> Vec<Notice> {
        let notice = "two lines:\n  tenure why x  (通义实验室) \u{1b}[31m\r\n ";
        vec![
            Notice::Basis("at 2025-09-30".to_owned()),
            Notice::Remark(notice.to_owned()),
            Notice::Remark(String::new()),
        ]
    }

    #[test]
    fn a_reply_comes_together_again_whatever_room_there_is() {
        for max_payload in [300, 512, 1_000, 4_096, 1 << 20, 64 << 20] {
            for bytes in [0, 1, 100, 5_000, 3 << 20] {
                if bytes / max_payload > 4_000 {
                    continue;
                }
                let answer: Bytes = (0..bytes).map(|i| u8::try_from(i % 251).unwrap_or(0)).collect();
                let messages = Reply { notices: notices(), outcome: Ok(answer.clone()) }.messages(max_payload);
                for (headers, payload) in &messages {
                    assert!(size(headers) + payload.len() + 14 <= max_payload, "{max_payload} {bytes}");
                }
                assert_eq!(messages.len() == 1, messages[0].0.get(PART).is_none());
                let reply = assembled(&messages).expect("all parts are there").expect("it is whole");
                assert_eq!(reply.outcome.expect("an answer"), answer);
                if max_payload >= 1_000 {
                    assert_eq!(reply.notices, notices());
                }
            }
        }
    }

    #[test]
    fn a_failure_comes_as_it_went() {
        let denial = Denial {
            kind: DenialKind::Ambiguous,
            hint: Some("by id".to_owned()),
            ..Denial::new(Exit::Ambiguous, "`Wu` can mean 2:\n  a\n  b".repeat(100))
        };
        let messages = Reply { notices: Vec::new(), outcome: Err(denial) }.messages(1_000);
        assert_eq!(messages[0].0.get(NATS_SERVICE_ERROR_CODE).map(HeaderValue::as_str), Some("409"));
        let reply = assembled(&messages).expect("all parts are there").expect("it is whole");
        let denial = reply.outcome.expect_err("a denial");
        assert_eq!((denial.exit, denial.error.len()), (Exit::Ambiguous, 2_400));
        assert_eq!(denial.kind, DenialKind::Ambiguous);
        assert_eq!(denial.hint.as_deref(), Some("by id"));
    }

    #[test]
    fn what_is_not_whole_is_no_reply() {
        let messages = Reply { notices: Vec::new(), outcome: Ok(vec![7; 5_000].into()) }.messages(1_000);
        assert!(messages.len() > 3);
        assert!(assembled(&messages[..messages.len() - 1]).expect("nothing is wrong yet").is_none());
        for lost in 0..messages.len() - 1 {
            let mut some = messages.clone();
            some.remove(lost);
            assert!(assembled(&some).is_err(), "{lost}");
        }
        let mut twice = messages.clone();
        twice.insert(1, messages[0].clone());
        assert!(assembled(&twice).is_err());
        for part in ["", "1", "0/0", "0/1", "2/1", "1/0", "-1/2", "1/99999999999999999999", "one/two"] {
            let headers: HeaderMap = [(PART.parse().expect("a name"), value(part))].into_iter().collect();
            assert!(Assembly::default().take(&headers, &Bytes::new()).is_err(), "{part}");
        }
    }

    #[test]
    fn notices_without_room_are_counted() {
        let many: Vec<Notice> = (0..10_000).map(|i| Notice::Remark(format!("{i}: unreadable"))).collect();
        let messages = Reply { notices: many, outcome: Ok(Bytes::new()) }.messages(1 << 20);
        let reply = assembled(&messages).expect("it is sound").expect("it is whole");
        let Some(Notice::Remark(last)) = reply.notices.last() else { panic!("{reply:?}") };
        assert!(last.ends_with("more notices have no room here"), "{last}");
        assert_eq!(last.split(' ').next().and_then(|n| n.parse().ok()), Some(10_001 - reply.notices.len()));
    }
}
