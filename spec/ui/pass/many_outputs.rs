//! More outputs than rustc would go deep, were they a list of pairs.

use barlang::{Bar, Live, Strategy, ta};

ta! {
    strategy many() {
        out o0 = close * 1; out o1 = close * 2; out o2 = close * 3; out o3 = close * 4; out o4 = close * 5;
        out o5 = close * 6; out o6 = close * 7; out o7 = close * 8; out o8 = close * 9; out o9 = close > open[3];
        out o10 = close * 11; out o11 = close * 12; out o12 = close * 13; out o13 = close * 14; out o14 = close * 15;
        out o15 = close * 16; out o16 = close * 17; out o17 = close * 18; out o18 = close * 19; out o19 = close > open[6];
        out o20 = close * 21; out o21 = close * 22; out o22 = close * 23; out o23 = close * 24; out o24 = close * 25;
        out o25 = close * 26; out o26 = close * 27; out o27 = close * 28; out o28 = close * 29; out o29 = close > open[2];
        out o30 = close * 31; out o31 = close * 32; out o32 = close * 33; out o33 = close * 34; out o34 = close * 35;
        out o35 = close * 36; out o36 = close * 37; out o37 = close * 38; out o38 = close * 39; out o39 = close > open[5];
        out o40 = close * 41; out o41 = close * 42; out o42 = close * 43; out o43 = close * 44; out o44 = close * 45;
        out o45 = close * 46; out o46 = close * 47; out o47 = close * 48; out o48 = close * 49; out o49 = close > open[1];
        out o50 = close * 51; out o51 = close * 52; out o52 = close * 53; out o53 = close * 54; out o54 = close * 55;
        out o55 = close * 56; out o56 = close * 57; out o57 = close * 58; out o58 = close * 59; out o59 = close > open[4];
        out o60 = close * 61; out o61 = close * 62; out o62 = close * 63; out o63 = close * 64; out o64 = close * 65;
        out o65 = close * 66; out o66 = close * 67; out o67 = close * 68; out o68 = close * 69; out o69 = close > open[7];
        out o70 = close * 71; out o71 = close * 72; out o72 = close * 73; out o73 = close * 74; out o74 = close * 75;
        out o75 = close * 76; out o76 = close * 77; out o77 = close * 78; out o78 = close * 79; out o79 = close > open[3];
        out o80 = close * 81; out o81 = close * 82; out o82 = close * 83; out o83 = close * 84; out o84 = close * 85;
        out o85 = close * 86; out o86 = close * 87; out o87 = close * 88; out o88 = close * 89; out o89 = close > open[6];
        out o90 = close * 91; out o91 = close * 92; out o92 = close * 93; out o93 = close * 94; out o94 = close * 95;
        out o95 = close * 96; out o96 = close * 97; out o97 = close * 98; out o98 = close * 99; out o99 = close > open[2];
        out o100 = close * 101; out o101 = close * 102; out o102 = close * 103; out o103 = close * 104; out o104 = close * 105;
        out o105 = close * 106; out o106 = close * 107; out o107 = close * 108; out o108 = close * 109; out o109 = close > open[5];
        out o110 = close * 111; out o111 = close * 112; out o112 = close * 113; out o113 = close * 114; out o114 = close * 115;
        out o115 = close * 116; out o116 = close * 117; out o117 = close * 118; out o118 = close * 119; out o119 = close > open[1];
        out o120 = close * 121; out o121 = close * 122; out o122 = close * 123; out o123 = close * 124; out o124 = close * 125;
        out o125 = close * 126; out o126 = close * 127; out o127 = close * 128; out o128 = close * 129; out o129 = close > open[4];
        out o130 = close * 131; out o131 = close * 132; out o132 = close * 133; out o133 = close * 134; out o134 = close * 135;
        out o135 = close * 136; out o136 = close * 137; out o137 = close * 138; out o138 = close * 139; out o139 = close > open[7];
    }
}

fn main() {
    let bars: Vec<Bar> = (1..=70).map(|i| Bar::new(i, 0.2, 9.0, 0.1, i as f64 / 8.0, 1.0).unwrap()).collect();
    let columns = Many::<f64>::new().batch(&bars);
    let mut live = Many::<f64>::new();
    for (i, bar) in bars.iter().enumerate() {
        let output = live.step(bar);
        let values = live.values(&output);
        assert_eq!(values.len(), 140);
        assert_eq!(values, live.values(&live.row(&columns, i)));
        assert_eq!(output.o138, Some(139.0 * bar.close()));
    }
    let names: Vec<String> = (0..140).map(|i| format!("o{i}")).collect();
    assert_eq!(live.names(), names);
}
