//! Exponential averages.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// An exponential average: `WILDER` with factor `1/period`, else `2/(period + 1)`.
///
/// With `b = 1 - factor`, Wilder's keeps the average itself, `y = x + b * (y[1] - x)`: the fewest operations, for averages that stand in
/// company. The other keeps the deviation `z` of the average from the newest value: `z = b * (z - (x - x[1]))`, and the average is `x + z`: the
/// fewest operations on the path from bar to bar, and the least rounding. Both keep a flat input to the last bit. The first value is the plain mean of the first `period` values.
#[derive(Debug)]
pub struct Ema<const WILDER: bool>;

/// Scalars of [`Ema`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    /// The average minus the newest value, or Wilder's average itself; while seeding, the sum of the deviations from the first value.
    value: C,
    /// The newest value, which Wilder's does not need; while seeding, the first.
    last: C,
    seen: u32,
}

fields!(State<C> { value, last, seen });

/// Parameters of [`Ema`].
#[derive(Clone, Copy, Debug)]
pub struct Params {
    period: u32,
    /// How many values make the seed.
    seed: u32,
}

impl<const WILDER: bool> Ema<WILDER> {
    /// An average over `period` values; `seed` is 0 to begin with the mean of the first `period`, 1 to begin with the first alone.
    #[inline(always)]
    pub fn params(period: i64, seed: i64) -> Params {
        let period = u32::try_from(period).unwrap_or(1).max(1);
        Params { period, seed: if seed == 0 { period } else { 1 } }
    }
}

impl<C: Num, const WILDER: bool> Kernel<C> for Ema<WILDER> {
    type Params = Params;
    type State = State<C>;
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[inline(always)]
    fn start(_: Params) -> State<C> {
        State { value: C::ZERO, last: C::ZERO, seen: 0 }
    }

    fn accepts(params: Params, state: &State<C>, _: &[C]) -> bool {
        state.seen <= params.seed
    }

    #[inline(always)]
    fn push(params: Params, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 1] {
        if state.seen >= params.seed {
            return Self::next(params, state, memory, x);
        }
        if state.seen == 0 {
            state.last = x;
        }
        let sum = state.value + (x - state.last);
        if C::OVERFLOWS && sum.is_null() {
            return Self::NULL;
        }
        state.value = sum;
        state.seen += 1;
        if state.seen < params.seed {
            return Self::NULL;
        }
        let mean = state.last + state.value.scaled(1, i64::from(params.seed));
        state.value = if WILDER { mean } else { mean - x };
        state.last = x;
        [mean]
    }

    #[inline(always)]
    fn next(params: Params, state: &mut State<C>, _: &mut [C], x: C) -> [C; 1] {
        let n = i64::from(params.period);
        let deviation = if WILDER { (state.value - x).scaled(n - 1, n) } else { (state.value - (x - state.last)).scaled(n - 1, n + 1) };
        let average = x + deviation;
        if C::OVERFLOWS && average.is_null() {
            return Self::NULL;
        }
        if WILDER {
            state.value = average;
        } else {
            state.value = deviation;
            state.last = x;
        }
        [average]
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
    #[inline(always)]
    pub fn params() {}
}

impl<C: Num> Kernel<C> for EmaVar {
    type Params = ();
    type State = VarState<C>;
    /// First, value, factor.
    type Input = (C, C, C);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[inline(always)]
    fn start((): ()) -> VarState<C> {
        VarState { average: C::ZERO, started: false }
    }

    fn accepts((): (), _: &VarState<C>, _: &[C]) -> bool {
        true
    }

    #[inline(always)]
    fn push((): (), state: &mut VarState<C>, _: &mut [C], (first, x, factor): (C, C, C)) -> [C; 1] {
        let average = if state.started { state.average + factor * (x - state.average) } else { first }.bound();
        if average.is_null() {
            return Self::NULL;
        }
        state.started = true;
        state.average = average;
        [average]
    }
}
