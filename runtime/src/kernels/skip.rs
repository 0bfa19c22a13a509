//! A value without its first few.

use crate::kernel::Kernel;
use crate::value::Num;

/// Null for the first `count` available values, then the value itself. It moves the seed of a kernel that follows.
#[derive(Debug)]
pub struct Skip;

impl Skip {
    /// Drops `count` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(count: i64) -> u32 {
        u32::try_from(count).unwrap_or(0)
    }
}

impl<C: Num> Kernel<C> for Skip {
    type Params = u32;
    /// Values seen, up to the count.
    type State = u32;
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: u32) -> u32 {
        0
    }

    fn accepts(count: u32, seen: &u32, _: &[C]) -> bool {
        *seen <= count
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(count: u32, seen: &mut u32, _: &mut [C], x: C) -> [C; 1] {
        if *seen < count {
            *seen += 1;
            return Self::NULL;
        }
        [x]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(_: u32, _: &mut u32, _: &mut [C], x: C) -> [C; 1] {
        [x]
    }
}
