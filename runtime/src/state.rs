//! What a strategy remembers, walked field by field: one walk shows a state, writes a snapshot, or reads one back.
//!
//! Takes a [`Visitor`] through the nodes that remember something, in the order of the plan. Compiled strategies and the interpreter
//! make the same walk, so their states are the same list.

use crate::kernel::Kernel;
use crate::value::{Num, Packed, Tri};

/// Meets every value of a state, and may replace it.
pub trait Visitor<C> {
    /// The bars taken so far. Comes first.
    fn bars(&mut self, bars: &mut u64);
    /// A node that remembers something follows.
    fn node(&mut self, node: Label<'_>);
    /// A value follows under this name, or a list of so many.
    fn field(&mut self, name: &'static str, list: Option<usize>);
    /// A number or null.
    fn num(&mut self, value: &mut C);
    /// A truth value or null.
    fn truth(&mut self, value: &mut Tri);
    /// A truth value that is never null.
    fn flag(&mut self, value: &mut bool);
    /// A whole number.
    fn count(&mut self, value: &mut u64);
    /// Whether values are replaced, so that they must be checked.
    fn replaces(&self) -> bool;
    /// The values of the node at hand cannot be a state of it.
    fn refuse(&mut self);
}

/// What a kernel keeps between bars, field by field. [`fields!`](crate::fields) writes it for a struct.
pub trait Fields<C> {
    /// Shows every field to the visitor.
    fn visit(&mut self, v: &mut dyn Visitor<C>);
}

/// One value of a state, or a list of a fixed length.
pub trait Value<C> {
    /// How many values there are, where it is a list.
    const LIST: Option<usize> = None;
    /// Shows the value to the visitor.
    fn show(&mut self, v: &mut dyn Visitor<C>);
}

impl<C: Num> Value<C> for C {
    fn show(&mut self, v: &mut dyn Visitor<C>) {
        v.num(self);
    }
}

impl<C: Num> Value<C> for Tri {
    fn show(&mut self, v: &mut dyn Visitor<C>) {
        v.truth(self);
    }
}

impl<C: Num> Value<C> for Packed {
    fn show(&mut self, v: &mut dyn Visitor<C>) {
        let mut value = self.tri();
        v.truth(&mut value);
        *self = value.into();
    }
}

impl<C: Num> Value<C> for bool {
    fn show(&mut self, v: &mut dyn Visitor<C>) {
        v.flag(self);
    }
}

impl<C: Num> Value<C> for u64 {
    fn show(&mut self, v: &mut dyn Visitor<C>) {
        v.count(self);
    }
}

impl<C: Num> Value<C> for u32 {
    fn show(&mut self, v: &mut dyn Visitor<C>) {
        let mut count = u64::from(*self);
        v.count(&mut count);
        match u32::try_from(count) {
            Ok(count) => *self = count,
            Err(_) => v.refuse(),
        }
    }
}

impl<C: Num, T: Value<C>, const N: usize> Value<C> for [T; N] {
    const LIST: Option<usize> = Some(N);
    fn show(&mut self, v: &mut dyn Visitor<C>) {
        for value in self {
            value.show(v);
        }
    }
}

impl<C> Fields<C> for () {
    fn visit(&mut self, _: &mut dyn Visitor<C>) {}
}

impl<C: Num> Fields<C> for u32 {
    fn visit(&mut self, v: &mut dyn Visitor<C>) {
        field(v, "count", self);
    }
}

impl<C: Num> Fields<C> for u64 {
    fn visit(&mut self, v: &mut dyn Visitor<C>) {
        field(v, "count", self);
    }
}

/// Shows one field.
pub fn field<C: Num, T: Value<C>>(v: &mut dyn Visitor<C>, name: &'static str, value: &mut T) {
    v.field(name, T::LIST);
    value.show(v);
}

/// Implements [`Fields`] for the state of a kernel. Every field must be named: `fields!(State<C> { best, front, warm });`
#[doc(hidden)]
#[macro_export]
macro_rules! fields {
    ($state:ty { $($field:ident),* $(,)? }) => {
        impl<C: $crate::value::Num> $crate::state::Fields<C> for $state {
            fn visit(&mut self, v: &mut dyn $crate::state::Visitor<C>) {
                let Self { $($field),* } = self;
                $( $crate::state::field(v, stringify!($field), $field); )*
            }
        }
    };
}

/// A node by number and operation, and the bars before its first value.
pub type Label<'a> = (u32, &'a str, u64);

/// Shows a kernel.
pub fn visit_kernel<C: Num, K: Kernel<C>>(
    v: &mut dyn Visitor<C>,
    node: Label<'_>,
    params: K::Params,
    state: &mut K::State,
    memory: &mut [C],
) {
    v.node(node);
    state.visit(v);
    if !memory.is_empty() {
        v.field("memory", Some(memory.len()));
        for cell in memory.iter_mut() {
            v.num(cell);
        }
    }
    if v.replaces() && !K::accepts(params, state, memory) {
        v.refuse();
    }
}

/// Shows the last `length` values of a node, the newest first: wherever they lie, they are shown alike. A register holds the newest, a ring
/// (whose length is zero or a power of two) the value of bar `i` at `i` modulo its length, in a lane of a table.
pub fn visit_past<C: Num, T: Value<C> + Copy, const LANES: usize>(
    v: &mut dyn Visitor<C>,
    node: Label<'_>,
    bars: u64,
    length: usize,
    register: &mut [&mut T],
    ring: &mut [[T; LANES]],
    lane: usize,
) {
    v.node(node);
    v.field("past", Some(length));
    for back in 1..=length {
        let slot = (bars as usize).wrapping_sub(back) & ring.len().wrapping_sub(1);
        let kept = match register {
            [register] if back == 1 => Some(&mut **register),
            _ => ring.get_mut(slot).and_then(|row| row.get_mut(lane)),
        };
        let Some(kept) = kept else { continue };
        kept.show(v);
        let value = *kept;
        if let Some(copy) = ring.get_mut(slot).and_then(|row| row.get_mut(lane)) {
            *copy = value;
        }
    }
}
