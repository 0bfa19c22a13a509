//! The kernels behind one interface, by the name of their Rust type.

use crate::kernel::{Argument, Input, Kernel};
use crate::kernels::{
    AtExtreme, AverageDeviation, BarsSince, Block, CumExtreme, CumSum, Ema, EmaVar, Extreme, ExtremeAge, ExtremeSince, Fir, Gaussian,
    Harmonic, LagOfChange, LagOfLag, MedianDeviation, Mode, Moments, Order, PairBlock, Rank, RankAgreement, RescaledRange, Skip, SumSince,
    ValueWhen, VariableMean,
};
use crate::state::{Label, Visitor, visit_kernel};
use crate::value::Num;
use barlang_compiler::plan::{self, NodeId};
use std::fmt::Debug;

/// Kernels of one type, each with its state: one, or some that do not need one another and are run at once.
pub(super) trait Runner<C: Num>: Debug + Send + Sync {
    /// Adds a kernel, which must be of the same type.
    fn add(&mut self, kernel: &plan::Kernel, cells: usize);
    /// Takes the arguments of so many bars to one kernel and writes its outputs. Where it is `sure`, the plan proves that the kernel is warm and
    /// every argument available.
    fn run(&mut self, lane: usize, args: &[Argument<'_, C>], bars: usize, is_sure: bool, outputs: Outputs<'_, C>);
    /// The same for all kernels, which are sure and have one output each: they take turns on every bar, so that each has the others' time to wait
    /// for what its next bar needs.
    fn run_all(&mut self, args: &[Arguments<'_, C>], bars: usize, columns: &mut [Vec<C>], left: usize);
    /// A copy of kernels and states.
    fn copy(&self) -> Box<dyn Runner<C>>;
    /// The bytes of state.
    fn bytes(&self) -> usize;
    /// Shows what a kernel remembers.
    fn visit(&mut self, lane: usize, v: &mut dyn Visitor<C>, node: Label<'_>);
}

/// The most arguments that a kernel has.
pub(super) const MAX_ARGUMENTS: usize = 3;
/// The arguments of a kernel, and some that it does not take.
pub(super) type Arguments<'a, C> = [Argument<'a, C>; MAX_ARGUMENTS];

/// The most kernels that are run at once.
pub(super) const MAX_LANES: usize = 3;

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
    #[cfg_attr(not(debug_assertions), inline(always))]
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
const GATHERED: usize = 32;

#[derive(Debug)]
struct Run<C: Num, K: Kernel<C>> {
    params: fn(&plan::Kernel) -> K::Params,
    lanes: Vec<Lane<C, K>>,
}

#[derive(Debug)]
struct Lane<C: Num, K: Kernel<C>> {
    params: K::Params,
    state: K::State,
    memory: Box<[C]>,
}

impl<C: Num, K: Kernel<C>> Lane<C, K> {
    fn run(&mut self, args: &[Argument<'_, C>], bars: usize, is_sure: bool, outputs: Outputs<'_, C>) {
        let Some(columns) = K::Input::columns(args, bars) else { return outputs.fill(bars, K::NULL, |_| K::NULL) };
        // Scalars in registers, as in compiled code.
        let (params, mut state, memory) = (self.params, self.state, &mut self.memory[..]);
        if is_sure {
            let mut done = 0;
            while done < bars {
                let input = |bar| K::Input::sure(columns, done + bar);
                let stretch = K::stretch(params, &mut state, memory, input(0)).min(bars - done);
                let cells = K::cells(params, &state, memory, stretch);
                let outputs = Outputs { parts: outputs.parts, columns: outputs.columns, left: outputs.left - done };
                outputs.fill(stretch, K::NULL, |bar| K::take(params, &mut state, cells, bar, input(bar)));
                K::advance(params, &mut state, stretch);
                done += stretch;
            }
        } else {
            outputs.fill(bars, K::NULL, |bar| match K::Input::read(columns, bar) {
                Some(input) => K::push(params, &mut state, memory, input),
                None => K::NULL,
            });
        }
        self.state = state;
    }
}

/// Kernels of one output that take turns; nothing is done when something is missing.
fn take_turns<C: Num, K: Kernel<C>, const N: usize>(
    lanes: &mut [Lane<C, K>],
    args: &[Arguments<'_, C>],
    bars: usize,
    columns: &mut [Vec<C>],
    left: usize,
) -> Option<()> {
    let mut inputs = [K::Input::columns(args.first()?, bars)?; N];
    for (input, args) in inputs.iter_mut().zip(args) {
        *input = K::Input::columns(args, bars)?;
    }
    let lanes: &mut [Lane<C, K>; N] = lanes.try_into().ok()?;
    let columns: &mut [Vec<C>; N] = columns.try_into().ok()?;
    let outputs = columns.each_mut().map(|column| {
        let from = column.len().saturating_sub(left);
        &mut column[from..][..bars]
    });
    let mut states = lanes.each_mut().map(|lane| lane.state);
    let params = lanes.each_mut().map(|lane| lane.params);
    let memories = lanes.each_mut().map(|lane| &mut lane.memory[..]);
    #[allow(clippy::needless_range_loop, reason = "the bar is the same in every column")]
    for bar in 0..bars {
        for lane in 0..N {
            let values = K::next(params[lane], &mut states[lane], memories[lane], K::Input::sure(inputs[lane], bar));
            outputs[lane][bar] = values.as_ref()[0];
        }
    }
    for (lane, state) in lanes.iter_mut().zip(states) {
        lane.state = state;
    }
    Some(())
}

impl<C: Num, K: Kernel<C> + Send + Sync + Debug + 'static> Runner<C> for Run<C, K>
where
    K::Params: Debug,
{
    fn add(&mut self, kernel: &plan::Kernel, cells: usize) {
        let params = (self.params)(kernel);
        self.lanes.push(Lane { params, state: K::start(params), memory: vec![C::ZERO; cells].into() });
    }
    fn run(&mut self, lane: usize, args: &[Argument<'_, C>], bars: usize, is_sure: bool, outputs: Outputs<'_, C>) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.run(args, bars, is_sure, outputs);
        }
    }
    fn run_all(&mut self, args: &[Arguments<'_, C>], bars: usize, columns: &mut [Vec<C>], left: usize) {
        let done = match self.lanes.len() {
            2 if K::WAITS => take_turns::<C, K, 2>(&mut self.lanes, args, bars, columns, left),
            3 if K::WAITS => take_turns::<C, K, 3>(&mut self.lanes, args, bars, columns, left),
            _ => None,
        };
        if done.is_none() {
            for ((lane, args), column) in self.lanes.iter_mut().zip(args).zip(columns) {
                let outputs = Outputs { parts: &[(NodeId(0), 0)], columns: std::slice::from_mut(column), left };
                lane.run(args, bars, true, outputs);
            }
        }
    }
    fn copy(&self) -> Box<dyn Runner<C>> {
        let copy = |lane: &Lane<C, K>| Lane { params: lane.params, state: lane.state, memory: lane.memory.clone() };
        Box::new(Run::<C, K> { params: self.params, lanes: self.lanes.iter().map(copy).collect() })
    }
    fn bytes(&self) -> usize {
        self.lanes.iter().map(|lane| size_of::<K::State>() + size_of_val(&*lane.memory)).sum()
    }
    fn visit(&mut self, lane: usize, v: &mut dyn Visitor<C>, node: Label<'_>) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            visit_kernel::<C, K>(v, node, lane.params, &mut lane.state, &mut lane.memory);
        }
    }
}

/// A runner of kernels of a type, none of them yet; nothing when the runtime has no such type. Says besides whether they wait
/// (see [`Kernel::WAITS`]).
pub(super) fn make<C: Num>(kernel: &plan::Kernel, used: u32) -> Option<(Box<dyn Runner<C>>, bool)> {
    fn constant(kernel: &plan::Kernel, i: usize) -> i64 {
        kernel.consts.get(i).copied().unwrap_or(0)
    }
    macro_rules! run {
        ($kernel:ty $(, $index:literal)*) => {{
            fn params(_kernel: &plan::Kernel) -> <$kernel as Kernel<f64>>::Params {
                <$kernel>::params($(constant(_kernel, $index)),*)
            }
            let run: Box<dyn Runner<C>> = Box::new(Run::<C, $kernel> { params, lanes: Vec::new() });
            Some((run, <$kernel as Kernel<C>>::WAITS))
        }};
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
        "AtExtreme<true>" => run!(AtExtreme<true>, 0),
        "AtExtreme<false>" => run!(AtExtreme<false>, 0),
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
        "LagOfChange" => run!(LagOfChange, 0, 1),
        "LagOfLag" => run!(LagOfLag, 0, 1, 2),
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
