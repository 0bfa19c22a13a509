//! An indicator drawn over a part of a history, as its visual hints say: an SVG of a few kilobytes.

use crate::History;
use barlang::{Bar, Column, Table, Value};
use barlang_compiler::catalog::{IndicatorMeta, OutputMeta, Pane, Primitive};
use std::fmt::Write as _;

/// Bars of a picture, about a year.
const BARS: usize = 250;
/// Bars of a picture that shows signals: each bar is to be seen.
const SIGNAL_BARS: usize = 100;
/// The inner width of a picture, in its own units.
const WIDTH: usize = 1_500;
const MARGIN: i64 = 20;
/// The height of the pane of prices, and that of a pane of its own.
const PRICE_HEIGHT: i64 = 460;
const OWN_HEIGHT: i64 = 260;
const GAP: i64 = 40;
const TITLE: i64 = 44;
/// The colours of a direction.
const UP: &str = "#009e73";
const DOWN: &str = "#d55e00";

/// The picture of an indicator, given its outputs over the whole history.
pub fn plot(meta: &IndicatorMeta, table: &Table, history: &History) -> String {
    let series: Vec<Series<'_>> = meta
        .outputs
        .iter()
        .zip(table.iter())
        .map(|(output, (_, column))| Series { output, values: values(column, output.is_bool) })
        .collect();
    let (directions, series): (Vec<_>, Vec<_>) = series.into_iter().partition(|series| series.output.role == "direction");
    let (signals, drawn): (Vec<_>, Vec<_>) = series.into_iter().partition(|series| series.output.style.primitive == Primitive::Signal);
    let shown = part(history, &signals);
    let bars = &history.bars[shown.clone()];
    let has_own_pane = !drawn.is_empty() && meta.pane != Pane::Overlay;
    let height = TITLE + PRICE_HEIGHT + if has_own_pane { GAP + OWN_HEIGHT } else { 0 } + GAP;
    let width = WIDTH as i64 + 2 * MARGIN + 130;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"24\" fill=\"none\" \
         stroke-width=\"3\" stroke-linejoin=\"round\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    legend(&mut svg, meta);
    let own: Vec<&Series<'_>> = drawn.iter().collect();
    let over: &[&Series<'_>] = if has_own_pane { &[] } else { &own };
    let price = Frame::new(TITLE, PRICE_HEIGHT, bars.len(), prices(bars).chain(over.iter().flat_map(|s| s.numbers(&shown))), false);
    price.border(&mut svg);
    candles(&mut svg, &price, bars, !signals.is_empty());
    for series in layers(over) {
        draw(&mut svg, &price, series, over, &shown);
    }
    for series in &signals {
        marks(&mut svg, &price, series, bars, &shown);
    }
    for (row, series) in directions.iter().enumerate() {
        strip(&mut svg, &price, row, series.shown(&shown));
    }
    if has_own_pane {
        let from_zero = own.iter().any(|s| matches!(s.output.style.primitive, Primitive::Histogram | Primitive::Area));
        let frame = Frame::new(TITLE + PRICE_HEIGHT + GAP, OWN_HEIGHT, bars.len(), own.iter().flat_map(|s| s.numbers(&shown)), from_zero);
        frame.border(&mut svg);
        for series in layers(&own) {
            draw(&mut svg, &frame, series, &own, &shown);
        }
    }
    let (first, last) = (history.dates.get(shown.start), history.dates.get(shown.end.saturating_sub(1)));
    let baseline = height - 10;
    let _ = write!(
        svg,
        "<g fill=\"#666\"><text x=\"{MARGIN}\" y=\"{baseline}\">{}</text><text x=\"{}\" y=\"{baseline}\" text-anchor=\"end\">{}</text></g>\n</svg>\n",
        first.map_or("", String::as_str),
        WIDTH as i64 + MARGIN,
        last.map_or("", String::as_str)
    );
    svg
}

/// An output with its values over the whole history; truth is 1.
struct Series<'a> {
    output: &'a OutputMeta,
    values: Vec<Option<f64>>,
}

impl Series<'_> {
    fn shown(&self, part: &std::ops::Range<usize>) -> &[Option<f64>] {
        self.values.get(part.clone()).unwrap_or(&[])
    }
    fn numbers(&self, part: &std::ops::Range<usize>) -> impl Iterator<Item = f64> + '_ {
        self.shown(part).iter().flatten().copied()
    }
}

fn values(column: &Column, is_bool: bool) -> Vec<Option<f64>> {
    (0..column.len())
        .map(|bar| match column.get(bar) {
            Value::Num(value) => value,
            // A false signal is none; a false value is a zero.
            Value::Bool(value) => value.map(|truth| f64::from(u8::from(truth && is_bool))),
        })
        .collect()
}

/// The newest bars; where there are signals, the newest part that has some.
fn part(history: &History, signals: &[Series<'_>]) -> std::ops::Range<usize> {
    let all = history.bars.len();
    if signals.is_empty() {
        return all.saturating_sub(BARS)..all;
    }
    let newest = all.saturating_sub(SIGNAL_BARS);
    let has_signal = |start: usize| signals.iter().any(|s| s.numbers(&(start..start + SIGNAL_BARS)).any(|value| value != 0.0));
    let start = (0..=newest).rev().step_by(SIGNAL_BARS / 2).find(|&start| has_signal(start)).unwrap_or(newest);
    start..(start + SIGNAL_BARS).min(all)
}

fn prices(bars: &[Bar]) -> impl Iterator<Item = f64> + '_ {
    bars.iter().flat_map(|bar| [bar.high(), bar.low()])
}

/// A pane: where it lies, and which values its edges are.
struct Frame {
    top: i64,
    height: i64,
    bars: usize,
    low: f64,
    high: f64,
}

impl Frame {
    fn new(top: i64, height: i64, bars: usize, values: impl Iterator<Item = f64>, from_zero: bool) -> Self {
        let start = if from_zero { (0.0, 0.0) } else { (f64::INFINITY, f64::NEG_INFINITY) };
        let (low, high) = values.fold(start, |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        // Something flat lies in the middle.
        let room = if high > low { (high - low) * 0.04 } else { high.abs().max(1.0) };
        Frame { top, height, bars, low: low - room, high: high + room }
    }
    fn x(&self, bar: usize) -> i64 {
        MARGIN + ((bar * WIDTH + WIDTH / 2) / self.bars.max(1)) as i64
    }
    fn y(&self, value: f64) -> i64 {
        let part = (self.high - value) / (self.high - self.low);
        self.top + (part.clamp(0.0, 1.0) * self.height as f64).round() as i64
    }
    /// The frame, and the values of its edges.
    fn border(&self, svg: &mut String) {
        let Frame { top, height, .. } = self;
        let x = WIDTH as i64 + MARGIN + 8;
        let _ =
            writeln!(svg, "<rect x=\"{MARGIN}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{height}\" stroke=\"#ccc\" stroke-width=\"2\"/>");
        let _ = writeln!(
            svg,
            "<g fill=\"#666\"><text x=\"{x}\" y=\"{}\">{}</text><text x=\"{x}\" y=\"{}\">{}</text></g>",
            top + 22,
            number(self.high),
            top + height,
            number(self.low)
        );
        if self.low < 0.0 && self.high > 0.0 {
            let zero = self.y(0.0);
            let _ = writeln!(svg, "<path stroke=\"#ccc\" stroke-width=\"2\" d=\"M{MARGIN} {zero}h{WIDTH}\"/>");
        }
    }
}

/// A number in four digits or so.
fn number(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if size >= 1e9 => format!("{:.1}e9", value / 1e9),
        _ if size >= 1e6 => format!("{:.1}e6", value / 1e6),
        _ if size >= 100.0 => format!("{value:.0}"),
        _ if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// The name and the colour of every output.
fn legend(svg: &mut String, meta: &IndicatorMeta) {
    let _ = write!(svg, "<text x=\"{MARGIN}\" y=\"30\" fill=\"#333\">{}", escaped(&meta.display));
    for output in meta.outputs.iter().filter(|output| output.role != "direction") {
        let _ = write!(svg, "<tspan dx=\"24\" fill=\"{}\">{}</tspan>", output.style.color, escaped(&output.name));
    }
    svg.push_str("</text>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// What lies below first.
fn layers<'a, 'b>(series: &[&'b Series<'a>]) -> Vec<&'b Series<'a>> {
    let mut layers = series.to_vec();
    layers.sort_by_key(|series| series.output.style.z_order);
    layers
}

/// A path through points: absolute at the beginning of each run, relative after it.
fn path(points: impl Iterator<Item = Option<(i64, i64)>>) -> String {
    let mut text = String::new();
    let mut before: Option<(i64, i64)> = None;
    for point in points {
        match (before, point) {
            (None, Some((x, y))) => {
                let _ = write!(text, "M{x} {y}");
            }
            (Some((a, b)), Some((x, y))) => {
                let _ = write!(text, "l{} {}", x - a, y - b);
            }
            (_, None) => {}
        }
        before = point;
    }
    text
}

/// A path of what is drawn at each point.
fn each(points: &[Option<(i64, i64)>], draw: impl Fn(&mut String, i64, i64) -> std::fmt::Result) -> String {
    points.iter().flatten().fold(String::new(), |mut text, (x, y)| {
        let _ = draw(&mut text, *x, *y);
        text
    })
}

/// The close as a line, or every bar with its open and close.
fn candles(svg: &mut String, frame: &Frame, bars: &[Bar], in_full: bool) {
    let mut text = String::new();
    for (i, bar) in bars.iter().enumerate().filter(|_| in_full) {
        let x = frame.x(i);
        let [open, high, low, close] = [bar.open(), bar.high(), bar.low(), bar.close()].map(|price| frame.y(price));
        let _ = write!(text, "M{x} {high}V{low}M{} {open}h4M{x} {close}h4", x - 4);
    }
    if !in_full {
        text = path(bars.iter().enumerate().map(|(i, bar)| Some((frame.x(i), frame.y(bar.close())))));
    }
    let _ = writeln!(svg, "<path stroke=\"#999\" d=\"{text}\"/>");
}

/// One output in its pane.
fn draw(svg: &mut String, frame: &Frame, series: &Series<'_>, beside: &[&Series<'_>], shown: &std::ops::Range<usize>) {
    let Series { output, .. } = series;
    let color = output.style.color;
    let points: Vec<Option<(i64, i64)>> =
        series.shown(shown).iter().enumerate().map(|(i, value)| value.map(|value| (frame.x(i), frame.y(value)))).collect();
    let line = || path(points.iter().copied());
    let zero = frame.y(0.0_f64.clamp(frame.low, frame.high));
    match output.style.primitive {
        Primitive::Line => {
            let _ = writeln!(svg, "<path stroke=\"{color}\" d=\"{}\"/>", line());
        }
        Primitive::Band => {
            let _ = writeln!(svg, "<path stroke=\"{color}\" d=\"{}\"/>", line());
            // The first edge fills down to the next.
            let mut edges = beside.iter().filter(|s| s.output.style.primitive == Primitive::Band);
            if let (Some(first), Some(second)) = (edges.next(), edges.next())
                && std::ptr::eq(*first, series)
            {
                let back = second.shown(shown).iter().enumerate().rev().map(|(i, value)| value.map(|value| (frame.x(i), frame.y(value))));
                let outline = path(points.iter().copied().chain(back).flatten().map(Some));
                let _ = writeln!(svg, "<path fill=\"{color}\" fill-opacity=\"0.08\" d=\"{outline}z\"/>");
            }
        }
        Primitive::Area => {
            let (Some(first), Some(last)) = (points.iter().flatten().next(), points.iter().flatten().last()) else { return };
            let closed = [Some((last.0, zero)), Some((first.0, zero))];
            let outline = path(points.iter().copied().flatten().map(Some).chain(closed));
            let _ = writeln!(svg, "<path stroke=\"{color}\" fill=\"{color}\" fill-opacity=\"0.15\" d=\"{outline}z\"/>");
        }
        Primitive::Histogram => {
            let columns = each(&points, |text, x, y| write!(text, "M{x} {zero}V{y}"));
            let _ = writeln!(svg, "<path stroke=\"{color}\" stroke-opacity=\"0.6\" stroke-width=\"4\" d=\"{columns}\"/>");
        }
        Primitive::Level => {
            let mut steps = String::new();
            let mut before: Option<(i64, i64)> = None;
            for point in points.iter().copied().chain([None]) {
                let _ = match (before, point) {
                    (None, Some((x, y))) => write!(steps, "M{x} {y}"),
                    (Some((_, level)), Some((x, y))) if level != y => write!(steps, "H{x}V{y}"),
                    (Some((x, _)), None) => write!(steps, "H{x}"),
                    _ => Ok(()),
                };
                before = point;
            }
            let _ = writeln!(svg, "<path stroke=\"{color}\" d=\"{steps}\"/>");
        }
        Primitive::Points | Primitive::Signal => {
            let dots = each(&points, |text, x, y| write!(text, "M{x} {y}h0"));
            let _ = writeln!(svg, "<path stroke=\"{color}\" stroke-width=\"7\" stroke-linecap=\"round\" d=\"{dots}\"/>");
        }
    }
}

/// A triangle under the bars where a signal is true or above zero, over those where it is below.
fn marks(svg: &mut String, frame: &Frame, series: &Series<'_>, bars: &[Bar], shown: &std::ops::Range<usize>) {
    let mut text = String::new();
    for ((i, bar), value) in bars.iter().enumerate().zip(series.shown(shown)) {
        let x = frame.x(i) - 8;
        let _ = match value {
            Some(value) if *value > 0.0 => write!(text, "M{x} {}h16l-8-14z", (frame.y(bar.low()) + 24).min(frame.top + frame.height)),
            Some(value) if *value < 0.0 => write!(text, "M{x} {}h16l-8 14z", (frame.y(bar.high()) - 24).max(frame.top)),
            _ => Ok(()),
        };
    }
    let _ = writeln!(svg, "<path fill=\"{}\" d=\"{text}\"/>", series.output.style.color);
}

/// A strip at the bottom of a pane: one colour where a direction is up, another where it is down.
fn strip(svg: &mut String, frame: &Frame, row: usize, values: &[Option<f64>]) {
    let y = frame.top + frame.height - 8 - 14 * row as i64;
    for (color, is_up) in [(UP, true), (DOWN, false)] {
        let mut text = String::new();
        let mut run: Option<usize> = None;
        for bar in 0..=values.len() {
            let is_on = values.get(bar).copied().flatten().is_some_and(|value| value != 0.0 && (value > 0.0) == is_up);
            match (run, is_on) {
                (None, true) => run = Some(bar),
                (Some(start), false) => {
                    let _ = write!(text, "M{} {y}H{}", frame.x(start), frame.x(bar).min(MARGIN + WIDTH as i64));
                    run = None;
                }
                _ => {}
            }
        }
        let _ = writeln!(svg, "<path stroke=\"{color}\" stroke-width=\"8\" d=\"{text}\"/>");
    }
}
