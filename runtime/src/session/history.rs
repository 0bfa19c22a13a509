//! The bars that a session keeps, and what may be done to them.

use super::{Partition, SnapshotError, Timeframe};
use crate::bar::Bar;
use crate::value::Scalar;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

/// A bar, a range or a snapshot that does not fit a session. Nothing was applied.
#[derive(Debug)]
pub enum SessionError {
    /// An appended bar does not come after the last.
    OutOfOrder {
        /// Its time.
        time: i64,
        /// The time of the last bar.
        last: i64,
    },
    /// There is a bar of that time already.
    Duplicate {
        /// The time.
        time: i64,
    },
    /// Two bars are closer than the timeframe allows: one is of another timeframe.
    Timeframe {
        /// The time of the new bar.
        time: i64,
        /// The time of the bar beside it.
        beside: i64,
        /// The timeframe of the session.
        expected: Timeframe,
    },
    /// There is no bar of that time.
    NoSuchBar {
        /// The time asked for.
        time: i64,
        /// The bar whose time is nearest.
        nearest: Option<i64>,
    },
    /// It would change what is no longer kept.
    TooOld {
        /// The time asked for.
        time: i64,
        /// The time of the oldest bar kept.
        oldest: Option<i64>,
    },
    /// An inserted bar comes after the last.
    NotPast {
        /// Its time.
        time: i64,
        /// The time of the last bar.
        last: Option<i64>,
    },
    /// A range of times that holds no bar.
    EmptyRange {
        /// The range.
        range: Range<i64>,
        /// The times of the first and the last bar kept.
        kept: Option<(i64, i64)>,
    },
    /// A snapshot was refused.
    Snapshot(SnapshotError),
    /// The engine has no such partition.
    NoSuchPartition {
        /// The partition asked for.
        partition: Partition,
    },
    /// The partition was stopped by an earlier error.
    Stopped {
        /// The partition.
        partition: Partition,
        /// The error.
        because: String,
        /// Whether a strategy panicked: no change of one bar mends that, as its answer steps the old bars too.
        has_panicked: bool,
    },
}

/// A time in nanoseconds as a reader knows it.
struct At(i64);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(1_000_000_000);
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Days since 1970 to a date: eras of 400 years that begin on the first of March.
        let shifted = days + 719_468;
        let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let of_year = day - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let date = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}Z ({} ns)", second / 3_600, second / 60 % 60, second % 60, self.0)
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionError::OutOfOrder { time, last } => write!(
                f,
                "the bar of {} does not come after the last, of {}: put a late bar in with `insert`, a changed one with `correct`",
                At(*time),
                At(*last)
            ),
            SessionError::Duplicate { time } => {
                write!(f, "there is a bar of {} already: change it with `correct`", At(*time))
            }
            SessionError::Timeframe { time, beside, expected } => write!(
                f,
                "the bar of {} is too close to the one of {} for bars of {expected}: it belongs to another timeframe",
                At(*time),
                At(*beside)
            ),
            SessionError::NoSuchBar { time, nearest } => {
                write!(f, "there is no bar of {}", At(*time))?;
                nearest.map_or(Ok(()), |nearest| write!(f, "; the nearest is of {}", At(nearest)))
            }
            SessionError::TooOld { time, oldest } => {
                write!(f, "the change at {} lies before what is kept", At(*time))?;
                match oldest {
                    Some(oldest) => write!(f, ", which begins at {}", At(*oldest))?,
                    None => f.write_str(": no bar is kept")?,
                }
                f.write_str("; initialize from the whole history, or keep more of it")
            }
            SessionError::NotPast { time, last } => {
                write!(f, "the bar of {} is not in the past", At(*time))?;
                last.map_or(Ok(()), |last| write!(f, ", which ends at {}", At(last)))?;
                f.write_str(": put it in with `append`")
            }
            SessionError::EmptyRange { range, kept } => {
                write!(f, "no bar lies in the range from {} to before {}", At(range.start), At(range.end))?;
                match range.start.cmp(&range.end) {
                    Ordering::Less => {}
                    Ordering::Equal => f.write_str(", which is empty, as its end does not belong to it: give a later end")?,
                    Ordering::Greater => f.write_str(", which ends before it begins: give the earlier time first")?,
                }
                match kept {
                    Some((first, last)) => write!(f, "; bars are kept from {} to {}", At(*first), At(*last)),
                    None => f.write_str("; no bar is kept"),
                }
            }
            SessionError::Snapshot(error) => error.fmt(f),
            SessionError::NoSuchPartition { partition } => {
                write!(f, "the engine has no partition `{partition}`: add it, or mend the bar's symbol, timeframe or source")
            }
            SessionError::Stopped { partition, because, has_panicked } => {
                write!(f, "the partition `{partition}` has stopped: {because}; ")?;
                f.write_str(if *has_panicked {
                    "initialize it with bars that the strategy can take, then `Engine::resume`"
                } else {
                    "mend it with `Engine::session_mut`, then `Engine::resume`"
                })
            }
        }
    }
}

impl std::error::Error for SessionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let SessionError::Snapshot(error) = self { Some(error) } else { None }
    }
}

impl From<SnapshotError> for SessionError {
    fn from(error: SnapshotError) -> Self {
        SessionError::Snapshot(error)
    }
}

/// The bars kept, in order of time.
#[derive(Clone, Debug)]
pub(super) struct History<S> {
    pub(super) bars: Vec<Bar<S>>,
    /// Bars that came before those kept.
    pub(super) dropped: u64,
    /// The time of the last of these.
    pub(super) before: Option<i64>,
    timeframe: Timeframe,
    /// The least time from a bar to the next.
    gap: i64,
}

impl<S: Scalar> History<S> {
    pub(super) fn new(timeframe: Timeframe) -> Self {
        History { bars: Vec::new(), dropped: 0, before: None, timeframe, gap: timeframe.least_gap() }
    }

    /// The time of the last bar, kept or not.
    #[inline]
    pub(super) fn last(&self) -> Option<i64> {
        self.bars.last().map(Bar::time).or(self.before)
    }

    /// Whether the bar may follow the last; [`History::check_next`] says why not.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn may_follow(&self, time: i64) -> bool {
        self.last().is_none_or(|last| time.saturating_sub(last) >= self.gap)
    }

    fn check_gap(&self, earlier: i64, later: i64, time: i64) -> Result<(), SessionError> {
        if later.saturating_sub(earlier) >= self.gap {
            return Ok(());
        }
        let beside = if time == earlier { later } else { earlier };
        Err(SessionError::Timeframe { time, beside, expected: self.timeframe })
    }

    /// Whether the bar may follow the last.
    #[inline]
    pub(super) fn check_next(&self, time: i64) -> Result<(), SessionError> {
        let Some(last) = self.last() else { return Ok(()) };
        if time > last {
            return self.check_gap(last, time, time);
        }
        Err(if time == last { SessionError::Duplicate { time } } else { SessionError::OutOfOrder { time, last } })
    }

    /// The place of the bar of a time.
    pub(super) fn place(&self, time: i64) -> Result<usize, SessionError> {
        let at = self.bars.partition_point(|bar| bar.time() < time);
        match self.bars.get(at) {
            Some(bar) if bar.time() == time => Ok(at),
            _ if self.before.is_some_and(|before| time <= before) => Err(self.too_old(time)),
            _ => {
                let beside = [at.checked_sub(1), Some(at)].into_iter().flatten().filter_map(|at| self.bars.get(at));
                let nearest = beside.map(Bar::time).min_by_key(|beside| beside.abs_diff(time));
                Err(SessionError::NoSuchBar { time, nearest })
            }
        }
    }

    /// Where a bar of the past goes.
    pub(super) fn gap(&self, time: i64) -> Result<usize, SessionError> {
        if self.before.is_some_and(|before| time <= before) {
            return Err(self.too_old(time));
        }
        let at = self.bars.partition_point(|bar| bar.time() < time);
        let Some(next) = self.bars.get(at).map(Bar::time) else {
            return Err(SessionError::NotPast { time, last: self.last() });
        };
        if next == time {
            return Err(SessionError::Duplicate { time });
        }
        self.check_gap(time, next, time)?;
        if let Some(previous) = at.checked_sub(1).and_then(|at| self.bars.get(at)).map(Bar::time).or(self.before) {
            self.check_gap(previous, time, time)?;
        }
        Ok(at)
    }

    /// The places of the bars of a range of times.
    pub(super) fn range(&self, range: &Range<i64>) -> Result<Range<usize>, SessionError> {
        if range.start < range.end && self.before.is_some_and(|before| range.start <= before) {
            return Err(self.too_old(range.start));
        }
        let from = self.bars.partition_point(|bar| bar.time() < range.start);
        let to = self.bars.partition_point(|bar| bar.time() < range.end);
        if from < to {
            return Ok(from..to);
        }
        let kept = self.bars.first().zip(self.bars.last()).map(|(first, last)| (first.time(), last.time()));
        Err(SessionError::EmptyRange { range: range.clone(), kept })
    }

    fn too_old(&self, time: i64) -> SessionError {
        SessionError::TooOld { time, oldest: self.bars.first().map(Bar::time) }
    }

    /// Lets go of the first bars.
    pub(super) fn drop_first(&mut self, count: usize) {
        let Some(last) = count.checked_sub(1).and_then(|at| self.bars.get(at)) else { return };
        self.before = Some(last.time());
        self.dropped += count as u64;
        self.bars.drain(..count);
    }
}
