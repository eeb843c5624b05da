//! The second fold of one person, written from section 4 of the contract alone.
//!
//! It exists to be compared with the main fold: rule by rule, in the order and the words of the contract, each branch
//! under the sentence that it carries out. It deliberately has no indexes, no caches and no cleverness: it looks
//! through everything every time and copies what it looks at.

#[path = "naive/about.rs"]
mod about;
#[path = "naive/begin.rs"]
mod begin;
#[path = "naive/change.rs"]
mod change;
#[path = "naive/claims.rs"]
mod claims;
#[path = "naive/dates.rs"]
mod dates;
#[path = "naive/death.rs"]
mod death;
#[path = "naive/end.rs"]
mod end;
#[path = "naive/moves.rs"]
mod moves;
#[path = "naive/order.rs"]
mod order;
#[path = "naive/said.rs"]
mod said;
#[path = "naive/state.rs"]
mod state;

use tenure_domain::statement::Statement;
use tenure_domain::tenure::Career;

/// Folds the statements about one person; neither their order nor how often each is given matters.
pub(crate) fn fold(statements: &[Statement]) -> Career {
    let (claims, mut conflicts) = claims::same_claims(said::every_statement_once(statements));
    let claims = claims::uncontested(claims, &mut conflicts);
    let mut state = state::State {
        all: claims.clone(),
        waiting: order::in_order(claims),
        tenures: Vec::new(),
        conflicts,
        attested: Vec::new(),
        applied: 0,
    };
    while !state.waiting.is_empty() {
        let first = state.waiting.remove(0);
        state.apply(&first);
    }
    state.record_dates();
    let died = state.die(&death::claims_of_death(statements));
    state.career(died)
}
