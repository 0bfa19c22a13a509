//! Exponential averages.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::{Num, rarely};

/// An exponential average: `WILDER` with factor `1/period`, else `2/(period + 1)`.
///
/// With `b = 1 - factor`, Wilder's keeps the average itself, `y = (x - b * x) + b * y[1]`: what is subtracted is at least half of `x`, so the difference is exact, and of equal values the sum is that
/// value again. No average of values from zero on is below zero. The other keeps the deviation `z` of the average from the newest value: `z = b * (z - (x - x[1]))`, and the average is
/// `x + z`: the least rounding. Both have two operations on the path from bar to bar, and keep a flat input to the last bit. The first value is the plain mean of the first `period` values.
///
/// The state is one number, so that those of several averages lie side by side; what only the beginning needs is in the memory.
#[derive(Debug)]
pub struct Ema<const WILDER: bool>;

/// How far [`Ema`] by `2/(period + 1)` lies from the newest value of a series whose change from bar to bar is given: averages of one series share it.
#[derive(Debug)]
pub struct LagOfChange;

/// The same of a series that is such an average itself, whose own deviation `w` from what it averages is given. It has moved by `-w * a/b`, the factor and the rest of
/// the inner average: `z = b * z + c * w` needs no value of the bar before but the deviation.
#[derive(Debug)]
pub struct LagOfLag;

/// Scalars of [`Ema`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    /// The average minus the newest value, or Wilder's average itself; while seeding, the sum of the deviations from the first value.
    value: C,
}

fields!(State<C> { value });

/// The cell of the newest value, zero where it is not needed any more; while seeding, of the first.
const LAST: usize = 0;
/// The cell of the number of values seen while seeding.
const SEEN: usize = 1;

/// Parameters of [`Ema`].
#[derive(Clone, Copy, Debug)]
pub struct Params {
    period: u32,
    /// How many values make the seed.
    seed: u32,
}

impl Params {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn new(period: i64, seed: i64) -> Params {
        let period = u32::try_from(period).unwrap_or(1).max(1);
        Params { period, seed: if seed == 0 { period } else { 1 } }
    }
    /// Takes a value of the seed: the mean when it is the last, null before. Nothing when the seed is complete.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn seed<C: Num>(self, state: &mut State<C>, memory: &mut [C], x: C) -> Option<C> {
        let (seen, all) = (memory[SEEN], C::int(i64::from(self.seed)));
        if !seen.lt(all) {
            return None;
        }
        if !C::ZERO.lt(seen) {
            memory[LAST] = x;
        }
        let sum = state.value + (x - memory[LAST]);
        if C::OVERFLOWS && sum.is_null() {
            return Some(C::NULL);
        }
        let seen = seen + C::int(1);
        state.value = sum;
        memory[SEEN] = seen;
        if seen.lt(all) {
            return Some(C::NULL);
        }
        let mean = memory[LAST] + state.value.scaled(1, i64::from(self.seed));
        state.value = mean - x;
        memory[LAST] = x;
        Some(mean)
    }
    /// The same as the deviation from the value, which is what the state holds of a mean.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn seed_lag<C: Num>(self, state: &mut State<C>, memory: &mut [C], x: C) -> Option<C> {
        let mean = self.seed(state, memory, x)?;
        if mean.is_null() {
            return Some(C::NULL);
        }
        if !C::OVERFLOWS {
            memory[LAST] = C::ZERO;
        }
        Some(state.value)
    }
    /// The next deviation from the change of the series; null, and the state as it was, where the average overflows.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn follow<C: Num>(self, state: &mut State<C>, x: C, change: C) -> C {
        let n = i64::from(self.period);
        let deviation = (state.value - change).scaled(n - 1, n + 1);
        if C::OVERFLOWS && (x + deviation).is_null() {
            return C::NULL;
        }
        state.value = deviation;
        deviation
    }
    /// The same from the value before, which the memory holds.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn follow_last<C: Num>(self, state: &mut State<C>, memory: &mut [C], x: C) -> C {
        let deviation = self.follow(state, x, x - memory[LAST]);
        if !C::OVERFLOWS || !deviation.is_null() {
            memory[LAST] = x;
        }
        deviation
    }
}

impl<const WILDER: bool> Ema<WILDER> {
    /// An average over `period` values; `seed` is 0 to begin with the mean of the first `period`, 1 to begin with the first alone.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64, seed: i64) -> Params {
        Params::new(period, seed)
    }
}

impl LagOfChange {
    /// As [`Ema::params`].
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64, seed: i64) -> Params {
        Params::new(period, seed)
    }
}

impl LagOfLag {
    /// As [`Ema::params`], and the period of the average that the series is, at least 2.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64, seed: i64, inner: i64) -> (Params, i64) {
        (Params::new(period, seed), inner.max(2))
    }
}

impl<C: Num, const WILDER: bool> Kernel<C> for Ema<WILDER> {
    type Params = Params;
    type State = State<C>;
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];
    const WAITS: bool = true;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: Params) -> State<C> {
        State { value: C::ZERO }
    }

    fn accepts(_: Params, _: &State<C>, _: &[C]) -> bool {
        true
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(params: Params, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 1] {
        let Some(mean) = params.seed(state, memory, x) else { return Self::next(params, state, memory, x) };
        if WILDER && !mean.is_null() {
            (state.value, memory[LAST]) = (mean, C::ZERO);
        }
        [mean]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(params: Params, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 1] {
        if !WILDER {
            return [x + params.follow_last(state, memory, x)];
        }
        let n = i64::from(params.period);
        let average = (x - x.scaled(n - 1, n)) + state.value.scaled(n - 1, n);
        if C::OVERFLOWS && average.is_null() {
            return Self::NULL;
        }
        state.value = average;
        [average]
    }
}

impl<C: Num> Kernel<C> for LagOfChange {
    type Params = Params;
    type State = State<C>;
    /// Value, change.
    type Input = (C, C);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];
    const WAITS: bool = true;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: Params) -> State<C> {
        State { value: C::ZERO }
    }

    fn accepts(_: Params, _: &State<C>, _: &[C]) -> bool {
        true
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(params: Params, state: &mut State<C>, memory: &mut [C], (x, change): (C, C)) -> [C; 1] {
        match params.seed_lag(state, memory, x) {
            Some(seed) => [seed],
            None => Self::next(params, state, memory, (x, change)),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(params: Params, state: &mut State<C>, memory: &mut [C], (x, change): (C, C)) -> [C; 1] {
        // A change may overflow, and a value then does not count: the one before it is the last that did.
        [if C::OVERFLOWS { params.follow_last(state, memory, x) } else { params.follow(state, x, change) }]
    }
}

impl<C: Num> Kernel<C> for LagOfLag {
    type Params = (Params, i64);
    type State = State<C>;
    /// The average that is averaged, its deviation.
    type Input = (C, C);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];
    const WAITS: bool = true;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: Self::Params) -> State<C> {
        State { value: C::ZERO }
    }

    fn accepts(_: Self::Params, _: &State<C>, _: &[C]) -> bool {
        true
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(params: Self::Params, state: &mut State<C>, memory: &mut [C], (x, lag): (C, C)) -> [C; 1] {
        match params.0.seed_lag(state, memory, x) {
            Some(seed) => [seed],
            None => Self::next(params, state, memory, (x, lag)),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next((params, inner): Self::Params, state: &mut State<C>, memory: &mut [C], (x, lag): (C, C)) -> [C; 1] {
        if C::OVERFLOWS {
            return [params.follow_last(state, memory, x)];
        }
        let n = i64::from(params.period);
        state.value = state.value.scaled(n - 1, n + 1) + lag.scaled(2 * (n - 1), (n + 1) * (inner - 1));
        [state.value]
    }
}

/// An exponential average with a factor of its own for every bar: `s = s[1] + factor * (x - s[1])`, beginning with `first`.
#[derive(Debug)]
pub struct EmaVar;

/// Scalars of [`EmaVar`].
#[derive(Clone, Copy, Debug)]
pub struct VarState<C> {
    average: C,
    started: bool,
}

fields!(VarState<C> { average, started });

impl EmaVar {
    /// No parameters.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params() {}
}

impl<C: Num> Kernel<C> for EmaVar {
    type Params = ();
    type State = VarState<C>;
    /// First, value, factor.
    type Input = (C, C, C);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start((): ()) -> VarState<C> {
        VarState { average: C::ZERO, started: false }
    }

    fn accepts((): (), _: &VarState<C>, _: &[C]) -> bool {
        true
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push((): (), state: &mut VarState<C>, _: &mut [C], (first, x, factor): (C, C, C)) -> [C; 1] {
        let average = if state.started { state.average + factor * (x - state.average) } else { first };
        if !average.is_in_reach() {
            return rarely(Self::NULL);
        }
        state.started = true;
        state.average = average;
        [average]
    }

    /// Where it is proved never to be null: it has begun, and with a factor from 0 to 1 stays between values within reach.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next((): (), state: &mut VarState<C>, _: &mut [C], (_, x, factor): (C, C, C)) -> [C; 1] {
        state.average = state.average + factor * (x - state.average);
        [state.average]
    }
}
