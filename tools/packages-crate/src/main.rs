//! Takes a CSV file of bars, gives one JSON object on standard output with what the crates wickra and yata compute from it:
//! `{"<crate>": {"<FUNCTION>": {"<output>": [a value or null for each bar]}}}`.
//!
//! Run by `tools/packages.py`. Bars are a day apart. Levels are those of the last completed period of 21 bars, or of the
//! 20 bars before each.

use std::collections::BTreeMap;
use std::{env, error::Error, fs};

use wickra_core::{
    Alligator, Candle, CentralPivotRange, Cfo, ClassicPivots, ElderImpulse, EvenBetterSinewave, Evwma, FractalChaosBands,
    GarmanKlassVolatility, HistoricalVolatility, HurstExponent, Indicator, Inertia, Keltner, MaEnvelope, OvernightGap, ParkinsonVolatility, Pmo,
    RelativeStrengthAB, Rmi, StarcBands, SuperSmoother, TdDeMarker, TdSetup, Vzo, YangZhangVolatility,
};
use yata::core::{IndicatorConfig, IndicatorInstance};
use yata::indicators::PriceChannelStrategy;

const DAY: i64 = 24 * 3_600_000;
const PERIOD: usize = 21;
const WINDOW: usize = 20;
/// By how many bars the lines of the alligator are drawn later: jaw, teeth, lips.
const LATER: [usize; 3] = [8, 5, 3];

/// The outputs of a bar by name; none before the first value.
type Outputs<const N: usize> = Option<[(&'static str, f64); N]>;
type Columns = BTreeMap<&'static str, Vec<Option<f64>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("which file?")?;
    let bars = bars(&path)?;
    let one = |value: Option<f64>| value.map(|value| [("value", value)]);

    let mut parkinson = ParkinsonVolatility::new(10, 252)?;
    let mut garman_klass = GarmanKlassVolatility::new(10, 252)?;
    let mut yang_zhang = YangZhangVolatility::new(10, 252)?;
    let mut historical = HistoricalVolatility::new(20, 252)?;
    let mut starc = StarcBands::new(5, 10, 2.0)?;
    let mut vzo = Vzo::new(14)?;
    let mut gap = OvernightGap::new(0);
    let mut range = CentralPivotRange::new();
    let mut pivots = ClassicPivots::new();

    let mut alligator = Alligator::new(13, 8, 5)?;
    let mut chaos = FractalChaosBands::new(2)?;
    let mut gator = Alligator::new(13, 8, 5)?;
    let mut gator_lines = Vec::new();
    let mut envelope = MaEnvelope::new(20, 0.025)?;
    let mut elastic = Evwma::new(20)?;
    let mut smoother = SuperSmoother::new(10)?;
    let mut sinewave = EvenBetterSinewave::new(40, 10)?;

    let mut forecast = Cfo::new(9)?;
    let mut demarker = TdDeMarker::new(14)?;
    let mut impulse = ElderImpulse::new(13, 12, 26, 9)?;
    let mut hurst = HurstExponent::new(30, 2)?;
    let mut inertia = Inertia::new(14, 20)?;
    let mut pmo = Pmo::new(35, 20)?;
    let mut strength = RelativeStrengthAB::new(2, 2)?;
    let mut rmi = Rmi::new(14, 4)?;
    let mut setup = TdSetup::new(4, 9)?;
    let mut keltner = Keltner::new(14, 14, 2.0)?;

    let functions = [
        (
            "ALLIGATOR",
            each(&bars, |_, bar| {
                let lines = alligator.update(bar)?;
                Some([("jaw", lines.jaw), ("teeth", lines.teeth), ("lips", lines.lips)])
            }),
        ),
        (
            "GATOR",
            each(&bars, |t, bar| {
                gator_lines.push(gator.update(bar));
                let [jaw, teeth, lips] = LATER.map(|later| t.checked_sub(later).and_then(|t| gator_lines[t]));
                let (jaw, teeth, lips) = (jaw?.jaw, teeth?.teeth, lips?.lips);
                Some([("upper", (jaw - teeth).abs()), ("lower", -(teeth - lips).abs())])
            }),
        ),
        (
            "ENVELOPE_ATR",
            each(&bars, |_, bar| {
                let bands = keltner.update(bar)?;
                Some([("upper", bands.upper), ("lower", bands.lower)])
            }),
        ),
        (
            "FRACTAL_CHAOS_BANDS",
            each(&bars, |_, bar| {
                let bands = chaos.update(bar)?;
                Some([("upper", bands.upper), ("lower", bands.lower)])
            }),
        ),
        (
            "MA_ENVELOPE",
            each(&bars, |_, bar| {
                let bands = envelope.update(bar.close)?;
                Some([("upper", bands.upper), ("middle", bands.middle), ("lower", bands.lower)])
            }),
        ),
        ("EVWMA", each(&bars, |_, bar| one(elastic.update(bar)))),
        ("SUPER_SMOOTHER", each(&bars, |_, bar| one(smoother.update(bar.close)))),
        ("EVEN_BETTER_SINEWAVE", each(&bars, |_, bar| one(sinewave.update(bar.close)))),
        ("CFO", each(&bars, |_, bar| one(forecast.update(bar.close)))),
        ("DEMARKER", each(&bars, |_, bar| one(demarker.update(bar)))),
        ("ELDER_IMPULSE", each(&bars, |_, bar| one(impulse.update(bar.close)))),
        ("HURST", each(&bars, |t, bar| one(hurst.update(bar.close / bars.get(t.checked_sub(1)?)?.close - 1.0)))),
        ("INERTIA", each(&bars, |_, bar| one(inertia.update(bar)))),
        ("PMO", each(&bars, |_, bar| one(pmo.update(bar.close)))),
        ("PRS", each(&bars, |_, bar| one(strength.update((bar.close, bar.open)).map(|output| output.ratio)))),
        ("RMI", each(&bars, |_, bar| one(rmi.update(bar.close)))),
        ("TD_SETUP", each(&bars, |_, bar| one(setup.update(bar)))),
        ("PARKINSON", each(&bars, |_, bar| one(parkinson.update(bar)))),
        ("GARMAN_KLASS", each(&bars, |_, bar| one(garman_klass.update(bar)))),
        ("YANG_ZHANG", each(&bars, |_, bar| one(yang_zhang.update(bar)))),
        ("HISTORICAL_VOLATILITY", each(&bars, |_, bar| one(historical.update(bar.close)))),
        (
            "STARC_BANDS",
            each(&bars, |_, bar| {
                let bands = starc.update(bar)?;
                Some([("upper", bands.upper), ("middle", bands.middle), ("lower", bands.lower)])
            }),
        ),
        ("VZO", each(&bars, |_, bar| one(vzo.update(bar)))),
        ("OVERNIGHT_GAP", each(&bars, |_, bar| one(gap.update(bar)))),
        (
            "CENTRAL_PIVOT_RANGE",
            each(&bars, |t, _| {
                let end = t - t % PERIOD;
                let levels = range.update(whole(bars.get(end.checked_sub(PERIOD)?..end)?)?)?;
                Some([("pivot", levels.pivot), ("tc", levels.tc), ("bc", levels.bc)])
            }),
        ),
        (
            "CLASSIC_PIVOTS",
            each(&bars, |t, _| {
                let levels = pivots.update(whole(bars.get(t.checked_sub(WINDOW)?..t)?)?)?;
                Some([("pp", levels.pp), ("r1", levels.r1), ("s1", levels.s1)])
            }),
        ),
    ];
    let mut channel = PriceChannelStrategy::default().init(&candle(bars.first().ok_or("no bars")?))?;
    let of_yata = [(
        "PRICE_CHANNEL",
        each(&bars, |_, bar| {
            let bands = channel.next(&candle(&bar));
            Some([("upper", bands.value(0)), ("lower", bands.value(1))])
        }),
    )];
    println!("{{\"wickra\":{},\"yata\":{}}}", whole_object(&functions), whole_object(&of_yata));
    Ok(())
}

/// A bar as yata takes it.
fn candle(bar: &Candle) -> yata::core::Candle {
    yata::core::Candle { open: bar.open, high: bar.high, low: bar.low, close: bar.close, volume: bar.volume }
}

fn whole_object(functions: &[(&str, Columns)]) -> String {
    let members: Vec<String> = functions.iter().map(|(name, columns)| format!("{name:?}:{}", object(columns))).collect();
    format!("{{{}}}", members.join(","))
}

/// The outputs of a function, bar by bar.
fn each<const N: usize>(bars: &[Candle], mut function: impl FnMut(usize, Candle) -> Outputs<N>) -> Columns {
    let mut columns = Columns::new();
    for (t, &bar) in bars.iter().enumerate() {
        for (name, value) in function(t, bar).into_iter().flatten() {
            let column = columns.entry(name).or_default();
            column.resize(t, None);
            column.push(Some(value));
        }
    }
    columns
}

/// Several bars as one.
fn whole(bars: &[Candle]) -> Option<Candle> {
    let high = bars.iter().map(|bar| bar.high).fold(f64::NEG_INFINITY, f64::max);
    let low = bars.iter().map(|bar| bar.low).fold(f64::INFINITY, f64::min);
    Candle::new(bars.first()?.open, high, low, bars.last()?.close, 0.0, 0).ok()
}

/// `Display` of an `f64` is the shortest text that reads back to the same bits.
fn object(columns: &Columns) -> String {
    let text = |value: &Option<f64>| value.map_or("null".to_owned(), |value| value.to_string());
    let member =
        |(name, column): (&&str, &Vec<Option<f64>>)| format!("{name:?}:[{}]", column.iter().map(text).collect::<Vec<_>>().join(","));
    format!("{{{}}}", columns.iter().map(member).collect::<Vec<_>>().join(","))
}

fn bars(path: &str) -> Result<Vec<Candle>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let mut bars = Vec::new();
    for (t, line) in (0_i64..).zip(text.lines().skip(1)) {
        let fields: Vec<f64> = line.split(',').skip(1).map(str::parse).collect::<Result<_, _>>()?;
        let [open, high, low, close, volume] = fields[..] else { return Err(format!("{path}: `{line}` is no bar").into()) };
        bars.push(Candle::new(open, high, low, close, volume, t * DAY)?);
    }
    Ok(bars)
}
