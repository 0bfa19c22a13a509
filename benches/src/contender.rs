//! Takes a history and buffers, gives the contenders of all workloads, ready to be timed.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

use barlang::BarColumns;

use crate::bar::{Bar, random_walk};
use crate::hand::{or_nan, w1, w2, w3, w4, w5};
use crate::peers;

/// What all contenders read: the same bars as bars and as columns.
#[derive(Debug)]
pub struct History {
    /// The bars.
    pub bars: Vec<Bar>,
    /// The bars as barlang has them.
    pub ours: Vec<barlang::Bar>,
    /// The columns as barlang has them, checked once and kept for good.
    pub columns: BarColumns<'static>,
    /// Their highs.
    pub high: Vec<f64>,
    /// Their lows.
    pub low: Vec<f64>,
    /// Their closes.
    pub close: Vec<f64>,
}

impl History {
    /// A random walk of `n` bars.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let bars = random_walk(n, 1);
        let column = |field: fn(&Bar) -> f64| bars.iter().map(field).collect();
        let [open, high, low, close, volume] = [Bar::open, Bar::high, Bar::low, Bar::close, Bar::volume].map(column);
        let kept = |column: &Vec<f64>| &*column.clone().leak();
        let time = bars.iter().map(Bar::time).collect::<Vec<i64>>().leak();
        let columns = BarColumns::new(time, kept(&open), kept(&high), kept(&low), kept(&close), kept(&volume));
        let columns = columns.expect("the walk makes valid bars");
        let ours =
            |b: &Bar| barlang::Bar::new(b.time(), b.open(), b.high(), b.low(), b.close(), b.volume()).expect("the walk makes valid bars");
        let ours = bars.iter().map(ours).collect();
        Self { bars, ours, columns, high, low, close }
    }

    /// The number of bars.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bars.len()
    }

    /// Whether there are no bars.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bars.is_empty()
    }
}

/// What all contenders write to, so that none has warmer memory than another.
#[derive(Debug)]
pub struct Buffers {
    /// The workload's numbers, a column each.
    pub numbers: [Vec<f64>; 8],
    /// The workload's signals, a column each.
    pub signals: [Vec<Option<bool>>; 2],
    /// Columns on the way to an answer.
    pub scratch: [Vec<f64>; 8],
}

impl Buffers {
    /// Columns for `n` bars.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let column = || vec![f64::NAN; n];
        Self {
            numbers: std::array::from_fn(|_| column()),
            signals: std::array::from_fn(|_| vec![None; n]),
            scratch: std::array::from_fn(|_| column()),
        }
    }
}

/// How a contender takes its bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole history at once.
    Batch,
    /// One bar after the other.
    Step,
}

/// One way to do one workload.
pub struct Contender {
    /// `W1` to `W5`.
    pub workload: &'static str,
    /// Who does it.
    pub name: &'static str,
    /// How.
    pub kind: Kind,
    /// Does it once.
    pub run: Box<dyn FnMut()>,
}

/// The contenders under construction, with what they work on.
pub struct Contenders {
    history: Rc<History>,
    buffers: Rc<RefCell<Buffers>>,
    list: Vec<Contender>,
}

impl Contenders {
    /// Adds one: `work` does the workload once, from the history to the buffers.
    pub fn add(&mut self, workload: &'static str, kind: Kind, name: &'static str, mut work: impl FnMut(&History, &mut Buffers) + 'static) {
        let (history, buffers) = (Rc::clone(&self.history), Rc::clone(&self.buffers));
        let run = Box::new(move || {
            let mut buffers = buffers.borrow_mut();
            work(black_box(&history), &mut buffers);
            black_box(&*buffers);
        });
        self.list.push(Contender { workload, name, kind, run });
    }
}

/// All contenders over a history of `n` bars.
#[must_use]
pub fn all(n: usize) -> Vec<Contender> {
    with_buffers(n).0
}

/// All contenders, and the buffers they write to.
#[must_use]
pub fn with_buffers(n: usize) -> (Vec<Contender>, Rc<RefCell<Buffers>>) {
    let mut contenders =
        Contenders { history: Rc::new(History::new(n)), buffers: Rc::new(RefCell::new(Buffers::new(n))), list: Vec::new() };
    by_hand(&mut contenders);
    crate::ours::add_to(&mut contenders);
    peers::ta_lib::add_to(&mut contenders);
    peers::wickra::add_to(&mut contenders);
    peers::kand::add_to(&mut contenders);
    peers::yata::add_to(&mut contenders);
    (contenders.list, contenders.buffers)
}

/// The name under which the loops of this crate run; ratios are to them.
pub const BY_HAND: &str = "by hand";

/// A function that steps over all bars and writes each output's columns. Written out for each
/// workload, so that the columns are arguments and known to be apart.
macro_rules! stepper {
    ($name:ident, $step:ty, $($column:ident)*) => {
        #[inline(never)]
        fn $name(bars: &[Bar], $($column: &mut [f64]),*) {
            $( let $column = &mut $column[..bars.len()]; )*
            let mut step = <$step>::default();
            for (i, bar) in bars.iter().enumerate() {
                let out = step.step(bar);
                $( $column[i] = or_nan(out.$column); )*
            }
        }
    };
}

stepper!(step_w2, w2::Step, rsi macd signal histogram upper middle lower atr);
stepper!(step_w3, w3::Step, upper middle lower williams_r k d down up);
stepper!(step_w4, w4::Step, sma stdev max slope wma);

#[inline(never)]
fn step_w1(bars: &[Bar], cross: &mut [Option<bool>]) {
    let mut step = w1::Step::default();
    for (bar, cross) in bars.iter().zip(cross) {
        *cross = step.step(bar);
    }
}

#[inline(never)]
fn step_w5(bars: &[Bar], long: &mut [Option<bool>], exit: &mut [Option<bool>]) {
    let mut step = w5::Step::default();
    for ((bar, long), exit) in bars.iter().zip(long).zip(exit) {
        let out = step.step(bar);
        (*long, *exit) = (out.long, out.exit);
    }
}

fn by_hand(contenders: &mut Contenders) {
    use Kind::{Batch, Step};
    contenders.add("W1", Batch, BY_HAND, |h, b| w1::batch(&h.bars, &mut b.signals[0]));
    contenders.add("W1", Step, BY_HAND, |h, b| step_w1(&h.bars, &mut b.signals[0]));
    contenders.add("W2", Batch, BY_HAND, |h, b| {
        w2::batch(&h.bars, b.numbers.each_mut().map(Vec::as_mut_slice));
    });
    contenders.add("W2", Step, BY_HAND, |h, b| {
        let [rsi, macd, signal, histogram, upper, middle, lower, atr] = &mut b.numbers;
        step_w2(&h.bars, rsi, macd, signal, histogram, upper, middle, lower, atr);
    });
    contenders.add("W3", Batch, BY_HAND, |h, b| {
        w3::batch(&h.bars, b.numbers.each_mut().map(Vec::as_mut_slice));
    });
    contenders.add("W3", Step, BY_HAND, |h, b| {
        let [upper, middle, lower, williams_r, k, d, down, up] = &mut b.numbers;
        step_w3(&h.bars, upper, middle, lower, williams_r, k, d, down, up);
    });
    contenders.add("W4", Batch, BY_HAND, |h, b| {
        let [sma, stdev, max, slope, wma, ..] = &mut b.numbers;
        w4::batch(&h.bars, [sma, stdev, max, slope, wma]);
    });
    contenders.add("W4", Step, BY_HAND, |h, b| {
        let [sma, stdev, max, slope, wma, ..] = &mut b.numbers;
        step_w4(&h.bars, sma, stdev, max, slope, wma);
    });
    contenders.add("W5", Batch, BY_HAND, |h, b| {
        let [long, exit] = &mut b.signals;
        w5::batch(&h.bars, long, exit);
    });
    contenders.add("W5", Step, BY_HAND, |h, b| {
        let [long, exit] = &mut b.signals;
        step_w5(&h.bars, long, exit);
    });
}
