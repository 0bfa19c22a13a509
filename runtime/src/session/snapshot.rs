//! The state of a strategy as a document: JSON to read, bytes to ship.
//!
//! Both hold the same header and nodes, every number to the bit. A checksum stands over all of it: FNV-1a, whose every step is a bijection,
//! so no change of a single byte can leave it as it was.

use super::file::{self, Failure};
use super::read;
use crate::live::{Cell, Live, NodeState, node};
use crate::value::{Lanes, Scalar};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The version of the format that is written. Earlier ones are read, later ones refused.
pub const VERSION: u16 = 1;

const FORMAT: &str = "barlang snapshot";
const MAGIC: &[u8; 8] = b"barlang\0";
/// Magic, version, length of the body.
const FRONT: usize = 8 + 2 + 8;
const CHECKSUM: usize = 8;

/// A number that can be written down and read back to the bit.
pub trait Portable: Copy {
    /// How it is written.
    type Form: Serialize + DeserializeOwned;
    /// The number as it is written.
    fn form(self) -> Self::Form;
    /// The number that was written; none where that is no number.
    fn read(form: Self::Form) -> Option<Self>;
}

impl Portable for f64 {
    type Form = f64;
    fn form(self) -> f64 {
        self
    }
    fn read(form: f64) -> Option<f64> {
        form.is_finite().then_some(form)
    }
}

impl<const L: usize> Portable for Lanes<L> {
    type Form = Vec<f64>;
    fn form(self) -> Vec<f64> {
        self.0.to_vec()
    }
    fn read(form: Vec<f64>) -> Option<Self> {
        form.try_into().ok().map(Lanes)
    }
}

#[cfg(feature = "decimal")]
impl Portable for rust_decimal::Decimal {
    /// All digits, trailing zeros and the sign of a zero included.
    type Form = String;
    fn form(self) -> String {
        self.to_string()
    }
    fn read(form: String) -> Option<Self> {
        let mut number = Self::from_str_exact(&form).ok()?;
        number.set_sign_negative(form.starts_with('-'));
        (number.to_string() == form).then_some(number)
    }
}

impl<S: Scalar> Serialize for Cell<S> {
    fn serialize<T: Serializer>(&self, to: T) -> Result<T::Ok, T::Error> {
        self.0.map(S::form).serialize(to)
    }
}

impl<'de, S: Scalar> Deserialize<'de> for Cell<S> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Some(form) = Option::<S::Form>::deserialize(from)? else { return Ok(Cell(None)) };
        S::read(form).map(|number| Cell(Some(number))).ok_or_else(|| D::Error::custom("not a number"))
    }
}

/// The state of a strategy with what it belongs to.
///
/// ```
/// use barlang::session::Snapshot;
/// use barlang::{ta, Bar, Interpreter, Live, Strategy};
///
/// let mut compiled = ta!(ema(close, 3));
/// for (i, price) in [1.0, 2.0, 4.0, 8.0].into_iter().enumerate() {
///     compiled.step(&Bar::new(i as i64, price, price, price, price, 0.0)?);
/// }
/// let text = compiled.snapshot(Some(3)).to_json();
///
/// let mut interpreted = Interpreter::<f64>::new("ema(close, 3)")?;
/// interpreted.restore(&Snapshot::from_json(&text)?)?;
/// assert_eq!(interpreted.nodes(), compiled.nodes());
///
/// let mut other = Interpreter::<f64>::new("ema(close, 4)")?;
/// let error = other.restore(&Snapshot::from_json(&text)?).unwrap_err().to_string();
/// assert!(error.contains("= ema_lag(3, 0) ") && error.contains("= ema_lag(4, 0) "), "{error}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Snapshot<S: Scalar = f64> {
    /// What the state belongs to.
    pub header: Header,
    /// The state, in the order of the plan.
    pub nodes: Vec<NodeState<S>>,
}

/// What a state belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The name of the format.
    pub format: String,
    /// The version of the format.
    pub version: u16,
    /// The fingerprint of the plan, in hexadecimal digits.
    pub fingerprint: String,
    /// The plan as text, so that a refusal can show what differs.
    pub plan: String,
    /// The kind of number: `f64` or `Decimal`.
    pub scalar: String,
    /// The symbol, timeframe and source of the bars, where a session took the snapshot.
    pub partition: Option<String>,
    /// Bars taken.
    pub bars: u64,
    /// The time of the last of them, in nanoseconds since 1970 UTC.
    pub last_time: Option<i64>,
    /// Replays gone through.
    pub epoch: u64,
}

/// The part of a header that every version has.
#[derive(Deserialize)]
struct Versioned {
    header: Front,
}

#[derive(Deserialize)]
struct Front {
    version: u16,
    scalar: String,
}

#[derive(Serialize)]
struct Sealed<'a> {
    checksum: String,
    snapshot: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened<'a> {
    checksum: String,
    #[serde(borrow)]
    snapshot: &'a RawValue,
}

/// Why a snapshot was refused, or could not be kept. Nothing was changed, but by a [`SnapshotError::File`] whose action is `sync`.
#[derive(Debug)]
pub enum SnapshotError {
    /// It belongs to another plan.
    Plan {
        /// The lines in which the plans differ: `-` of the snapshot, `+` of the strategy.
        diff: String,
    },
    /// It holds another kind of number.
    Scalar {
        /// What the strategy computes in.
        expected: &'static str,
        /// What the snapshot holds.
        found: String,
    },
    /// It was written by a later version.
    Version {
        /// The version of the snapshot.
        found: u16,
    },
    /// It belongs to another symbol, timeframe or source.
    Partition {
        /// That of the session.
        expected: String,
        /// That of the snapshot.
        found: String,
    },
    /// It does not say the time of its last bar: what may follow could not be told.
    LastTime {
        /// The bars that it has taken.
        bars: u64,
    },
    /// It ends too early.
    Truncated {
        /// Bytes that should be there; none of a text, which does not say its length.
        expected: Option<usize>,
        /// Bytes that are.
        found: usize,
    },
    /// Something in it was changed since it was written.
    Damaged {
        /// What gave it away.
        what: String,
    },
    /// It is whole, but no state of the strategy.
    State {
        /// The first thing that does not fit.
        what: String,
    },
    /// The file could not be read or written.
    File {
        /// `read`, `write`, or `sync`: the file is written then, but may not outlast a crash.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SnapshotError::Plan { diff } => write!(
                f,
                "the snapshot belongs to another plan (- snapshot, + strategy):\n{diff}\nrestore it into the program it was taken from, or \
                 initialize from history"
            ),
            SnapshotError::Scalar { expected, found } => write!(
                f,
                "the snapshot holds `{found}` numbers, the strategy computes in `{expected}`: restore it into a strategy over \
                 `Bar<{found}>`, or initialize from history"
            ),
            SnapshotError::Version { found } => write!(
                f,
                "the snapshot has version {found}, this library reads up to {VERSION}: update the library, or initialize from history"
            ),
            SnapshotError::Partition { expected, found } => {
                write!(f, "the snapshot belongs to `{found}`, the session to `{expected}`: restore it into a session of `{found}`")
            }
            SnapshotError::LastTime { bars } => write!(
                f,
                "the snapshot counts bars ({bars}), but not the time of the last, after which the next must come: say it as in \
                 `Live::snapshot(Some(time))`"
            ),
            SnapshotError::Truncated { expected, found } => {
                match expected {
                    Some(expected) => write!(f, "the snapshot has {found} bytes where there should be {expected}")?,
                    None => write!(f, "the snapshot ends too early, after {found} bytes")?,
                }
                f.write_str(": take the copy before it, or initialize from history")
            }
            SnapshotError::Damaged { what } => {
                write!(f, "the snapshot is damaged ({what}): take the copy before it, or initialize from history")
            }
            SnapshotError::State { what } => write!(f, "the snapshot is no state of this strategy: {what}: initialize from history"),
            SnapshotError::File { action: "sync", path, source } => {
                write!(f, "the snapshot `{}` is written, but may not outlast a crash: {source}; write it again", path.display())
            }
            SnapshotError::File { action, path, source } => {
                write!(f, "cannot {action} the snapshot `{}`: {source}; nothing was changed", path.display())
            }
        }
    }
}

impl std::error::Error for SnapshotError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let SnapshotError::File { source, .. } = self { Some(source) } else { None }
    }
}

fn damaged(what: impl fmt::Display) -> SnapshotError {
    SnapshotError::Damaged { what: what.to_string() }
}

/// FNV-1a over 64 bits.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

impl<S: Scalar> Snapshot<S> {
    pub(crate) fn take<T: Live<Scalar = S>>(strategy: &T, last_time: Option<i64>) -> Self {
        Self::of_session(strategy, last_time, 0, None)
    }

    pub(super) fn of_session<T: Live<Scalar = S>>(strategy: &T, last_time: Option<i64>, epoch: u64, partition: Option<String>) -> Self {
        let (bars, nodes) = node::write(strategy, last_time, epoch);
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            fingerprint: format!("{:032x}", strategy.fingerprint()),
            plan: strategy.plan().to_owned(),
            scalar: S::NAME.to_owned(),
            partition,
            bars,
            last_time,
            epoch,
        };
        Snapshot { header, nodes }
    }

    /// A copy of the strategy in the state of the snapshot.
    pub(crate) fn put<T: Live<Scalar = S>>(&self, strategy: &T) -> Result<Box<T>, SnapshotError> {
        let header = &self.header;
        check_front(header.version, &header.scalar, S::NAME)?;
        if header.fingerprint != format!("{:032x}", strategy.fingerprint()) {
            return Err(SnapshotError::Plan { diff: diff(&header.plan, strategy.plan()) });
        }
        // No history is as long as that, nor changed so often; counting on must not overflow.
        for (count, what) in [(header.bars, "bars"), (header.epoch, "replays")] {
            if count >= 1 << 53 {
                return Err(SnapshotError::State { what: format!("{count} {what}") });
            }
        }
        let mut restored = Box::new(strategy.clone());
        read::read(&mut *restored, header.bars, &self.nodes).map_err(|what| SnapshotError::State { what })?;
        // What the strategy would write itself is what it was given, or something in it means nothing.
        let (_, nodes) = node::write(&*restored, header.last_time, header.epoch);
        match nodes.iter().zip(&self.nodes).find(|(own, given)| own != given) {
            Some((own, given)) => Err(SnapshotError::State { what: format!("`{given}` would be `{own}`") }),
            None => Ok(restored),
        }
    }

    /// The snapshot as JSON, without a change of any number. A checksum stands over the text: it is to be read, not to be edited.
    pub fn to_json(&self) -> String {
        // Strings, numbers that JSON has, and lists of them: nothing here can fail.
        let inner = serde_json::to_string_pretty(self).unwrap_or_default();
        let checksum = format!("{:016x}", checksum(inner.as_bytes()));
        let Ok(raw) = RawValue::from_string(inner) else { return String::new() };
        serde_json::to_string(&Sealed { checksum, snapshot: &raw }).unwrap_or_default()
    }

    /// Reads what [`Snapshot::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        let opened: Opened<'_> = serde_json::from_str(text).map_err(|error| {
            // A number that ends in its sign or point is no number, but more of it may have followed.
            let goes_on = || serde_json::from_str::<Opened<'_>>(&format!("{text}0")).is_err_and(|error| error.is_eof());
            if error.is_eof() || goes_on() { SnapshotError::Truncated { expected: None, found: text.len() } } else { damaged(error) }
        })?;
        let inner = opened.snapshot.get();
        if opened.checksum != format!("{:016x}", checksum(inner.as_bytes())) {
            return Err(damaged("the checksum is not that of the text"));
        }
        let front: Versioned = serde_json::from_str(inner).map_err(damaged)?;
        check_front(front.header.version, &front.header.scalar, S::NAME)?;
        let snapshot: Self = serde_json::from_str(inner).map_err(damaged)?;
        snapshot.named()
    }

    /// The snapshot in a compact binary form.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Into memory, of types that have a binary form: this cannot fail.
        let body = postcard::to_allocvec(self).unwrap_or_default();
        let mut bytes = Vec::with_capacity(FRONT + body.len() + CHECKSUM);
        bytes.extend(MAGIC);
        bytes.extend(self.header.version.to_le_bytes());
        bytes.extend((body.len() as u64).to_le_bytes());
        bytes.extend(body);
        bytes.extend(checksum(&bytes).to_le_bytes());
        bytes
    }

    /// Reads what [`Snapshot::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SnapshotError> {
        if !bytes.iter().zip(MAGIC).all(|(byte, magic)| byte == magic) {
            return Err(damaged("it does not begin as a snapshot does"));
        }
        let truncated = |expected| SnapshotError::Truncated { expected: Some(expected), found: bytes.len() };
        let front = bytes.first_chunk::<FRONT>().ok_or_else(|| truncated(FRONT + CHECKSUM))?;
        let [_, _, _, _, _, _, _, _, v0, v1, length @ ..] = *front;
        let expected = usize::try_from(u64::from_le_bytes(length)).unwrap_or(usize::MAX).saturating_add(FRONT + CHECKSUM);
        if bytes.len() < expected {
            return Err(truncated(expected));
        }
        let Some((sealed, sum)) = bytes.split_last_chunk::<CHECKSUM>().filter(|_| bytes.len() == expected) else {
            return Err(damaged(format!("{} bytes follow its end", bytes.len() - expected)));
        };
        if checksum(sealed).to_le_bytes() != *sum {
            return Err(damaged("the checksum is not that of the bytes"));
        }
        let version = u16::from_le_bytes([v0, v1]);
        if version > VERSION {
            return Err(SnapshotError::Version { found: version });
        }
        let body = sealed.get(FRONT..).unwrap_or_default();
        let (header, nodes) = postcard::take_from_bytes::<Header>(body).map_err(damaged)?;
        check_front(header.version, &header.scalar, S::NAME)?;
        let (nodes, rest) = postcard::take_from_bytes::<Vec<NodeState<S>>>(nodes).map_err(damaged)?;
        if !rest.is_empty() {
            return Err(damaged(format!("{} bytes follow its nodes", rest.len())));
        }
        Snapshot { header, nodes }.named()
    }

    fn named(self) -> Result<Self, SnapshotError> {
        if self.header.format == FORMAT { Ok(self) } else { Err(damaged(format!("the format is `{}`", self.header.format))) }
    }

    /// Writes the binary form into a file, or the file that a link leads to. A crash at any moment leaves the file as it was, or the new one,
    /// whole.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SnapshotError> {
        let path = path.as_ref();
        file::replace(path, &self.to_bytes()).map_err(|failure| {
            let (action, source) = match failure {
                Failure::Write(source) => ("write", source),
                Failure::Sync(source) => ("sync", source),
            };
            SnapshotError::File { action, path: path.to_owned(), source }
        })
    }

    /// Reads a file that [`Snapshot::save`] wrote.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, SnapshotError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|source| SnapshotError::File { action: "read", path: path.to_owned(), source })?;
        Self::from_bytes(&bytes)
    }
}

fn check_front(version: u16, scalar: &str, expected: &'static str) -> Result<(), SnapshotError> {
    if version > VERSION {
        return Err(SnapshotError::Version { found: version });
    }
    if scalar != expected {
        return Err(SnapshotError::Scalar { expected, found: scalar.to_owned() });
    }
    Ok(())
}

/// Lines of a difference that are shown.
const SHOWN: usize = 20;

/// The lines in which two plans differ, without what they begin and end with alike.
fn diff(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let lines = |mark: &'static str, of: &[&str]| of[head..of.len() - tail].iter().map(|line| format!("{mark} {line}")).collect::<Vec<_>>();
    let mut lines: Vec<String> = [lines("-", &old), lines("+", &new)].concat();
    let more = lines.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.truncate(SHOWN);
        lines.push(format!("… and {more} lines more"));
    }
    lines.join("\n")
}
