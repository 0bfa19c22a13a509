//! The outputs of one bar as values with names, whatever made them.

use crate::value::Scalar;
#[cfg(feature = "alloc")]
use alloc::{string::String, sync::Arc, vec::Vec};

/// A value of one bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<S = f64> {
    /// A number, or `None` for null.
    Num(Option<S>),
    /// A truth value, or `None` for null.
    Bool(Option<bool>),
}

impl<S: Scalar> Value<S> {
    /// Whether both are the same to the last bit.
    ///
    /// ```
    /// use barlang::Value;
    /// assert!(Value::Num(Some(0.1)).is_same(Value::Num(Some(0.1))));
    /// assert!(!Value::Num(Some(0.0)).is_same(Value::Num(Some(-0.0))));
    /// ```
    #[must_use]
    pub fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Value::Num(Some(a)), Value::Num(Some(b))) => a.is_same(b),
            (Value::Num(None), Value::Num(None)) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Num(_), Value::Num(_) | Value::Bool(_)) | (Value::Bool(_), Value::Num(_)) => false,
        }
    }
}

/// The outputs of one bar, by name; the only output of an expression is called `result`.
#[cfg(feature = "alloc")]
#[derive(Clone, Debug, PartialEq)]
pub struct Row<S = f64> {
    pub(crate) names: Arc<[String]>,
    pub(crate) values: Vec<Value<S>>,
}

#[cfg(feature = "alloc")]
impl<S: Scalar> Row<S> {
    /// The output of a name.
    pub fn get(&self, name: &str) -> Option<Value<S>> {
        self.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }
    /// Names and values in the order of the program.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Value<S>)> + '_ {
        self.names.iter().map(String::as_str).zip(self.values.iter().copied())
    }
}
