//! The loops over a block of bars.

use super::block::Layout;
use super::body::{KernelCall, Mode, Writer, input, truth};
use super::{Emitter, RUNTIME};
use crate::plan::{Kind, NodeId, Op};
use std::fmt::Write as _;

/// The loops over one block of bars: the arrays of the fields of a bar are filled, then each stage runs over all bars.
///
/// ```text
/// let x1_ = highs(&bars_, …);
/// while j_ < 64 { a0_[1 + j_] = close(bars_, j_); }
/// while j_ < count_ { let v3_ = a0_[1 + j_] - a0_[j_]; … k5_ … a6_[j_] = v6_; }
/// while j_ < 64 { let v6_ = a6_[j_]; o0_[j_] = v6_ / … ; }
/// ```
pub(super) fn write_block(e: &Emitter<'_>, layout: &Layout) -> String {
    let mut out = before_loops(e, layout);
    // A last block has fewer bars. Where the optimiser knows the most, it tests no bounds.
    let _ = writeln!(out, "let count_ = if count_ < {0} {{ count_ }} else {{ {0} }};", layout.block);
    let writer = |at| Writer::new(e, Mode::Block, Some((layout, at)));
    let mut outer: Option<(usize, String, String)> = None;
    for (at, nodes) in layout.loops.iter().enumerate() {
        let windows = layout.windows(e, at);
        let mut w = writer(at);
        w.windows.clone_from(&windows);
        let is_sequential = layout.is_sequential(at);
        if is_sequential {
            for rec in e.recs().filter(|&rec| layout.loop_of(rec) == Some(at)) {
                let _ = writeln!(w.out, "let p{n}_ = *r{n}_;", n = rec.0);
            }
        }
        let is_last = at + 1 == layout.loops.len();
        let outputs: Vec<(usize, NodeId)> = e.plan.plan().outputs.iter().map(|o| o.node).enumerate().collect();
        let here = |id: NodeId| !layout.is_narrow(id) && !e.is_truth_of_parts(id) && layout.loop_of(id).map_or(is_last, |of| of == at);
        let mut known: Vec<NodeId> = nodes.clone();
        let mut needed: Vec<NodeId> = outputs.iter().map(|&(_, id)| id).filter(|&id| here(id)).collect();
        for &id in nodes.iter().filter(|&&id| !layout.is_beside_roots(e, id)) {
            if !layout.is_in_array(e, id) && !matches!(e.op(id), Op::Delay(..)) {
                needed.extend(e.op(id).operands());
            }
        }
        if is_sequential {
            // What a register or a ring keeps of what other loops compute, and of the fields of a bar.
            let kept = |id: &&NodeId| !layout.is_in_array(e, **id);
            needed.extend(nodes.iter().filter(kept).filter_map(|&id| match e.op(id) {
                Op::Delay(source, _) if layout.loop_of(*source) != Some(at) => Some(*source),
                _ => None,
            }));
        }
        for id in needed {
            if !known.contains(&id) {
                known.push(id);
                w.external(id, layout);
            }
        }
        for &id in nodes.iter().filter(|&&id| e.owner(id).is_none() && !layout.is_beside_roots(e, id)) {
            w.node(id);
        }
        for (id, _) in layout.arrays().filter(|&(id, _)| nodes.contains(&id) && !layout.is_only_carried(e, id)) {
            let mut value = |id: NodeId| if e.kind(id) == Kind::Bool || layout.is_narrow(id) { truth(id) } else { w.num(id) };
            let value = match layout.pair(id) {
                Some(pair) => format!("[{}]", pair.map(value).join(", ")),
                None => value(id),
            };
            let _ = writeln!(w.out, "a{}_[{} + j_] = {value};", id.0, layout.origin(id).unwrap_or(0));
        }
        for (k, id) in outputs {
            if here(id) && !layout.is_beside_roots(e, id) {
                let value = w.output(id);
                let _ = writeln!(w.out, "o{k}_[j_] = {value};");
            }
        }
        if is_sequential {
            for line in e.plan.delays() {
                w.keep(line.source);
            }
        }
        if w.out.is_empty() {
            continue;
        }
        match &mut outer {
            Some((outer, _, behind)) => behind.push_str(&turns_behind(e, layout, *outer, &w.out)),
            None if layout.is_outer(at) => outer = Some((at, w.out, String::new())),
            None if windows.is_empty() => {
                // A truth value of the bar before goes from bar to bar in a register.
                let (mut ends, mut lasts) = (String::new(), String::new());
                for &id in nodes.iter().filter(|&&id| layout.is_carried(e, id)) {
                    let n = id.0;
                    let origin = layout.origin(id).unwrap_or(0);
                    let _ = writeln!(out, "let mut q{n}_ = a{n}_[{}];", origin - 1);
                    let _ = writeln!(ends, "q{n}_ = v{n}_;");
                    if layout.is_only_carried(e, id) {
                        let _ = writeln!(lasts, "a{n}_[{}] = q{n}_;", origin + layout.block - 1);
                    }
                }
                // A loop without windows and averages is small, and unrolled where its turns are known.
                let has_kernel = nodes.iter().any(|&id| matches!(e.op(id), Op::Kernel(_)));
                let end = if is_sequential && has_kernel { "count_".to_owned() } else { layout.block.to_string() };
                out.push_str(&turns("j_", &end, &format!("let now_ = i_ + j_;\n{}{ends}", w.out)));
                out.push_str(&lasts);
            }
            None => out.push_str(&stretches(e, layout, at, &w.out, "")),
        }
    }
    if let Some((at, body, behind)) = outer {
        out.push_str(&stretches(e, layout, at, &body, &behind));
    }
    // One column at a time: a processor that writes to dozens of places in turn waits for each.
    for (k, id) in e.plan.plan().outputs.iter().map(|output| output.node).enumerate().filter(|(_, id)| layout.is_narrow(*id)) {
        let _ = writeln!(out, "{RUNTIME}::widen(a{}_, o{k}_);", id.0);
    }
    for (k, id) in e.plan.plan().outputs.iter().map(|output| output.node).enumerate().filter(|(_, id)| e.is_truth_of_parts(*id)) {
        let _ = writeln!(out, "<S_::Cell as {RUNTIME}::Num>::tell(&a{}_[{}..], o{k}_);", id.0, layout.origin(id).unwrap_or(0));
    }
    out
}

/// What is the same on all bars of a block, and the arrays of the fields of a bar.
fn before_loops(e: &Emitter<'_>, layout: &Layout) -> String {
    let writer = || Writer::new(e, Mode::Block, Some((layout, 0)));
    let mut head = writer();
    let outputs: Vec<NodeId> = e.plan.plan().outputs.iter().map(|output| output.node).collect();
    let is_needed = e.plan.plan().behind(&outputs);
    for &id in e.plan.order().iter().filter(|&&id| e.is_const(id) && is_needed[id.index()]) {
        head.node(id);
    }
    let mut out = head.out;
    let mut fill = writer();
    for (id, _) in layout.arrays().filter(|(id, _)| layout.loop_of(*id).is_none()) {
        if let (true, Op::Input(input)) = (layout.is_read_in_place(e, id), e.op(id)) {
            let (name, n) = (input.name(), id.0);
            let _ = writeln!(out, "let x{n}_ = {RUNTIME}::BarBlock::<S_, {}>::{name}s(&bars_, a{n}_);", layout.block);
            continue;
        }
        fill.leaf(id);
        let _ = writeln!(fill.out, "a{n}_[{origin} + j_] = v{n}_;", n = id.0, origin = layout.origin(id).unwrap_or(0));
    }
    if !fill.out.is_empty() {
        out.push_str(&turns("j_", &layout.block.to_string(), &format!("let now_ = i_ + j_;\n{}", fill.out)));
    }
    out
}

/// A loop in stretches, each as long as no window is due to be summed up anew.
///
/// ```text
/// let mut at_ = 0;
/// while at_ < count_ {
///     let (j_, mut n_) = (at_, count_ - at_);
///     let v0_ = …;
///     let n5_ = stretch(…, k5_, m5_, v0_); if n5_ < n_ { n_ = n5_; }
///     let c5_ = cells(…, k5_, m5_, n_);
///     let mut z5_ = NULL;
///     while s_ < n_ { let j_ = at_ + s_; … let v5_ = take(…, k5_, c5_, s_, v0_); … z5_ = v5_; }
///     advance(…, k5_, n_);
///     while s_ < n_ { … z5_[0] … }
///     at_ += n_;
/// }
/// ```
fn stretches(e: &Emitter<'_>, layout: &Layout, at: usize, body: &str, behind: &str) -> String {
    let mut w = Writer::new(e, Mode::Block, Some((layout, at)));
    let (mut cells, mut lasts, mut ends, mut ends_behind) = (String::new(), String::new(), String::new(), String::new());
    let mut known = Vec::new();
    for id in layout.windows(e, at) {
        let Op::Kernel(kernel) = e.op(id) else { continue };
        for &arg in &kernel.args {
            if !known.contains(&arg) {
                known.push(arg);
                w.external(arg, layout);
            }
        }
        let (call, n) = (KernelCall::new(e, id, kernel), id.0);
        let args: Vec<String> = kernel.args.iter().map(|&arg| w.num(arg)).collect();
        let _ = writeln!(w.out, "let n{n}_ = {};\nif n{n}_ < n_ {{ n_ = n{n}_; }}", call.of("stretch", &[&call.memory, &input(args)]));
        let _ = writeln!(cells, "let c{n}_ = {};", call.of("cells", &[&call.memory, "n_"]));
        let ends = if layout.is_beside_roots(e, id) { &mut ends_behind } else { &mut ends };
        let _ = writeln!(ends, "{};", call.of("advance", &["n_"]));
        if layout.has_still(e, id) {
            let _ = writeln!(cells, "let mut z{n}_ = {}::NULL;", call.kernel);
            let _ = writeln!(lasts, "z{n}_ = v{n}_;");
        }
    }
    let inner = turns("s_", "n_", &format!("let j_ = at_ + s_;\nlet now_ = i_ + j_;\n{body}{lasts}"));
    format!(
        "let mut at_ = 0;\nwhile at_ < count_ {{\nlet (j_, mut n_) = (at_, count_ - at_);\n{}{cells}{inner}{ends}{behind}{ends_behind}at_ += n_;\n}}\n",
        w.out
    )
}

/// A loop over a stretch, behind that of the windows. With windows of its own it goes by pairs of bars: of a loop in which bars wait for one another the
/// optimiser makes none of two bars to an instruction, but the arithmetic of a pair, written before the windows, it puts into one.
fn turns_behind(e: &Emitter<'_>, layout: &Layout, outer: usize, body: &str) -> String {
    let bar = "let now_ = i_ + j_;\n";
    let mut w = Writer::new(e, Mode::Block, Some((layout, outer)));
    w.windows = layout.beside().to_vec();
    let mut known = Vec::new();
    for &window in layout.beside() {
        for arg in e.op(window).operands() {
            if !known.contains(&arg) {
                known.push(arg);
                w.external(arg, layout);
            }
        }
        w.node(window);
    }
    let outputs = e.plan.plan().outputs.iter().map(|output| output.node).enumerate().filter(|&(_, id)| layout.is_beside_roots(e, id));
    let values: Vec<(usize, String)> = outputs.map(|(k, id)| (k, w.output(id))).collect();
    if values.is_empty() {
        return turns("s_", "n_", &format!("let j_ = at_ + s_;\n{bar}{body}"));
    }
    let (mut pair, mut single) = (String::new(), String::new());
    for (place, (k, value)) in values.iter().enumerate() {
        let _ = writeln!(pair, "o{k}_[j_] = e_[0][{place}];\no{k}_[j_ + 1] = e_[1][{place}];");
        let _ = writeln!(single, "o{k}_[j_] = {value};");
    }
    format!(
        "let mut s_ = 0;\nwhile s_ + 1 < n_ {{\nlet j_ = at_ + s_;\nif j_ + 1 >= {block} {{ break; }}\n\
         for t_ in 0..2 {{\nlet j_ = j_ + t_;\n{bar}{body}}}\n\
         let e_ = [{{\n{bar}{windows}[{values}]\n}}, {{\nlet (j_, s_) = (j_ + 1, s_ + 1);\n{bar}{windows}[{values}]\n}}];\n{pair}s_ += 2;\n}}\n\
         while s_ < n_ {{\nlet j_ = at_ + s_;\n{bar}{body}{windows}{single}s_ += 1;\n}}\n",
        block = layout.block,
        windows = w.out,
        values = values.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", "),
    )
}

/// A loop that counts up to its end.
fn turns(name: &str, end: &str, body: &str) -> String {
    format!("let mut {name} = 0;\nwhile {name} < {end} {{\n{body}{name} += 1;\n}}\n")
}
