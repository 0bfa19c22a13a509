//! Accumulations that begin anew on every bar where a condition is true.

use super::cumulative::SumState;
use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The sum of the values since the anchor was last true, that bar included; since the first value before any anchor.
#[derive(Debug)]
pub struct SumSince;

impl SumSince {
    /// No parameters.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params() {}
}

impl<C: Num> Kernel<C> for SumSince {
    type Params = ();
    type State = SumState<C>;
    type Input = (C, bool);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start((): ()) -> SumState<C> {
        SumState::ZERO
    }

    fn accepts((): (), _: &SumState<C>, _: &[C]) -> bool {
        true
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push((): (), state: &mut SumState<C>, _: &mut [C], (x, anchor): (C, bool)) -> [C; 1] {
        if anchor {
            *state = SumState::ZERO;
        }
        [state.add(x)]
    }
}

/// The greatest (`MAX`) or least value since the anchor was last true, that bar included; since the first value before any anchor.
#[derive(Debug)]
pub struct ExtremeSince<const MAX: bool>;

/// Scalars of [`ExtremeSince`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    best: C,
    started: bool,
}

fields!(State<C> { best, started });

impl<const MAX: bool> ExtremeSince<MAX> {
    /// No parameters.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params() {}
}

impl<C: Num, const MAX: bool> Kernel<C> for ExtremeSince<MAX> {
    type Params = ();
    type State = State<C>;
    type Input = (C, bool);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start((): ()) -> State<C> {
        State { best: C::ZERO, started: false }
    }

    fn accepts((): (), _: &State<C>, _: &[C]) -> bool {
        true
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push((): (), state: &mut State<C>, _: &mut [C], (x, anchor): (C, bool)) -> [C; 1] {
        let best = if MAX { state.best.greater(x) } else { state.best.lesser(x) };
        state.best = if state.started && !anchor { best } else { x };
        state.started = true;
        [state.best]
    }
}
