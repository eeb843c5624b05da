//! What many people come to, looked up on all cores.

use std::panic::resume_unwind;
use std::thread::{available_parallelism, scope};

use tenure_domain::statement::PersonNo;
use tenure_domain::view::ViewError;

/// From how many rows on a second thread is worth its start; each has at least half of them.
const SHARED_FROM: usize = 256;

/// What rows come to that are sorted by people, in their order. `look` is given a share of them, with all rows of each person
/// in it.
pub(crate) fn in_shares<R: Sync, T: Send>(
    rows: &[R],
    person: impl Fn(&R) -> PersonNo,
    look: impl Fn(&[R]) -> Result<Vec<T>, ViewError> + Sync,
) -> Result<Vec<T>, ViewError> {
    if rows.len() < SHARED_FROM {
        return look(rows);
    }
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    let size = rows.len().div_ceil(cores).max(SHARED_FROM / 2);
    let mut rest = rows;
    let shares = std::iter::from_fn(|| {
        let last = rest.get(size.min(rest.len()).checked_sub(1)?).map(&person)?;
        let end = rest.partition_point(|row| person(row) <= last);
        let share;
        (share, rest) = rest.split_at(end);
        Some(share)
    });
    let shares: Vec<&[R]> = shares.collect();
    scope(|scope| {
        let look = &look;
        let (first, others) = shares.split_first().expect("there are rows");
        let others: Vec<_> = others.iter().map(|share| scope.spawn(move || look(share))).collect();
        let mut all = look(first)?;
        for share in others {
            all.extend(share.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(all)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tenure_domain::statement::PersonNo;

    use super::{SHARED_FROM, in_shares};

    #[test]
    fn the_rows_of_one_person_stay_together_and_all_in_order() {
        let check = |count: usize, per_person: usize| {
            let rows: Vec<(PersonNo, usize)> =
                (0..count).map(|row| (PersonNo(u32::try_from(row / per_person).expect("few")), row)).collect();
            let shares = AtomicUsize::new(0);
            let came = in_shares(
                &rows,
                |row| row.0,
                |share| {
                    shares.fetch_add(1, Ordering::Relaxed);
                    let is_whole = |row: &(PersonNo, usize)| {
                        rows.iter().filter(|one| one.0 == row.0).all(|one| share.contains(one))
                    };
                    assert!(share.first().is_none_or(is_whole) && share.last().is_none_or(is_whole));
                    Ok(share.to_vec())
                },
            );
            assert_eq!(came.expect("no view fails"), rows, "{count} rows");
            assert!(shares.into_inner() >= 1);
        };
        for count in [0, 1, SHARED_FROM - 1, SHARED_FROM, SHARED_FROM + 1, 3 * SHARED_FROM] {
            for per_person in [1, 3, count + 1] {
                check(count, per_person);
            }
        }
    }
}
