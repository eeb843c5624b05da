//! The page: a person, a unit, what changed and why, for people with a browser.
//!
//! Made here, whole, and without script. An address of a page is that of a question: `/person?person=..&at=..` shows what
//! `/v1/person?person=..&at=..` answers, with what belongs beside it. A page takes what its question takes, and refuses what
//! that refuses. Every page has the three clocks, and every fact on it leads to its evidence.
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
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use futures_util::future::join_all;
use maud::Markup;
use tenure_answers::{Answer, BasisShown};
use tenure_domain::day::Day;
use tenure_domain::plain_text::in_part;
use tenure_ledger::answers::basis_told;
use tenure_ledger::clock::now;
use tenure_ledger::dates;
use tenure_ledger::question::{Kind, Question, Terms, parameters, terms};
use tenure_ledger::{LISTED, Notice, QUESTION_BYTES, QuestionError, SharedLedger, TEXT_CHARACTERS};
use tenure_render::picture::Grounds;
use tenure_serve::{Denial, Outcome};

use crate::address::address;
use crate::api::waiting;
use crate::caching::{self, Keeping};
use crate::feed;
use crate::marks::Marks;
use crate::response::{self, Refusal};
use crate::state::{Peer, Shared};

pub(crate) use clocks::Clocks;
pub(crate) use layout::plain_error as refused;

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

/// The clocks, as parameters.
const CLOCKS: [&str; 3] = ["at", "known", "recorded"];
/// The parameters that no link leads on with: whose unit is meant by a name, where a link has the id; and for what was waited.
const OF_ONE_PAGE: [&str; 3] = ["company", "after", "wait_ms"];

/// The question of the page of a path.
fn verb_of(path: &str) -> &'static str {
    match path.strip_suffix(".svg").unwrap_or(path) {
        "/find" => "find",
        "/person" => "person",
        "/unit" => "who",
        "/diff" => "diff",
        "/why" => "why",
        "/conflicts" => "conflicts",
        // The first page has no fields but those of all questions.
        _ => "status",
    }
}

/// A page that is being made: what was asked for, and what was told on the way.
#[derive(Clone)]
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
    /// The id of whom or what the page is about, by which it is cited.
    cited: Option<String>,
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
            return Err(refuse(state.page_desk.denial(QuestionError::TooLong { bytes: query.len() }).into()));
        }
        let today = now().day();
        let path = parts.uri.path();
        let pairs = given(path, &query);
        let is_fit = must_be_bounded(&pairs).and_then(|()| must_be_question(path, &pairs, today));
        is_fit.map_err(|error| refuse(state.page_desk.denial(error).into()))?;
        let tag = state.tags.now(state.desk.ledger(), Some(today)).await;
        if let Some(tag) = tag.as_deref().filter(|tag| caching::has(&parts.headers, tag)) {
            return Err(caching::unchanged(tag, state.options.read_token.is_some()));
        }
        Ok(Visit {
            base: feed::base(&state, &parts.headers),
            clocks: Clocks::of(&pairs),
            path: path.to_owned(),
            notices: Vec::new(),
            basis: None,
            cited: None,
            tag,
            state,
            peer,
            today,
            pairs,
        })
    }
}

/// The parameters of a page, without those that are left empty. The two fields that the form of a comparison has for each clock
/// are put together, as questions have them.
fn given(path: &str, query: &str) -> Vec<Pair> {
    let fields = parameters(verb_of(path));
    let is_flag = |name: &str| fields.iter().any(|field| field.name == name && field.is_flag());
    let mut pairs: Vec<Pair> = Vec::new();
    for (name, text) in form_urlencoded::parse(query.as_bytes()).into_owned() {
        match text.trim() {
            "" if is_flag(&name) => pairs.push((name, "true".to_owned())),
            "" => {}
            text => pairs.push((name, text.to_owned())),
        }
    }
    if path == "/diff" { diff::joined(pairs) } else { pairs }
}

/// Refuses what the question of the page refuses.
fn must_be_question(path: &str, pairs: &[Pair], today: Day) -> Result<(), QuestionError> {
    let verb = verb_of(path);
    // What is missing is told by the page, which is about nothing then.
    let is_given = |name: &str| pairs.iter().any(|(given, _)| given == name);
    let missing = parameters(verb).iter().filter(|field| field.required && !is_given(&field.name));
    let missing = missing.map(|field| (field.name.clone(), "?".to_owned()));
    Question::of_texts(verb, pairs.iter().cloned().chain(missing), today).map(drop)
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
        self.pairs.iter().find(|(given, _)| given == name).map(|(_, text)| text.as_str())
    }

    /// The parameter of a page as that of a question, where it is given.
    fn passed<'v>(&'v self, name: &'v str) -> Option<(&'v str, &'v str)> {
        self.given(name).map(|text| (name, text))
    }

    /// How many are asked for, at most so many.
    fn limit(&self, most: usize) -> String {
        let limit = self.given("limit").and_then(|limit| limit.parse().ok()).unwrap_or(most);
        limit.min(most).to_string()
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
    async fn ask<A: TryFrom<Answer>>(&mut self, verb: &str, own: &[(&str, &str)]) -> Result<A, Denial> {
        let clocks = self.clocks.pairs();
        self.ask_at(verb, own, clocks).await
    }

    /// Asks on clocks of its own for what stands beside the answer: what is told of it is not told of the page.
    async fn ask_aside<A: TryFrom<Answer>>(
        &mut self,
        verb: &str,
        own: &[(&str, &str)],
        clocks: Vec<Pair>,
    ) -> Result<A, Denial> {
        let notices = self.notices.clone();
        let answer = self.ask_at(verb, own, clocks).await;
        self.notices = notices;
        answer
    }

    /// Asks on clocks of its own.
    async fn ask_at<A: TryFrom<Answer>>(
        &mut self,
        verb: &str,
        own: &[(&str, &str)],
        clocks: Vec<Pair>,
    ) -> Result<A, Denial> {
        let question = self.question(verb, own, &clocks)?;
        let (desk, client) = (self.state.page_desk.clone(), self.peer.client());
        let outcome = desk.ask(&client, question, Ok).await;
        self.note(outcome).map(Answer::narrow)
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
        let (desk, client) = (self.state.page_desk.clone(), self.peer.client());
        let outcomes = join_all(asked.into_iter().map(|question| desk.ask(&client, question, Ok))).await;
        let answers: Vec<Answer> = outcomes.into_iter().map(|outcome| self.note(outcome)).collect::<Result<_, _>>()?;
        Ok(answers.try_into().unwrap_or_else(|_| unreachable!("each question has an answer")))
    }

    /// A question of the page on some clocks, with all else that the page has in common with other questions.
    fn question(&self, verb: &str, own: &[(&str, &str)], clocks: &[Pair]) -> Result<Question, Denial> {
        let own = own.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let pairs: Vec<Pair> = own.chain(clocks.iter().cloned()).chain(self.terms().cloned()).collect();
        let question =
            Question::of_texts(verb, pairs, self.today).map_err(|error| self.state.page_desk.denial(error))?;
        Ok(waiting(&self.state, question))
    }

    /// The terms of the page: clocks, filters, names.
    fn all_terms(&self) -> Result<Terms, Denial> {
        self.question("status", &[], &self.clocks.pairs()).map(|question| question.terms)
    }

    /// What the page has in common with other questions, but for the clocks.
    fn terms(&self) -> impl Iterator<Item = &Pair> {
        let is_term = |name: &str| terms().iter().any(|term| term.name == name);
        self.pairs.iter().filter(move |(name, _)| is_term(name) && !CLOCKS.contains(&name.as_str()))
    }

    /// What links lead on with, but for the clocks.
    fn kept_terms(&self) -> impl Iterator<Item = &Pair> {
        self.terms().filter(|(name, _)| !OF_ONE_PAGE.contains(&name.as_str()))
    }

    /// The page as it would be on one day and with what was known at one point: for what stood there, in a comparison.
    fn at_point(&self, at: &str, known: Option<&str>) -> Visit {
        let mut visit = self.clone();
        visit.clocks.at = Some(at.to_owned());
        visit.clocks.known = known.map(|known| dates::day_or_instant(known).to_owned());
        if let Some(basis) = &mut visit.basis {
            at.clone_into(&mut basis.at);
            basis.known = known.map(str::to_owned);
        }
        visit
    }

    /// The clocks with the points that they came to, the later one of two: what a month stands for differs where two points can
    /// be meant.
    fn points(&self) -> Clocks {
        let basis = self.basis.as_ref();
        let last = |asked: &Option<String>, came_to: Option<&str>| {
            let last = came_to.or(asked.as_deref())?.rsplit("..").next().filter(|last| !last.is_empty())?;
            asked.as_ref().map(|_| dates::day_or_instant(last).to_owned())
        };
        Clocks {
            at: last(&self.clocks.at, basis.map(|basis| basis.at.as_str())),
            known: last(&self.clocks.known, basis.and_then(|basis| basis.known.as_deref())),
            recorded: self.clocks.recorded.clone(),
        }
    }

    /// The clocks with which the page leads on to another. Where it compares two points, that is about the later one.
    fn clocks_on(&self, path: &str) -> Clocks {
        let is_comparison = path == "/diff" || self.path == "/diff";
        if is_comparison { self.points() } else { self.clocks.clone() }
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

    /// The page as it is sent, laid out where questions are answered: a long one keeps no other connection waiting.
    async fn page(
        &self,
        title: &str,
        marks: Marks,
        body: impl FnOnce(&Visit) -> Markup + Send + 'static,
    ) -> Result<Response<Body>, Denial> {
        let (visit, title) = (self.clone(), title.to_owned());
        let lay = move |_: &SharedLedger| layout::page(&visit, &title, &marks, &body(&visit)).into_string();
        let html = self.state.page_desk.work(&self.peer.client(), Kind::Head, lay).await?;
        Ok(self.kept(response::of(StatusCode::OK, layout::HTML, html)))
    }

    /// A picture as it is sent: alone it may have a style, and runs nothing. It takes as long as there is to draw.
    async fn picture(
        &self,
        basis: &BasisShown,
        draw: impl FnOnce(&Grounds<'_>) -> String + Send + 'static,
    ) -> Result<Response<Body>, Denial> {
        let basis = basis_told(&self.all_terms()?, basis);
        let language = self.given("lang").map(str::to_owned);
        let draw = move |_: &SharedLedger| draw(&Grounds { basis: &basis, language: language.as_deref() });
        let picture = self.state.page_desk.work(&self.peer.client(), Kind::Index, draw).await?;
        let mut response = response::of(StatusCode::OK, "image/svg+xml", picture);
        let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        Ok(self.kept(response))
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

    /// The address of another page on the same terms.
    pub(crate) fn link(&self, path: &str, own: &[(&str, &str)]) -> String {
        let own = own.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        address(path, own.chain(self.clocks_on(path).pairs()).chain(self.kept_terms().cloned()))
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
