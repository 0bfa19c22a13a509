//! How the order of a window's values by size agrees with their order in time.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The two sums of Spearman's rank correlation of the last `period` values with time: of the products of the centred ranks of size and
/// time, and of the squares of the former. Ranks are counted twice, so that the mean rank of equal values is a whole number, and both sums are exact.
///
/// Every bar compares each value with the one that leaves and the one that enters: one pass, no sorting. Memory: the values, then
/// their ranks.
#[derive(Debug)]
pub struct RankAgreement;

/// Scalars of [`RankAgreement`].
#[derive(Clone, Copy, Debug)]
pub struct State {
    oldest: u32,
    seen: u32,
}

fields!(State { oldest, seen });

impl RankAgreement {
    /// A window of `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }

    /// What another value adds to the rank of a value: 2 when it is less, 1 when it is equal.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn share<C: Num>(value: C, other: C) -> i64 {
        i64::from(other.lt(value)) + i64::from(other.le(value))
    }
}

impl<C: Num> Kernel<C> for RankAgreement {
    type Params = usize;
    type State = State;
    type Input = C;
    type Output = [C; 2];
    const NULL: [C; 2] = [C::NULL; 2];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State {
        State { oldest: 0, seen: 0 }
    }

    fn accepts(period: usize, state: &State, _: &[C]) -> bool {
        (state.oldest as usize) < period && state.seen as usize <= period
    }

    #[inline]
    fn push(period: usize, state: &mut State, memory: &mut [C], x: C) -> [C; 2] {
        let (values, ranks) = memory.split_at_mut(period);
        let slot = state.oldest as usize;
        let seen = state.seen as usize;
        let mut own = 0;
        let leaving = (seen == period).then(|| values[slot]);
        for (&value, rank) in values[..seen].iter().zip(ranks.iter_mut()) {
            let left = leaving.map_or(0, |leaving| Self::share(value, leaving));
            *rank = *rank + C::int(Self::share(value, x) - left);
            own += Self::share(x, value);
        }
        values[slot] = x;
        ranks[slot] = C::int(own - leaving.map_or(0, |leaving| Self::share(x, leaving)));
        state.oldest = if slot + 1 == period { 0 } else { slot as u32 + 1 };
        if seen < period {
            state.seen += 1;
            if seen + 1 < period {
                return Self::NULL;
            }
        }
        // Both ranks run from 0 to 2n - 2 around n - 1.
        let middle = C::int(period as i64 - 1);
        let (newer, older) = ranks.split_at(state.oldest as usize);
        let (mut products, mut squares, mut time) = (C::ZERO, C::ZERO, -middle);
        for &rank in older.iter().chain(newer) {
            let rank = rank - middle;
            products = products + time * rank;
            squares = squares + rank * rank;
            time = time + C::int(2);
        }
        [products, squares]
    }
}
