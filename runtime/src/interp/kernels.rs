//! The kernels behind one interface, by the name of their Rust type.

use crate::kernel::{Argument, Input, Kernel};
use crate::kernels::{
    AverageDeviation, BarsSince, Block, CumExtreme, CumSum, Ema, EmaOfChange, EmaVar, Extreme, ExtremeAge, ExtremeSince, Fir, Gaussian,
    Harmonic, MedianDeviation, Mode, Moments, Order, PairBlock, Rank, RankAgreement, RescaledRange, Skip, SumSince, ValueWhen,
    VariableMean,
};
use crate::state::{Label, Visitor, visit_kernel};
use crate::value::Num;
use barlang_compiler::plan::{self, NodeId};
use std::fmt::Debug;

/// A kernel with its state.
pub(super) trait Runner<C: Num>: Debug + Send + Sync {
    /// Takes the arguments of so many bars and writes the outputs. Where it is `sure`, the plan proves that the kernel is warm and every
    /// argument available.
    fn run(&mut self, args: &[Argument<'_, C>], bars: usize, is_sure: bool, outputs: Outputs<'_, C>);
    /// A copy of kernel and state.
    fn copy(&self) -> Box<dyn Runner<C>>;
    /// The bytes of state.
    fn bytes(&self) -> usize;
    /// Shows what the kernel remembers.
    fn visit(&mut self, v: &mut dyn Visitor<C>, node: Label<'_>);
}

/// Where the outputs of a kernel go.
pub(super) struct Outputs<'a, C> {
    /// Which output each column takes, besides the node that reads it.
    pub(super) parts: &'a [(NodeId, usize)],
    pub(super) columns: &'a mut [Vec<C>],
    /// The cells of a column from the first bar on.
    pub(super) left: usize,
}

impl<C: Num> Outputs<'_, C> {
    /// Fills so many bars. A kernel of one output writes its column; of several, a few bars are gathered and then dealt out, so that the
    /// kernel's loop knows nothing of how many are read.
    #[inline(always)]
    fn fill<T: AsRef<[C]> + Copy>(self, bars: usize, null: T, mut next: impl FnMut(usize) -> T) {
        let first = |column: &Vec<C>| column.len().saturating_sub(self.left);
        if let ([column], [_]) = (&mut *self.columns, null.as_ref()) {
            let from = first(column);
            for (bar, cell) in column[from..][..bars].iter_mut().enumerate() {
                *cell = next(bar).as_ref()[0];
            }
            return;
        }
        let mut gathered = [null; GATHERED];
        for start in (0..bars).step_by(GATHERED) {
            let gathered = &mut gathered[..GATHERED.min(bars - start)];
            for (bar, values) in (start..).zip(gathered.iter_mut()) {
                *values = next(bar);
            }
            for (column, &(_, k)) in self.columns.iter_mut().zip(self.parts) {
                let from = first(column) + start;
                for (cell, values) in column[from..].iter_mut().zip(gathered.iter()) {
                    *cell = values.as_ref()[k];
                }
            }
        }
    }
}

/// Bars whose outputs are gathered.
const GATHERED: usize = 16;

#[derive(Debug)]
struct Run<C: Num, K: Kernel<C>> {
    params: K::Params,
    state: K::State,
    memory: Box<[C]>,
}

impl<C: Num, K: Kernel<C>> Run<C, K> {
    fn boxed(params: K::Params, cells: usize) -> Box<dyn Runner<C>>
    where
        K: Send + Sync + Debug + 'static,
        K::Params: Debug,
    {
        Box::new(Run::<C, K> { params, state: K::start(params), memory: vec![C::ZERO; cells].into() })
    }
}

impl<C: Num, K: Kernel<C> + Send + Sync + Debug + 'static> Runner<C> for Run<C, K>
where
    K::Params: Debug,
{
    fn run(&mut self, args: &[Argument<'_, C>], bars: usize, is_sure: bool, outputs: Outputs<'_, C>) {
        let Some(columns) = K::Input::columns(args, bars) else { return outputs.fill(bars, K::NULL, |_| K::NULL) };
        // Scalars in registers, as in compiled code.
        let (params, mut state, memory) = (self.params, self.state, &mut self.memory[..]);
        if is_sure {
            outputs.fill(bars, K::NULL, |bar| K::next(params, &mut state, memory, K::Input::sure(columns, bar)));
        } else {
            outputs.fill(bars, K::NULL, |bar| match K::Input::read(columns, bar) {
                Some(input) => K::push(params, &mut state, memory, input),
                None => K::NULL,
            });
        }
        self.state = state;
    }
    fn copy(&self) -> Box<dyn Runner<C>> {
        Box::new(Run::<C, K> { params: self.params, state: self.state, memory: self.memory.clone() })
    }
    fn bytes(&self) -> usize {
        size_of::<K::State>() + size_of_val(&*self.memory)
    }
    fn visit(&mut self, v: &mut dyn Visitor<C>, node: Label<'_>) {
        visit_kernel::<C, K>(v, node, self.params, &mut self.state, &mut self.memory);
    }
}

/// The kernel of a plan, `cells` cells of memory; nothing when the runtime has no such type.
pub(super) fn make<C: Num>(kernel: &plan::Kernel, used: u32, cells: usize) -> Option<Box<dyn Runner<C>>> {
    let constant = |i: usize| kernel.consts.get(i).copied().unwrap_or(0);
    macro_rules! run {
        ($kernel:ty $(, $index:literal)*) => {
            Some(Run::<C, $kernel>::boxed(<$kernel>::params($(constant($index)),*), cells))
        };
    }
    match kernel.rust.as_str() {
        // Bits 2 and 3 say which sums are kept.
        "Block" => match used & 0b1100 {
            0b0000 => run!(Block<0b0011>, 0),
            0b0100 => run!(Block<0b0111>, 0),
            0b1000 => run!(Block<0b1011>, 0),
            _ => run!(Block<0b1111>, 0),
        },
        "PairBlock" => run!(PairBlock, 0),
        "Extreme<true>" => run!(Extreme<true>, 0),
        "Extreme<false>" => run!(Extreme<false>, 0),
        "ExtremeAge<true>" => run!(ExtremeAge<true>, 0),
        "ExtremeAge<false>" => run!(ExtremeAge<false>, 0),
        "Order" => run!(Order, 0, 1, 2),
        "Rank" => run!(Rank, 0),
        "Mode" => run!(Mode, 0),
        "MedianDeviation" => run!(MedianDeviation, 0),
        "Moments" => run!(Moments, 0),
        "RankAgreement" => run!(RankAgreement, 0),
        "RescaledRange" => run!(RescaledRange, 0),
        "AverageDeviation" => run!(AverageDeviation, 0),
        "Ema<false>" => run!(Ema<false>, 0, 1),
        "Ema<true>" => run!(Ema<true>, 0, 1),
        "EmaOfChange" => run!(EmaOfChange, 0, 1),
        "EmaVar" => run!(EmaVar),
        "Fir" => run!(Fir, 0, 1),
        "Gaussian" => run!(Gaussian, 0),
        "VariableMean" => run!(VariableMean, 0),
        "Harmonic" => run!(Harmonic, 0),
        "CumSum" => run!(CumSum),
        "CumExtreme<true>" => run!(CumExtreme<true>),
        "CumExtreme<false>" => run!(CumExtreme<false>),
        "SumSince" => run!(SumSince),
        "ExtremeSince<true>" => run!(ExtremeSince<true>),
        "ExtremeSince<false>" => run!(ExtremeSince<false>),
        "ValueWhen" => run!(ValueWhen, 0),
        "BarsSince" => run!(BarsSince),
        "Skip" => run!(Skip, 0),
        _ => None,
    }
}
