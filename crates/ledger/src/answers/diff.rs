//! `diff`: what happened between two days, and what was learned between two points of knowledge.

use tenure_answers::{Answer, Basis, Target};
use tenure_domain::view::{View, ViewError};
use tenure_query::changes::{Of, Point, diff_answer};
use tenure_query::{AskError, Asked, Inquiry, Subject, Suggestions};

use super::awaited::AwaitedView;
use super::readings::Readings;
use super::scene::Unsettled;
use crate::cancellation::Cancellation;
use crate::clocks::Clocks;
use crate::notice::Notice;
use crate::question::Question;

/// The ledger as it is compared.
#[derive(Clone, Copy)]
pub(super) struct Compared<'v> {
    /// On the basis of the first point.
    pub(super) before: &'v dyn View,
    /// On that of the second: the same view where the points differ in their days alone.
    pub(super) after: &'v dyn View,
    /// At its head.
    pub(super) head: &'v dyn View,
    /// Everybody whom any event ever named; none where the events are not loaded.
    pub(super) everybody: Option<&'v dyn View>,
}

impl Compared<'_> {
    /// The same view at both points.
    pub(super) fn on_one_basis(view: &dyn View) -> Compared<'_> {
        Compared { before: view, after: view, head: view, everybody: None }
    }
}

/// Compares a target at two points that the log tells of.
pub(super) fn diff_of_log(
    readings: &Readings<'_>,
    question: &Question,
    clocks: &Clocks,
    shown: Basis,
    target: &str,
    notices: &mut Vec<Notice>,
    cancellation: &Cancellation,
) -> Result<Answer, Unsettled> {
    let all = [readings.before(), readings.after(), &readings.head, &readings.everybody];
    let [before, after, head, everybody] = all.map(|view| AwaitedView { view, cancellation });
    let everybody: Option<&dyn View> = Some(&everybody);
    diff(Compared { before: &before, after: &after, head: &head, everybody }, question, clocks, shown, target, notices)
}

/// Compares a target at two points.
pub(super) fn diff(
    Compared { before, after, head, everybody }: Compared<'_>,
    question: &Question,
    clocks: &Clocks,
    shown: Basis,
    target: &str,
    notices: &mut Vec<Notice>,
) -> Result<Answer, Unsettled> {
    let inquiry = |view, at| Inquiry {
        view,
        today: Some(head),
        at,
        lang: question.terms.lang.as_deref(),
        company: question.terms.company.as_deref(),
        seen_within: clocks.seen_within,
        row_names: question.terms.row_names,
        suggestions: Suggestions::Made,
    };
    let then = inquiry(after, clocks.at.0);
    let end = inquiry(after, clocks.at.1);
    let start = inquiry(before, clocks.at.0);
    // A target of which nothing stands at one of the points is nobody there; one that neither knows is not found.
    let ask = |inquiry: &Inquiry<'_>, other: &Inquiry<'_>| match inquiry.ask(target) {
        // A name that was withdrawn since is looked up as the other point knows it.
        Err(AskError::NotFound { .. }) => Inquiry { today: Some(other.view), ..*inquiry }.ask(target),
        asked => asked,
    };
    let (mut at_start, mut at_end) = (ask(&start, &end), ask(&end, &start));
    if let (Err(AskError::NotFound { .. }), Err(AskError::NotFound { .. })) = (&at_start, &at_end) {
        let ever = everybody.ok_or(Unsettled::NeedsLog)?;
        let by_any_name = |inquiry: &Inquiry<'_>| Inquiry { today: Some(ever), ..*inquiry }.ask(target);
        if let Some(meant) = AskError::in_particular(by_any_name(&start))? {
            at_start = Ok(meant);
            notices.push(Notice::Remark(format!("no statement that stands gives the name {target}")));
        }
        if let Some(meant) = AskError::in_particular(by_any_name(&end))? {
            at_end = Ok(meant);
        }
    }
    let nobody = |subject: &Subject| match subject {
        Subject::Person(_) => Of::Person(None),
        Subject::Unit(_) => Of::Unit(None),
    };
    let there = |subject: &Subject| match subject {
        Subject::Person(asked) => Of::Person(asked.here()),
        Subject::Unit(asked) => Of::Unit(asked.here()),
    };
    let (target, of_first, of) = match (at_start, at_end) {
        (Ok(before), Ok(after)) => (target_shown(&end, &after)?, there(&before), there(&after)),
        (Err(AskError::NotFound { .. }), Ok(after)) => (target_shown(&end, &after)?, nobody(&after), there(&after)),
        (Ok(before), Err(AskError::NotFound { .. })) => {
            (target_shown(&start, &before)?, there(&before), nobody(&before))
        }
        (Err(first), Err(second)) => {
            let of_second = matches!(first, AskError::NotFound { .. });
            return Err(if of_second { second } else { first }.into());
        }
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => return Err(error.into()),
    };
    let passed = end.posts_between(of, clocks.at.0, clocks.at.1)?;
    if passed > 0 {
        let posts = if passed == 1 { "post" } else { "posts" };
        notices.push(Notice::Remark(format!(
            "two days are compared: {passed} {posts} that began and ended in between can be seen with career, holders \
             and moves"
        )));
    }
    Ok(Answer::Diff(diff_answer(
        shown,
        target,
        &Point { inquiry: start, of: of_first },
        &Point { inquiry: then, of },
        &Point { inquiry: end, of },
    )?))
}

/// The target of a diff as one of its points shows it.
fn target_shown(inquiry: &Inquiry<'_>, subject: &Subject) -> Result<Target, ViewError> {
    Ok(match subject {
        Subject::Person(Asked::Here(person)) => Target::Person(inquiry.person_shown(*person)?),
        Subject::Person(Asked::Later { shown, .. }) => Target::Person(shown.clone()),
        Subject::Unit(Asked::Here(unit)) => Target::Unit(inquiry.unit_shown(*unit)?),
        Subject::Unit(Asked::Later { shown, .. }) => Target::Unit(shown.clone()),
    })
}
