//! `diff`: what happened between two days, and what was learned between two points of knowledge.

use tenure_answers::{Answer, Target};
use tenure_domain::view::{View, ViewError};
use tenure_query::changes::{DiffSubject, Point, diff_answer};
use tenure_query::{AskError, Asked, Inquiry, Subject};

use super::scene::{Scene, Standing, Unsettled};

/// What an asker means by the target at both points.
type Both = (Result<Subject, AskError>, Result<Subject, AskError>);

impl Scene<'_> {
    /// Compares a target at two points.
    pub(super) fn diff(&self, target: &str) -> Result<Answer, Unsettled> {
        let clocks = self.clocks;
        let end = self.inquiry();
        let then = Inquiry { at: clocks.at.0, ..end };
        let start = Inquiry { view: self.before, today: end.today.or(Some(self.view)), ..then };
        let (at_start, at_end) = self.targets(target, &start, &end)?;
        if let Ok(subject) = &at_end {
            self.tell_subject(target, subject)?;
            if let Subject::Unit(asked) = subject {
                self.tell_namesakes(target, asked)?;
            }
        }
        let nobody = |subject: &Subject| match subject {
            Subject::Person(_) => DiffSubject::Person(None),
            Subject::Unit(_) => DiffSubject::Unit(None),
        };
        let there = |subject: &Subject| match subject {
            Subject::Person(asked) => DiffSubject::Person(asked.here()),
            Subject::Unit(asked) => DiffSubject::Unit(asked.here()),
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
            self.notice(format!(
                "two days are compared: {passed} {posts} that began and ended in between can be seen with career, \
                 holders and moves"
            ));
        }
        Ok(Answer::Diff(diff_answer(
            self.shown.clone(),
            target,
            &Point { inquiry: start, of: of_first },
            &Point { inquiry: then, of },
            &Point { inquiry: end, of },
        )?))
    }

    /// What an asker means by the target at both points. One of which nothing stands at one of them is not there; one
    /// that neither knows is looked up as for any other question.
    fn targets(&self, target: &str, start: &Inquiry<'_>, end: &Inquiry<'_>) -> Result<Both, Unsettled> {
        let ask = |point: &Inquiry<'_>, today: &dyn View| Inquiry { today: Some(today), ..*point }.ask(target);
        // A name that was withdrawn since is looked up as the other point knows it.
        let at = |point: &Inquiry<'_>, other: &Inquiry<'_>| match point.ask(target) {
            Err(AskError::NotFound { .. }) => ask(point, other.view),
            asked => asked,
        };
        let both = (at(start, end), at(end, start));
        let is_unknown = |(one, other): &Both| {
            matches!((one, other), (Err(AskError::NotFound { .. }), Err(AskError::NotFound { .. })))
        };
        if !is_unknown(&both) {
            return Ok(both);
        }
        for (view, standing) in self.further()? {
            let found = (ask(start, view), ask(end, view));
            if is_unknown(&found) {
                continue;
            }
            if standing == Standing::Stands {
                return Ok(found);
            }
            let gone = |asked, otherwise| {
                Ok::<_, ViewError>(AskError::in_particular(asked)?.map(Subject::unreported).map_or(otherwise, Ok))
            };
            return Ok((gone(found.0, both.0)?, gone(found.1, both.1)?));
        }
        Ok(both)
    }
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
