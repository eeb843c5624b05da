//! `tenure batch`: questions in, answers out, a line of JSON each, for programs that ask much.
//!
//! A question is the object that a service takes, with its verb. What is told beside an answer stands in its line, so that
//! no reader has to know which line of standard error belongs to which question.

use std::io::{self, BufRead, BufWriter, Read as _, Write};

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tenure_answers::Answer;
use tenure_domain::plain_text::escape_json;
use tenure_http::{LIMITS, into_log};
use tenure_ledger::question::Question;
use tenure_ledger::{AnswerError, Notice, QUESTION_BYTES, QuestionError, with_causes};
use tenure_log::{Create, Log};
use tenure_render::Format;
use tenure_serve::{Denial, Exit, Wording, written};

use crate::asking::{Endpoint, NoAnswer};
use crate::clock::day_of_asking;
use crate::failure::{Failure, deny_by_field};
use crate::global::Global;
use crate::{directory, nats};

/// Answer questions from standard input, a line of JSON each, until it ends
#[derive(Debug, Args)]
#[command(
    long_about = "Answer questions from standard input, a line of JSON each, until it ends. Each line has a line as its \
    answer, in order and at once; what has no answer is a line with `error`, `hint` and `exit`. A line with the verb \
    `append` appends events.",
    before_help = "Example: echo '{\"verb\": \"person\", \"person\": \"Steven Hoi\"}' | tenure batch"
)]
pub(crate) struct Batch {}

/// Answers until the input ends.
pub(super) fn run(global: &Global) -> Result<(), Failure> {
    let mut input = io::stdin().lock();
    let mut out = BufWriter::new(io::stdout().lock());
    let mut batch = Asked { global, endpoint: None, log: None };
    while let Some(line) = next_line(&mut input)? {
        if line.as_ref().is_ok_and(|line| line.trim_ascii().is_empty()) {
            continue;
        }
        let told = line.and_then(|line| batch.answer(&line)).unwrap_or_else(Denied::line);
        let told = writeln!(out, "{}", escape_json(told)).and_then(|()| out.flush());
        match told {
            // A reader that has gone away wants no more.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            told => told?,
        }
    }
    Ok(())
}

/// The next line, or why it is none: it is too long. None where the input ends.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<Result<Vec<u8>, Denied>>> {
    let (mut line, most) = (Vec::new(), LIMITS.body);
    // One byte more than may be shows that it is too long.
    input.take(most as u64 + 1).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.len() <= most || line.ends_with(b"\n") {
        return Ok(Some(Ok(line)));
    }
    let failure = Failure::usage(format!("the line has more than {most} bytes"), "send events in several lines");
    input.skip_until(b'\n')?;
    Ok(Some(Err(failure.into())))
}

/// The line of what has no answer.
struct Denied(Map<String, Value>);

impl From<Denial> for Denied {
    fn from(denial: Denial) -> Denied {
        Denied(serde_json::from_str(&denial.json()).unwrap_or_default())
    }
}

impl From<Failure> for Denied {
    fn from(failure: Failure) -> Denied {
        Denial::from(failure).into()
    }
}

impl From<QuestionError> for Denied {
    fn from(error: QuestionError) -> Denied {
        deny_by_field(AnswerError::from(error).into()).into()
    }
}

impl Denied {
    /// The same with what was told before.
    fn after(mut self, notices: &[Notice]) -> Denied {
        self.0.insert("notices".to_owned(), json!(split(notices).1));
        self
    }

    fn line(mut self) -> String {
        self.0.entry("notices").or_insert_with(|| json!([]));
        Value::Object(self.0).to_string()
    }
}

/// The basis and the remarks among notices.
fn split(notices: &[Notice]) -> (Option<&str>, Vec<&str>) {
    let (mut basis, mut remarks) = (None, Vec::new());
    for notice in notices {
        match notice {
            Notice::Basis(text) => basis = Some(text.as_str()),
            Notice::Remark(text) => remarks.push(text.as_str()),
            Notice::Detail(_) => {}
        }
    }
    (basis, remarks)
}

/// A line with an answer.
#[derive(Serialize)]
struct Line<'a, T> {
    basis: Option<&'a str>,
    notices: Vec<&'a str>,
    answer: T,
}

fn line<T: Serialize>(notices: &[Notice], answer: T) -> Result<String, Denied> {
    let (basis, notices) = split(notices);
    serde_json::to_string(&Line { basis, notices, answer })
        .map_err(|error| Failure::from(anyhow::Error::from(error)).into())
}

/// What is asked, opened when the first line needs it.
struct Asked<'g> {
    global: &'g Global,
    endpoint: Option<Endpoint>,
    log: Option<Box<dyn Log>>,
}

impl Asked<'_> {
    fn answer(&mut self, text: &[u8]) -> Result<String, Denied> {
        let mut fields = Question::read_fields(text)?;
        if fields.get("verb").is_some_and(|verb| verb == "append") {
            return self.append(fields);
        }
        if text.len() > QUESTION_BYTES {
            return Err(QuestionError::TooLong { bytes: text.len() }.into());
        }
        let format = match fields.shift_remove("format") {
            None | Some(Value::Null) => Format::Json,
            Some(Value::String(word)) => {
                Format::named(&word).ok_or(QuestionError::UnknownFormat { text: word.chars().take(100).collect() })?
            }
            Some(other) => return Err(QuestionError::UnknownFormat { text: other.to_string() }.into()),
        };
        let question = Question::of_object(fields, day_of_asking())?;
        let (notices, answer) = self.endpoint()?.ask(&question);
        let answer: Result<Answer, Denial> = answer.map_err(NoAnswer::by_field);
        match (answer, format) {
            (Ok(answer), Format::Json) => line(&notices, &answer),
            (Ok(answer), format) => line(&notices, written(&answer, format).map_err(deny_by_field)?),
            (Err(denial), _) => Err(Denied::from(denial).after(&notices)),
        }
    }

    /// Appends events, and says what became of them.
    fn append(&mut self, mut fields: Map<String, Value>) -> Result<String, Denied> {
        let Some(Value::Array(events)) = fields.shift_remove("events") else {
            let error = "`events` lists no events";
            return Err(Failure::usage(error, r#"append as in {"verb": "append", "events": [{"type": ..}]}"#).into());
        };
        if let Some(field) = fields.keys().find(|field| *field != "verb") {
            let error = format!("`append` has no field `{field}`");
            return Err(Failure::usage(error, "its field is `events`").into());
        }
        let events: String = events.iter().map(|event| event.to_string() + "\n").collect();
        let taken = into_log(self.log()?, events.as_bytes())
            .map_err(|error| Failure::new(Exit::Failure, with_causes(&error)))?;
        match (taken.exit(), taken.json()) {
            (Some(_), Value::Object(failed)) => Err(Denied(failed)),
            (_, json) => line(&[], json),
        }
    }

    /// Where is asked.
    fn endpoint(&mut self) -> Result<&Endpoint, Failure> {
        if self.endpoint.is_none() {
            self.endpoint = Some(Endpoint::open_for_long(self.global, Wording::Fields)?);
        }
        Ok(self.endpoint.as_ref().expect("it was opened if it was not open"))
    }

    /// The log to which events go.
    fn log(&mut self) -> Result<&mut dyn Log, Failure> {
        if self.log.is_none() {
            let Global { nats: flags, timeout, data, .. } = self.global;
            self.log = Some(match nats::url(self.global) {
                Some(url) => Box::new(nats::open(flags, url, Create::IfMissing, *timeout)?),
                None => Box::new(directory::open_log(self.global, data, Create::IfMissing)?),
            });
        }
        Ok(&mut **self.log.as_mut().expect("it was opened if it was not open"))
    }
}
