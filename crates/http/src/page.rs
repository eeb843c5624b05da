//! The page: a person, a unit, what changed and why, for people with a browser.
//!
//! Made here, whole, and without script. An address of a page is that of a question: `/person?person=..&at=..` shows what
//! `/v1/person?person=..&at=..` answers, with what belongs beside it. Every page has the three clocks, and every fact on it
//! leads to its evidence.
//!
//! Deliberately not here: a session, a setting, and anything that is fetched from elsewhere.

mod clocks;
mod diff;
mod evidence;
mod home;
mod layout;
mod person;
mod post;
mod unit;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, FromRequestParts, RawQuery, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use futures_util::future::join_all;
use maud::Markup;
use tenure_answers::Answer;
use tenure_domain::day::Day;
use tenure_domain::plain_text::in_part;
use tenure_ledger::clock::now;
use tenure_ledger::question::Question;
use tenure_ledger::{LISTED, Notice, QUESTION_BYTES, QuestionError, TEXT_CHARACTERS};
use tenure_serve::{Denial, Outcome};

use crate::address::address;
use crate::caching::{self, Keeping};
use crate::feed;
use crate::marks::Marks;
use crate::response::{self, Refusal};
use crate::state::{Peer, Shared};

pub(crate) use clocks::Clocks;

/// The pages.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(home::home))
        .route("/find", get(home::find))
        .route("/person", get(person::person))
        .route("/person.svg", get(person::picture))
        .route("/unit", get(unit::unit))
        .route("/unit.svg", get(unit::picture))
        .route("/diff", get(diff::diff))
        .route("/why", get(evidence::why))
        .route("/conflicts", get(evidence::conflicts))
        .route("/style.css", get(layout::style))
        .route("/slider.js", get(layout::slider))
        .route("/icon.svg", get(layout::icon))
}

/// A name and a text of an address.
type Pair = (String, String);

/// A page that is being made: what was asked for, and what was told on the way.
pub(crate) struct Visit {
    state: Shared,
    peer: Peer,
    today: Day,
    /// The path of the page.
    path: String,
    /// The parameters of the page, without those that are empty.
    pairs: Vec<Pair>,
    clocks: Clocks,
    base: String,
    tag: Option<String>,
    notices: Vec<String>,
    /// On what the page rests: the position of the log.
    basis: Option<tenure_answers::BasisShown>,
}

impl FromRequestParts<Shared> for Visit {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Visit, Response<Body>> {
        let refuse = |refusal: Refusal| layout::plain_error(&refusal);
        let Ok(Extension(peer)) = Extension::<Peer>::from_request_parts(parts, state).await else {
            let refusal = Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "it is not known who asks", "ask again");
            return Err(refuse(refusal));
        };
        let State(state) =
            State::<Shared>::from_request_parts(parts, state).await.unwrap_or_else(|never| match never {});
        let RawQuery(query) = RawQuery::from_request_parts(parts, &state).await.unwrap_or_else(|never| match never {});
        let query = query.unwrap_or_default();
        if query.len() > QUESTION_BYTES {
            return Err(refuse(state.desk.denial(QuestionError::TooLong { bytes: query.len() }).into()));
        }
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        let pairs: Vec<Pair> = pairs.filter(|(_, text)| !text.trim().is_empty()).collect();
        must_be_bounded(&pairs).map_err(|error| refuse(state.desk.denial(error).into()))?;
        let today = now().day();
        let tag = state.tags.now(state.desk.ledger(), Some(today)).await;
        if let Some(tag) = tag.as_deref().filter(|tag| caching::has(&parts.headers, tag)) {
            return Err(caching::unchanged(tag, state.options.read_token.is_some()));
        }
        Ok(Visit {
            base: feed::base(&state, &parts.headers),
            clocks: Clocks::of(&pairs),
            path: parts.uri.path().to_owned(),
            notices: Vec::new(),
            basis: None,
            tag,
            state,
            peer,
            today,
            pairs,
        })
    }
}

/// Refuses an address with longer or more texts than any page needs: each link of the page repeats them.
fn must_be_bounded(pairs: &[Pair]) -> Result<(), QuestionError> {
    if pairs.len() > LISTED {
        return Err(QuestionError::TooMany { field: "?".to_owned(), count: pairs.len() });
    }
    for (name, text) in pairs {
        let characters = name.chars().count().max(text.chars().count());
        if characters > TEXT_CHARACTERS {
            return Err(QuestionError::TextTooLong { field: in_part(name).into_owned(), characters });
        }
    }
    Ok(())
}

impl Visit {
    /// A parameter of the page.
    fn given(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(given, _)| given == name).map(|(_, text)| text.trim())
    }

    /// A parameter that the page cannot do without.
    fn must_give(&self, name: &str) -> Result<String, Denial> {
        let missing = || {
            let hint = Some("search for it above".to_owned());
            let error = format!("this page is about nothing: its address has no `{name}`");
            Denial { hint, ..Denial::new(tenure_serve::Exit::Usage, error) }
        };
        self.given(name).map(str::to_owned).ok_or_else(missing)
    }

    /// Asks on the clocks of the page.
    async fn ask(&mut self, verb: &str, own: &[(&str, &str)]) -> Result<Answer, Denial> {
        let clocks = self.clocks.pairs();
        self.ask_at(verb, own, clocks).await
    }

    /// Asks on the newest basis for what stands beside the answer: what is told of it is not told of the page, which is the
    /// same without what is yet to come.
    async fn ask_aside(&mut self, verb: &str, own: &[(&str, &str)]) -> Result<Answer, Denial> {
        let notices = self.notices.clone();
        let answer = self.ask_at(verb, own, Vec::new()).await;
        self.notices = notices;
        answer
    }

    /// Asks on clocks of its own.
    async fn ask_at(&mut self, verb: &str, own: &[(&str, &str)], clocks: Vec<Pair>) -> Result<Answer, Denial> {
        let question = self.question(verb, own, &clocks)?;
        let (desk, client) = (self.state.desk.clone(), self.peer.client());
        let outcome = desk.ask(&client, question, Ok).await;
        self.note(outcome)
    }

    /// Asks several questions on the clocks of the page, all of them at once.
    async fn ask_all<const N: usize>(
        &mut self,
        questions: [(&str, &[(&str, &str)]); N],
    ) -> Result<[Answer; N], Denial> {
        let clocks = self.clocks.pairs();
        let questions = questions.map(|(verb, own)| self.question(verb, own, &clocks));
        let mut asked = Vec::with_capacity(N);
        for question in questions {
            asked.push(question?);
        }
        let (desk, client) = (self.state.desk.clone(), self.peer.client());
        let outcomes = join_all(asked.into_iter().map(|question| desk.ask(&client, question, Ok))).await;
        let answers: Vec<Answer> = outcomes.into_iter().map(|outcome| self.note(outcome)).collect::<Result<_, _>>()?;
        Ok(answers.try_into().unwrap_or_else(|_| unreachable!("each question has an answer")))
    }

    /// A question of the page on some clocks.
    fn question(&self, verb: &str, own: &[(&str, &str)], clocks: &[Pair]) -> Result<Question, Denial> {
        let own = own.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let lang = self.given("lang").map(|lang| ("lang".to_owned(), lang.to_owned()));
        let pairs: Vec<Pair> = own.chain(clocks.iter().cloned()).chain(lang).collect();
        Question::of_texts(verb, pairs, self.today).map_err(|error| self.state.desk.denial(error))
    }

    /// The answer to a question, of which is kept what was told beside it.
    fn note(&mut self, outcome: Outcome<Answer>) -> Result<Answer, Denial> {
        let Outcome { notices, answer, .. } = outcome;
        for notice in notices {
            if let Notice::Remark(text) = notice
                && !self.notices.contains(&text)
            {
                self.notices.push(text);
            }
        }
        answer
    }

    /// The page as it is sent.
    fn page(&self, title: &str, marks: &Marks, body: &Markup) -> Response<Body> {
        let html = layout::page(self, title, marks, body).into_string();
        self.kept(response::of(StatusCode::OK, layout::HTML, html))
    }

    /// A page or a picture, with what caches are told: to ask each time. On whatever clocks a page stands, it says how far the
    /// ledger is by now, and has ways to what was recorded later.
    fn kept(&self, mut page: Response<Body>) -> Response<Body> {
        let private = self.state.options.read_token.is_some();
        // What was told beside may be of this moment.
        let tag = self.tag.as_deref().filter(|_| self.notices.is_empty());
        caching::mark(&mut page, tag, Keeping::Asking, private);
        page
    }

    /// The page that says why there is no other.
    fn error(&self, denial: Denial) -> Response<Body> {
        let refusal = Refusal::from(denial);
        let body = layout::denied(self, &refusal.denial);
        let html = layout::page(self, "No answer", &Marks::default(), &body).into_string();
        response::of(refusal.status, layout::HTML, html)
    }

    /// The address of a page on the same clocks. Where the page compares two points, it is about the later one.
    pub(crate) fn link(&self, path: &str, own: &[(&str, &str)]) -> String {
        let own = own.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let lang = self.given("lang").map(|lang| ("lang".to_owned(), lang.to_owned()));
        let later = |(name, text): Pair| match text.split_once("..") {
            None => Some((name, text)),
            Some((_, "")) => None,
            Some((_, later)) => Some((name, later.to_owned())),
        };
        address(path, own.chain(self.clocks.pairs().into_iter().filter_map(later)).chain(lang))
    }
}

/// Shows a page, or why there is none.
macro_rules! shown {
    ($visit:ident, $made:expr) => {{
        let made: Result<_, tenure_serve::Denial> = $made;
        match made {
            Ok(page) => page,
            Err(denial) => $visit.error(denial),
        }
    }};
}
pub(crate) use shown;
