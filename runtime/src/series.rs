//! The columns that a batch run gives.

#[cfg(feature = "alloc")]
use alloc::{vec, vec::Vec};

use crate::value::{Num, Scalar};

/// A series of numbers, one for each bar.
///
/// ```
/// use barlang::{ta, Bar, Strategy};
/// let bars: Vec<Bar> = (1..=4).map(|i| {
///     let price = f64::from(i);
///     Bar::new(i64::from(i), price, price, price, price, 0.0)
/// }).collect::<Result<_, _>>()?;
/// let mean = ta!(sma(close, 3)).batch(&bars);
/// assert_eq!(mean.get(1), None);
/// assert_eq!(mean.get(3), Some(3.0));
/// assert_eq!(mean.iter().flatten().count(), 2);
/// for (bar, value) in bars.iter().zip(&mean) {
///     assert!(value.is_none_or(|mean| mean < bar.close()));
/// }
/// assert!(mean.as_slice()[0].is_nan());
/// # Ok::<(), barlang::BarError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct NumSeries<S: Scalar = f64> {
    #[cfg(feature = "alloc")]
    cells: Vec<S::Cell>,
    #[cfg(not(feature = "alloc"))]
    cells: [S::Cell; 0],
}

impl<S: Scalar> NumSeries<S> {
    /// A series of `len` nulls.
    #[cfg(feature = "alloc")]
    pub fn nulls(len: usize) -> Self {
        NumSeries { cells: vec![S::Cell::NULL; len] }
    }
    /// An empty series: without an allocator there is no other.
    #[cfg(not(feature = "alloc"))]
    pub fn nulls(_: usize) -> Self {
        NumSeries { cells: [] }
    }
    /// The value at bar `index`; `None` where it is null or there is no such bar.
    pub fn get(&self, index: usize) -> Option<S> {
        self.cells.get(index).and_then(|cell| cell.get())
    }
    /// The values in bar order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Option<S>> + ExactSizeIterator + '_ {
        self.cells.iter().map(|cell| cell.get())
    }
    /// The number of bars.
    pub fn len(&self) -> usize {
        self.cells.len()
    }
    /// Whether there is no bar.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
    /// The cells as they are: for `f64` a slice of numbers with NaN for null.
    pub fn as_slice(&self) -> &[S::Cell] {
        &self.cells
    }
    /// The same, to be written into.
    pub fn as_mut_slice(&mut self) -> &mut [S::Cell] {
        &mut self.cells
    }
}

impl<'a, S: Scalar> IntoIterator for &'a NumSeries<S> {
    type Item = Option<S>;
    type IntoIter = core::iter::Map<core::slice::Iter<'a, S::Cell>, fn(&S::Cell) -> Option<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.cells.iter().map(|cell| cell.get())
    }
}

/// A series of truth values, one for each bar.
///
/// ```
/// use barlang::{ta, Bar, Strategy};
/// let bars: Vec<Bar> = [1.0, 2.0, 1.5].iter().enumerate()
///     .map(|(i, &price)| Bar::new(i as i64, price, price, price, price, 0.0))
///     .collect::<Result<_, _>>()?;
/// let up = ta!(close > close[1]).batch(&bars);
/// assert_eq!(up.as_slice(), [None, Some(true), Some(false)]);
/// # Ok::<(), barlang::BarError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoolSeries {
    #[cfg(feature = "alloc")]
    values: Vec<Option<bool>>,
    #[cfg(not(feature = "alloc"))]
    values: [Option<bool>; 0],
}

impl BoolSeries {
    /// A series of `len` nulls.
    #[cfg(feature = "alloc")]
    pub fn nulls(len: usize) -> Self {
        BoolSeries { values: vec![None; len] }
    }
    /// An empty series: without an allocator there is no other.
    #[cfg(not(feature = "alloc"))]
    pub fn nulls(_: usize) -> Self {
        BoolSeries { values: [] }
    }
    /// The value at bar `index`; `None` where it is null or there is no such bar.
    pub fn get(&self, index: usize) -> Option<bool> {
        self.values.get(index).copied().flatten()
    }
    /// The values in bar order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Option<bool>> + ExactSizeIterator + '_ {
        self.values.iter().copied()
    }
    /// The number of bars.
    pub fn len(&self) -> usize {
        self.values.len()
    }
    /// Whether there is no bar.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// The values as a slice.
    pub fn as_slice(&self) -> &[Option<bool>] {
        &self.values
    }
    /// The same, to be written into.
    pub fn as_mut_slice(&mut self) -> &mut [Option<bool>] {
        &mut self.values
    }
}

impl<'a> IntoIterator for &'a BoolSeries {
    type Item = Option<bool>;
    type IntoIter = core::iter::Copied<core::slice::Iter<'a, Option<bool>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.iter().copied()
    }
}
