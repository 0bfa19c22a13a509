//! Strategies whose state can be looked at, kept, and moved.
//!
//! Takes a strategy, compiled or interpreted, gives its state as a list of nodes. With the feature `session`: snapshots, histories that may
//! change, and modes that check one another.

pub(crate) mod node;

pub use node::{Cell, Content, Last, NodeState, Pretty, Warmup};

use crate::machine::{Compiled, Elements, Instance, Machine, Outputs};
use crate::row::Value;
#[cfg(feature = "session")]
use crate::session::{Snapshot, SnapshotError};
use crate::state::Visitor;
use crate::strategy::Strategy;
use crate::value::Scalar;
use alloc::vec::Vec;

/// A strategy whose state can be looked at. Compiled and interpreted ones are, and sets of them; it is not made to be implemented by hand.
///
/// Two strategies of one plan with equal [`Live::nodes`] give equal outputs for ever: nothing that a later output depends on lies elsewhere.
///
/// ```
/// use barlang::{ta, Bar, Live, Strategy};
/// let mut up = ta!(close > ema(close, 3));
/// up.step(&Bar::new(0, 1.0, 1.0, 1.0, 1.0, 0.0)?);
/// let nodes = up.nodes();
/// // What an average remembers is how far it lies from its series.
/// let average = nodes.iter().find(|node| node.kernel == "ema_lag(3, 0)").unwrap();
/// assert_eq!((average.warmup.needed, average.warmup.seen, average.available), (Some(2), 1, false));
/// # Ok::<(), barlang::BarError>(())
/// ```
pub trait Live: Strategy<Output: Clone + Send> + Clone + Send + Sync + 'static {
    /// What runs it: `compiled` or `interpreted`.
    fn backend(&self) -> &'static str;
    /// The names of the outputs, in order; the only output of an expression is called `result`.
    fn names(&self) -> Vec<&str>;
    /// Gives away the outputs of a bar in the order of their names.
    fn each_value(&self, output: &Self::Output, put: &mut dyn FnMut(Value<Self::Scalar>));
    /// The outputs of one bar of a history.
    fn row(&self, columns: &Self::Columns, index: usize) -> Self::Output;
    /// Shows every value that the strategy remembers.
    #[doc(hidden)]
    fn visit(&mut self, v: &mut dyn Visitor<<Self::Scalar as Scalar>::Cell>);

    /// The outputs of a bar in the order of their names.
    fn values(&self, output: &Self::Output) -> Vec<Value<Self::Scalar>> {
        let mut values = Vec::new();
        self.each_value(output, &mut |value| values.push(value));
        values
    }
    /// All that the strategy remembers, a node each, in the order of the plan.
    fn nodes(&self) -> Vec<NodeState<Self::Scalar>> {
        node::write(self, None, 0).1
    }
    /// The state with what it belongs to. `last_time` is the time of the last bar, which a strategy by itself does not keep.
    #[cfg(feature = "session")]
    fn snapshot(&self, last_time: Option<i64>) -> Snapshot<Self::Scalar> {
        Snapshot::take(self, last_time)
    }
    /// Goes on from a snapshot, taken from a strategy of the same plan and scalar, compiled or interpreted. On an error the state stays as
    /// it was.
    #[cfg(feature = "session")]
    fn restore(&mut self, snapshot: &Snapshot<Self::Scalar>) -> Result<(), SnapshotError> {
        *self = *snapshot.put(self)?;
        Ok(())
    }
}

impl<I: Instance> Live for I {
    fn backend(&self) -> &'static str {
        "compiled"
    }
    fn names(&self) -> Vec<&str> {
        <Self::Output as Outputs<Self::Scalar>>::NAMES.to_vec()
    }
    fn each_value(&self, output: &Self::Output, put: &mut dyn FnMut(Value<Self::Scalar>)) {
        output.elements().values(put);
    }
    fn row(&self, columns: &Self::Columns, index: usize) -> Self::Output {
        <Self::Output as Outputs<Self::Scalar>>::row(columns, index)
    }
    fn visit(&mut self, v: &mut dyn Visitor<<Self::Scalar as Scalar>::Cell>) {
        let Compiled { seen, core, memory } = self.state();
        v.bars(seen);
        I::Machine::visit(*seen, core, memory, v);
    }
}
