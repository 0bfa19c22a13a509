//! The kernels behind one interface, by the name of their Rust type.

use crate::kernel::{Arg, Input, Kernel};
use crate::kernels::{
    AverageDeviation, BarsSince, Block, CumExtreme, CumSum, Ema, EmaOfChange, EmaVar, Extreme, ExtremeAge, ExtremeSince, Fir, Gaussian,
    Harmonic, MedianDeviation, Mode, Moments, Order, PairBlock, Rank, RankAgreement, RescaledRange, Skip, SumSince, ValueWhen,
    VariableMean,
};
use crate::state::{Label, Visitor, visit_kernel};
use crate::value::{Num, Tri};
use barlang_compiler::plan;
use std::fmt::Debug;

/// A kernel with its state.
pub(super) trait Runner<C: Num>: Debug + Send + Sync {
    /// Takes the arguments of so many bars, writes the outputs that are wanted: which, and where to.
    fn run(&mut self, args: &[ArgColumn<'_, C>], bars: usize, outputs: &mut [(usize, &mut [C])]);
    /// A copy of kernel and state.
    fn copy(&self) -> Box<dyn Runner<C>>;
    /// The bytes of state.
    fn bytes(&self) -> usize;
    /// Shows what the kernel remembers.
    fn visit(&mut self, v: &mut dyn Visitor<C>, node: Label<'_>);
}

/// An argument over consecutive bars.
#[derive(Clone, Copy)]
pub(super) enum ArgColumn<'a, C> {
    Num(&'a [C]),
    Bool(&'a [Tri]),
}

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
    fn run(&mut self, args: &[ArgColumn<'_, C>], bars: usize, outputs: &mut [(usize, &mut [C])]) {
        // Scalars in registers, as in compiled code.
        let mut state = self.state;
        let memory = &mut self.memory[..];
        let mut put = |t: usize, values: K::Output| {
            for (k, output) in outputs.iter_mut() {
                output[t] = values.as_ref()[*k];
            }
        };
        match args {
            [ArgColumn::Num(xs)] if K::Input::ONE_NUM => {
                for (t, &x) in xs.iter().enumerate() {
                    let values = match K::Input::one(x) {
                        Some(input) => K::push(self.params, &mut state, memory, input),
                        None => K::NULL,
                    };
                    put(t, values);
                }
            }
            _ => {
                let mut row = [Arg::Num(C::NULL); 3];
                for t in 0..bars {
                    for (cell, column) in row.iter_mut().zip(args) {
                        *cell = match column {
                            ArgColumn::Num(xs) => Arg::Num(xs[t]),
                            ArgColumn::Bool(xs) => Arg::Bool(xs[t]),
                        };
                    }
                    let values = match K::Input::read(&row[..args.len().min(3)]) {
                        Some(input) => K::push(self.params, &mut state, memory, input),
                        None => K::NULL,
                    };
                    put(t, values);
                }
            }
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
