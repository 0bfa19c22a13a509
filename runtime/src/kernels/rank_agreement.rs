//! How the order of a window's values by size agrees with their order in time.

use core::cmp::Ordering;

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The two sums of Spearman's rank correlation of the last `period` values with time: of the products of the centred ranks of size and
/// time, and of the squares of the former. Ranks are counted twice, so that the mean rank of equal values is a whole number, and both sums are exact.
///
/// The sum of products is that of `2 * (j - i) * sign(x[j] - x[i])` over all pairs: a bar takes out the pairs of the value that leaves and puts in those of the one that
/// enters. The squares miss `(g^3 - g) / 3` for every `g` values that are equal.
///
/// In a short window each value is asked. A long one lies in runs of consecutive bars, each also in order of size, with the sums of its places: two bisections
/// tell of a run how a value stands in it, and only the run that values leave and enter is asked one by one. Memory: the values in arrival order, for a long
/// window the runs in order of size and their sums besides.
#[derive(Debug)]
pub struct RankAgreement;

/// Scalars of [`RankAgreement`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    oldest: u32,
    seen: u32,
    products: C,
    /// What the squares miss.
    ties: C,
}

fields!(State<C> { oldest, seen, products, ties });

/// The longest window whose values are each asked. The prelude's `memory` of this kernel says the same.
const ASKED: usize = 256;

/// How the values of a window compare with one value, each at so many bars from where the window begins.
#[derive(Clone, Copy, Debug, Default)]
struct Stand {
    /// How many are greater, less how many are less.
    signs: i64,
    /// The sum of the places of those, less the sum of the places of these.
    moment: i64,
    equal: i64,
}

impl Stand {
    /// Of a value at a place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn ask<C: Num>(&mut self, value: C, place: i64, x: C) {
        let (is_less, is_greater) = (i64::from(value.lt(x)), i64::from(x.lt(value)));
        let sign = is_greater - is_less;
        self.signs += sign;
        self.moment += place * sign;
        self.equal += 1 - (is_less + is_greater);
    }
    /// Of values at places from `place` on, to each of several.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn ask_all<C: Num, const N: usize>(stands: &mut [Stand; N], values: &[C], place: usize, to: [C; N]) {
        for (place, &value) in (place as i64..).zip(values) {
            for (stand, x) in stands.iter_mut().zip(to) {
                stand.ask(value, place, x);
            }
        }
    }
    /// Of a run whose values are in order of size, with the sums of their places in the run up to each.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn look_up<C: Num>(&mut self, sorted: &[C], sums: &[C], place: usize, x: C) {
        let less = sorted.partition_point(|&value| value.lt(x));
        // Equal values are rare.
        let is_there = sorted.get(less).is_some_and(|value| value.le(x));
        let not_greater = if is_there { less + sorted[less..].partition_point(|&value| value.le(x)) } else { less };
        let sum = |count: usize| if count == 0 { 0 } else { sums[count - 1].index() as i64 };
        let signs = (sorted.len() - not_greater) as i64 - less as i64;
        self.signs += signs;
        self.moment += place as i64 * signs + sum(sums.len()) - sum(not_greater) - sum(less);
        self.equal += (not_greater - less) as i64;
    }
}

impl RankAgreement {
    /// A window of `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }

    /// How long a run is: in a long window there are as many runs to look up as a run has values to ask, times what a bisection costs.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn run(period: usize) -> usize {
        if period <= ASKED { period } else { 4 * period.isqrt() }
    }

    /// How all values but the one that leaves compare with it and with the one that enters.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn stands<C: Num>(period: usize, memory: &[C], slot: usize, x: C) -> [Stand; 2] {
        let (values, order) = memory.split_at(period);
        let run = Self::run(period);
        let to = [values[slot], x];
        let mut stands = [Stand::default(); 2];
        let (own, mut start) = (slot / run, 0);
        for (at, inside) in values.chunks(run).enumerate() {
            if at == own {
                let (newer, older) = inside.split_at(slot - start);
                Stand::ask_all(&mut stands, newer, start + period - slot, to);
                Stand::ask_all(&mut stands, &older[1..], 1, to);
            } else {
                let (sorted, sums) = order.split_at(period);
                let place = if at < own { start + period - slot } else { start - slot };
                for (stand, x) in stands.iter_mut().zip(to) {
                    stand.look_up(&sorted[start..][..inside.len()], &sums[start..][..inside.len()], place, x);
                }
            }
            start += inside.len();
        }
        stands
    }

    /// Puts a run that is complete in order of size.
    fn sort<C: Num>(period: usize, memory: &mut [C], start: usize, end: usize) {
        let (values, order) = memory.split_at_mut(period);
        let (sorted, sums) = order.split_at_mut(period);
        let (values, sorted, sums) = (&values[start..end], &mut sorted[start..end], &mut sums[start..end]);
        for (place, cell) in sums.iter_mut().enumerate() {
            *cell = C::int(place as i64);
        }
        let of = |place: &C| values[place.index()];
        sums.sort_unstable_by(|a, b| match (of(a).lt(of(b)), of(b).lt(of(a))) {
            (true, _) => Ordering::Less,
            (_, true) => Ordering::Greater,
            _ => Ordering::Equal,
        });
        let mut sum = C::ZERO;
        for (cell, place) in sorted.iter_mut().zip(sums) {
            *cell = of(place);
            sum = sum + *place;
            *place = sum;
        }
    }
}

impl<C: Num> Kernel<C> for RankAgreement {
    type Params = usize;
    type State = State<C>;
    type Input = C;
    type Output = [C; 2];
    const NULL: [C; 2] = [C::NULL; 2];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State<C> {
        State { oldest: 0, seen: 0, products: C::ZERO, ties: C::ZERO }
    }

    fn accepts(period: usize, state: &State<C>, memory: &[C]) -> bool {
        let seen = state.seen as usize;
        let has_place = (state.oldest as usize) < period && (seen == period || seen == state.oldest as usize);
        // No sum of places in a run is greater.
        let sums = memory.get(2 * period..).unwrap_or(&[]);
        has_place && !memory.iter().any(|cell| cell.is_null()) && sums.iter().all(|sum| sum.index() <= period * period)
    }

    #[inline]
    fn push(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 2] {
        let slot = state.oldest as usize;
        let seen = state.seen as usize;
        if seen < period {
            let mut stand = [Stand::default()];
            Stand::ask_all(&mut stand, &memory[..seen], 0, [x]);
            let [stand] = stand;
            state.products = state.products + C::int(2 * (stand.moment - seen as i64 * stand.signs));
            state.ties = state.ties + C::int(stand.equal * (stand.equal + 1));
            state.seen += 1;
        } else {
            let [leaves, enters] = Self::stands(period, memory, slot, x);
            state.products = state.products + C::int(2 * (enters.moment - period as i64 * enters.signs - leaves.moment));
            state.ties = state.ties + C::int(enters.equal * (enters.equal + 1) - leaves.equal * (leaves.equal + 1));
        }
        memory[slot] = x;
        state.oldest = if slot + 1 == period { 0 } else { slot as u32 + 1 };
        let run = Self::run(period);
        if run < period && ((slot + 1).is_multiple_of(run) || slot + 1 == period) {
            Self::sort(period, memory, slot / run * run, slot + 1);
        }
        if (state.seen as usize) < period {
            return Self::NULL;
        }
        let n = period as i64;
        [state.products, C::int((n * n * n - n) / 3) - state.ties]
    }
}
