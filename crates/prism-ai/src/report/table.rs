//! The network as a scientist reads it on a terminal: the strongest edges first, and how many there are.

use unicode_width::UnicodeWidthStr;

use crate::network::{Network, Pair};

/// The pairs shown when none is significant: enough to see what was nearest.
const NEAREST: usize = 5;

/// Names wider than this are cut, so that a line stays a line.
const NAME_WIDTH: usize = 28;

/// The strongest significant pairs, at most `limit`, as aligned lines under a line that counts them.
///
/// Without surrogates nothing was tested, and the strongest pairs are shown as they are. Where none is significant, the
/// pairs that lie furthest above their surrogates are shown, and that they are not.
pub fn table(network: &Network, limit: usize) -> String {
    let tested = network.surrogates > 0;
    let none = tested && network.edges().next().is_none();
    let mut pairs: Vec<&Pair> =
        network.pairs.iter().filter(|pair| pair.te.is_finite() && (pair.significant || !tested || none)).collect();
    let strength = |pair: &Pair| if none { pair.te_corrected.unwrap_or(pair.te) } else { pair.te };
    pairs.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
    let limit = if none { limit.min(NEAREST) } else { limit };
    let left_out = pairs.len().saturating_sub(limit);
    pairs.truncate(limit);

    let mut text = count(network);
    if none && !pairs.is_empty() {
        text.push_str("Furthest above their surrogates, none of them significant:\n");
    }
    if !pairs.is_empty() {
        text.push('\n');
        text.push_str(&aligned(&columns(network, &pairs, tested)));
    }
    if left_out > 0 {
        let file = if tested && !none { "edges.csv" } else { "te.csv" };
        let rest = format!("… and {left_out} more; with --out, {file} has all\n");
        text.push_str(&rest);
    }
    text
}

/// The line that says how many pairs are significant, at which level and correction.
pub(super) fn count(network: &Network) -> String {
    let total = network.pairs.len();
    let noun = if total == 1 { "pair" } else { "pairs" };
    if network.surrogates == 0 {
        return format!("{total} {noun} estimated; none tested, since no surrogates were drawn.\n");
    }
    let edges = network.edges().count();
    let verb = if edges == 1 || total == 1 { "is" } else { "are" };
    format!("{edges} of {total} {noun} {verb} significant ({}).\n", terms(network))
}

/// The terms on which pairs are significant.
pub(super) fn terms(network: &Network) -> String {
    let correction = match network.correction {
        crate::significance::Correction::None => "uncorrected".to_owned(),
        corrected => format!("{corrected} corrected"),
    };
    format!("p ≤ {}, {correction}, {} surrogates", network.alpha, network.surrogates)
}

/// A column: its cells from the heading down, and whether they are numbers.
struct Column {
    cells: Vec<String>,
    number: bool,
}

impl Column {
    fn new(heading: impl Into<String>, pairs: &[&Pair], number: bool, cell: impl Fn(&Pair) -> String) -> Self {
        let heading = std::iter::once(heading.into());
        Self { cells: heading.chain(pairs.iter().map(|pair| cell(pair))).collect(), number }
    }

    fn padded(&self, row: usize) -> String {
        let width = self.cells.iter().map(|cell| cell.width()).max().unwrap_or(0);
        let cell = &self.cells[row];
        let space = " ".repeat(width - cell.width());
        if self.number { space + cell } else { cell.clone() + &space }
    }
}

fn columns(network: &Network, pairs: &[&Pair], tested: bool) -> Vec<Column> {
    let name = |channel: usize| shown(&network.names[channel]);
    let mut columns = vec![
        Column::new("Source", pairs, false, |pair| name(pair.source)),
        Column::new("→ Target", pairs, false, |pair| format!("→ {}", name(pair.target))),
        Column::new("Delay", pairs, true, |pair| pair.delay.to_string()),
        Column::new(format!("TE ({})", network.units), pairs, true, |pair| entropy(pair.te)),
    ];
    if tested {
        columns.extend([
            Column::new("TE − surrogates", pairs, true, |pair| or_dash(pair.te_corrected, entropy)),
            Column::new("z", pairs, true, |pair| or_dash(pair.z, |z| format!("{z:.1}"))),
            Column::new("p corrected", pairs, true, |pair| or_dash(pair.p_corrected, probability)),
        ]);
    }
    columns
}

fn aligned(columns: &[Column]) -> String {
    let rows = columns[0].cells.len();
    let line = |row| columns.iter().map(|column| column.padded(row)).collect::<Vec<_>>().join("  ");
    (0..rows).map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

/// A name that fits a line and cannot command the terminal.
fn shown(name: &str) -> String {
    let clean: String = name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if clean.width() <= NAME_WIDTH {
        return clean;
    }
    let mut cut = String::new();
    for c in clean.chars() {
        if cut.width() + c.to_string().width() >= NAME_WIDTH {
            break;
        }
        cut.push(c);
    }
    cut + "…"
}

fn or_dash(value: Option<f64>, show: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "–".into(), show)
}

/// Four decimals, or two digits of what they would hide.
fn entropy(te: f64) -> String {
    if te != 0.0 && te.abs() < 1e-3 { format!("{te:.1e}") } else { format!("{te:.4}") }
}

fn probability(p: f64) -> String {
    if p < 1e-4 { format!("{p:.1e}") } else { format!("{p:.4}") }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{small, spread, untested};
    use super::*;
    use crate::significance::Correction;

    #[test]
    fn the_significant_pairs_are_aligned() {
        let mut network = small();
        network.pairs[1].significant = true;
        assert_eq!(
            table(&network, 10),
            concat!(
                "2 of 2 pairs are significant (p ≤ 0.05, fdr-bh corrected, 200 surrogates).\n",
                "\n",
                "Source        → Target        Delay  TE (nats)  TE − surrogates     z  p corrected\n",
                "F<z>, \"left\"  → β & γ             3     0.3000           0.2500  12.5       0.0100\n",
                "β & γ         → F<z>, \"left\"      1    -1.0e-9          -0.0010     –       0.8000\n",
            )
        );
    }

    #[test]
    fn the_strongest_come_first_and_the_rest_is_counted() {
        let text = table(&spread(12, 0.25), 5);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 9, "{text}");
        assert!(lines[0].ends_with("of 132 pairs are significant (p ≤ 0.05, fdr-bh corrected, 200 surrogates)."));
        assert!(lines[8].starts_with("… and ") && lines[8].ends_with(" more; with --out, edges.csv has all"));
        let te: Vec<f64> =
            lines[3..8].iter().map(|line| line.split_whitespace().nth(4).unwrap().parse().unwrap()).collect();
        assert!(te.is_sorted_by(|a, b| a >= b), "{te:?}");
    }

    #[test]
    fn without_surrogates_the_strongest_pairs_are_shown() {
        assert_eq!(
            table(&untested(small()), 1),
            concat!(
                "2 pairs estimated; none tested, since no surrogates were drawn.\n",
                "\n",
                "Source        → Target  Delay  TE (nats)\n",
                "F<z>, \"left\"  → β & γ       3     0.3000\n",
                "… and 1 more; with --out, te.csv has all\n",
            )
        );
    }

    #[test]
    fn without_an_edge_the_nearest_are_shown_and_said_not_to_be_any() {
        let mut network = small();
        network.pairs[0].significant = false;
        network.correction = Correction::None;
        let text = table(&network, 9);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "0 of 2 pairs are significant (p ≤ 0.05, uncorrected, 200 surrogates).");
        assert_eq!(lines[1], "Furthest above their surrogates, none of them significant:");
        assert_eq!(lines.len(), 6, "a blank line, the heading and both pairs:\n{text}");
        assert!(lines[4].contains("0.2500") && lines[5].contains("-0.0010"), "{text}");
    }

    #[test]
    fn names_are_kept_to_their_column() {
        assert_eq!(shown("a\u{1b}[31m\n"), "a\u{fffd}[31m\u{fffd}");
        assert_eq!(shown(&"x".repeat(40)), "x".repeat(27) + "…");
        assert!(shown(&"漢".repeat(40)).width() <= NAME_WIDTH);
    }
}
