//! Accumulations from the first value on.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The sum of all values so far, with what rounding takes from it kept beside, so that its error does not grow with their number.
#[derive(Debug)]
pub struct CumSum;

/// A sum and the rounding errors it made.
#[derive(Clone, Copy, Debug)]
pub struct SumState<C> {
    sum: C,
    lost: C,
}

fields!(SumState<C> { sum, lost });

impl<C: Num> SumState<C> {
    pub(super) const ZERO: Self = SumState { sum: C::ZERO, lost: C::ZERO };

    /// Adds a value; null, and nothing changed, when the sum overflows.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn add(&mut self, x: C) -> C {
        let sum = self.sum + x;
        // What of `x` has arrived, and from it the exact error, whichever of the two is greater.
        let arrived = sum - self.sum;
        let lost = self.lost + ((self.sum - (sum - arrived)) + (x - arrived));
        let total = sum + lost;
        if C::OVERFLOWS && total.is_null() {
            return C::NULL;
        }
        self.sum = sum;
        self.lost = lost;
        total
    }
}

impl CumSum {
    /// No parameters.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params() {}
}

impl<C: Num> Kernel<C> for CumSum {
    type Params = ();
    type State = SumState<C>;
    type Input = C;
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
    fn push((): (), state: &mut SumState<C>, _: &mut [C], x: C) -> [C; 1] {
        [state.add(x)]
    }
}

/// The greatest (`MAX`) or least value so far.
#[derive(Debug)]
pub struct CumExtreme<const MAX: bool>;

/// Scalars of [`CumExtreme`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    best: C,
    started: bool,
}

fields!(State<C> { best, started });

impl<const MAX: bool> CumExtreme<MAX> {
    /// No parameters.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params() {}
}

impl<C: Num, const MAX: bool> Kernel<C> for CumExtreme<MAX> {
    type Params = ();
    type State = State<C>;
    type Input = C;
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
    fn push((): (), state: &mut State<C>, _: &mut [C], x: C) -> [C; 1] {
        let best = if MAX { state.best.greater(x) } else { state.best.lesser(x) };
        state.best = if state.started { best } else { x };
        state.started = true;
        [state.best]
    }
}
