//! The user has types, traits, functions, macros and modules of every name that the generated code could mean.
#![allow(dead_code, unused_macros, non_camel_case_types)]

mod user {
    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Result;
    pub struct Vec;
    pub struct String;
    pub struct Box;
    pub struct Default;
    pub struct f64;
    pub struct u32;
    pub struct u64;
    pub struct usize;
    pub struct bool;
    pub struct str;
    pub struct Bar;
    pub struct Num;
    pub struct Tri;
    pub struct Kernel;
    pub struct Machine;
    pub struct Expression;
    pub struct S;
    pub struct C;
    pub struct Cell;
    pub struct PhantomData;
    pub trait Scalar {}
    pub trait Clone {}
    pub trait Copy {}
    pub trait Debug {}
    pub trait Iterator {}
    pub trait Add {}
    pub trait FnMut {}
    pub trait Truth {}
    pub struct Lanes;
    pub mod core {}
    pub mod std {}
    pub mod alloc {}
    macro_rules! vec {
        () => {
            compile_error!("the user's vec")
        };
    }
    macro_rules! assert {
        () => {
            compile_error!("the user's assert")
        };
    }

    barlang::ta! {
        pub strategy golden_cross(fast: const int = 2) {
            rec count = 0 -> prev(count) + 1;
            out long = cross_over(ema(close, fast), wma(close, 3));
            out depth = count + close[5] + sma(high, 4) + valuewhen(close > open, low, 2);
        }
        pub strategy in_parts() {
            out up = cross_over(ema(close, 2), close);
            out pivot = zigzag().pivot_index;
        }
        pub strategy either() {
            out some = close > open;
            out none = bbands(close, 2).upper;
        }
    }

    pub fn expression(bar: &barlang::Bar) -> ::core::option::Option<::core::primitive::bool> {
        use barlang::Strategy as _;
        barlang::ta!(close > close[1]).step(bar)
    }
}

fn main() {
    use barlang::{Bar, Strategy};
    let bar = Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap();
    assert_eq!(user::expression(&bar), None);
    assert_eq!(user::GoldenCross::new().step(&bar).depth, None);
    let _ = user::GoldenCross::new().batch(&[bar; 10]);
}
